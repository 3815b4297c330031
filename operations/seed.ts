import { loadShippedTemplates } from '../mail/templates.ts';
import { shippedCalendars } from '../playbooks/calendars/shipped.ts';
import { loadShippedPlaybooks } from '../playbooks/index.ts';
import type { Instant } from '../domain/time/types.ts';
import type { Database } from '../schemas/connection.ts';
import { ensureIndexes, missingIndexes } from '../schemas/indexes.ts';
import { seedDocuments } from './store/seed-documents.ts';
import type { Seeded } from './store/seed-documents.ts';

/** The calendar a team works in until it says otherwise. */
const TEAM_CALENDAR = 'cn';

/**
 * Makes a database ready: collections, indexes, and the documents that come with the product. What has been
 * published under the same id is left alone: a team's own version is never replaced by a newer release.
 */
export async function prepareDatabase(db: Database, now: Instant): Promise<readonly Seeded[]> {
  await ensureIndexes(db);
  const [playbooks, calendars, documents] = await Promise.all([
    db.playbooks.distinct('id'),
    db.calendars.distinct('id'),
    db.documents.distinct('_id'),
  ]);
  const has = (kind: string, id: string) => documents.some((key) => key.startsWith(`${kind}/${id}@`));
  const shipped = loadShippedPlaybooks();
  const wanted = shippedCalendars(now).filter((calendar) => !calendars.includes(calendar.id));
  return seedDocuments(
    db,
    {
      playbooks: shipped.playbooks
        .filter(({ value }) => !playbooks.includes(value.id))
        .map(({ value, digest }) => ({ definition: value, digest })),
      ladders: shipped.ladders.map(({ value }) => value).filter(({ id }) => !has('ladder', id)),
      savePlans: shipped.savePlans.map(({ value }) => value).filter(({ id }) => !has('savePlans', id)),
      templates: loadShippedTemplates()
        .filter(({ id }) => !has('template', id))
        .map(({ id, subject, body }) => ({ id, subject, body })),
      calendars: wanted,
      teamCalendar: TEAM_CALENDAR,
    },
    now,
  );
}

/** Whether nobody has put anything into this database yet. */
export async function isFresh(db: Database): Promise<boolean> {
  const [contract, person] = await Promise.all([
    db.contracts.findOne({}, { _id: 1 }).lean(),
    db.people.findOne({}, { _id: 1 }).lean(),
  ]);
  return contract === null && person === null;
}

export { missingIndexes };
