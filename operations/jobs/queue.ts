import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { JobDoc, JobInputs, JobItemDoc, JobKind } from '../../schemas/job.ts';
import { raw } from '../../schemas/raw.ts';
import { isDuplicateKey } from '../../schemas/transaction.ts';

export interface JobWish<K extends JobKind> {
  /** The same id twice is one job. */
  readonly id: string;
  readonly kind: K;
  /** Who asks for it; null for the engine itself. */
  readonly by: string | null;
  readonly input: JobInputs[K];
}

/** A job that nobody has begun. */
export function newJob<K extends JobKind>({ id, kind, by, input }: JobWish<K>, now: Instant): JobDoc<K> {
  return {
    _id: id,
    kind,
    input,
    by,
    state: 'waiting',
    done: 0,
    total: null,
    createdAt: now,
    finishedAt: null,
    holder: null,
    leaseUntil: now,
    attempts: 0,
    result: null,
    problem: null,
    undoOf: null,
    undoneBy: null,
  };
}

/** Notes a job for whichever process is free; one that is there already is given back as it stands. */
export async function queueJob<K extends JobKind>(
  db: Pick<Database, 'jobs'>,
  wish: JobWish<K>,
  now: Instant,
): Promise<JobDoc<K>> {
  const job = newJob(wish, now);
  try {
    await raw(db.jobs).insertOne(job);
    return job;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const there = await db.jobs.findOne({ _id: job._id }).lean<JobDoc<K>>();
    if (there === null) throw error;
    return there;
  }
}

/** A renewal of a job, at its place from 1. */
export function itemOf(jobId: string, place: number, renewalId: string, more: Partial<JobItemDoc> = {}): JobItemDoc {
  return {
    _id: `${jobId}/${place}`,
    jobId,
    place,
    renewalId,
    state: 'waiting',
    problem: null,
    before: null,
    doneAt: null,
    ...more,
  };
}

/** Notes a job with its items, in the transaction of what it follows from. */
export async function insertJob<K extends JobKind>(
  db: Pick<Database, 'jobs' | 'jobItems'>,
  session: ClientSession,
  job: JobDoc<K>,
  items: readonly JobItemDoc[],
): Promise<JobDoc<K>> {
  const counted = { ...job, total: items.filter(({ state }) => state === 'waiting').length };
  await raw(db.jobs).insertOne(counted, { session });
  await raw(db.jobItems).insertMany([...items], { session });
  return counted;
}

/** One's own job of a kind. Throws `resource.not_found`, also for one of somebody else. */
export async function ownJob<K extends JobKind>(
  db: Pick<Database, 'jobs'>,
  personId: string,
  id: string,
  kind: K,
): Promise<JobDoc<K>> {
  const job = await db.jobs.findOne({ _id: id, by: personId, kind }).lean<JobDoc<K>>();
  if (job === null) throw PerennialError.of('resource.not_found', { kind: '@kind.job', id: excerpt(id) });
  return job;
}

/** Ends jobs of a kind that have not ended by themselves; whoever works on one notices at its next step. */
export async function cancelJobs(db: Pick<Database, 'jobs'>, kind: JobKind, now: Instant): Promise<void> {
  await db.jobs.updateMany(
    { kind, state: trusted({ $in: ['waiting', 'running'] }) },
    { $set: { state: 'cancelled', finishedAt: now, holder: null } },
  );
}
