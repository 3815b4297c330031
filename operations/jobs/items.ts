import { problem } from '../../domain/errors/index.ts';
import type { JobDoc, JobItemDoc } from '../../schemas/job.ts';
import { principalOfPerson } from '../accounts/principal.ts';
import type { OperationsContext } from '../context.ts';
import { isPassing } from '../unavailable.ts';
import { performItem } from './perform-item.ts';
import type { JobTools, JobWork, RunOptions } from './runner.ts';

/** So many items are on their way at once: a worker judges some thirty commands a second. */
const AT_ONCE = 8;

/** What people do to many renewals at once. It stays to be read and taken back. */
export function bulkWork(context: OperationsContext, options: RunOptions): JobWork<'bulk'> {
  return async (job, tools) => {
    await doItems(context, job, options, tools);
    return null;
  };
}

/** What follows from a change. It has left its trace in the histories, and is gone when it is done. */
export function followUpWork(context: OperationsContext, options: RunOptions): JobWork<'follow-up'> {
  const { db } = context;
  return async (job, tools) => {
    await doItems(context, job, options, tools);
    // In this order: a job without items is done at once, items without a job would stay for ever.
    await db.jobItems.deleteMany({ jobId: job._id });
    await db.jobs.deleteOne({ _id: job._id });
    return null;
  };
}

/** Does what waits, some at a time; whoever comes after this process finds the rest waiting. */
async function doItems(
  context: OperationsContext,
  job: JobDoc<'bulk' | 'follow-up'>,
  options: RunOptions,
  { progress }: JobTools,
): Promise<void> {
  const { jobItems } = context.db;
  for (;;) {
    const waiting = { jobId: job._id, state: 'waiting' as const };
    const [left, items] = await Promise.all([
      jobItems.countDocuments(waiting),
      jobItems.find(waiting).sort({ place: 1 }).limit(AT_ONCE).lean<JobItemDoc[]>(),
    ]);
    const total = job.total ?? left;
    await progress(total - left, total);
    if (items.length === 0) return;
    await doBatch(context, job, items, options);
  }
}

async function doBatch(
  context: OperationsContext,
  job: JobDoc<'bulk' | 'follow-up'>,
  items: readonly JobItemDoc[],
  { now, onFault }: RunOptions,
): Promise<void> {
  const { db } = context;
  const principal = job.by === null ? undefined : await principalOfPerson(db, job.by, now());
  const results = await Promise.allSettled(
    items.map(async (item) => {
      const result = await performItem({ context, job, item, principal, now: now() }).catch((error: unknown) => {
        if (isPassing(error)) throw error;
        // A fault of ours would come back with each try, and nobody behind it would ever have their turn.
        onFault(error, job);
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
