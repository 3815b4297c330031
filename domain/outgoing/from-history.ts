import type { ChainEntry } from '../history/index.ts';
import { isSealed } from '../history/index.ts';
import type { OutgoingType } from './types.ts';

/** A fact as other systems are told of it: ids, codes, dates and amounts; nothing that is sealed, no names of people. */
export interface OutgoingFact {
  readonly type: OutgoingType;
  readonly data: Readonly<Record<string, unknown>>;
}

type Entry = Pick<ChainEntry, 'kind' | 'name' | 'entryId' | 'stage' | 'actor' | 'detail'>;

interface Line {
  readonly kind: ChainEntry['kind'];
  readonly name: string;
  readonly type: OutgoingType;
  /** Fields of the detail that are told as they stand. */
  readonly told?: readonly string[];
  /** What is told besides; null where the entry is no such fact. */
  readonly more?: (entry: Entry) => Readonly<Record<string, unknown>> | null;
}

/** By which entries of a history others are told what. One that is not here stays inside. */
const LINES: readonly Line[] = [
  { kind: 'transition', name: 'opened', type: 'renewal.opened' },
  { kind: 'transition', name: 'data needed', type: 'renewal.data_needed' },
  { kind: 'transition', name: 'stage begun', type: 'renewal.stage_begun', more: ({ stage }) => ({ stage }) },
  { kind: 'transition', name: 'stage ended', type: 'renewal.stage_ended', more: ({ stage }) => ({ stage }) },
  { kind: 'effect', name: 'open save plan', type: 'renewal.at_risk', told: ['savePlanId', 'cause'] },
  { kind: 'fact', name: 'save plan closed', type: 'renewal.risk_settled', told: ['savePlanId', 'outcome'] },
  { kind: 'effect', name: 'close renewal', type: 'renewal.closed', told: ['outcome', 'cause', 'finalAmount'] },
  { kind: 'fact', name: 'quote issued', type: 'quote.issued', more: quoteOf },
  { kind: 'transition', name: 'quote approved', type: 'quote.approved' },
  { kind: 'transition', name: 'quote rejected', type: 'quote.rejected' },
  { kind: 'fact', name: 'quote accepted', type: 'quote.accepted' },
  { kind: 'fact', name: 'quote declined', type: 'quote.declined' },
  {
    kind: 'effect',
    name: 'request approval',
    type: 'approval.requested',
    told: ['rule', 'dueAt'],
    more: (entry) => ({ approvalId: entry.entryId, people: peopleOf(entry), ...quoteOf(entry) }),
  },
  {
    kind: 'effect',
    name: 'close approval',
    type: 'approval.decided',
    told: ['approvalId', 'status', 'by'],
    more: ({ detail }) => (detail['status'] === 'superseded' ? null : {}),
  },
  {
    kind: 'effect',
    name: 'open task',
    type: 'task.opened',
    told: ['task', 'step', 'assignee', 'dueAt'],
    more: ({ entryId, stage }) => ({ taskId: entryId, stage }),
  },
  {
    kind: 'effect',
    name: 'close task',
    type: 'task.closed',
    told: ['taskId', 'state', 'by'],
  },
  {
    kind: 'effect',
    name: 'escalate',
    type: 'escalation.raised',
    told: ['stage', 'to', 'level', 'since', 'blocker', 'dueAt'],
    more: ({ entryId }) => ({ taskId: entryId }),
  },
  { kind: 'fact', name: 'notice given', type: 'notice.given' },
  { kind: 'fact', name: 'invoice issued', type: 'invoice.issued', told: ['number', 'amount', 'dueDate'] },
  {
    kind: 'fact',
    name: 'payment received',
    type: 'payment.received',
    told: ['amount', 'receivedOn', 'method'],
  },
  { kind: 'effect', name: 'mail unknown', type: 'mail.unknown', told: ['effectId', 'template', 'audience'] },
  { kind: 'effect', name: 'mail refused', type: 'mail.refused', told: ['effectId', 'template', 'audience', 'outcome'] },
];

const BY_NAME = new Map(LINES.map((line) => [`${line.kind} ${line.name}`, line]));

/** Names of the entries that may be told, for whoever reads a history. */
export const HISTORY_NAMES: readonly string[] = [...new Set(LINES.map(({ name }) => name))];

/** What others are told of an entry; null where it stays inside. */
export function outgoingOf(entry: Entry): OutgoingFact | null {
  const line = BY_NAME.get(`${entry.kind} ${entry.name}`);
  if (line === undefined) return null;
  const more = line.more === undefined ? {} : line.more(entry);
  if (more === null) return null;
  const told = (line.told ?? []).map((field) => [field, entry.detail[field]] as const);
  return { type: line.type, data: plainOnly({ ...Object.fromEntries(told), ...more }) };
}

/** Of a quote what it is about; its reason is in people's own words. */
function quoteOf({ detail }: Entry): Readonly<Record<string, unknown>> {
  const { quote } = detail;
  if (typeof quote !== 'object' || quote === null) return {};
  const { number, revision, amount, discountBasisPoints, validUntil } = quote as Readonly<Record<string, unknown>>;
  return { quote: plainOnly({ number, revision, amount, discountBasisPoints, validUntil }) };
}

function peopleOf({ detail }: Entry): readonly string[] {
  const { asked } = (detail['request'] ?? {}) as { readonly asked?: readonly { readonly people: readonly string[] }[] };
  return [...new Set((asked ?? []).flatMap(({ people }) => people))];
}

/** Without what is missing, and without what is sealed: a field that becomes personal one day must not go out. */
function plainOnly(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && !isSealed(value)));
}
