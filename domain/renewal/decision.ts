import type { Problem } from '../errors/index.ts';
import type { Instant } from '../time/types.ts';
import type { Effect, LogEntry, Why } from './effects.ts';
import type { RenewalState } from './state.ts';
import type { RenewalView } from './view.ts';

/** What became of one fact. A refused command changed nothing and says why. */
export type Verdict =
  | { readonly factId: string; readonly accepted: true; readonly repeated: boolean }
  | { readonly factId: string; readonly accepted: false; readonly problem: Problem };

/** The answer of the core; stands in the workflow's history as it is. */
export interface Decision {
  readonly state: RenewalState;
  readonly effects: readonly Effect[];
  readonly log: readonly LogEntry[];
  readonly verdicts: readonly Verdict[];
  readonly view: RenewalView;
  /** When to look again if nothing happens; null only when the renewal is closed. */
  readonly wakeAt: Instant | null;
  /** Owner of the client. Absent in decisions that 0.1.0 took: histories keep them. */
  readonly ownerId?: string;
  readonly why: Why;
}
