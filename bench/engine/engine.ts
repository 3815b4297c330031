import { explain } from '../../domain/errors/index.ts';
import { fromMs } from '../../domain/time/index.ts';
import { Connection } from '@temporalio/client';
import { registerSearchAttributes } from '../../operations/temporal/search-attributes.ts';
import { openTestServices } from '../../test/helpers/services.ts';
import type { TestServices } from '../../test/helpers/services.ts';
import type { Figure, Part } from '../report/figures.ts';
import { ratioOf, statOf } from '../report/stat.ts';
import { endAfter, PLAYBOOK_ID } from '../world.ts';
import type { Scenario } from '../world.ts';
import { runBatch } from './batch.ts';
import type { BatchResult } from './batch.ts';
import type { Side, WorkerSettings } from './settings.ts';
import { openSide } from './side.ts';
import type { Rows, SideDriver } from './side.ts';
import { startBenchWorker } from './worker.ts';
import type { BenchWorker } from './worker.ts';

export interface EngineOptions {
  readonly runs: number;
  /** Renewals of one side in one run; half of them where only the CPU time is shown. */
  readonly renewals: number;
  readonly atOnce: number;
  readonly say: (line: string) => void;
  /** Folder for CPU profiles of the worker processes. */
  readonly profile?: string;
}

/** One comparison: our worker and another, on the same server, in turns. */
interface Match {
  readonly name: string;
  readonly scenario: Scenario;
  readonly against: Exclude<Side, 'perennial'>;
  readonly withMail: boolean;
  /** Whether all figures are shown, or the worker's CPU time alone. */
  readonly full: boolean;
}

const MATCHES: readonly Match[] = [
  { name: 'renews', scenario: 'renews', against: 'plain', withMail: false, full: true },
  { name: 'silent', scenario: 'silent', against: 'plain', withMail: false, full: true },
  { name: 'renews, both behind the codec', scenario: 'renews', against: 'coded', withMail: false, full: false },
  { name: 'renews, mail delivered', scenario: 'renews', against: 'plain', withMail: true, full: false },
];

const SHORT: Pick<Match, 'full'> = { full: false };

function sizeOf({ full }: Pick<Match, 'full'>, renewals: number): number {
  return full ? renewals : Math.ceil(renewals / 2);
}

interface Player {
  readonly driver: SideDriver;
  readonly worker: BenchWorker;
}

interface Played {
  readonly ours: readonly BatchResult[];
  readonly theirs: readonly BatchResult[];
  readonly rows: { readonly ours: Rows; readonly theirs: Rows };
}

/** The engine against a workflow written by hand, on one Temporal server and one MongoDB. */
export async function benchEngine(options: EngineOptions): Promise<Part> {
  const { runs, renewals, atOnce, say } = options;
  say('engine: starting the services');
  // A service that died is started again; a figure that seems odd, or an error, may come from there.
  const services = await openTestServices({
    onEvent: (event) => {
      if ('problem' in event) say(`engine: ${explain(event.problem, 'en').what}`);
    },
  });
  try {
    await prepareNamespace(services);
    const figures: Figure[] = [];
    const setup: string[] = [];
    for (const match of MATCHES) {
      const played = await play(services, match, options);
      figures.push(...figuresOf(match, played));
      setup.push(rowsLine(match, played, (runs + 1) * sizeOf(match, renewals)));
    }
    return {
      id: 'engine',
      title: 'whole renewals on a real server, against a plain workflow written by hand',
      setup: [
        `playbook ${PLAYBOOK_ID}; ${runs} runs of ${renewals} renewals (${sizeOf(SHORT, renewals)} where only the CPU is shown) for each side in turns, ${atOnce} at once, after one batch to warm up`,
        'both write their rows to the same mongod, from one worker process each; time is skipped, those events are not counted',
        'mail ends with its row in the ledger, save where it says "mail delivered": there it goes to the built-in catcher',
        'compared with: bench/plain, without a history chain, a read model, sealed data, transactions or states of a send',
        ...setup,
      ],
      figures,
    };
  } finally {
    await services.close();
  }
}

async function prepareNamespace({ temporal }: TestServices): Promise<void> {
  const connection = await Connection.connect({ address: temporal.address });
  await registerSearchAttributes(connection, temporal.namespace);
  await connection.close();
}

