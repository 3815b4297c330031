import { randomUUID } from 'node:crypto';
import { trusted } from 'mongoose';
import type { AnyBulkWriteOperation } from 'mongoose';
import { addMs, minInstant, MS_PER_DAY, MS_PER_MINUTE, msBetween } from '../../domain/time/instant.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { InboxDoc } from '../../schemas/inbox.ts';
import type { OperationsContext } from '../context.ts';
import { eachOf } from '../each-of.ts';
import { repeat } from '../repeat.ts';
import type { Loop } from '../repeat.ts';
import { giveBack, LEASE_MS, takeLease } from './leases.ts';
import { renewalsOf, tellEvent } from './tell-event.ts';
import type { Outcome, Renewals } from './tell-event.ts';

/** Partitions that one process works on at once, lanes of each, and events read at a time. */
const PARTITIONS_AT_ONCE = 4;
const LANES_AT_ONCE = 6;
const BATCH = 400;
/** How long after nothing was due it looks again, unless it is woken. */
const LOOK_EVERY_MS = 1000;
/** Waits between attempts double up to these: while a service is away, and while something else must come first. */
const AGAIN = { firstMs: 1000, lastMs: 5 * MS_PER_MINUTE } as const;
const PARKED = { firstMs: 30_000, lastMs: 5 * MS_PER_MINUTE } as const;
/** What is done with is remembered as long, so that a late double is known. */
const KEPT_MS = 90 * MS_PER_DAY;

export interface DispatchContext extends Pick<OperationsContext, 'db' | 'config'> {
  readonly renewals: Renewals;
  readonly now: () => Instant;
  /** Names this process among those that share the work. */
  readonly holder: string;
}

/** Tells what is in the inbox, for as long as it runs. Any number of processes do so together. */
export function startDispatcher(
  context: OperationsContext,
  { now, onFault }: { readonly now: () => Instant; readonly onFault: (error: unknown) => void },
): Loop {
  const { db, config } = context;
  const dispatch = { db, config, renewals: renewalsOf(context), now, holder: randomUUID() };
  return repeat(async () => (await tellDue(dispatch)) > 0, { everyMs: LOOK_EVERY_MS, onFault });
}

/** Tells everything that is due and free. Gives the number of events that were taken up. */
export async function tellDue(context: DispatchContext): Promise<number> {
  const { db, now, holder } = context;
  const due = await db.inbox.aggregate<{ _id: number }>([
    { $match: { nextAt: { $type: 'string', $lte: now() } } },
    { $limit: 20_000 },
    { $group: { _id: '$partition', first: { $min: '$nextAt' } } },
    { $sort: { first: 1 } },
  ]);
  const counts = await eachOf(due, PARTITIONS_AT_ONCE, async ({ _id: partition }) => {
    if (!(await takeLease(db, String(partition), holder, now()))) return 0;
    try {
      return await tellPartition(context, partition);
    } finally {
      await giveBack(db, String(partition), holder);
    }
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

async function tellPartition(context: DispatchContext, partition: number): Promise<number> {
  const { db, now, holder } = context;
  let count = 0;
  for (;;) {
    const begun = now();
    const events = await db.inbox
      .find({ partition, nextAt: trusted({ $type: 'string', $lte: begun }) })
      .sort({ occurredAt: 1, _id: 1 })
      .limit(BATCH)
      .lean<InboxDoc[]>();
    if (events.length === 0) return count;
    count += events.length;
    await eachOf(lanesOf(events), LANES_AT_ONCE, (lane) => tellLane(context, lane));
    if (msBetween(begun, now()) > LEASE_MS / 3 && !(await takeLease(db, String(partition), holder, now())))
      return count;
  }
}

/** The events of each lane, in the order in which they happened. */
function lanesOf(events: readonly InboxDoc[]): readonly (readonly InboxDoc[])[] {
  const lanes = new Map<string, InboxDoc[]>();
  for (const event of events) {
    const known = lanes.get(event.lane);
    if (known === undefined) lanes.set(event.lane, [event]);
    else known.push(event);
  }
  return [...lanes.values()];
}

async function tellLane(context: DispatchContext, events: readonly InboxDoc[]): Promise<void> {
  const { db, now, renewals } = context;
  const told = new Set<string>();
  for (const [i, event] of events.entries()) {
    const outcome = await tellEvent(context, renewals, event);
    if (outcome.state === 'told') told.add(outcome.lane);
    await settle(db, [{ event, outcome }], now());
    if (outcome.state !== 'again') continue;
    // What happened later waits for it: nobody would have listened anyway.
    const rest = events.slice(i + 1).map((later) => ({ event: later, outcome }));
    await settle(db, rest, now());
    break;
  }
  // What was refused may be taken now that something else has come.
  if (told.size === 0) return;
  await db.inbox.updateMany(
    { lane: trusted({ $in: [...told] }), state: 'parked', nextAt: trusted({ $type: 'string', $gt: now() }) },
    { $set: { nextAt: now() } },
  );
}

interface Settled {
  readonly event: InboxDoc;
  readonly outcome: Outcome;
}

/** Writes what came of events. One that somebody has touched meanwhile is left as it is. */
async function settle(db: Pick<Database, 'inbox'>, settled: readonly Settled[], now: Instant): Promise<void> {
  if (settled.length === 0) return;
  const writes = settled.map(({ event, outcome }): AnyBulkWriteOperation<InboxDoc> => {
    const { _id, state, attempts } = event;
    return {
      updateOne: {
        filter: { _id, state, attempts },
        update: { $set: { ...changeOf(event, outcome, now), attempts: attempts + 1 } },
      },
    };
  });
  await db.inbox.bulkWrite(writes, { ordered: false });
}

function changeOf(event: InboxDoc, outcome: Outcome, now: Instant): Partial<InboxDoc> {
  const { renewals, lane } = outcome;
  const where = { renewals, lane };
  switch (outcome.state) {
    case 'told':
      return { ...where, state: 'told', problem: null, nextAt: null, doneAt: now };
    case 'ignored':
      return { ...where, state: 'ignored', problem: outcome.problem, nextAt: null, doneAt: now };
    case 'dead':
      return { ...where, state: 'dead', problem: outcome.problem, nextAt: null };
    case 'again':
      return { ...where, problem: outcome.problem, nextAt: addMs(now, waitOf(AGAIN, event.attempts)) };
    case 'parked': {
      if (now >= event.deadline) return { ...where, state: 'dead', problem: outcome.problem, nextAt: null };
      const nextAt = minInstant(addMs(now, waitOf(PARKED, event.attempts)), event.deadline);
      return { ...where, state: 'parked', problem: outcome.problem, nextAt };
    }
    default:
      return outcome satisfies never;
  }
}

function waitOf({ firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number }, attempts: number): number {
  return Math.min(lastMs, firstMs * 2 ** Math.min(attempts, 20));
}

/** Drops what was done with long ago. What was given up stays until a person has looked at it. */
export async function forgetOldEvents(db: Pick<Database, 'inbox'>, now: Instant): Promise<void> {
  await db.inbox.deleteMany({ doneAt: trusted({ $type: 'string', $lt: addMs(now, -KEPT_MS) }) });
}
