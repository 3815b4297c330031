import { performance } from 'node:perf_hooks';
import { runForward } from '../domain/renewal/run-forward.ts';
import type { Run, RunOptions } from '../domain/renewal/run-forward.ts';
import { instant } from '../domain/time/instant.ts';
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
      'read anew: contract, client and team are other objects at each look, as in the engine; making them is counted too',
    ],
    figures,
  };
}

export function coreRun(scenario: Scenario): RunOptions {
  const end = endAfter(NOW);
  return {
    renewalId: 'renewal:ctr_1:1',
    snapshot: snapshotOf('1', end, NOW),
    from: NOW,
    until: longAfter(end),
    script: scriptOf(scenario, '1', end),
  };
}

async function measure(scenario: Scenario, { runs, millis, say, profile }: CoreOptions): Promise<Figure[]> {
  const rates = (run: RunOptions, name: string) =>
    Array.from({ length: runs }, (_, i) => {
      const rate = during(millis, run);
      say(`core, ${name}: run ${i + 1} of ${runs}, ${Math.round(rate)} renewals/s`);
      return rate;
    });
  const renewal = coreRun(scenario);
  const first = runForward(renewal);
  expectOutcome(scenario, first);
  const looks = first.looks.length;
  during(millis, renewal);
  const endProfile = await startProfile(profile, `core-${scenario}`);
  const perSecond = rates(renewal, scenario);
  await endProfile();
  const anew = { ...renewal, reread: readAnew };
  during(millis, anew);
  const perSecondAnew = rates(anew, `${scenario}, read anew`);
  return [
    {
      name: `${scenario}: whole renewals`,
      unit: '1/s',
      value: statOf(perSecond),
      budget: { of: 'value', atLeast: 20_000 },
    },
    { name: `${scenario}: whole renewals, read anew`, unit: '1/s', value: statOf(perSecondAnew) },
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

/** Renewals per second of this process' CPU time: what others do on the machine counts less than in wall time. */
function during(millis: number, renewal: RunOptions): number {
  let done = 0;
  const cpu = process.cpuUsage();
  const until = performance.now() + millis;
  while (performance.now() < until) {
    runForward(renewal);
    done += 1;
  }
  const { user, system } = process.cpuUsage(cpu);
  return done / ((user + system) / 1e6);
}
