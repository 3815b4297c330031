import { trusted } from 'mongoose';
import { backOffMs, FAILING_MS, TEST_TYPE } from '../../domain/outgoing/index.ts';
import { addMs, maxInstant, MS_PER_MINUTE, MS_PER_SECOND, msBetween } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ChannelDoc, DeliveryDoc, DeliveryTry } from '../../schemas/channel.ts';
import type { Database } from '../../schemas/connection.ts';
import { giveBack, LEASE_MS, takeLease } from '../events/leases.ts';
import { eachOf } from '../each-of.ts';
import type { KeyRing } from '../temporal/key-ring.ts';
import type { Card } from './card.ts';
import { holdDeliveries, switchOff } from './channel-off.ts';
import { KINDS } from './kinds/index.ts';
import type { Verdict } from './kinds/kind.ts';
import { secretsOf, urlOf } from './secrets.ts';
import type { Post } from './sender.ts';

/** Channels that one process serves at once, renewals of each, and those that are looked at together. */
const CHANNELS_AT_ONCE = 4;
const LANES_AT_ONCE = 4;
const LANES = 40;
/** Facts of one renewal that are read together. */
const LANE_BATCH = 50;
/** So many failures in a row, and the channel rests: each of thousands need not find out by itself. */
const REST_AFTER = 5;
const RESTS_MS: readonly number[] = [
  30 * MS_PER_SECOND,
  MS_PER_MINUTE,
  2 * MS_PER_MINUTE,
  5 * MS_PER_MINUTE,
  10 * MS_PER_MINUTE,
  20 * MS_PER_MINUTE,
  30 * MS_PER_MINUTE,
];
const TRIES_KEPT = 20;
/** Of an answer this much is kept. */
const ANSWER_BYTES = 1024;

export interface DeliverContext {
  readonly db: Database;
  readonly keyRing: KeyRing;
  readonly post: Post;
  /** What a fact says to people. */
  readonly cardOf: (channel: ChannelDoc, delivery: DeliveryDoc) => Promise<Card>;
  readonly now: () => Instant;
  /** From 0 to 1, for the spread of waits. */
  readonly chance: () => number;
  readonly onFault: (error: unknown) => void;
  /** Names this process among those that share the work. */
  readonly holder: string;
}

