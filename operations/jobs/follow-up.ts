import type { ClientSession } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import type { FollowUp, JobDoc, JobItemDoc } from '../../schemas/job.ts';
import { raw } from '../../schemas/raw.ts';
import type { ChangeStamp } from '../records/stamp.ts';

/**
 * What follows from a change for the renewals it concerns, written with the change: it is done by whoever runs jobs,
 * also where this process dies at once. The same change again adds nothing.
 */
export async function followUp(
  db: Pick<Database, 'jobs' | 'jobItems'>,
  session: ClientSession,
  action: FollowUp,
  renewalIds: readonly string[],
  stamp: ChangeStamp,
): Promise<void> {
  if (renewalIds.length === 0) return;
  const _id = `job_${stamp.id}`;
  const job: JobDoc = {
    _id,
    action,
    by: stamp.personId,
    internal: true,
    createdAt: stamp.at,
    state: 'waiting',
    finishedAt: null,
    leaseUntil: stamp.at,
    runner: null,
    undoOf: null,
    undoneBy: null,
  };
  if ((await db.jobs.exists({ _id }).session(session)) !== null) return;
  await raw(db.jobs).insertOne(job, { session });
  await raw(db.jobItems).insertMany(
    renewalIds.map((renewalId, i) => itemOf(_id, i + 1, renewalId)),
    { session },
  );
}

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
