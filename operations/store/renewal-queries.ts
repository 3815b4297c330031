import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Phase } from '../../domain/renewal/state.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { textKey } from '../../schemas/keys.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Filter } from '../../domain/access/index.ts';
import type { RenewalSort } from './renewal-sorts.ts';
import { trustedFilter } from './trusted-filter.ts';
import { afterCursor, pageLimit, pageOf } from './cursor.ts';
import type { Page } from './cursor.ts';

export interface RenewalFilters {
  readonly phase?: Phase;
  readonly stage?: string;
  readonly ownerId?: string;
  readonly clientId?: string;
  readonly tier?: RenewalDoc['tier'];
  readonly atRisk?: boolean;
  readonly paused?: boolean;
  readonly outcome?: string;
  readonly stalled?: boolean;
  /** End date from this day on, and up to this day, both included. */
  readonly endsFrom?: CivilDate;
  readonly endsTo?: CivilDate;
}

export interface PageRequest {
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface RenewalListRequest extends PageRequest {
  readonly filters?: RenewalFilters;
  /** What the reader may see; everything where left out. */
  readonly only?: Filter;
  readonly sort?: RenewalSort;
  readonly descending?: boolean;
}

/** A page of renewals, by end date where nothing else is asked. Throws `store.cursor`. */
export async function listRenewals(db: Database, request: RenewalListRequest = {}): Promise<Page<RenewalDoc>> {
  const { filters = {}, sort = 'endDate', after } = request;
  const direction = request.descending === true ? -1 : 1;
  const limit = pageLimit(request.limit);
  const { only } = request;
  const where = [
    renewalFilter(filters),
    ...(only === undefined ? [] : [trustedFilter(only)]),
    ...(after === undefined ? [] : [afterCursor(sort, after, direction)]),
  ];
  const rows = await db.renewals
    .find({ $and: where })
    .sort({ [sort]: direction, _id: direction })
    .limit(limit + 1)
    .lean<RenewalDoc[]>();
  return pageOf(rows, limit, (row) => row[sort]);
}

export function renewalFilter(filters: RenewalFilters): Record<string, unknown> {
  const { stalled, endsFrom, endsTo, ...equal } = filters;
  const given = Object.entries(equal).filter(([, value]) => value !== undefined);
  const ends = {
    ...(endsFrom === undefined ? {} : { $gte: endsFrom }),
    ...(endsTo === undefined ? {} : { $lte: endsTo }),
  };
  return {
    ...Object.fromEntries(given),
    ...(stalled === undefined ? {} : { stalledSince: stalled ? trusted({ $type: 'string' }) : null }),
    ...(Object.keys(ends).length === 0 ? {} : { endDate: trusted(ends) }),
  };
}

/** A renewal by its id, or the newest of a contract by the contract's number or id. Throws `renewal.not_found`. */
export async function findRenewal(db: Database, idOrNumber: string): Promise<RenewalDoc> {
  const wanted = idOrNumber.trim();
  const byId = await db.renewals.findOne({ _id: wanted }).lean<RenewalDoc>();
  if (byId !== null) return byId;
  const contract = await db.contracts
    .findOne({ $or: [{ numberKey: textKey(wanted) }, { _id: wanted }] }, { _id: 1 })
    .lean<Pick<ContractDoc, '_id'>>();
  const found =
    contract && (await db.renewals.findOne({ contractId: contract._id }).sort({ term: -1 }).lean<RenewalDoc>());
  if (found === null) throw PerennialError.of('renewal.not_found', { id: excerpt(idOrNumber) });
  return found;
}

export interface Counts {
  readonly total: number;
  readonly phases: Readonly<Record<string, number>>;
  /** Open renewals by stage in work. */
  readonly stages: Readonly<Record<string, number>>;
  readonly atRisk: number;
  readonly paused: number;
  readonly stalled: number;
}

/** How many renewals there are, by phase and by stage in work. */
export async function countRenewals(db: Database, filters: RenewalFilters = {}, only: Filter = {}): Promise<Counts> {
  const rows = await db.renewals.aggregate<CountRow>([
    { $match: { $and: [renewalFilter(filters), trustedFilter(only)] } },
    {
      $group: {
        _id: { phase: '$phase', stage: { $cond: [{ $eq: ['$phase', 'open'] }, '$stage', null] } },
        count: { $sum: 1 },
        atRisk: { $sum: { $cond: ['$atRisk', 1, 0] } },
        paused: { $sum: { $cond: ['$paused', 1, 0] } },
        stalled: { $sum: { $cond: [{ $ne: ['$stalledSince', null] }, 1, 0] } },
      },
    },
  ]);
  const phases: Record<string, number> = {};
  const stages: Record<string, number> = {};
  const sums = { total: 0, atRisk: 0, paused: 0, stalled: 0 };
  for (const { _id, count, atRisk, paused, stalled } of rows) {
    phases[_id.phase] = (phases[_id.phase] ?? 0) + count;
    if (_id.stage !== null) stages[_id.stage] = (stages[_id.stage] ?? 0) + count;
    sums.total += count;
    sums.atRisk += atRisk;
    sums.paused += paused;
    sums.stalled += stalled;
  }
  return { ...sums, phases, stages };
}

interface CountRow {
  readonly _id: { readonly phase: string; readonly stage: string | null };
  readonly count: number;
  readonly atRisk: number;
  readonly paused: number;
  readonly stalled: number;
}

/** Renewals that stand still, the oldest first; `view.stalled` says since when and what they wait for, `target` what is at stake. */
export async function listStalled(
  db: Database,
  request: PageRequest & { readonly ownerId?: string } = {},
): Promise<Page<RenewalDoc>> {
  const { ownerId, ...page } = request;
  const filters = { stalled: true, ...(ownerId === undefined ? {} : { ownerId }) };
  return listRenewals(db, { ...page, filters, sort: 'stalledSince' });
}

/** The renewals that look again next. */
export async function nextWakes(db: Database, limit = 10, only: Filter = {}): Promise<readonly RenewalDoc[]> {
  return db.renewals
    .find({ $and: [{ wakeAt: trusted({ $type: 'string' }) }, trustedFilter(only)] })
    .sort({ wakeAt: 1, _id: 1 })
    .limit(pageLimit(limit))
    .lean<RenewalDoc[]>();
}

/** Renewals whose time to look again has passed by more than a worker at rest would allow: a sign that none works. */
export async function overdueWakes(db: Database, before: Instant): Promise<number> {
  return db.renewals.countDocuments({ wakeAt: trusted({ $type: 'string', $lt: before }) });
}
