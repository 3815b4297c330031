import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import type { Database, Models } from '../../schemas/connection.ts';
import type { SendDoc } from '../../schemas/send.ts';
import { decideLate } from './decide-late.ts';
import type { SendWorld } from './decide-late.ts';
import { claimOf, moveClaimed, moveSend } from './ledger.ts';
import type { Move } from './ledger.ts';
import { isNewer, MAY_HAVE_GONE, WAITING } from './turn.ts';
import type { Rival } from './turn.ts';

/** The other mails to the reader of a courtesy mail about its contract. Nobody else has rivals. */
export async function readRivals(
  db: Pick<Models, 'sends'>,
  row: SendDoc,
  session?: ClientSession,
): Promise<readonly Rival[]> {
  const { recipient } = row;
  if (row.audience !== 'client' || row.legal || recipient.kind !== 'contact') return [];
  const rivals = {
    contractId: row.contractId,
    audience: 'client',
    'recipient.contactId': recipient.contactId,
    state: trusted({ $in: [...WAITING, ...MAY_HAVE_GONE] }),
    _id: trusted({ $ne: row._id }),
  } as const;
  return db.sends.find(rivals, { moves: 0 }, session === undefined ? {} : { session }).lean<Rival[]>();
}

/**
 * Marks that the final dot of a claimed mail goes out now; false where the claim is stale or it is another mail's
 * turn. Looking at the rivals, settling the older ones and the mark are one transaction. Of any two courtesy mails
 * the newer one writes the row of the older, so that two deliveries that look at the same moment meet in a conflict
 * and one of them looks again.
 */
export async function takeTurn(db: Database, row: SendDoc, world: SendWorld, mark: Move): Promise<boolean> {
  if (row.audience === 'team' || row.legal) return (await moveClaimed(db, claimOf(row), mark)) !== null;
  return db.transaction(async (session) => {
    const rivals = await readRivals(db, row, session);
    if (decideLate(row, { ...world, rivals }, mark.at).kind !== 'send') return false;
    if ((await moveClaimed(db, claimOf(row), mark, session)) === null) return false;
    const replaced = { to: 'superseded', at: mark.at, reason: 'newer due' } as const;
    for (const rival of rivals) {
      if (rival.legal || !WAITING.includes(rival.state) || isNewer(rival, row)) continue;
      await moveSend(db, rival._id, rival.state, replaced, session);
    }
    return true;
  });
}
