import { performance } from 'node:perf_hooks';
import type { CivilDate } from '../../domain/time/types.ts';
import { eventName, eventsOf } from '../../test/helpers/rehearsal.ts';
import { longAfter, scriptOf } from '../world.ts';
import type { Scenario } from '../world.ts';
import { historySize } from './history-size.ts';
import { cpuMillisOf } from './process-cpu.ts';
import { inTime } from './in-time.ts';
import type { SideDriver } from './side.ts';
import type { BenchWorker } from './worker.ts';

/** One batch of renewals of one side, all figures per renewal. */
export interface BatchResult {
  readonly events: number;
  readonly bytes: number;
  readonly workflowTasks: number;
  /** Of the worker process with all its threads, in milliseconds. */
  readonly workerCpu: number;
  /** From the first start to the last end, divided by the renewals, in milliseconds. */
  readonly wall: number;
  readonly temporalCpu: number | undefined;
  readonly mongodCpu: number | undefined;
  /** Requests to MongoDB. */
  readonly requests: number;
  /** Of the worker process, in MB, at the end of the batch. */
  readonly memory: number;
}

export interface BatchOptions {
  readonly driver: SideDriver;
  readonly worker: BenchWorker;
  readonly scenario: Scenario;
  readonly ids: readonly string[];
  readonly end: CivilDate;
  readonly atOnce: number;
  readonly withMail: boolean;
  readonly pids: { readonly temporal: number | undefined; readonly mongod: number | undefined };
}

/** Runs whole renewals from their start to their end in virtual time, some at once. */
export async function runBatch(options: BatchOptions): Promise<BatchResult> {
  const { driver, worker, ids, pids, withMail } = options;
  await driver.seed(ids);
  const read = async () => ({
    worker: await worker.usage(),
    requests: await driver.requests(),
    temporal: cpuMillisOf(pids.temporal),
    mongod: cpuMillisOf(pids.mongod),
  });
  const before = await read();
  const begun = performance.now();
  const workflowIds = await allOf(options);
  if (withMail)
    await inTime('the mails of a batch', driver.mailsDone(), async () => JSON.stringify(await driver.rows()));
  const wall = performance.now() - begun;
  const after = await read();
  const sizes = await Promise.all(workflowIds.map((id) => historySize(driver.rehearsal, id)));
  const each = (total: number) => total / ids.length;
  const mean = (of: (size: (typeof sizes)[number]) => number) => each(sizes.reduce((sum, size) => sum + of(size), 0));
  return {
    events: mean((size) => size.events),
    bytes: mean((size) => size.bytes),
    workflowTasks: mean((size) => size.workflowTasks),
    workerCpu: each(after.worker.cpuMillis - before.worker.cpuMillis),
    wall: each(wall),
    temporalCpu: difference(before.temporal, after.temporal, ids.length),
    mongodCpu: difference(before.mongod, after.mongod, ids.length),
    requests: each(after.requests - before.requests),
    memory: after.worker.megabytes,
  };
}

function difference(before: number | undefined, after: number | undefined, among: number): number | undefined {
  return before === undefined || after === undefined ? undefined : (after - before) / among;
}

async function allOf(options: BatchOptions): Promise<readonly string[]> {
  const { ids, atOnce } = options;
  const workflowIds: string[] = [];
  let next = 0;
  const lane = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) workflowIds.push(await wholeRenewal(options, id));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, lane));
  return workflowIds;
}

async function wholeRenewal({ driver, scenario, end }: BatchOptions, id: string): Promise<string> {
  const { rehearsal, side } = driver;
  const workflowId = await inTime(`the start of ${id} for ${side}`, driver.start(id, scenario));
  const step = <T>(what: string, done: Promise<T>) =>
    inTime(`${workflowId}, ${what}`, done, async () => {
      const events = await eventsOf(rehearsal, workflowId);
      return `${events.length} events, the last one ${eventName(events.at(-1) ?? {})}`;
    });
  for (const fact of scriptOf(scenario, id, end)) {
    await step(`the clock to ${fact.at}`, rehearsal.forwardTo(workflowId, fact.at));
    await step(fact.kind, driver.tell(workflowId, fact));
  }
  await step('the clock past its end', rehearsal.forwardTo(workflowId, longAfter(end)));
  const result: unknown = await step('its result', rehearsal.getHandle(workflowId).result());
  const outcome = typeof result === 'object' && result !== null && 'outcome' in result ? result.outcome : result;
  const wanted = scenario === 'renews' ? 'renewed' : 'lapsed';
  if (outcome !== wanted) throw new Error(`${workflowId} ends as ${String(outcome)}, not as ${wanted}`);
  return workflowId;
}
