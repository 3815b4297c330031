import type { ClientSession } from 'mongoose';
import type { Instant } from '../../domain/time/types.ts';
import type { Models } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';
import type { SendDoc, SendReason } from '../../schemas/send.ts';

/** A mail as the renewal's decision wants it. `superseded` and `suppressed` ones get their row too, with the reason. */
export interface PlannedSend extends Pick<
  SendDoc,
  | 'renewalId'
  | 'contractId'
  | 'clientId'
  | 'audience'
  | 'recipient'
  | 'template'
  | 'legal'
  | 'dueAt'
  | 'notAfter'
  | 'context'
> {
  /** The effect's id. */
  readonly id: string;
  readonly meeting?: SendDoc['meeting'];
  readonly state: 'planned' | 'superseded' | 'suppressed';
  readonly reason?: SendReason;
  /** When it was decided; where left out, when it is due. */
  readonly plannedAt?: Instant;
}

/**
 * Writes the rows inside the caller's transaction. A row that is there already stays as it is, whatever
 * became of it since: planning twice changes nothing.
 */
export async function planSends(
  db: Pick<Models, 'sends'>,
  session: ClientSession,
  rows: readonly PlannedSend[],
): Promise<void> {
  if (rows.length === 0) return;
  await raw(db.sends).bulkWrite(
    rows.map((row) => {
      const { _id, ...fields } = toDoc(row);
      return { updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true } };
    }),
    { session },
  );
}

function toDoc(row: PlannedSend): SendDoc {
  const { id, meeting = null, state, reason = null, plannedAt = row.dueAt, ...rest } = row;
  return {
    _id: id,
    ...rest,
    meeting,
    plannedAt,
    state,
    reason,
    fence: 0,
    tries: 0,
    firstTriedAt: null,
    nextAttemptAt: null,
    transmittingAt: null,
    settledAt: state === 'planned' ? null : plannedAt,
    messageId: null,
    answer: null,
    // The decision that planned it stands in the history already.
    reported: true,
    moves: [{ from: null, to: state, at: plannedAt, by: 'engine', fence: 0, note: reason ?? '' }],
  };
}
