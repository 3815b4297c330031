import { Schema } from 'mongoose';
import type { Why } from '../domain/renewal/effects.ts';
import type { SaveOutcome } from '../domain/renewal/facts.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, text, textOrNull } from './fields.ts';

/** The attempt to keep a client (挽留). A client has at most one open at a time, whatever contract began it. */
export interface SavePlanDoc {
  readonly _id: string;
  readonly clientId: string;
  readonly contractId: string;
  readonly renewalId: string;
  /** Root cause of the save-plan document. */
  readonly cause: string;
  /** Risk rule that opened it. */
  readonly ruleId: string;
  readonly status: 'open' | 'closed';
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
  readonly outcome: SaveOutcome | null;
  readonly why: Why;
}

export const savePlanSchema = new Schema<SavePlanDoc>(
  {
    _id: text,
    clientId: text,
    contractId: text,
    renewalId: text,
    cause: text,
    ruleId: text,
    status: text,
    openedAt: text,
    closedAt: textOrNull,
    outcome: textOrNull,
    why: json,
  },
  inCollection('savePlans'),
);

savePlanSchema.index(
  { clientId: 1 },
  { unique: true, name: 'one_open_plan_per_client', partialFilterExpression: { status: 'open' } },
);
savePlanSchema.index({ renewalId: 1 }, { name: 'of_renewal' });
savePlanSchema.index({ openedAt: -1, _id: -1 }, { name: 'by_opening' });
savePlanSchema.index({ status: 1, openedAt: -1, _id: -1 }, { name: 'by_status' });
savePlanSchema.index({ clientId: 1, openedAt: -1, _id: -1 }, { name: 'of_client' });
