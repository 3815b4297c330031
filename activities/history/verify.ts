import { verifyChain } from '../../domain/history/index.ts';
import type { ChainHead, ChainReport } from '../../domain/history/index.ts';
import type { Database } from '../../schemas/connection.ts';
import { loadChain } from '../../schemas/history-reader.ts';
import { sha256 } from '../../schemas/sealing.ts';

/**
 * Checks the whole history of one renewal; gives its head, or the first bad place and what is wrong there.
 *
 * @param witness a head kept outside the database, where there is one
 */
export async function verifyHistory(db: Database, renewalId: string, witness?: ChainHead): Promise<ChainReport> {
  const { entries, head } = await loadChain(db, renewalId);
  return verifyChain(entries, head, sha256, witness);
}
