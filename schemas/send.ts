import { Schema } from 'mongoose';
import type { ContactRole } from '../domain/people/contract.ts';
import type { PlannedMeeting, SupersedeReason } from '../domain/renewal/effects.ts';
import type { Instant } from '../domain/time/types.ts';
import { flag, inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';
import { SEND_STATES } from './send-states.ts';
import type { SendState } from './send-states.ts';

export { SEND_STATES } from './send-states.ts';
export type { SendState } from './send-states.ts';

/** Every move a row may make. Only `planned`, `claimed` and `deferred` are ever tried again by the engine itself. */
export const SEND_MOVES: Readonly<Record<SendState, readonly SendState[]>> = {
  planned: ['claimed', 'superseded', 'suppressed', 'cancelled', 'refused'],
  claimed: ['claimed', 'planned', 'transmitting', 'deferred', 'refused', 'superseded', 'suppressed', 'cancelled'],
  transmitting: ['sent', 'refused', 'deferred', 'unknown'],
  deferred: ['claimed', 'refused', 'superseded', 'suppressed', 'cancelled'],
  // A late answer to the very attempt that left the doubt, or a person's word.
  unknown: ['sent', 'refused', 'planned', 'cancelled'],
  sent: [],
  refused: [],
  superseded: [],
  suppressed: [],
  cancelled: [],
};

/** Why a mail was not sent, or not by us any more. */
export const SEND_REASONS = [
  'paused',
  'held',
  'bad address',
  'address refused',
  'mail refused',
  'gave up',
  'template',
  'inactive',
  'dropped',
  'no answer',
] as const;
export type SendReason = SupersedeReason | (typeof SEND_REASONS)[number];

export type SendRecipient =
  | { readonly kind: 'contact'; readonly contactId: string; readonly role: ContactRole }
  | { readonly kind: 'person'; readonly personId: string };

export interface SendMove {
  readonly from: SendState | null;
  readonly to: SendState;
  readonly at: Instant;
  /** `engine`, or the id of the person who settled it. */
  readonly by: string;
  readonly fence: number;
  readonly note: string;
}

/** What the mail server said last. */
export interface SendAnswer {
  readonly code: number | null;
  readonly text: string;
  readonly at: Instant;
}

/** One mail: planned once, delivered at most once by the engine. Its id is the id of the effect. */
export interface SendDoc {
  readonly _id: string;
  readonly renewalId: string;
  readonly contractId: string;
  readonly clientId: string;
  readonly audience: 'client' | 'team';
  readonly recipient: SendRecipient;
  readonly template: string;
  /** Legal notices are never held or stopped; what cannot be mailed becomes work for a person. */
  readonly legal: boolean;
  readonly dueAt: Instant;
  readonly notAfter: Instant;
  readonly meeting: PlannedMeeting | null;
  /** Values for the template that were fixed when the mail was planned; `stage` and `step` say which step planned it. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly plannedAt: Instant;
  readonly state: SendState;
  readonly reason: SendReason | null;
  /** Counts the claims. Whoever holds an older number may not let the mail out any more. */
  readonly fence: number;
  /** Conversations with the mail server that ended with "later" or broke off. */
  readonly tries: number;
  readonly firstTriedAt: Instant | null;
  readonly nextAttemptAt: Instant | null;
  readonly transmittingAt: Instant | null;
  readonly settledAt: Instant | null;
  readonly messageId: string | null;
  readonly answer: SendAnswer | null;
  /** False until history and workflow have been told of the state the row stands in. */
  readonly reported: boolean;
  /** Every move, oldest first. */
  readonly moves: readonly SendMove[];
}

export const sendSchema = new Schema<SendDoc>(
  {
    _id: text,
    renewalId: text,
    contractId: text,
    clientId: text,
    audience: text,
    recipient: json,
    template: text,
    legal: flag,
    dueAt: text,
    notAfter: text,
    meeting: jsonOrNull,
    context: json,
    plannedAt: text,
    state: text,
    reason: textOrNull,
    fence: number,
    tries: number,
    firstTriedAt: textOrNull,
    nextAttemptAt: textOrNull,
    transmittingAt: textOrNull,
    settledAt: textOrNull,
    messageId: textOrNull,
    answer: jsonOrNull,
    reported: flag,
    moves: json,
  },
  inCollection('sends'),
);

sendSchema.index({ state: 1, dueAt: 1, _id: 1 }, { name: 'by_state' });
sendSchema.index({ renewalId: 1, dueAt: 1 }, { name: 'of_renewal' });
sendSchema.index({ contractId: 1, dueAt: -1 }, { name: 'of_contract' });
sendSchema.index({ reported: 1, _id: 1 }, { name: 'to_report', partialFilterExpression: { reported: false } });
sendSchema.index(
  { messageId: 1 },
  { unique: true, name: 'one_mail_per_message_id', partialFilterExpression: { messageId: { $type: 'string' } } },
);

export function mayMove(from: SendState, to: SendState): boolean {
  return SEND_MOVES[from].includes(to);
}

/** The states that may become `to`. */
export function statesBefore(to: SendState): readonly SendState[] {
  return SEND_STATES.filter((from) => mayMove(from, to));
}
