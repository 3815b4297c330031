import { randomUUID } from 'node:crypto';
import { trusted } from 'mongoose';
import { problem } from '../../domain/errors/index.ts';
import { addMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { JobDoc, JobItemDoc } from '../../schemas/job.ts';
import { principalOfPerson } from '../accounts/principal.ts';
import type { OperationsContext } from '../context.ts';
import { unavailable } from '../unavailable.ts';
import { performItem } from './perform-item.ts';

/** A runner that has said nothing for so long is dead, and another goes on with its job. */
const LEASE_MS = 60_000;
/** A job whose services are away rests for so long. */
const REST_MS = 10_000;
/** So many items are on their way at once: a worker judges some thirty commands a second. */
const AT_ONCE = 8;
const LOOK_EVERY_MS = 1000;

export interface RunOptions {
  readonly now: () => Instant;
  readonly onFault: (error: unknown, jobId: string) => void;
  /** Ends the work between two batches; the job is given back at once. */
  readonly signal?: AbortSignal;
}

/**
 * Does all jobs that nobody else is at; gives how many ended. What people asked for and what follows from changes are
 * two queues: the one must not wait for five thousand items of the other.
 */
export async function runJobs(context: OperationsContext, internal: boolean, options: RunOptions): Promise<number> {
  const runner = randomUUID();
  let ended = 0;
  while (options.signal?.aborted !== true) {
    const job = await claim(context, internal, runner, options.now());
    if (job === null) break;
    if (await runJob(context, job, runner, options)) ended += 1;
  }
  return ended;
}

async function claim(
  { db }: OperationsContext,
  internal: boolean,
  runner: string,
  now: Instant,
): Promise<JobDoc | null> {
  return db.jobs
    .findOneAndUpdate(
      { state: trusted({ $in: ['waiting', 'running'] }), internal, leaseUntil: trusted({ $lte: now }) },
      { $set: { state: 'running', runner, leaseUntil: addMs(now, LEASE_MS) } },
      { sort: { createdAt: 1 }, returnDocument: 'after' },
    )
    .lean<JobDoc>();
}

/** True where it is done; false where it goes on later, or somebody else has it. */
async function runJob(
  context: OperationsContext,
  job: JobDoc,
  runner: string,
  { now, onFault, signal }: RunOptions,
): Promise<boolean> {
  const { db } = context;
  const mine = { _id: job._id, runner };
  try {
    for (;;) {
      const items = await db.jobItems
        .find({ jobId: job._id, state: 'waiting' })
        .sort({ place: 1 })
        .limit(AT_ONCE)
        .lean<JobItemDoc[]>();
      if (items.length === 0) {
        await finish(context, job, mine, now());
        return true;
      }
      const leaseUntil = signal?.aborted === true ? now() : addMs(now(), LEASE_MS);
      const { matchedCount } = await db.jobs.updateOne(mine, { $set: { leaseUntil } });
      if (matchedCount === 0 || signal?.aborted === true) return false;
      await runBatch(context, job, items, { now, onFault });
    }
  } catch (error) {
    if (unavailable(error, context.config) === undefined) onFault(error, job._id);
    await db.jobs.updateOne(mine, { $set: { leaseUntil: addMs(now(), REST_MS) } });
    return false;
  }
}

/** What people asked for stays to be read and taken back; a follow-up has left its trace in the histories. */
async function finish(
  { db }: OperationsContext,
  { _id, internal }: JobDoc,
  mine: { readonly _id: string; readonly runner: string },
  now: Instant,
): Promise<void> {
  if (!internal) {
    await db.jobs.updateOne(mine, { $set: { state: 'done', finishedAt: now } });
    return;
  }
  const { deletedCount } = await db.jobs.deleteOne(mine);
  if (deletedCount > 0) await db.jobItems.deleteMany({ jobId: _id });
}

async function runBatch(
  context: OperationsContext,
  job: JobDoc,
  items: readonly JobItemDoc[],
  { now, onFault }: RunOptions,
): Promise<void> {
  const { db } = context;
  const principal = job.internal ? undefined : await principalOfPerson(db, job.by, now());
  const results = await Promise.allSettled(
    items.map(async (item) => {
      const result = await performItem({ context, job, item, principal, now: now() }).catch((error: unknown) => {
        if (unavailable(error, context.config) !== undefined) throw error;
        // A fault of ours would come back with each try, and nobody behind it would ever have their turn.
        onFault(error, job._id);
        const found = problem('server.bug', { requestId: item._id });
        return { state: 'failed' as const, problem: found };
      });
      const set = { state: result.state, problem: result.problem, doneAt: now() };
      await db.jobItems.updateOne({ _id: item._id, state: 'waiting' }, { $set: set });
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

export interface JobRunner {
  /** Resolves when nothing runs any more; what was not finished goes on with the next runner. */
  close(): Promise<void>;
}

/** Does jobs as they come, until it is closed. Any number of processes may do so side by side. */
export function startJobRunner(
  context: OperationsContext,
  { now, onFault }: Omit<RunOptions, 'signal'>,
  lookEveryMs: number = LOOK_EVERY_MS,
): JobRunner {
  const stop = new AbortController();
  const lanes = [false, true].map((internal) => {
    let running: Promise<unknown> | undefined;
    const look = () => {
      if (stop.signal.aborted) return;
      running ??= runJobs(context, internal, { now, onFault, signal: stop.signal })
        .catch((error: unknown) => onFault(error, ''))
        .finally(() => {
          running = undefined;
        });
    };
    const timer = setInterval(look, lookEveryMs);
    timer.unref();
    look();
    return { timer, rest: async () => running };
  });
  return {
    async close() {
      stop.abort();
      for (const { timer } of lanes) clearInterval(timer);
      await Promise.all(lanes.map(({ rest }) => rest()));
    },
  };
}