async function play(services: TestServices, match: Match, options: EngineOptions): Promise<Played> {
  const { runs, renewals, atOnce, say } = options;
  const now = fromMs(Date.now());
  const end = endAfter(now);
  const closing: (() => Promise<void>)[] = [];
  try {
    const enter = async (side: Side): Promise<Player> => {
      const settings = settingsOf(services, match, side, options.profile);
      const driver = await openSide(settings, end, now);
      closing.push(() => driver.close());
      const worker = await startBenchWorker(settings);
      closing.push(() => worker.stop());
      return { driver, worker };
    };
    const ours = await enter('perennial');
    const theirs = await enter(match.against);
    const results = { ours: [] as BatchResult[], theirs: [] as BatchResult[] };
    for (let run = 0; run <= runs; run += 1) {
      const batch = async ({ driver, worker }: Player) => {
        const ids = Array.from({ length: sizeOf(match, renewals) }, (_, i) => `${MATCHES.indexOf(match)}-${run}-${i}`);
        const pids = { temporal: services.temporal.pid, mongod: services.mongo.pid };
        const { scenario, withMail } = match;
        const result = await Promise.race([
          runBatch({ driver, worker, scenario, ids, end, atOnce, withMail, pids }),
          worker.died,
        ]);
        const what = run === 0 ? 'warm-up' : `run ${run} of ${runs}`;
        say(
          `engine, ${match.name}: ${what}, ${driver.side}: ${Math.round(result.events)} events, ${Math.round(result.workerCpu)} ms CPU`,
        );
        return result;
      };
      // Who goes first changes, so that a machine that slows down wrongs nobody.
      if (run % 2 === 0) results.ours.push(await batch(ours));
      results.theirs.push(await batch(theirs));
      if (run % 2 === 1) results.ours.push(await batch(ours));
      if (run === 0) await Promise.all([ours, theirs].map(({ worker }) => worker.profile()));
    }
    const rows = { ours: await ours.driver.rows(), theirs: await theirs.driver.rows() };
    return { ours: results.ours.slice(1), theirs: results.theirs.slice(1), rows };
  } finally {
    // What cannot be closed any more must not hide why.
    for (const close of closing.toReversed()) {
      await close().catch((error: unknown) => say(`engine, ${match.name}: closing failed: ${String(error)}`));
    }
  }
}

let databases = 0;

function settingsOf(services: TestServices, match: Match, side: Side, profile: string | undefined): WorkerSettings {
  const uri = new URL(services.mongo.uri);
  databases += 1;
  uri.pathname = `/bench-${databases}`;
  return {
    side,
    temporalAddress: services.temporal.address,
    namespace: services.temporal.namespace,
    mongodbUri: uri.href,
    taskQueue: `bench-${databases}`,
    outreachQueue: `bench-mail-${databases}`,
    smtpUrl: match.withMail ? services.mail.smtpUrl : null,
    dataDir: services.dataDir,
    ...(profile === undefined || !match.full ? {} : { profile: `${profile}/${match.name}` }),
  };
}

/**
 * The comparison is worth nothing where one side did less: mails and tasks must be the same. With a mail server
 * the engine may do more, since a mail that cannot go out becomes a task.
 */
function rowsLine(match: Match, { rows }: Played, renewals: number): string {
  const { ours, theirs } = rows;
  const more = [ours.clientMails - theirs.clientMails, ours.tasks - theirs.tasks, ours.teamMails - theirs.teamMails];
  if (more.some((count) => count < 0 || (count > 0 && !match.withMail))) {
    throw new Error(`${match.name}: the sides did not do the same: ${JSON.stringify(rows)}`);
  }
  const each = (count: number) => Number((count / renewals).toFixed(1));
  const list = ({ clientMails, teamMails, tasks, sent }: Rows) =>
    `${each(clientMails)} mails to the client, ${each(teamMails)} to the team, ${each(tasks)} tasks` +
    (match.withMail ? `, ${each(sent)} mails sent` : '');
  const same = list(ours) === list(theirs);
  return `${match.name}, per renewal: ${same ? `both ${list(ours)}` : `ours ${list(ours)}; plain ${list(theirs)}`}; ours besides ${each(ours.historyEntries)} entries of history`;
}

function figuresOf(match: Match, { ours, theirs }: Played): Figure[] {
  const figure = (
    name: string,
    unit: string,
    of: (batch: BatchResult) => number | undefined,
    budget?: Figure['budget'],
  ): Figure[] => {
    const [left, right] = [ours.map(of), theirs.map(of)].map((values) => values.filter((value) => value !== undefined));
    if (left === undefined || right === undefined || left.length === 0) return [];
    return [
      {
        name: `${match.name}: ${name}`,
        unit,
        value: statOf(left),
        base: statOf(right),
        ratio: ratioOf(left, right),
        ...(budget === undefined ? {} : { budget }),
      },
    ];
  };
  const plain = match.against === 'plain' && !match.withMail;
  return [
    ...(match.full
      ? [
          ...figure('history events', '', (b) => b.events, { of: 'ratio', atMost: 0.7 }),
          ...figure('history', 'KB', (b) => b.bytes / 1024),
          ...figure('workflow tasks', '', (b) => b.workflowTasks),
        ]
      : []),
    ...figure('worker CPU', 'ms', (b) => b.workerCpu, plain ? { of: 'ratio', atMost: 1.25 } : undefined),
    ...(match.full
      ? [
          ...figure('wall time', 'ms', (b) => b.wall),
          ...figure('Temporal server CPU', 'ms', (b) => b.temporalCpu),
          ...figure('requests to MongoDB', '', (b) => b.requests),
          ...figure('mongod CPU', 'ms', (b) => b.mongodCpu),
          ...figure('worker memory', 'MB', (b) => b.memory),
        ]
      : []),
  ];
}
