import { trusted } from 'mongoose';
import type { ChainEntry, ChainHead } from '../domain/history/entry.ts';
import type { Database } from './connection.ts';
import type { HistoryDoc, HistoryHeadDoc } from './history.ts';

/**
 * The stored chain of one renewal, in order, with its head; both as they lie there, sealed. Read in one
 * snapshot: an entry appended in between would look like one that somebody slipped in.
 */
export async function loadChain(
  db: Database,
  renewalId: string,
): Promise<{ readonly entries: readonly ChainEntry[]; readonly head: ChainHead | null }> {
  return db.transaction(async (session) => {
    const head = await db.historyHeads.findOne({ _id: renewalId }, null, { session }).lean<HistoryHeadDoc>();
    const entries = await db.history
      .find({ renewalId }, null, { session })
      .sort({ seq: 1, _id: 1 })
      .lean<HistoryDoc[]>();
    return { entries: entries.map(toEntry), head: head && { seq: head.seq, hash: head.hash } };
  });
}

/** A page of a renewal's history after a sequence number, in order, sealed. */
export async function historyPage(
  db: Pick<Database, 'history'>,
  renewalId: string,
  after: number,
  limit: number,
): Promise<readonly ChainEntry[]> {
  const found = await db.history
    .find({ renewalId, seq: trusted({ $gt: after }) })
    .sort({ seq: 1 })
    .limit(limit)
    .lean<HistoryDoc[]>();
  return found.map(toEntry);
}

export function toEntry(doc: HistoryDoc): ChainEntry {
  const { _id, ...entry } = doc;
  return entry;
}
