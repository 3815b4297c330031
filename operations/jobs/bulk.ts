import { trusted } from 'mongoose';
import { excerpt, PerennialError, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { BulkAction, JobDoc, JobItemDoc } from '../../schemas/job.ts';
import type { Database } from '../../schemas/connection.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Principal } from '../accounts/principal.ts';
import { FieldChecks } from '../records/checks.ts';
import { refusedOwner } from '../records/owner.ts';
import { renewalFilter } from '../store/renewal-queries.ts';
import type { RenewalFilters } from '../store/renewal-queries.ts';
import { trustedFilter } from '../store/trusted-filter.ts';
import { MAX_NAME, MAX_TEXT } from '../text-fields.ts';
import { excluded, UNDOABLE } from './bulk-rules.ts';
import { insertJob, itemOf, newJob } from './queue.ts';

/** So many renewals at most in one job: what takes longer than some minutes is better done in parts. */
export const BULK_MAX = 5000;

/** Which renewals: those that a filter finds, or these. */
export interface BulkWish {
  readonly filter?: RenewalFilters | undefined;
  readonly renewalIds?: readonly string[] | undefined;
  readonly action: BulkAction;
}

export interface Chosen {
  /** Null where the caller sees no such renewal. */
  readonly renewal: RenewalDoc | null;
  readonly renewalId: string;
  /** What speaks against it; null where it can be done. */
  readonly problem: Problem | null;
}

export type BulkJob = JobDoc<'bulk'>;

type Caller = Pick<Principal, 'person' | 'rights'>;

/**
 * The renewals that are meant, each with what speaks against it; in order of their end dates, or of the list. Throws
 * `bulk.nothing`, `bulk.both`, `bulk.too_many`, and what is wrong with the action.
 */
export async function chooseRenewals(db: Database, { rights }: Caller, wish: BulkWish): Promise<readonly Chosen[]> {
  const action = await checkedAction(db, rights, wish.action);
  const { filter, renewalIds } = wish;
  if (filter === undefined && renewalIds === undefined)
    throw PerennialError.of('bulk.nothing', {}, { field: 'filter' });
  if (filter !== undefined && renewalIds !== undefined) {
    throw PerennialError.of('bulk.both', {}, { field: 'renewalIds' });
  }
  const only = rights.filter('read Renewal');
  const wanted = renewalIds === undefined ? null : [...new Set(renewalIds)];
  if (wanted !== null && wanted.length > BULK_MAX) throw tooMany();
  const where = wanted === null ? renewalFilter(filter ?? {}) : { _id: trusted({ $in: wanted }) };
  const found =
    only === null
      ? []
      : await db.renewals
          .find({ $and: [where, trustedFilter(only)] })
          .sort({ endDate: 1, _id: 1 })
          .limit(BULK_MAX + 1)
          .lean<RenewalDoc[]>();
  if (found.length > BULK_MAX) throw tooMany();
  const byId = new Map(found.map((renewal) => [renewal._id, renewal]));
  return (wanted ?? [...byId.keys()]).map((renewalId): Chosen => {
    const renewal = byId.get(renewalId) ?? null;
    if (renewal !== null) return { renewal, renewalId, problem: excluded(action, renewal, rights) };
    const params = { kind: '@kind.renewal', id: excerpt(renewalId) };
    return { renewal, renewalId, problem: problem('resource.not_found', params) };
  });
}

/** Texts are checked before anything is done with five hundred renewals, not by each of them. */
async function checkedAction(db: Database, rights: Caller['rights'], action: BulkAction): Promise<BulkAction> {
  const checks = new FieldChecks();
  if (action.kind === 'pause' || action.kind === 'shift dates') checks.text('action.reason', action.reason, MAX_TEXT);
  if (action.kind === 'resume') checks.text('action.note', action.note, MAX_NAME, false);
  if (action.kind === 'reassign') {
    await checks.colleague(db, 'action.ownerId', action.ownerId);
    const refusal = await refusedOwner(db, rights, action.ownerId);
    if (refusal !== undefined) throw refusal;
  }
  checks.done();
  return action;
}

function tooMany(): PerennialError {
  return PerennialError.of('bulk.too_many', { max: BULK_MAX });
}

export interface BulkRequest {
  /** Names the job: the same request again is the same job. */
  readonly onceId: string;
  readonly now: Instant;
  /** How many were to be done by the preview; a difference stops it. */
  readonly expected?: number | undefined;
}

/**
 * Begins the job. What is meant is fixed now; those excluded stand in it with the reason. Throws what
 * {@link chooseRenewals} throws, `bulk.changed` and `bulk.empty`.
 */
export async function beginBulk(
  db: Database,
  caller: Caller,
  wish: BulkWish,
  { onceId, now, expected }: BulkRequest,
): Promise<BulkJob> {
  const id = `job_${onceId}`;
  const begun = await db.jobs.findOne({ _id: id }).lean<BulkJob>();
  if (begun !== null) return begun;
  const chosen = await chooseRenewals(db, caller, wish);
  const count = chosen.filter((one) => one.problem === null).length;
  if (expected !== undefined && expected !== count) throw PerennialError.of('bulk.changed', { found: count, expected });
  if (count === 0) throw PerennialError.of('bulk.empty');
  const job = newJob({ id, kind: 'bulk', by: caller.person.id, input: { action: wish.action } }, now);
  const items = chosen.map(({ renewalId, problem: found }, i) =>
    itemOf(id, i + 1, renewalId, found === null ? {} : { state: 'excluded', problem: found }),
  );
  return begin(db, job, items);
}

/**
 * Takes back what a job has done, item by item: those that it changed and nobody has changed since. Throws
 * `bulk.cannot_undo`, `bulk.not_done`, `bulk.undone` and `bulk.empty`.
 */
export async function undoBulk(
  db: Database,
  { person }: Caller,
  job: BulkJob,
  { onceId, now }: BulkRequest,
): Promise<BulkJob> {
  const { action } = job.input;
  const id = `job_${onceId}`;
  if (job.undoneBy === id) {
    const begun = await db.jobs.findOne({ _id: id }).lean<BulkJob>();
    if (begun !== null) return begun;
  }
  if (action.kind === 'undo' || !UNDOABLE.includes(action.kind)) throw PerennialError.of('bulk.cannot_undo');
  if (job.state !== 'done') throw PerennialError.of('bulk.not_done');
  if (job.undoneBy !== null) throw PerennialError.of('bulk.undone', { job: job.undoneBy });
  const done = await db.jobItems.find({ jobId: job._id, state: 'done' }).sort({ place: 1 }).lean<JobItemDoc[]>();
  if (done.length === 0) throw PerennialError.of('bulk.empty');
  const items = done.map(({ renewalId, before }, i) => itemOf(id, i + 1, renewalId, { before }));
  const input = { action: { kind: 'undo', of: action } } as const;
  const undo = { ...newJob({ id, kind: 'bulk', by: person.id, input }, now), undoOf: job._id };
  return begin(db, undo, items, job);
}

async function begin(db: Database, job: BulkJob, items: readonly JobItemDoc[], undone?: BulkJob): Promise<BulkJob> {
  return db.transaction(async (session) => {
    const there = await db.jobs.findOne({ _id: job._id }, null, { session }).lean<BulkJob>();
    if (there !== null) return there;
    if (undone !== undefined) {
      const filter = { _id: undone._id, undoneBy: null };
      const { matchedCount } = await db.jobs.updateOne(filter, { $set: { undoneBy: job._id } }, { session });
      if (matchedCount === 0) throw PerennialError.of('bulk.undone', { job: undone._id });
    }
    return insertJob(db, session, job, items);
  });
}
