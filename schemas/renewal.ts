import { Schema } from 'mongoose';
import type { StateSummary } from '../domain/history/state-summary.ts';
import type { Money } from '../domain/money/types.ts';
import type { Client } from '../domain/people/contract.ts';
import type { Phase } from '../domain/renewal/state.ts';
import type { RenewalView } from '../domain/renewal/view.ts';
import type { CivilDate, Instant } from '../domain/time/types.ts';
import { flag, inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';

/**
 * The read model of a renewal: what lists, inbox and figures show. The workflow is the truth; this is
 * written anew with each decision and can be rebuilt from it.
 */
export interface RenewalDoc {
  /** The renewal id, which is the workflow's id too. */
  readonly _id: string;
  readonly contractId: string;
  readonly term: number;
  readonly clientId: string;
  readonly clientName: string;
  readonly contractNumber: string;
  readonly tier: Client['tier'];
  readonly ownerId: string;
  readonly amount: Money;
  readonly target: Money;
  readonly endDate: CivilDate | null;
  readonly phase: Phase;
  readonly stage: string | null;
  readonly atRisk: boolean;
  readonly paused: boolean;
  readonly outcome: string | null;
  /** When something happens next if nobody acts. */
  readonly nextAt: Instant | null;
  readonly wakeAt: Instant | null;
  /** Since when the stage in work stands still; null where it moves. */
  readonly stalledSince: Instant | null;
  readonly view: RenewalView;
  readonly state: StateSummary;
  /** The workflow's clock at the decision this was written from; an older decision never overwrites a newer one. */
  readonly decidedAt: Instant;
}

export const renewalSchema = new Schema<RenewalDoc>(
  {
    _id: text,
    contractId: text,
    term: number,
    clientId: text,
    clientName: text,
    contractNumber: text,
    tier: text,
    ownerId: text,
    amount: json,
    target: json,
    endDate: textOrNull,
    phase: text,
    stage: textOrNull,
    atRisk: flag,
    paused: flag,
    outcome: textOrNull,
    nextAt: textOrNull,
    wakeAt: textOrNull,
    stalledSince: textOrNull,
    view: json,
    state: jsonOrNull,
    decidedAt: text,
  },
  inCollection('renewals'),
);

renewalSchema.index({ contractId: 1, term: 1 }, { unique: true, name: 'one_renewal_per_term' });
renewalSchema.index({ endDate: 1, _id: 1 }, { name: 'by_end' });
renewalSchema.index({ phase: 1, endDate: 1, _id: 1 }, { name: 'by_phase' });
renewalSchema.index({ ownerId: 1, phase: 1, endDate: 1, _id: 1 }, { name: 'by_owner' });
renewalSchema.index({ phase: 1, stage: 1 }, { name: 'by_stage' });
renewalSchema.index({ clientId: 1 }, { name: 'by_client' });
renewalSchema.index({ contractNumber: 1, term: -1 }, { name: 'by_number' });
renewalSchema.index(
  { wakeAt: 1, _id: 1 },
  { name: 'by_wake', partialFilterExpression: { wakeAt: { $type: 'string' } } },
);
renewalSchema.index(
  { stalledSince: 1, _id: 1 },
  { name: 'stalled', partialFilterExpression: { stalledSince: { $type: 'string' } } },
);
const quoted = { partialFilterExpression: { 'state.quote.issuedAt': { $type: 'string' } } };
renewalSchema.index({ 'state.quote.issuedAt': -1, _id: -1 }, { name: 'quotes', ...quoted });
renewalSchema.index({ ownerId: 1, 'state.quote.issuedAt': -1, _id: -1 }, { name: 'quotes_of_owner', ...quoted });
