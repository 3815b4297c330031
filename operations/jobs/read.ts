import { trusted } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import { ITEM_STATES } from '../../schemas/job.ts';
import type { ItemState, JobItemDoc } from '../../schemas/job.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Principal } from '../accounts/principal.ts';
import { afterCursor, cursorOf, pageLimit, pageOf } from '../store/cursor.ts';
import type { Page } from '../store/cursor.ts';
import type { PageRequest } from '../store/renewal-queries.ts';
import { trustedFilter } from '../store/trusted-filter.ts';
import type { BulkJob } from './bulk.ts';

export { ITEM_STATES, JOB_STATES } from '../../schemas/job.ts';

export type ItemCounts = Readonly<Record<ItemState, number>>;

/** A job beside what came of its items. */
export interface CountedJob {
  readonly job: BulkJob;
  readonly counts: ItemCounts;
}

/** What came of the items of some jobs, in their order. */
export async function countItems(
  db: Pick<Database, 'jobItems'>,
  jobs: readonly BulkJob[],
): Promise<readonly CountedJob[]> {
  const rows = await db.jobItems.aggregate<{ _id: { jobId: string; state: ItemState }; count: number }>([
    { $match: { jobId: trusted({ $in: jobs.map(({ _id }) => _id) }) } },
    { $group: { _id: { jobId: '$jobId', state: '$state' }, count: { $sum: 1 } } },
  ]);
  return jobs.map((job) => {
    const own = new Map(rows.filter(({ _id }) => _id.jobId === job._id).map(({ _id, count }) => [_id.state, count]));
    const counts = Object.fromEntries(ITEM_STATES.map((state) => [state, own.get(state) ?? 0])) as ItemCounts;
    return { job, counts };
  });
}

/** One's own bulk jobs, the latest first. Throws `store.cursor`. */
export async function listBulk(
  db: Pick<Database, 'jobs'>,
  personId: string,
  { limit: wanted, after }: PageRequest,
): Promise<Page<BulkJob>> {
  const limit = pageLimit(wanted);
  const where = [
    { by: personId, kind: 'bulk' as const },
    ...(after === undefined ? [] : [afterCursor('createdAt', after, -1)]),
  ];
  const rows = await db.jobs
    .find({ $and: where })
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean<BulkJob[]>();
  return pageOf(rows, limit, (row) => row.createdAt);
}

/** An item beside its renewal; null where the reader may not see that any more. */
export interface ItemWithRenewal {
  readonly item: JobItemDoc;
  readonly renewal: RenewalDoc | null;
}

/** A page of what came of each renewal, in the order of the job. Throws `store.cursor`. */
export async function listItems(
  db: Database,
  { rights }: Pick<Principal, 'rights'>,
  jobId: string,
  { limit: wanted, after, state }: PageRequest & { readonly state?: ItemState | undefined },
): Promise<Page<ItemWithRenewal>> {
  const limit = pageLimit(wanted);
  const where = [
    { jobId },
    ...(state === undefined ? [] : [{ state }]),
    ...(after === undefined ? [] : [afterCursor('place', after, 1)]),
  ];
  const rows = await db.jobItems
    .find({ $and: where })
    .sort({ place: 1 })
    .limit(limit + 1)
    .lean<JobItemDoc[]>();
  const items = rows.slice(0, limit);
  const only = rights.filter('read Renewal');
  const ids = trusted({ $in: items.map(({ renewalId }) => renewalId) });
  const renewals =
    only === null ? [] : await db.renewals.find({ $and: [{ _id: ids }, trustedFilter(only)] }).lean<RenewalDoc[]>();
  const byId = new Map(renewals.map((renewal) => [renewal._id, renewal]));
  const last = items.at(-1);
  return {
    items: items.map((item) => ({ item, renewal: byId.get(item.renewalId) ?? null })),
    next: rows.length > limit && last !== undefined ? cursorOf(last.place, last._id) : null,
  };
}
