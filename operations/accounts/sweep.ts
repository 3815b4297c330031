import { trusted } from 'mongoose';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { Database } from '../../schemas/connection.ts';
import { IDLE_MS } from './sessions.ts';

/** Answers that are kept for a request that comes again. */
const REQUEST_DAYS = 2;

/**
 * Removes what is over: sessions, links, attempts, sign-ins on their way, kept answers. Nothing counts longer for not
 * having been removed. Several may do it at once.
 */
export async function sweepExpired(db: Database, now: Instant): Promise<number> {
  const before = trusted({ $lte: now });
  const done = await Promise.all([
    db.sessions.deleteMany({
      $or: [{ expiresAt: before }, { lastSeenAt: trusted({ $lt: addMs(now, -IDLE_MS) }) }],
    }),
    db.invitations.deleteMany({ expiresAt: before }),
    db.signInAttempts.deleteMany({ lastAt: trusted({ $lt: addMs(now, -MS_PER_DAY) }) }),
    db.oidcFlows.deleteMany({ expiresAt: before }),
    db.requests.deleteMany({ begunAt: trusted({ $lt: addMs(now, -REQUEST_DAYS * MS_PER_DAY) }) }),
  ]);
  return done.reduce((sum, { deletedCount }) => sum + deletedCount, 0);
}
