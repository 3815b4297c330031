import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Problem } from '../../domain/errors/index.ts';
import type { SaveOutcome } from '../../domain/renewal/facts.ts';
import type { SavePlanCommand, SavePlanEvent, SavePlanState } from '../../domain/save-plan/types.ts';
import type { Instant } from '../../domain/time/types.ts';

export const SAVE_PLAN_WORKFLOW = 'savePlan';

/** Names the renewal that opened a save plan; undefined for any other text. */
export function parseSavePlanId(id: string): { readonly renewalId: string } | undefined {
  const renewalId = /^(renewal:[^:]+:\d+)\/save\/\d+$/.exec(id)?.[1];
  return renewalId === undefined ? undefined : { renewalId };
}

/** The workflow of a save plan has the plan's id: `<renewal>/save/<n>`. */
export interface SavePlanInput {
  readonly savePlanId: string;
  readonly renewalId: string;
  readonly contractId: string;
  readonly term: number;
  readonly cause: string;
  readonly openedAt: Instant;
  readonly carried?: SavePlanState;
}

export interface SavePlanResult {
  readonly savePlanId: string;
  readonly outcome: SaveOutcome;
}

export type SavePlanAnswer = { readonly accepted: true } | { readonly accepted: false; readonly problem: Problem };

export const savePlanCommands = {
  'action completed': defineUpdate<SavePlanAnswer, [Extract<SavePlanCommand, { kind: 'action completed' }>]>(
    'completeAction',
  ),
  'plan closed': defineUpdate<SavePlanAnswer, [Extract<SavePlanCommand, { kind: 'plan closed' }>]>('closePlan'),
} as const;

export const renewalEnded = defineSignal<[SavePlanEvent]>('recordRenewalEnded');
export const savePlanQuery = defineQuery<SavePlanState>('state');
