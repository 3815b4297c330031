import { Schema } from 'mongoose';
import type { Money } from '../domain/money/types.ts';
import type { Why } from '../domain/renewal/effects.ts';
import type { ApprovalDecision, ApprovalRequest, Quote } from '../domain/renewal/state.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, text, textOrNull } from './fields.ts';

export type ApprovalStatus = 'waiting' | 'approved' | 'rejected' | 'superseded';

/** One request for approval, with the quote frozen as the approver sees it. */
export interface ApprovalDoc {
  /** Id of the effect that asked. */
  readonly _id: string;
  readonly renewalId: string;
  readonly contractId: string;
  readonly clientId: string;
  /** Owner of the client: who may see it goes by that. Follows while the approval waits. */
  readonly ownerId: string;
  readonly clientName: string;
  readonly contractNumber: string;
  readonly rule: string;
  readonly mode: ApprovalRequest['mode'];
  readonly asked: ApprovalRequest['asked'];
  /** All people who may decide, whatever their role in it. */
  readonly people: readonly string[];
  readonly requestedBy: string;
  readonly quote: Quote;
  readonly currentAmount: Money;
  readonly askedAt: Instant;
  readonly dueAt: Instant;
  readonly status: ApprovalStatus;
  readonly closedAt: Instant | null;
  /** Votes so far, each with the fact that brought it. */
  readonly decisions: readonly (ApprovalDecision & { readonly factId: string })[];
  readonly closedBy: string | null;
  readonly comment: string | null;
  readonly why: Why;
  /** What approvers have asked whoever wants the approval, the oldest first. */
  readonly questions?: readonly ApprovalQuestion[];
}

export interface ApprovalQuestion {
  readonly id: string;
  readonly at: Instant;
  readonly by: string;
  readonly text: string;
}

export const approvalSchema = new Schema<ApprovalDoc>(
  {
    _id: text,
    renewalId: text,
    contractId: text,
    clientId: text,
    ownerId: text,
    clientName: text,
    contractNumber: text,
    rule: text,
    mode: text,
    asked: json,
    people: { type: [String], required: true },
    requestedBy: text,
    quote: json,
    currentAmount: json,
    askedAt: text,
    dueAt: text,
    status: text,
    decisions: json,
    closedAt: textOrNull,
    closedBy: textOrNull,
    comment: textOrNull,
    why: json,
    questions: { type: [Schema.Types.Mixed], default: undefined },
  },
  inCollection('approvals'),
);

approvalSchema.index({ people: 1, status: 1, dueAt: 1, _id: 1 }, { name: 'of_person' });
approvalSchema.index({ ownerId: 1, status: 1, dueAt: 1, _id: 1 }, { name: 'of_owner' });
approvalSchema.index({ status: 1, dueAt: 1, _id: 1 }, { name: 'by_due' });
approvalSchema.index({ renewalId: 1, askedAt: 1 }, { name: 'of_renewal' });
