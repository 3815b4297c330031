import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import type { ApprovalLadder, PlaybookVersion, SavePlanSet } from '../../domain/playbook/types.ts';
import type { Database } from '../../schemas/connection.ts';
import { calendarToDomain } from '../../schemas/calendar.ts';
import type { CalendarDoc } from '../../schemas/calendar.ts';
import type { DocumentDoc } from '../../schemas/document.ts';
import { playbookToDomain } from '../../schemas/playbook.ts';
import type { PlaybookDoc } from '../../schemas/playbook.ts';
import { raw } from '../../schemas/raw.ts';
import { versionCache } from './version-cache.ts';

/** The newest versions of everything that is published, by id; the value is the document's key in its collection. */
export interface Published {
  readonly playbooks: Readonly<Record<string, string>>;
  readonly ladders: Readonly<Record<string, string>>;
  readonly savePlans: Readonly<Record<string, string>>;
  readonly calendars: Readonly<Record<string, string>>;
  readonly teamCalendar: string | null;
}

/** Reads definitions: which versions are the newest is asked each time, what a version says only once. */
export interface Definitions {
  published(): Promise<Published>;
  /** Throws `store.version_missing`. */
  playbook(key: string): Promise<PlaybookVersion>;
  ladder(key: string): Promise<ApprovalLadder>;
  savePlans(key: string): Promise<SavePlanSet>;
  calendar(key: string): Promise<BusinessCalendar>;
}

interface NewestRow {
  readonly kind: 'playbook' | 'ladder' | 'savePlans' | 'calendar' | 'setting';
  readonly id: string;
  readonly key: string;
}

export function createDefinitions(db: Database): Definitions {
  const document = async (key: string) => found(await db.documents.findOne({ _id: key }).lean<DocumentDoc>(), key);
  return {
    published: () => readPublished(db),
    playbook: versionCache(async (key) =>
      playbookToDomain(found(await db.playbooks.findOne({ _id: key }).lean<PlaybookDoc>(), key)),
    ),
    calendar: versionCache(async (key) =>
      calendarToDomain(found(await db.calendars.findOne({ _id: key }).lean<CalendarDoc>(), key)),
    ),
    ladder: versionCache(async (key) => (await document(key)).content as ApprovalLadder),
    savePlans: versionCache(async (key) => (await document(key)).content as SavePlanSet),
  };
}

function found<T>(doc: T | null, key: string): T {
  if (doc === null) throw PerennialError.of('store.version_missing', { key });
  return doc;
}

/** One round trip for all four kinds and the team's calendar; only ids and versions travel. */
async function readPublished(db: Database): Promise<Published> {
  const newest = (match: object, kind: unknown) => [
    { $match: match },
    { $sort: { version: 1 as const } },
    { $group: { _id: { kind, id: '$id' }, key: { $last: '$_id' } } },
    { $project: { _id: 0, kind: '$_id.kind', id: '$_id.id', key: 1 } },
  ];
  const rows = await raw(db.playbooks)
    .aggregate<NewestRow>([
      ...newest({ status: 'published' }, 'playbook'),
      { $unionWith: { coll: 'documents', pipeline: newest({ kind: { $in: ['ladder', 'savePlans'] } }, '$kind') } },
      { $unionWith: { coll: 'calendars', pipeline: newest({}, 'calendar') } },
      {
        $unionWith: {
          coll: 'settings',
          pipeline: [
            { $match: { _id: 'team calendar' } },
            { $project: { _id: 0, kind: 'setting', id: '$_id', key: '$value' } },
          ],
        },
      },
    ])
    .toArray();
  const byId = (kind: NewestRow['kind']) => {
    return Object.fromEntries(rows.filter((row) => row.kind === kind).map((row) => [row.id, row.key]));
  };
  return {
    playbooks: byId('playbook'),
    ladders: byId('ladder'),
    savePlans: byId('savePlans'),
    calendars: byId('calendar'),
    teamCalendar: rows.find((row) => row.kind === 'setting')?.key ?? null,
  };
}
