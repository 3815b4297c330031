import { digestOf } from '../domain/history/index.ts';
import { decide } from '../domain/renewal/decide.ts';
import type { Decision } from '../domain/renewal/decision.ts';
import type { Fact } from '../domain/renewal/facts.ts';
import type { RenewalState } from '../domain/renewal/state.ts';
import type { Instant } from '../domain/time/types.ts';
import { createSnapshotLoader } from './world/load-snapshot.ts';
import type { WorldDeps } from './world/load-snapshot.ts';

export interface JudgeInput {
  readonly renewalId: string;
  readonly contractId: string;
  readonly term: number;
  readonly state: RenewalState;
  readonly facts: readonly Fact[];
  /** The workflow's clock: inside an activity the machine's clock does not follow a rehearsal. */
  readonly now: Instant;
}

/** A decision with the digest of its state: worked out here, since the sandbox of workflows is slow at it. */
export interface Judgement extends Decision {
  readonly digest: string;
}

export type Judge = (input: JudgeInput) => Promise<Judgement>;

/** The local activity that looks at the world and decides. It changes nothing, so it may run any number of times. */
export function createJudge(deps: WorldDeps): Judge {
  const loadSnapshot = createSnapshotLoader(deps);
  return async (input) => {
    const decision = decide(input.state, input.facts, await loadSnapshot(input), input.now);
    return { ...decision, digest: digestOf(decision.state) };
  };
}
