import { problem } from '../../domain/errors/index.ts';
import type { ErrorCode, Problem } from '../../domain/errors/index.ts';
import { isReadable, openEntry, unreadable, verifyChain } from '../../domain/history/index.ts';
import type { ChainEntry, ChainFault, ChainHead, ChainReport, ReadEntry } from '../../domain/history/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryDoc } from '../../schemas/history.ts';
import { historyPage, loadChain, toEntry } from '../../schemas/history-reader.ts';
import { createClientKeys, sha256 } from '../../schemas/sealing.ts';
import { pageLimit } from './cursor.ts';

/**
 * A page of a renewal's history after a sequence number, readable; `{ erased: true }` stands for what was erased.
 * An entry that was edited beyond reading is marked, and hides no other.
 */
export async function history(
  db: Database,
  renewalId: string,
  request: { readonly after?: number; readonly limit?: number } = {},
): Promise<readonly ReadEntry[]> {
  return opened(db, await historyPage(db, renewalId, request.after ?? 0, pageLimit(request.limit)));
}

/** The last things the engine did in all renewals, the latest first. */
export async function lastEffects(db: Database, limit = 10): Promise<readonly ChainEntry[]> {
  const docs = await db.history
    .find({ kind: 'effect' })
    .sort({ at: -1, _id: -1 })
    .limit(pageLimit(limit))
    .lean<HistoryDoc[]>();
  const entries = await opened(db, docs.map(toEntry));
  return entries.filter((entry) => entry.unreadable !== true);
}

async function opened(db: Database, entries: readonly ChainEntry[]): Promise<readonly ReadEntry[]> {
  const sound = entries.filter(isReadable);
  const openerOf = await createClientKeys(db).opener(sound.map((entry) => entry.clientId));
  return entries.map((entry) => {
    if (!isReadable(entry)) return unreadable(entry);
    try {
      return openEntry(entry, openerOf(entry.clientId));
    } catch {
      // A ciphertext that was changed or moved does not open.
      return unreadable(entry);
    }
  });
}

export type VerifiedHistory = ChainReport & { readonly problem: Problem | null };

/** Checks the chain of a renewal; `problem` says what is wrong at the first bad place. */
export async function verifyHistory(db: Database, renewalId: string, witness?: ChainHead): Promise<VerifiedHistory> {
  const { entries, head } = await loadChain(db, renewalId);
  const report = verifyChain(entries, head, sha256, witness);
  return {
    ...report,
    problem: report.ok ? null : problem(CHAIN_FAULT_CODES[report.fault], { id: renewalId, seq: report.seq }),
  };
}

export const CHAIN_FAULT_CODES: Readonly<Record<ChainFault, ErrorCode>> = {
  edited: 'history.edited',
  missing: 'history.missing',
  reordered: 'history.reordered',
  inserted: 'history.inserted',
  cut: 'history.cut',
  'no head': 'history.no_head',
  'head differs': 'history.head_differs',
};
