import { performance } from 'node:perf_hooks';
import { runForward } from '../domain/renewal/run-forward.ts';
import type { Run, RunOptions } from '../domain/renewal/run-forward.ts';
import { addDays } from '../domain/time/civil.ts';
import { instant } from '../domain/time/instant.ts';
import type { CivilDate } from '../domain/time/types.ts';
import type { Figure, Part } from './report/figures.ts';
import { statOf } from './report/stat.ts';
import { startProfile } from './profile.ts';
import { endAfter, longAfter, PLAYBOOK_ID, readAnew, SCENARIOS, scriptOf, snapshotOf } from './world.ts';
import type { Scenario } from './world.ts';

export interface CoreOptions {
  readonly runs: number;
  /** How long each run lasts, in milliseconds. */
  readonly millis: number;
  readonly say: (line: string) => void;
  /** Folder for a CPU profile of each scenario. */
  readonly profile?: string;
}

/** A fixed day, so that every machine runs the same renewals. */
const NOW = instant('2026-01-05T02:00:00.000Z');

/** Whole renewals a second in the pure core, on one core: no database, no server, no clock. */
export async function benchCore(options: CoreOptions): Promise<Part> {
  const { runs, millis } = options;
  const figures: Figure[] = [];
  for (const scenario of SCENARIOS) figures.push(...(await measure(scenario, options)));
  return {
    id: 'core',
    title: 'whole renewals in the pure core, on one core',
    setup: [
      `playbook ${PLAYBOOK_ID} as shipped, calendar of China as shipped; ${runs} runs of ${millis} ms each after as long a warm-up`,
      'one renewal is all its looks from the day the term is known until it is closed',
      `as in the engine: ${CONTRACTS} contracts with as many end dates in turn, and at each look contract, client and team are other objects; making those is not counted`,
    ],
    figures,
  };
}

export function coreRun(scenario: Scenario): RunOptions {
  return runOf(scenario, '1', endAfter(NOW));
}

/** Contracts that are renewed in turn: what one look leaves behind for the next must not suit one of them alone. */
const CONTRACTS = 64;

/** A renewal each for contracts that end a week apart, over the same published documents. */
function contractsInTurn(scenario: Scenario): readonly RunOptions[] {
  const end = endAfter(NOW);
  const { snapshot: shared } = coreRun(scenario);
  return Array.from({ length: CONTRACTS }, (_, i) => {
    const run = runOf(scenario, String(i + 1), addDays(end, 7 * i));
    const { contract, client } = run.snapshot;
    return { ...run, snapshot: { ...shared, contract, client } };
  });
}

/** A run that meets a snapshot read anew at each of its looks; they are made here, before the clock runs. */
function readingAnew(run: RunOptions, looks: number): RunOptions {
  const snapshots = Array.from({ length: looks }, () => readAnew(run.snapshot));
  return { ...run, reread: (before) => snapshots.pop() ?? before };
}

function runOf(scenario: Scenario, id: string, end: CivilDate): RunOptions {
  return {
    renewalId: `renewal:ctr_${id}:1`,
    snapshot: snapshotOf(id, end, NOW),
    from: NOW,
    until: longAfter(end),
    script: scriptOf(scenario, id, end),
  };
}

async function measure(scenario: Scenario, { runs, millis, say, profile }: CoreOptions): Promise<Figure[]> {
  const rates = (renewals: () => readonly RunOptions[], name: string) =>
    Array.from({ length: runs }, (_, i) => {
      const rate = during(millis, renewals);
      say(`core, ${name}: run ${i + 1} of ${runs}, ${Math.round(rate)} renewals/s`);
      return rate;
    });
  const renewal = coreRun(scenario);
  const first = runForward(renewal);
  expectOutcome(scenario, first);
  const looks = first.looks.length;
  const alone = Array.from({ length: CONTRACTS }, () => renewal);
  during(millis, () => alone);
  const endProfile = await startProfile(profile, `core-${scenario}`);
  const perSecond = rates(() => alone, scenario);
  await endProfile();
  const inTurn = contractsInTurn(scenario);
  for (const run of inTurn) expectOutcome(scenario, runForward(readingAnew(run, looks)));
  const inEngine = (): readonly RunOptions[] => inTurn.map((run) => readingAnew(run, looks));
  during(millis, inEngine);
  const perSecondInEngine = rates(inEngine, `${scenario}, as in the engine`);
  return [
    {
      name: `${scenario}: whole renewals`,
      unit: '1/s',
      value: statOf(perSecond),
      budget: { of: 'value', atLeast: 20_000 },
    },
    { name: `${scenario}: as in the engine`, unit: '1/s', value: statOf(perSecondInEngine) },
    { name: `${scenario}: looks per renewal`, unit: '', value: statOf([looks]) },
    { name: `${scenario}: one look`, unit: 'µs', value: statOf(perSecond.map((rate) => 1e6 / rate / looks)) },
  ];
}

function expectOutcome(scenario: Scenario, run: Run): void {
  const outcome = run.state.closed?.outcome;
  const wanted = scenario === 'renews' ? 'renewed' : 'lapsed';
  if (outcome !== wanted) throw new Error(`the ${scenario} client ends as ${outcome}, not as ${wanted}`);
  const refused = run.looks.flatMap((look) => look.decision.verdicts).filter((verdict) => !verdict.accepted);
  if (refused.length > 0) throw new Error(`the script is refused: ${JSON.stringify(refused[0])}`);
}

/**
 * Renewals per second of this process' CPU time: what others do on the machine counts less than in wall time. Only
 * the runs are counted, not what makes them.
 */
function during(millis: number, renewals: () => readonly RunOptions[]): number {
  let done = 0;
  let micros = 0;
  const until = performance.now() + millis;
  while (performance.now() < until) {
    const batch = renewals();
    const cpu = process.cpuUsage();
    for (const renewal of batch) runForward(renewal);
    const { user, system } = process.cpuUsage(cpu);
    micros += user + system;
    done += batch.length;
  }
  return done / (micros / 1e6);
}
