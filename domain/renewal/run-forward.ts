import type { Instant } from '../time/types.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Fact } from './facts.ts';
import type { Snapshot } from './snapshot.ts';
import { newRenewalState } from './state.ts';
import type { RenewalState } from './state.ts';

/** One look of the core on the way. */
export interface Look {
  readonly at: Instant;
  readonly facts: readonly Fact[];
  readonly decision: Decision;
}

export interface Run {
  readonly looks: readonly Look[];
  readonly state: RenewalState;
  readonly snapshot: Snapshot;
  /** False when the limit of looks was reached before the end. */
  readonly ended: boolean;
}

export interface RunOptions {
  readonly renewalId: string;
  readonly snapshot: Snapshot;
  readonly from: Instant;
  readonly until: Instant;
  /** What people and machines do, in the order of their time. */
  readonly script: readonly Fact[];
  readonly state?: RenewalState;
  readonly maxLooks?: number;
  /** Reads the world anew before each look, as the engine does; without it the objects given are looked at again. */
  readonly reread?: (snapshot: Snapshot) => Snapshot;
}

/**
 * Runs one renewal forward in the pure core: from wake-up to wake-up, with the script's facts in between, as
 * the workflow would. A year takes microseconds. Used by previews, by the forecast and by the tests.
 */
export function runForward(options: RunOptions): Run {
  const { renewalId, until, script, maxLooks = 2_000, reread } = options;
  let { snapshot } = options;
  let state = options.state ?? newRenewalState(renewalId);
  let now = options.from;
  let next = 0;
  const looks: Look[] = [];
  while (looks.length < maxLooks) {
    const facts: Fact[] = [];
    for (let fact = script[next]; fact !== undefined && fact.at <= now; fact = script[next]) {
      facts.push(fact);
      next += 1;
    }
    if (reread !== undefined) snapshot = reread(snapshot);
    const decision = decide(state, facts, snapshot, now);
    looks.push({ at: now, facts, decision });
    state = decision.state;
    snapshot = afterwards(snapshot, decision);
    const fact = script[next];
    const wake = decision.wakeAt;
    const at = fact === undefined ? wake : wake === null || fact.at < wake ? fact.at : wake;
    if (at === null || at > until || (state.phase === 'closed' && fact === undefined))
      return { looks, state, snapshot, ended: true };
    now = at;
  }
  return { looks, state, snapshot, ended: false };
}

/** What the world looks like once the effects of a decision are done. */
function afterwards(snapshot: Snapshot, decision: Decision): Snapshot {
  let { contract } = snapshot;
  for (const effect of decision.effects) {
    if (effect.kind === 'amend contract')
      contract = { ...contract, endDate: effect.endDate, noticeDate: effect.noticeDate };
  }
  return contract === snapshot.contract ? snapshot : { ...snapshot, contract };
}
