import type { Filter } from '../domain/access/index.ts';
import { openEntry } from '../domain/history/index.ts';
import type { ChainEntry } from '../domain/history/index.ts';
import { addMs } from '../domain/time/instant.ts';
import type { Instant } from '../domain/time/types.ts';
import { toEntry } from '../schemas/history-reader.ts';
import { createClientKeys } from '../schemas/sealing.ts';
import type { HistoryDoc } from '../schemas/history.ts';
import type { Database } from '../schemas/connection.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import type { SendState } from '../schemas/send.ts';
import { countRenewals, countSends, lastEffects, listStalled, nextWakes, overdueWakes } from './store/queries.ts';
import type { Counts } from './store/queries.ts';
import { trustedFilter } from './store/trusted-filter.ts';

/** What the live view and `perennial status` show. */
export interface Overview {
  readonly at: Instant;
  readonly counts: Counts;
  readonly openTasks: number;
  readonly waitingApprovals: number;
  readonly sends: Readonly<Partial<Record<SendState, number>>>;
  readonly stalled: readonly RenewalDoc[];
  readonly nextWakes: readonly RenewalDoc[];
  /** Renewals whose time to look has passed although a worker should have looked: a sign that none works. */
  readonly overdueWakes: number;
  /** The last things the engine did, the latest first. */
  readonly effects: readonly ChainEntry[];
}

const SHOWN = 8;
/** Mails to colleagues repeat what the tasks say already; they are passed over. */
const LOOKED_AT = 60;
/** A renewal that is due is looked at within seconds; a minute late means that nobody looks. */
const GRACE_MS = 60_000;

/** What one reader may see, as filters; everything where left out. */
export interface OverviewRights {
  readonly renewals?: Filter;
  readonly tasks?: Filter;
  readonly approvals?: Filter;
  readonly sends?: Filter;
}

/** How the work stands for one reader. */
export async function overviewFor(
  db: Database,
  at: Instant,
  { renewals = {}, tasks = {}, approvals = {}, sends = {} }: OverviewRights = {},
): Promise<Omit<Overview, 'stalled' | 'effects'>> {
  const [counts, openTasks, waitingApprovals, sendCounts, wakes, overdue] = await Promise.all([
    countRenewals(db, {}, renewals),
    db.tasks.countDocuments({ $and: [{ state: 'open' }, trustedFilter(tasks)] }),
    db.approvals.countDocuments({ $and: [{ status: 'waiting' }, trustedFilter(approvals)] }),
    countSends(db, sends),
    nextWakes(db, SHOWN, renewals),
    overdueWakes(db, addMs(at, -GRACE_MS)),
  ]);
  return { at, counts, openTasks, waitingApprovals, sends: sendCounts, nextWakes: wakes, overdueWakes: overdue };
}

export async function overview(db: Database, at: Instant): Promise<Overview> {
  const [seen, stalled, effects] = await Promise.all([
    overviewFor(db, at),
    listStalled(db, { limit: SHOWN }),
    lastEffects(db, LOOKED_AT),
  ]);
  return {
    ...seen,
    stalled: stalled.items,
    effects: effects.filter((entry) => !isTeamMail(entry)).slice(0, SHOWN),
  };
}

function isTeamMail(entry: ChainEntry): boolean {
  return entry.name.startsWith('mail ') && entry.detail['audience'] === 'team';
}

/**
 * Tells of everything new in all histories, in order and readable, as it is written. Gives the function that
 * ends it. MongoDB's change stream does the waiting.
 */
export function followHistory(db: Database, onEntry: (entry: ChainEntry) => void): () => Promise<void> {
  const stream = db.history.watch<HistoryDoc>([{ $match: { operationType: 'insert' } }]);
  const keys = createClientKeys(db);
  let telling = Promise.resolve();
  stream.on('change', (change: { readonly fullDocument?: HistoryDoc }) => {
    const doc = change.fullDocument;
    if (doc === undefined) return;
    // One after the other: opening takes a moment, and the story keeps its order.
    telling = telling.then(async () => {
      const openerOf = await keys.opener([doc.clientId]);
      onEntry(openEntry(toEntry(doc), openerOf(doc.clientId)));
    });
    telling = telling.catch(() => undefined);
  });
  // A stream that cannot go on ends the telling, never the engine.
  stream.on('error', () => undefined);
  return async () => {
    await stream.close();
    await telling;
  };
}
