import type { StateSummary } from '../../domain/history/index.ts';
import type { Effect, EffectKind, LogEntry } from '../../domain/renewal/effects.ts';
import type { RenewalView } from '../../domain/renewal/view.ts';
import type { Instant } from '../../domain/time/types.ts';

/** A decision as it is performed: its state only as a summary (`summarizeState`), its verdicts not at all. */
export interface DecisionToPerform {
  readonly effects: readonly Effect[];
  readonly log: readonly LogEntry[];
  readonly view: RenewalView;
  readonly state: StateSummary;
  readonly wakeAt: Instant | null;
}

export interface PerformInput {
  readonly renewalId: string;
  readonly contractId: string;
  readonly term: number;
  readonly decision: DecisionToPerform;
  /** The workflow's clock at the decision. */
  readonly now: Instant;
  /** Traces of what led to the decision, as `traceparent`s; left out where there are none. */
  readonly traces?: readonly string[];
}

/** One effect that has an activity of its own. */
export interface EffectInput<K extends EffectKind> {
  readonly renewalId: string;
  readonly contractId: string;
  readonly term: number;
  readonly effect: EffectOf<K>;
  readonly now: Instant;
}

export type EffectOf<K extends EffectKind> = Extract<Effect, { kind: K }>;
