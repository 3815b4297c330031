import { trusted } from 'mongoose';
import type { Filter } from '../../domain/access/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { SavePlanDoc } from '../../schemas/save-plan.ts';
import { afterCursor, pageLimit, pageOf } from './cursor.ts';
import type { Page } from './cursor.ts';
import { clientIds } from './record-queries.ts';
import type { PageRequest } from './renewal-queries.ts';
import { trustedFilter } from './trusted-filter.ts';

export interface SavePlanFilters {
  readonly status?: SavePlanDoc['status'] | undefined;
  readonly outcome?: SavePlanDoc['outcome'] | undefined;
  readonly cause?: string | undefined;
  readonly clientId?: string | undefined;
  readonly renewalId?: string | undefined;
  /** Owner of the client. */
  readonly ownerId?: string | undefined;
}

/**
 * Save plans, the latest first, those of clients that `only` lets through. Plans do not carry their owner: clients do,
 * and a reader who does not see all of them has some hundred. Throws `store.cursor`.
 */
export async function listSavePlans(
  db: Pick<Database, 'clients' | 'savePlans'>,
  only: Filter,
  { limit: wanted, after, ownerId, ...filters }: SavePlanFilters & PageRequest,
): Promise<Page<SavePlanDoc>> {
  const limit = pageLimit(wanted);
  const ofClient = [
    ...(Object.keys(only).length === 0 ? [] : [trustedFilter(only)]),
    ...(ownerId === undefined ? [] : [{ ownerId }]),
  ];
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const where = [
    Object.fromEntries(given),
    ...(ofClient.length === 0 ? [] : [{ clientId: trusted({ $in: await clientIds(db, ofClient) }) }]),
    ...(after === undefined ? [] : [afterCursor('openedAt', after, -1)]),
  ];
  const rows = await db.savePlans
    .find({ $and: where })
    .sort({ openedAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean<SavePlanDoc[]>();
  return pageOf(rows, limit, (row) => row.openedAt);
}
