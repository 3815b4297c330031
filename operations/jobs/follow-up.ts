import type { ClientSession } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import type { FollowUp } from '../../schemas/job.ts';
import type { ChangeStamp } from '../records/stamp.ts';
import { insertJob, itemOf, newJob } from './queue.ts';

/**
 * What follows from a change for the renewals it concerns, written with the change: it is done by whoever runs jobs,
 * also where this process dies at once. The same change again adds nothing.
 */
export async function followUp(
  db: Pick<Database, 'jobs' | 'jobItems'>,
  session: ClientSession,
  action: FollowUp,
  renewalIds: readonly string[],
  stamp: Pick<ChangeStamp, 'id' | 'at'>,
): Promise<void> {
  if (renewalIds.length === 0) return;
  const id = `job_${stamp.id}`;
  if ((await db.jobs.exists({ _id: id }).session(session)) !== null) return;
  const job = newJob({ id, kind: 'follow-up', by: null, input: { action } }, stamp.at);
  const items = renewalIds.map((renewalId, i) => itemOf(id, i + 1, renewalId));
  await insertJob(db, session, job, items);
}
