import { trusted } from 'mongoose';
import { PerennialError, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import { addDays, localDate } from '../../domain/time/index.ts';
import type { BulkAction, FollowUp, ItemBefore, ItemState, JobDoc, JobItemDoc } from '../../schemas/job.ts';
import { raw } from '../../schemas/raw.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { createClientKeys } from '../../schemas/sealing.ts';
import { toEntry } from '../../schemas/history-reader.ts';
import type { HistoryDoc } from '../../schemas/history.ts';
import { openEntry } from '../../domain/history/index.ts';
import { parseRenewalId } from '../../workflows/renewal/messages.ts';
import type { Principal } from '../accounts/principal.ts';
import { compileZone } from '../calendars/zone-offsets.ts';
import { amendDates, pauseRenewal, resumeRenewal } from '../commands.ts';
import type { Stamp } from '../commands.ts';
import type { OperationsContext } from '../context.ts';
import { changeClient } from '../records/clients.ts';
import { concernedBy, tellHistories } from '../records/history.ts';
import { pokeRenewals } from '../start-renewals.ts';
import { isPassing } from '../unavailable.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { BULK_RIGHTS, datesOf, shifted } from './bulk-rules.ts';
import { itemOf } from './queue.ts';

export interface ItemResult {
  readonly state: Exclude<ItemState, 'waiting' | 'excluded'>;
  readonly problem: Problem | null;
}

const DONE: ItemResult = { state: 'done', problem: null };
const UNCHANGED: ItemResult = { state: 'unchanged', problem: null };

/** What an item is done with. */
export interface ItemWork {
  readonly context: OperationsContext;
  readonly job: JobDoc<'bulk' | 'follow-up'>;
  readonly item: JobItemDoc;
  /** Whose rights count; undefined where the person may not act any more. */
  readonly principal: Principal | undefined;
  readonly now: Instant;
}

/**
 * Does one item. Done again after a crash it changes nothing: the fact has the item's id. Throws where it must be tried
 * again, because a service is away; everything else is the item's result.
 */
export async function performItem(work: ItemWork): Promise<ItemResult> {
  const { action } = work.job.input;
  try {
    if (action.kind === 'look' || action.kind === 'tell') return await follow(work, action);
    if (action.kind === 'look everywhere') return await lookOn(work, action.what);
    const bulk = action.kind === 'undo' ? action.of : action;
    const { context, item, principal } = work;
    const renewal = await context.db.renewals.findOne({ _id: item.renewalId }).lean<RenewalDoc>();
    const may = renewal !== null && principal?.rights.mayWith(BULK_RIGHTS[bulk.kind], { ownerId: renewal.ownerId });
    if (renewal === null || may !== true) {
      // One's own reassignment, done before a crash, may have taken the right to it.
      if (renewal !== null && bulk.kind === 'reassign' && isGiven(work, renewal, bulk)) return DONE;
      return { state: 'failed', problem: problem('bulk.no_right', {}) };
    }
    return await (action.kind === 'undo' ? undo(work, action.of, renewal) : act(work, action, renewal));
  } catch (error) {
    if (!(error instanceof PerennialError) || isPassing(error)) throw error;
    const [first] = error.problems;
    return { state: 'failed', problem: first ?? null };
  }
}

async function act(work: ItemWork, action: BulkAction, renewal: RenewalDoc): Promise<ItemResult> {
  const { context, item } = work;
  const stamp = stampOf(work);
  switch (action.kind) {
    case 'pause':
      await pauseRenewal(context, renewal._id, { reason: action.reason, until: action.until }, stamp);
      return DONE;
    case 'resume':
      await resumeRenewal(context, renewal._id, { note: action.note }, stamp);
      return DONE;
    case 'shift dates': {
      const dates = item.before ?? (await remember(work, datesBefore(renewal)));
      return setDates(
        work,
        shifted({ endDate: dates.endDate ?? null, noticeDate: dates.noticeDate ?? null }, action.days),
        action.reason,
      );
    }
    case 'reassign': {
      if (item.before === null && renewal.ownerId === action.ownerId) return UNCHANGED;
      if (item.before === null) await remember(work, { ownerId: renewal.ownerId });
      await giveTo(work, renewal, action.ownerId);
      return DONE;
    }
    case 'poke':
      await look(work, 'request');
      return DONE;
    default:
      return action satisfies never;
  }
}

async function undo(work: ItemWork, of: BulkAction, renewal: RenewalDoc): Promise<ItemResult> {
  const { context, item, now } = work;
  const stamp = stampOf(work);
  const before: ItemBefore = item.before ?? {};
  switch (of.kind) {
    case 'pause':
      await resumeRenewal(context, renewal._id, { note: '' }, stamp);
      return DONE;
    case 'resume': {
      const last = await lastPause(work, renewal);
      const year = Number(now.slice(0, 4));
      // A day that is over anywhere is no end of a pause; the team may be a day ahead.
      const soon = addDays(localDate(compileZone('UTC', year, year), now), 1);
      const until = last.until !== null && last.until > soon ? last.until : null;
      await pauseRenewal(context, renewal._id, { reason: last.reason, until }, stamp);
      return DONE;
    }
    case 'shift dates': {
      const was = { endDate: before.endDate ?? null, noticeDate: before.noticeDate ?? null };
      const set = shifted(was, of.days);
      const is = datesOf(renewal);
      const isBack = is.endDate === was.endDate && is.noticeDate === was.noticeDate;
      if (!isBack && (is.endDate !== set.endDate || is.noticeDate !== set.noticeDate)) return changedSince();
      return setDates(work, was, of.reason);
    }
    case 'reassign': {
      if (renewal.ownerId === before.ownerId) return UNCHANGED;
      if (renewal.ownerId !== of.ownerId || before.ownerId === undefined) return changedSince();
      await giveTo(work, renewal, before.ownerId);
      return DONE;
    }
    case 'poke':
      return UNCHANGED;
    default:
      return of satisfies never;
  }
}

function changedSince(): ItemResult {
  return { state: 'failed', problem: problem('bulk.changed_since', {}) };
}

/** Bulk actions are somebody's always. */
function askedBy({ by }: ItemWork['job']): string {
  return by ?? '';
}

function stampOf({ item, job, now }: ItemWork): Stamp {
  return { id: item._id, at: now, by: { kind: 'person', id: askedBy(job) } };
}

/** Notes how it was before it is changed: after a crash the first note counts, not what was read the second time. */
async function remember({ context, item }: ItemWork, before: ItemBefore): Promise<ItemBefore> {
  await context.db.jobItems.updateOne({ _id: item._id, before: null }, { $set: { before } });
  return before;
}

function datesBefore(renewal: RenewalDoc): ItemBefore {
  const { endDate, noticeDate } = datesOf(renewal);
  return { ...(endDate === null ? {} : { endDate }), noticeDate };
}

async function setDates(
  work: ItemWork,
  { endDate, noticeDate }: ReturnType<typeof shifted>,
  reason: string,
): Promise<ItemResult> {
  if (endDate === null) return { state: 'failed', problem: problem('bulk.no_dates', {}) };
  await amendDates(work.context, work.item.renewalId, { endDate, noticeDate, reason }, stampOf(work));
  return DONE;
}

/** Whether an earlier try of this item has given the client away already. */
function isGiven({ item, job }: ItemWork, renewal: RenewalDoc, of: Extract<BulkAction, { kind: 'reassign' }>): boolean {
  const target = job.input.action.kind === 'undo' ? item.before?.ownerId : of.ownerId;
  return item.before !== null && renewal.ownerId === target;
}

async function giveTo({ context, item, job, now }: ItemWork, renewal: RenewalDoc, ownerId: string): Promise<void> {
  const stamp = { id: item._id, at: now, personId: askedBy(job) };
  // The rights to it were looked at just before, and the new owner when the job was begun.
  await changeClient(context.db, renewal.clientId, { ownerId }, stamp, () => undefined);
}

async function look({ context, item, job }: ItemWork, what: string): Promise<void> {
  const term = parseRenewalId(item.renewalId);
  if (term !== undefined) await pokeRenewals(context, [{ ...term, change: item._id }], what, job.createdAt);
}

/** So many renewals are asked to look in one item. */
const STRETCH = 200;

/**
 * Lets the next stretch of renewals look that have not ended, in the order of their ids, and puts the one after it into
 * the job: however many there are, nothing is written for each of them.
 */
async function lookOn({ context, item, job }: ItemWork, what: string): Promise<ItemResult> {
  const { db } = context;
  const stretch = await db.renewals
    .find({ _id: trusted({ $gt: item.renewalId }), phase: trusted({ $ne: 'closed' }) }, { contractId: 1, term: 1 })
    .sort({ _id: 1 })
    .limit(STRETCH)
    .lean<Pick<RenewalDoc, '_id' | 'contractId' | 'term'>[]>();
  const terms = stretch.map(({ contractId, term }) => ({ contractId, term, change: job._id }));
  await pokeRenewals(context, terms, what, job.createdAt);
  const last = stretch.at(-1);
  if (last !== undefined && stretch.length === STRETCH) {
    const next = itemOf(job._id, item.place + 1, last._id);
    // Done again after a crash, it stands there already.
    await raw(db.jobItems).updateOne({ _id: next._id }, { $setOnInsert: next }, { upsert: true });
  }
  return DONE;
}

/** A change of a record reaches the renewals it concerns. */
async function follow(work: ItemWork, action: Exclude<FollowUp, { kind: 'look everywhere' }>): Promise<ItemResult> {
  const { context, item } = work;
  const { db } = context;
  if (action.kind === 'tell') {
    const term = parseRenewalId(item.renewalId);
    const contract = term && (await db.contracts.findOne({ _id: term.contractId }).lean<ContractDoc>());
    if (!contract) return UNCHANGED;
    await db.transaction(async (session) => {
      const concerned = await concernedBy(db, session, [contract]);
      const own = concerned.filter(({ renewalId }) => renewalId === item.renewalId);
      await tellHistories(db, session, own, action.entry);
    });
  }
  await look(work, action.what);
  return DONE;
}

/** Reason and end of the pause that ended last, out of the history: they are nowhere else. */
async function lastPause(
  { context: { db } }: ItemWork,
  renewal: RenewalDoc,
): Promise<{ readonly reason: string; readonly until: Extract<BulkAction, { kind: 'pause' }>['until'] }> {
  const doc = await db.history
    .findOne({ renewalId: renewal._id, kind: 'fact', name: 'paused' })
    .sort({ seq: -1 })
    .lean<HistoryDoc>();
  if (doc === null) return { reason: '–', until: null };
  const openerOf = await createClientKeys(db).opener([doc.clientId]);
  const { reason, until } = openEntry(toEntry(doc), openerOf(doc.clientId)).detail;
  return {
    reason: typeof reason === 'string' && reason !== '' ? reason : '–',
    until: typeof until === 'string' ? (until as RenewalDoc['endDate']) : null,
  };
}
