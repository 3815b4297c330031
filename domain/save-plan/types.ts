import type { Problem } from '../errors/index.ts';
import type { Actor } from '../people/types.ts';
import type { Effect, LogEntry, Why } from '../renewal/effects.ts';
import type { Outcome, Mark } from '../renewal/state.ts';
import type { SaveOutcome } from '../renewal/facts.ts';
import type { Instant } from '../time/types.ts';

/** One measure of a save plan with its task. */
export interface SaveActionState {
  readonly id: string;
  readonly taskId: string;
  readonly dueAt: Instant;
  readonly done: Mark | null;
  readonly escalated: boolean;
}

/** All a save plan remembers. The discount it may offer is approved in the renewal, like every discount. */
export interface SavePlanState {
  readonly schema: 1;
  readonly id: string;
  readonly renewalId: string;
  readonly cause: string;
  readonly openedAt: Instant;
  readonly begun: boolean;
  readonly dueAt: Instant | null;
  readonly actions: readonly SaveActionState[];
  /** The plan as a whole ran over its time and the director knows. */
  readonly escalated: boolean;
  readonly closed: {
    readonly outcome: SaveOutcome;
    readonly at: Instant;
    readonly by: string;
    readonly note: string;
  } | null;
  readonly seen: readonly string[];
}

interface FactBase {
  readonly id: string;
  /** As with facts of a renewal. */
  readonly trace?: string;
  readonly at: Instant;
  readonly by: Actor;
}

export type SavePlanCommand = FactBase &
  (
    | { readonly kind: 'action completed'; readonly action: string; readonly note: string }
    | { readonly kind: 'plan closed'; readonly outcome: SaveOutcome; readonly note: string }
  );

/** The renewal ended while its save plan was open. */
export type SavePlanEvent = FactBase & {
  readonly kind: 'renewal ended';
  readonly outcome: Outcome;
  readonly withConcession: boolean;
};

export type SavePlanFact = SavePlanCommand | SavePlanEvent;

export type SavePlanVerdict =
  | { readonly factId: string; readonly accepted: true }
  | { readonly factId: string; readonly accepted: false; readonly problem: Problem };

export interface SavePlanDecision {
  readonly state: SavePlanState;
  readonly effects: readonly Effect[];
  readonly log: readonly LogEntry[];
  readonly verdicts: readonly SavePlanVerdict[];
  readonly wakeAt: Instant | null;
  readonly why: Why;
}

export function newSavePlanState(id: string, renewalId: string, cause: string, openedAt: Instant): SavePlanState {
  return {
    schema: 1,
    id,
    renewalId,
    cause,
    openedAt,
    begun: false,
    dueAt: null,
    actions: [],
    escalated: false,
    closed: null,
    seen: [],
  };
}
