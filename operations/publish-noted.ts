import { trusted } from 'mongoose';
import { PerennialError } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import type { Database } from '../schemas/connection.ts';
import { audited } from './accounts/doer.ts';
import { appendAudit } from './audit/append.ts';
import { followUp } from './jobs/follow-up.ts';
import type { Published } from './publish.ts';
import type { ChangeStamp } from './records/stamp.ts';
import { seedInTransaction } from './store/seed-documents.ts';
import type { SeedDocuments } from './store/seed-documents.ts';

/** One document that was read and found right. */
export interface ToPublish {
  readonly seed: SeedDocuments;
  readonly warnings: readonly Problem[];
  /** The version it was made from, 0 where it is the first; another newest version stops it. */
  readonly basedOn?: number | undefined;
}

export interface PublishedNoted extends Published {
  /** How many renewals look again because of it. */
  readonly woken: number;
}

/**
 * Publishes a document, notes who did it, and lets every renewal that has not ended look again: all of it or nothing.
 * The same again changes nothing and wakes nobody. Throws `precondition.failed`.
 */
export async function publishNoted(
  db: Database,
  { seed, warnings, basedOn }: ToPublish,
  what: 'playbook' | 'calendar',
  stamp: ChangeStamp & { readonly address: string },
): Promise<PublishedNoted> {
  const { at, personId, address } = stamp;
  const published = await db.transaction(async (session) => {
    const seeded = await seedInTransaction(db, seed, at, session);
    const { kind, id, version, written } = seeded;
    if (written && basedOn !== undefined && basedOn !== version - 1) {
      throw PerennialError.of('precondition.failed', { current: `${id}@${version - 1}` });
    }
    if (written) {
      const name = what === 'calendar' ? 'calendar published' : 'playbook published';
      const about = { target: { kind, id }, detail: { version } };
      await appendAudit(db, session, [audited({ personId, address }, name, about, at)]);
      await followUp(db, session, { kind: 'look everywhere', what }, [''], stamp);
    }
    return { id, version, changed: written, warnings };
  });
  const woken = published.changed ? await db.renewals.countDocuments({ phase: trusted({ $ne: 'closed' }) }) : 0;
  return { ...published, woken };
}
