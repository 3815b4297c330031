import type { Activities, EffectOf, PerformInput } from '../../activities/index.ts';
import { digestOf } from '../../domain/history/index.ts';
import { decide } from '../../domain/renewal/decide.ts';
import type { Effect } from '../../domain/renewal/effects.ts';
import { decideSavePlan } from '../../domain/save-plan/decide.ts';
import type { Snapshot } from '../../domain/renewal/snapshot.ts';
import type { Contract } from '../../domain/people/contract.ts';
import { civilDate } from '../../domain/time/civil.ts';
import { instant } from '../../domain/time/instant.ts';
import type { Instant } from '../../domain/time/types.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import type { RenewalInput } from '../../workflows/renewal/messages.ts';
import { snapshot as snapshotOf } from '../helpers/world.ts';
import type { WorldOptions } from '../helpers/world.ts';

/** One decision as it was carried out. */
export interface Performed {
  /** The workflow's clock. */
  readonly at: Instant;
  /** Under which name it stands in the history. */
  readonly name: string;
  readonly effects: readonly Effect[];
  readonly log: readonly string[];
  readonly wakeAt: Instant | null;
}

/** A term far enough ahead that tests give the same dates for years to come: 2038 falls on the weekdays of 2027. */
export const TERM: Partial<Contract> = {
  startDate: civilDate('2037-06-01'),
  endDate: civilDate('2038-05-31'),
  knownSince: instant('2026-01-05T01:00:00.000Z'),
};

let contracts = 0;

/** One contract with its surroundings in memory. */
export class FakeWorld {
  readonly id: string;
  readonly input: RenewalInput;
  snapshot: Snapshot;
  readonly performed: Performed[] = [];
  readonly nextTerms: EffectOf<'start next term'>[] = [];
  /** Thrown by each judgement while it is set. */
  fault: Error | null = null;
  judged = 0;

  constructor(options: WorldOptions = {}) {
    const contractId = `ctr_${process.pid}_${(contracts += 1)}`;
    this.snapshot = snapshotOf({ ...options, contract: { ...TERM, id: contractId, ...options.contract } });
    this.id = renewalId(contractId, 1);
    this.input = { renewalId: this.id, contractId, term: 1 };
    worlds.set(contractId, this);
  }

  /** Effects in the order in which they were first carried out; done again under the same id they count once. */
  get effects(): readonly Effect[] {
    const all = this.performed.flatMap((one) => one.effects);
    return [...new Map(all.map((effect) => [effect.id, effect])).values()];
  }

  ids(kind?: Effect['kind']): readonly string[] {
    return this.effects.filter((e) => kind === undefined || e.kind === kind).map((e) => e.id.slice(this.id.length + 1));
  }

  /** Names of all lines of the log, each id once. */
  get log(): readonly string[] {
    return [...new Set(this.performed.flatMap((one) => one.log))];
  }

  perform(name: string, { decision, now }: PerformInput): void {
    const { effects, log, wakeAt } = decision;
    this.performed.push({ at: now, name, effects, log: log.map((line) => line.id), wakeAt });
    for (const effect of effects) {
      if (effect.kind !== 'amend contract') continue;
      const { endDate, noticeDate } = effect;
      this.snapshot = { ...this.snapshot, contract: { ...this.snapshot.contract, endDate, noticeDate } };
    }
  }
}

/** All worlds of this test file, by contract: one worker serves many. */
const worlds = new Map<string, FakeWorld>();

function worldOf(contractId: string): FakeWorld {
  const world = worlds.get(contractId);
  if (world === undefined) throw new Error(`no world for ${contractId}`);
  return world;
}

/** The activities of a renewal on worlds in memory: the real judgement, and a note of all that is done. */
export function fakeActivities(): Activities {
  const performAs = (name: string) => async (input: PerformInput) => worldOf(input.contractId).perform(name, input);
  const elsewhere = (name: string) => () => Promise.reject(new Error(`${name} has tests with the real store`));
  return {
    judge: async ({ contractId, state, facts, now }) => {
      const world = worldOf(contractId);
      world.judged += 1;
      if (world.fault !== null) throw world.fault;
      const decision = decide(state, facts, world.snapshot, now);
      return { ...decision, digest: digestOf(decision.state) };
    },
    sendOutreach: performAs('sendOutreach'),
    openTask: performAs('openTask'),
    requestApproval: performAs('requestApproval'),
    escalate: performAs('escalate'),
    warnOwner: performAs('warnOwner'),
    closeRenewal: performAs('closeRenewal'),
    amendContract: performAs('amendContract'),
    recordProgress: performAs('recordProgress'),
    startNextTerm: async ({ contractId, effect }) => void worldOf(contractId).nextTerms.push(effect),
    openSavePlan: async ({ effect }) => ({ savePlanId: effect.savePlanId, opened: true }),
    endSavePlan: async () => undefined,
    judgeSavePlan: async ({ contractId, state, facts, now }) => {
      return decideSavePlan(state, facts, worldOf(contractId).snapshot, now);
    },
    recordSavePlan: async () => undefined,
    closeSavePlan: async () => undefined,
    checkNothingQuiet: elsewhere('checkNothingQuiet'),
    sweepMail: elsewhere('sweepMail'),
    compareWithWorkflows: elsewhere('compareWithWorkflows'),
  };
}
