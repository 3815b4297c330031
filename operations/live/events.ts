import type { mongo } from 'mongoose';
import type { Permission } from '../../domain/access/index.ts';
import type { Principal } from '../accounts/principal.ts';

/** What readers are told of. A page that shows such a record reads it anew. */
export const LIVE_TYPES = ['renewal', 'task', 'approval', 'mail', 'job'] as const;
export type LiveType = (typeof LIVE_TYPES)[number];

/** One change, before anybody's rights are asked. */
export interface LiveEvent {
  /** Place in the database's log. */
  readonly place: string;
  readonly type: LiveType;
  /** Ids and codes only: whoever may see more reads it. */
  readonly data: Readonly<Record<string, unknown>>;
  /** What rights look at. */
  readonly record: Readonly<Record<string, unknown>>;
}

interface Source {
  readonly type: LiveType;
  /** The right to see it; null where it is for one person alone. */
  readonly permission: Permission | null;
  /** Fields of the record that are told. */
  readonly told: readonly string[];
  /** Only a change of one of these is news; any change where left out. */
  readonly news?: readonly string[];
}

const ASSIGNMENT = ['ownerId', 'assignee', 'people'];

/** Collections whose changes are told, and how. */
const SOURCES: Readonly<Record<string, Source>> = {
  renewals: {
    type: 'renewal',
    permission: 'read Renewal',
    told: ['contractId', 'clientId', 'phase', 'stage', 'atRisk', 'paused', 'outcome', 'decidedAt'],
  },
  tasks: {
    type: 'task',
    permission: 'read Task',
    told: ['renewalId', 'kind', 'state', 'dueAt'],
    news: ['state', 'dueAt', ...ASSIGNMENT],
  },
  approvals: {
    type: 'approval',
    permission: 'read Approval',
    told: ['renewalId', 'rule', 'status', 'dueAt'],
    news: ['status', 'decisions', 'dueAt', ...ASSIGNMENT],
  },
  sends: {
    type: 'mail',
    permission: 'read Send',
    told: ['renewalId', 'template', 'audience', 'state', 'reason'],
    news: ['state'],
  },
  jobs: {
    type: 'job',
    permission: null,
    told: ['kind', 'state', 'done', 'total'],
    news: ['state', 'done', 'total', 'undoneBy'],
  },
};

/** Where rights look: who owns it, who is asked, whose it is. */
const RIGHTS_FIELDS = ['ownerId', 'clientId', 'assignee', 'people', 'by'];

/** What the server sends of a change: of whole records only what is told or asked for. */
export function livePipeline(): object[] {
  const fields = [...new Set([...Object.values(SOURCES).flatMap(({ told }) => told), ...RIGHTS_FIELDS])];
  return [
    {
      $match: {
        'ns.coll': { $in: Object.keys(SOURCES) },
        operationType: { $in: ['insert', 'update', 'replace', 'invalidate'] },
      },
    },
    {
      $project: {
        operationType: 1,
        ns: 1,
        documentKey: 1,
        ...Object.fromEntries(fields.map((field) => [`fullDocument.${field}`, 1])),
        // Names alone: what a field held is for those who may read it.
        changed: {
          $map: { input: { $objectToArray: { $ifNull: ['$updateDescription.updatedFields', {}] } }, in: '$$this.k' },
        },
      },
    },
  ];
}

/** A change as {@link livePipeline} lets it through. */
export type LiveChange = mongo.ChangeStreamDocument & { readonly changed?: readonly string[] };

/** The change as an event; undefined where it is no news to anybody. */
export function toLiveEvent(change: LiveChange, place: string): LiveEvent | undefined {
  if (change.operationType !== 'insert' && change.operationType !== 'update' && change.operationType !== 'replace') {
    return undefined;
  }
  const source = SOURCES[change.ns.coll];
  // Gone again since: there is nothing to see.
  const record: Readonly<Record<string, unknown>> | undefined = change.fullDocument;
  if (source === undefined || record === undefined || record === null) return undefined;
  if (change.operationType === 'update' && source.news !== undefined) {
    // A vote that is added is named `decisions.0`.
    const changed = (change.changed ?? []).map((field) => field.split('.')[0] ?? field);
    if (!changed.some((field) => source.news?.includes(field))) return undefined;
  }
  const told = source.told.filter((field) => record[field] !== undefined).map((field) => [field, record[field]]);
  const id = String((change.documentKey as { readonly _id: unknown })._id);
  return { place, type: source.type, data: { id, ...Object.fromEntries(told) }, record };
}

/** Whether a reader may know of it. */
export function maySee({ rights, person }: Pick<Principal, 'rights' | 'person'>, event: LiveEvent): boolean {
  const source = Object.values(SOURCES).find(({ type }) => type === event.type);
  if (source?.permission === null) return event.record['by'] === person.id;
  return source !== undefined && rights.mayWith(source.permission, event.record);
}
