import { trusted } from 'mongoose';
import { addMs } from '../../domain/time/instant.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import { isDuplicateKey } from '../../schemas/transaction.ts';

/**
 * How long a part of the work stays with a process that says nothing. Losing one meanwhile does no harm: what two
 * processes tell counts once.
 */
export const LEASE_MS = 30_000;

type Leases = Pick<Database, 'inboxLeases'>;

/** Takes a part of the work by its name, or keeps it. False where another process has it. */
export async function takeLease(db: Leases, part: string, holder: string, now: Instant): Promise<boolean> {
  const mine = { $or: [{ holder }, { until: trusted({ $lte: now }) }] };
  try {
    await db.inboxLeases.updateOne(
      { _id: part, ...mine },
      { $set: { holder, until: addMs(now, LEASE_MS) } },
      { upsert: true },
    );
    return true;
  } catch (error) {
    // There is one, and it is neither ours nor over.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

export async function giveBack(db: Leases, part: string, holder: string): Promise<void> {
  await db.inboxLeases.deleteOne({ _id: part, holder });
}