/** Sends everything that is due and free. Gives the number of attempts. */
export async function deliverDue(context: DeliverContext): Promise<number> {
  const { db, now, holder, onFault } = context;
  const due = await db.deliveries.aggregate<{ _id: string }>([
    { $match: { nextAt: { $type: 'string', $lte: now() } } },
    { $limit: 20_000 },
    { $group: { _id: '$channel', first: { $min: '$nextAt' } } },
    { $sort: { first: 1 } },
  ]);
  const counts = await eachOf(due, CHANNELS_AT_ONCE, async ({ _id }) => {
    const part = `channel/${_id}`;
    if (!(await takeLease(db, part, holder, now()))) return 0;
    try {
      return await deliverChannel(context, _id);
    } catch (error) {
      // A secret whose key is gone, for one: the other channels go on.
      onFault(error);
      const restsUntil = addMs(now(), 5 * MS_PER_MINUTE);
      await db.channels.updateOne({ _id }, { $set: { restsUntil } });
      return 0;
    } finally {
      await giveBack(db, part, holder);
    }
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** How it goes with a channel while one process is at it. */
interface Run {
  readonly channel: ChannelDoc;
  readonly url: string;
  readonly secrets: readonly string[];
  failures: number;
  failingSince: Instant | null;
  deliveredAt: Instant | null;
  attempts: number;
  leasedAt: Instant;
  /** Set where nothing more is to be sent now. */
  restsUntil: Instant | null;
  stopped: boolean;
}

async function deliverChannel(context: DeliverContext, id: string): Promise<number> {
  const { db, now, keyRing } = context;
  const begun = now();
  const channel = await db.channels.findOne({ _id: id }).lean<ChannelDoc>();
  if (channel === null) {
    await db.deliveries.deleteMany({ channel: id });
    return 0;
  }
  const off = channel.disabledAt !== null;
  // What was written down while it was switched off.
  if (off) await holdDeliveries(db, id);
  if (channel.restsUntil !== null && channel.restsUntil > begun) return 0;
  const lanes = await lanesDue(context, channel, begun);
  if (lanes.length === 0) return 0;
  const run: Run = {
    channel,
    url: urlOf(keyRing, channel),
    secrets: secretsOf(keyRing, channel, begun),
    failures: channel.failures,
    failingSince: channel.failingSince,
    deliveredAt: null,
    attempts: 0,
    leasedAt: begun,
    restsUntil: null,
    stopped: false,
  };
  await eachOf(lanes, LANES_AT_ONCE, (lane) => deliverLane(context, run, lane));
  await noteRun(context, run);
  return run.attempts;
}

/** While it fails, and where there must be time between two messages, one renewal at a time. */
async function lanesDue({ db }: DeliverContext, channel: ChannelDoc, now: Instant): Promise<readonly string[]> {
  const single = channel.failures > 0 || KINDS[channel.kind].gapMs > 0;
  const due = await db.deliveries
    .find({ channel: channel._id, nextAt: trusted({ $type: 'string', $lte: now }) }, { lane: 1 })
    .sort({ nextAt: 1 })
    .limit(single ? 1 : LANES * 4)
    .lean<Pick<DeliveryDoc, 'lane'>[]>();
  return [...new Set(due.map(({ lane }) => lane))].slice(0, LANES);
}

/** Of one renewal the earlier fact goes first; one that must wait lets the later ones wait too. */
async function deliverLane(context: DeliverContext, run: Run, lane: string): Promise<void> {
  const { db, now, holder } = context;
  const waiting = await db.deliveries
    .find({ lane, nextAt: trusted({ $type: 'string' }) })
    .sort({ sequence: 1, _id: 1 })
    .limit(LANE_BATCH)
    .lean<DeliveryDoc[]>();
  for (const [i, delivery] of waiting.entries()) {
    if (run.stopped) return;
    let waitsUntil = delivery.nextAt;
    if (waitsUntil !== null && waitsUntil <= now()) {
      if (msBetween(run.leasedAt, now()) > LEASE_MS / 3) {
        run.stopped = !(await takeLease(db, `channel/${run.channel._id}`, holder, now()));
        if (run.stopped) return;
        run.leasedAt = now();
      }
      waitsUntil = await attempt(context, run, delivery);
    }
    if (waitsUntil === null) continue;
    const later = waiting.slice(i + 1).map(({ _id }) => _id);
    await db.deliveries.updateMany(
      { _id: trusted({ $in: later }), nextAt: trusted({ $type: 'string', $lt: waitsUntil }) },
      { $set: { nextAt: waitsUntil } },
    );
    return;
  }
}

/** Tries once, and writes down what came of it. Gives when it is tried again; null where it is done with. */
async function attempt(context: DeliverContext, run: Run, delivery: DeliveryDoc): Promise<Instant | null> {
  const { db, now, chance } = context;
  const { channel } = run;
  const { verdict, tried } = await send(context, run, delivery);
  const at = now();
  run.attempts += 1;
  const { gapMs } = KINDS[channel.kind];
  if (gapMs > 0) rest(run, addMs(at, gapMs));
  const attempts = delivery.attempts + (verdict.what === 'limited' ? 0 : 1);
  const tries = [...delivery.tries, tried].slice(-TRIES_KEPT);
  const done = (state: 'delivered' | 'dead') => ({ state, nextAt: null, doneAt: at, attempts, tries }) as const;
  const again = (nextAt: Instant) => ({ nextAt, attempts, tries }) as const;
  const write = async (change: Partial<DeliveryDoc>): Promise<Instant | null> => {
    // One that somebody has touched meanwhile is left as it is.
    const { _id, state, attempts: before, replays } = delivery;
    await db.deliveries.updateOne({ _id, state, attempts: before, replays }, { $set: change });
    return change.nextAt ?? null;
  };
  // A test says what is; it changes nothing of what the channel is thought of.
  if (delivery.type === TEST_TYPE) {
    if (verdict.what === 'taken') succeed(run, at);
    return write(done(verdict.what === 'taken' ? 'delivered' : 'dead'));
  }
  switch (verdict.what) {
    case 'taken':
      succeed(run, at);
      return write(done('delivered'));
    case 'limited': {
      const until = addMs(at, verdict.afterMs);
      run.failingSince ??= at;
      rest(run, until);
      return write(again(until));
    }
    case 'gone':
      run.stopped = true;
      await write(again(at));
      await switchOff(db, channel, 'gone', delivery, at);
      return at;
    case 'again': {
      const wait = backOffMs(attempts, chance());
      const soonest = addMs(at, verdict.afterMs ?? 0);
      const next = await write(wait === null ? done('dead') : again(maxInstant(addMs(at, wait), soonest)));
      await fail(context, run, delivery, at);
      return next;
    }
    default:
      return verdict satisfies never;
  }
}

async function send(
  { post, cardOf, now }: DeliverContext,
  { channel, url, secrets }: Run,
  delivery: DeliveryDoc,
): Promise<{ readonly verdict: Verdict; readonly tried: DeliveryTry }> {
  const kind = KINDS[channel.kind];
  const at = now();
  const composing = { delivery, url, secrets, now: at, card: () => cardOf(channel, delivery) };
  const begun = performance.now();
  const reply = await post(await kind.compose(composing));
  const millis = Math.round(performance.now() - begun);
  if (!reply.answered) {
    const { fault } = reply;
    return { verdict: { what: 'again', fault, afterMs: null }, tried: { at, millis, status: null, fault, answer: '' } };
  }
  const verdict = kind.judge(reply);
  const fault = verdict.what === 'taken' ? null : verdict.fault;
  return { verdict, tried: { at, millis, status: reply.status, fault, answer: beginningOf(reply.body) } };
}

function succeed(run: Run, at: Instant): void {
  run.failures = 0;
  run.failingSince = null;
  run.deliveredAt = at;
}

async function fail({ db }: DeliverContext, run: Run, delivery: DeliveryDoc, at: Instant): Promise<void> {
  run.failures += 1;
  run.failingSince ??= at;
  if (run.failures >= REST_AFTER) {
    rest(run, addMs(at, RESTS_MS[Math.min(run.failures - REST_AFTER, RESTS_MS.length - 1)] ?? 0));
  }
  if (msBetween(run.failingSince, at) < FAILING_MS) return;
  run.stopped = true;
  await switchOff(db, run.channel, 'failing', delivery, at);
}

function rest(run: Run, until: Instant): void {
  run.restsUntil = run.restsUntil === null ? until : maxInstant(run.restsUntil, until);
  run.stopped = true;
}

async function noteRun({ db, now }: DeliverContext, run: Run): Promise<void> {
  const { channel, failures, failingSince, deliveredAt, restsUntil } = run;
  // Somebody who has switched it off or on meanwhile has said how it goes with it.
  const { _id, updatedAt } = channel;
  const lastDeliveredAt = deliveredAt ?? channel.lastDeliveredAt;
  await db.channels.updateOne({ _id, updatedAt }, { $set: { failures, failingSince, restsUntil, lastDeliveredAt } });
  // It had rested, and works again: what has failed meanwhile need not wait for its time.
  if (deliveredAt === null || channel.failures < REST_AFTER) return;
  await db.deliveries.updateMany(
    { channel: _id, nextAt: trusted({ $type: 'string', $gt: now() }) },
    { $set: { nextAt: now() } },
  );
}

/** Not more than is kept, and no half character at its end. */
function beginningOf(body: string): string {
  const bytes = Buffer.from(body, 'utf8');
  if (bytes.length <= ANSWER_BYTES) return body;
  return bytes
    .subarray(0, ANSWER_BYTES)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '');
}
