import { trusted } from 'mongoose';
import type { ClientSession, UpdateQuery } from 'mongoose';
import type { Instant } from '../../domain/time/types.ts';
import type { Models } from '../../schemas/connection.ts';
import { statesBefore } from '../../schemas/send.ts';
import type { SendAnswer, SendDoc, SendReason, SendState } from '../../schemas/send.ts';

/** The right to work on a mail until somebody else claims it. */
export interface Claim {
  readonly id: string;
  readonly fence: number;
}

export function claimOf(row: Pick<SendDoc, '_id' | 'fence'>): Claim {
  return { id: row._id, fence: row.fence };
}

export interface Move {
  readonly to: SendState;
  readonly at: Instant;
  /** `engine`, or the id of a person. */
  readonly by?: string;
  readonly reason?: SendReason | null;
  readonly answer?: SendAnswer;
  readonly nextAttemptAt?: Instant;
  readonly messageId?: string;
  readonly note?: string;
  /** Whether this was a try at the mail server that ended without a mail. */
  readonly counts?: boolean;
}

type Sends = Pick<Models, 'sends'>;

/**
 * The send ledger: one row for each mail, moved from state to state by updates that name the state they
 * expect. Each function gives the row after its move, or null where the row has moved on meanwhile.
 */
export async function findSend(db: Sends, id: string): Promise<SendDoc | null> {
  return db.sends.findById(id).lean<SendDoc>();
}

/** Claims a mail for one attempt. An earlier claim ends with it: its holder will find its fence stale. */
export async function claimSend(db: Sends, id: string, at: Instant): Promise<SendDoc | null> {
  return db.sends
    .findOneAndUpdate(
      { _id: id, state: trusted({ $in: statesBefore('claimed') }) },
      [
        {
          $set: {
            state: 'claimed',
            fence: { $add: ['$fence', 1] },
            firstTriedAt: { $ifNull: ['$firstTriedAt', at] },
            nextAttemptAt: null,
            moves: moveStage('claimed', at, 'engine', { $add: ['$fence', 1] }, ''),
          },
        },
      ],
      { returnDocument: 'after', updatePipeline: true },
    )
    .lean<SendDoc>();
}

/** Moves a mail under a claim; null where the claim is stale or the row is in no state that may move there. */
export async function moveClaimed(
  db: Sends,
  claim: Claim,
  move: Move,
  session?: ClientSession,
): Promise<SendDoc | null> {
  return apply(db, { _id: claim.id, fence: claim.fence }, move, statesBefore(move.to), session);
}

/** Moves a mail whoever holds it: for what a person or the passing of time decides. */
export async function moveSend(
  db: Sends,
  id: string,
  from: SendState,
  move: Move,
  session?: ClientSession,
): Promise<SendDoc | null> {
  return apply(db, { _id: id }, move, [from], session);
}

/** Takes note that history and workflow know of the state the row stands in. */
export async function markReported(db: Sends, row: SendDoc): Promise<void> {
  await db.sends.updateOne({ _id: row._id, state: row.state, fence: row.fence }, { $set: { reported: true } });
}

async function apply(
  db: Sends,
  filter: { _id: string; fence?: number },
  move: Move,
  from: readonly SendState[] = statesBefore(move.to),
  session?: ClientSession,
): Promise<SendDoc | null> {
  const { to, at } = move;
  return db.sends
    .findOneAndUpdate(
      { ...filter, state: trusted({ $in: from.filter((state) => statesBefore(to).includes(state)) }) },
      [
        {
          $set: {
            state: to,
            reported: !isReported(to),
            moves: moveStage(
              to,
              at,
              move.by ?? 'engine',
              '$fence',
              move.note ?? move.answer?.text ?? move.reason ?? '',
            ),
            ...(isSettled(to) ? { settledAt: at } : {}),
            ...(to === 'transmitting' ? { transmittingAt: at } : {}),
            ...(move.reason === undefined ? {} : { reason: literal(move.reason) }),
            ...(move.answer === undefined ? {} : { answer: literal(move.answer) }),
            ...(move.nextAttemptAt === undefined ? {} : { nextAttemptAt: move.nextAttemptAt }),
            ...(move.messageId === undefined ? {} : { messageId: literal(move.messageId) }),
            ...(move.counts === true ? { tries: { $add: ['$tries', 1] } } : {}),
          },
        },
      ] satisfies UpdateQuery<SendDoc>[],
      { returnDocument: 'after', updatePipeline: true, ...(session === undefined ? {} : { session }) },
    )
    .lean<SendDoc>();
}

/** States that history and workflow are told of. */
export function isReported(state: SendState): boolean {
  return isSettled(state) || state === 'unknown';
}

/** States that the engine never leaves by itself. */
export function isSettled(state: SendState): boolean {
  switch (state) {
    case 'sent':
    case 'refused':
    case 'superseded':
    case 'suppressed':
    case 'cancelled':
      return true;
    case 'planned':
    case 'claimed':
    case 'deferred':
    case 'transmitting':
    case 'unknown':
      return false;
    default:
      return state satisfies never;
  }
}

function moveStage(to: SendState, at: Instant, by: string, fence: unknown, note: string) {
  const entry = { from: '$state', to, at, by: literal(by), fence, note: literal(note) };
  return { $concatArrays: ['$moves', [entry]] };
}

/** In a pipeline a text that begins with `$` would be read as a field's name: a server's answer may. */
function literal(value: unknown) {
  return { $literal: value };
}
