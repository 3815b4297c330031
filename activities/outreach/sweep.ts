import { trusted } from 'mongoose';
import { addMs, MS_PER_HOUR, MS_PER_MINUTE } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Models } from '../../schemas/connection.ts';
import type { Dispatch } from './dispatch.ts';

/** A delivery normally begins within seconds; what stands longer has lost its activity. */
const LATE = 10 * MS_PER_MINUTE;
const BATCH = 500;

/**
 * Puts mails back to work whose activity is gone: it timed out while no worker ran, or the process died
 * between planning and dispatching. A delivery that still runs is left alone. Gives how many were started.
 */
export async function sweepSends(
  db: Pick<Models, 'sends'>,
  dispatch: Pick<Dispatch, 'again'>,
  now: Instant,
): Promise<number> {
  const late = addMs(now, -LATE);
  const notWaiting = { $or: [{ nextAttemptAt: null }, { nextAttemptAt: trusted({ $lt: late }) }] };
  const [waiting, halfway, untold] = await Promise.all([
    ids(db, {
      state: trusted({ $in: ['planned', 'claimed', 'deferred'] }),
      dueAt: trusted({ $lt: late }),
      ...notWaiting,
    }),
    ids(db, { state: 'transmitting', transmittingAt: trusted({ $lt: addMs(now, -MS_PER_HOUR) }) }),
    ids(db, { reported: false, 'moves.at': trusted({ $not: { $gte: late } }) }),
  ]);
  const stranded = [...new Set([...waiting, ...halfway, ...untold])];
  await dispatch.again(stranded);
  return stranded.length;
}

async function ids(db: Pick<Models, 'sends'>, filter: Record<string, unknown>): Promise<readonly string[]> {
  const rows = await db.sends
    .find(filter, { _id: 1 })
    .sort({ dueAt: 1, _id: 1 })
    .limit(BATCH)
    .lean<{ _id: string }[]>();
  return rows.map((row) => row._id);
}
