import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PerennialError, problem } from '../domain/errors/index.ts';
import type { Instant } from '../domain/time/types.ts';
import type { Database } from '../schemas/connection.ts';
import { ensureIndexes, missingIndexes } from '../schemas/indexes.ts';
import type { SettingDoc } from '../schemas/setting.ts';
import { dropOldJobs } from './store/drop-old-jobs.ts';
import { fillOwners } from './store/fill-owners.ts';
import type { Seeded } from './store/seed-documents.ts';

/** The calendar a team works in until it says otherwise. */
const TEAM_CALENDAR = 'cn';
/** Digest of the shipped documents that this database was last made ready with. */
const SHIPPED_DIGEST = 'shipped documents';
const SHIPPED = fileURLToPath(new URL('../playbooks/', import.meta.url));

/**
 * Makes a database ready: collections, indexes, and the documents that come with the product. What has been
 * published under the same id is left alone: a team's own version is never replaced by a newer release. Nothing is
 * read or compiled where this release has done it before. Throws `store.index_missing` where a unique index cannot
 * be made: without it a renewal could run twice.
 */
export async function prepareDatabase(db: Database, now: Instant): Promise<readonly Seeded[]> {
  await dropOldJobs(db);
  await requireIndexes(db);
  await fillOwners(db);
  const digest = await shippedDigest();
  const known = await db.settings.findOne({ _id: SHIPPED_DIGEST }).lean<SettingDoc>();
  if (known?.value === digest) return [];
  const seeded = await seedShipped(db, now);
  await db.settings.updateOne({ _id: SHIPPED_DIGEST }, { $set: { value: digest } }, { upsert: true });
  return seeded;
}

async function requireIndexes(db: Database): Promise<void> {
  const failure = await ensureIndexes(db).then(
    () => undefined,
    (error: unknown) => error ?? new Error('no indexes'),
  );
  const unique = (await missingIndexes(db)).filter((index) => index.unique);
  if (unique.length > 0) {
    throw new PerennialError(
      unique.map(({ collection, index }) => problem('store.index_missing', { collection, index })),
    );
  }
  if (failure !== undefined) throw failure;
}

/** Over the texts and the code that compiles calendars: a new release makes another one. */
async function shippedDigest(): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(SHIPPED, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(SHIPPED.length)).update(await readFile(file));
  return hash.digest('hex');
}

async function seedShipped(db: Database, now: Instant): Promise<readonly Seeded[]> {
  // Holiday data and parsers take a second to load, and most starts need none of them.
  const [{ loadShippedTemplates }, { shippedCalendars }, { loadShippedPlaybooks }, { seedDocuments }] =
    await Promise.all([
      import('../mail/templates.ts'),
      import('../playbooks/calendars/shipped.ts'),
      import('../playbooks/index.ts'),
      import('./store/seed-documents.ts'),
    ]);
  const [playbooks, calendars, documents] = await Promise.all([
    db.playbooks.distinct('id'),
    db.calendars.distinct('id'),
    db.documents.distinct('_id'),
  ]);
  const has = (kind: string, id: string) => documents.some((key) => key.startsWith(`${kind}/${id}@`));
  const shipped = loadShippedPlaybooks();
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
      calendars: shippedCalendars(now).filter((calendar) => !calendars.includes(calendar.id)),
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
