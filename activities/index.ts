import type { ActivityDeps } from './deps.ts';
import { createJudge } from './judge.ts';
import { createStartNextTerm } from './next-term.ts';
import { createOversight } from './oversight/index.ts';
import { createPerform } from './perform/perform.ts';
import { createSavePlanActivities } from './save-plan-work.ts';
import { createOpenSavePlan } from './save-plan.ts';

export type { ActivityDeps } from './deps.ts';
export type { Judge, JudgeInput, Judgement } from './judge.ts';
export type { StartNextTerm } from './next-term.ts';
export type { DecisionToPerform, EffectInput, EffectOf, PerformInput } from './perform/input.ts';
export type { Perform } from './perform/perform.ts';
export type { OpenSavePlan, OpenSavePlanResult } from './save-plan.ts';

/**
 * The activities of a renewal. A decision is performed as a whole by one function; it goes by several names, the
 * one of its leading effect, so that the workflow's history in Temporal's UI reads like the renewal's story.
 */
export function createActivities(deps: ActivityDeps) {
  const perform = createPerform(deps);
  return {
    judge: createJudge(deps),
    sendOutreach: perform,
    openTask: perform,
    requestApproval: perform,
    escalate: perform,
    warnOwner: perform,
    closeRenewal: perform,
    amendContract: perform,
    recordProgress: perform,
    startNextTerm: createStartNextTerm(deps),
    openSavePlan: createOpenSavePlan(deps),
    ...createSavePlanActivities(deps),
    ...createOversight(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
