import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
  WorkflowClient,
} from '@temporalio/client';
import type { WorkflowStartInput } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import type { temporal } from '@temporalio/proto';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/index.ts';
import { fromMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import { findBinary } from '../../embedded/sources/find-binary.ts';
import { TEMPORAL_BINARY } from '../../embedded/sources/temporal-binary.ts';
import { PortBook } from '../../embedded/supervisor/port-book.ts';
import { startOnPorts } from '../../embedded/supervisor/start-on-ports.ts';
import { accepts } from '../../embedded/supervisor/tcp-probe.ts';
import { registerSearchAttributes } from '../../operations/temporal/search-attributes.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { openTestFolder, testEnvironment } from './services.ts';
import type { Disposable } from './services.ts';

export type History = temporal.api.history.v1.IHistory;
export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type TimeSkipping = temporal.api.common.v1.ITimeSkippingConfig;

const NAMESPACE = 'default';
const NOT_FOUND = 5;
const PATIENCE_MS = 30_000;
const { EventType, FastForwardPollingResult: Polled } = proto.temporal.api.enums.v1;

/** A workflow client whose starts have a clock of their own, which stands until it is moved. */
export class RehearsalClient extends WorkflowClient {
  protected override async createStartWorkflowRequest(input: WorkflowStartInput) {
    return { ...(await super.createStartWorkflowRequest(input)), timeSkippingConfig: { enabled: false } };
  }

  /** The workflow's own clock. */
  async virtualNow(workflowId: string): Promise<Instant> {
    const { workflowExtendedInfo } = await this.workflowService.describeWorkflowExecution({
      namespace: this.options.namespace,
      execution: { workflowId },
    });
    const at = workflowExtendedInfo?.timeSkippingInfo?.currentTime;
    return fromMs(at ? Math.floor(Number(at.seconds) * 1000 + (at.nanos ?? 0) / 1e6) : Date.now());
  }

  /** Lets the clock run to `at`; resolves when all that was due in between has run. False where the workflow has ended. */
  async forwardTo(workflowId: string, at: Instant): Promise<boolean> {
    const begun = await this.skipTo(workflowId, at);
    return typeof begun === 'string' ? begun === 'there' : this.reached(workflowId, begun.fastForwardId);
  }

  /** Begins to let the clock run and waits for nothing: for tests in which no worker is there to follow. */
  async skipTo(workflowId: string, at: Instant): Promise<{ readonly fastForwardId: string } | 'ended' | 'there'> {
    const ms = Number(new Date(at)) - Number(new Date(await this.virtualNow(workflowId)));
    if (ms <= 0) return 'there';
    const id = randomUUID();
    const timeSkippingConfig: TimeSkipping = {
      enabled: true,
      maxSessionSkipCount: 2000,
      fastForwardConfig: { id, duration: msToTs(ms) },
    };
    try {
      await this.workflowService.updateWorkflowExecutionOptions({
        namespace: this.options.namespace,
        workflowExecution: { workflowId },
        updateMask: { paths: ['time_skipping_config'] },
        workflowExecutionOptions: { timeSkippingConfig },
      });
    } catch (error) {
      if (hasCode(error, NOT_FOUND)) return 'ended';
      throw error;
    }
    return { fastForwardId: id };
  }

  private async reached(workflowId: string, fastForwardId: string): Promise<boolean> {
    for (;;) {
      const polled = await this.workflowService.pollWorkflowExecutionTimeSkipping({
        namespace: this.options.namespace,
        workflowExecution: { workflowId },
        fastForwardId,
      });
      // The long poll ran out: again. Failed is normal where the workflow ended on the way.
      if (polled.fastForwardPollingResult === Polled.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT) continue;
      if (polled.fastForwardPollingResult === Polled.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED) return true;
      if (/execution ended/.test(polled.failedReason ?? '')) return false;
      throw new Error(polled.failedReason ?? 'the clock could not be moved');
    }
  }
}

export interface RehearsalServer extends Disposable {
  readonly address: string;
  readonly connection: Connection;
  readonly native: NativeConnection;
  readonly dataDir: string;
  /** The pid of the server; another one after a restart. */
  pid(): number;
}

const TUNING = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  'system.workflowTimeSkippingEnabled=true',
  'history.timerProcessorMaxTimeShift="5ms"',
  'history.timerProcessorMaxPollRPS=2000',
  'history.transferProcessorMaxPollRPS=2000',
];

let runtimeInstalled = false;

/**
 * A server for one test file on fresh data, with the search attributes of the product. Ends with its process,
 * comes up again when it is killed.
 *
 * @param dynamicConfig further `key=value` settings, such as a lower threshold for continue-as-new
 */
export async function openRehearsalServer(dynamicConfig: readonly string[] = []): Promise<RehearsalServer> {
  if (!runtimeInstalled) {
    runtimeInstalled = true;
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => undefined),
      telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
      shutdownSignals: [],
    });
  }
  const folder = await openTestFolder();
  const env = testEnvironment();
  const ignore = () => undefined;
  const binary = await findBinary(TEMPORAL_BINARY, { env, onProgress: ignore });
  await mkdir(join(folder.dataDir, 'temporal'), { recursive: true });
  const { child, used } = await startOnPorts(
    new PortBook(folder.dataDir, env, ignore),
    ['temporal', 'temporal-ui'],
    (port, uiPort) => ({
      service: 'temporal',
      program: binary.path,
      args: [
        ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--log-level', 'error'],
        ['--port', String(port), '--ui-port', String(uiPort), '--namespace', NAMESPACE],
        ['--db-filename', join(folder.dataDir, 'temporal', 'temporal.db')],
        ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
        [...TUNING, ...dynamicConfig].flatMap((pair) => ['--dynamic-config-value', pair]),
      ].flat(),
      env: { ...env, ...binary.env },
      dataDir: folder.dataDir,
      graceMs: 0,
      isReady: () => serves(port),
      onEvent: ignore,
    }),
  );
  const address = `127.0.0.1:${used[0]}`;
  let closing = false;
  const retry = defaultGrpcRetryOptions();
  const retryableDecider: typeof retry.retryableDecider = (attempt, status) => {
    // A retry after the connection is closed throws from a timer and would end the process.
    return !closing && retry.retryableDecider(attempt, status);
  };
  const interceptors = [makeGrpcRetryInterceptor({ ...retry, retryableDecider })];
  const connection = await Connection.connect({ address, interceptors });
  const native = await NativeConnection.connect({ address });
  await registerSearchAttributes(connection, NAMESPACE);
  const close = async () => {
    closing = true;
    await native.close();
    await connection.close();
    await child.stop();
    await folder.close();
  };
  return { address, connection, native, dataDir: folder.dataDir, pid: () => child.pid(), close };
}

async function serves(port: number): Promise<boolean> {
  if (!(await accepts(port))) return false;
  const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 2000, interceptors: [] });
  try {
    await connection.withDeadline(Date.now() + 2000, () =>
      connection.workflowService.describeNamespace({ namespace: NAMESPACE }),
    );
    return true;
  } finally {
    await connection.close();
  }
}

/** The workflow code as the product's workers run it, built once for all test files. */
export function testBundle(): Promise<string> {
  bundle ??= workflowBundle(fileURLToPath(new URL('../../node_modules/.cache/perennial', import.meta.url)));
  return bundle;
}

let bundle: Promise<string> | undefined;

export interface RenewalWorker {
  readonly taskQueue: string;
  readonly client: Client;
  readonly rehearsal: RehearsalClient;
  /** Stops the worker: its cache is lost, the workflows wait on the server. */
  stop(): Promise<void>;
  /** A new worker on the same queue, with an empty cache. */
  start(): Promise<void>;
}

export interface RenewalWorkerOptions {
  readonly server: RehearsalServer;
  readonly activities: Activities | ((client: Client, taskQueue: string) => Activities);
  /** By default the SDK's plain one, so that histories can be read. */
  readonly dataConverter?: DataConverter;
  readonly maxCachedWorkflows?: number;
  /** Another bundle than the current one, for tests of changed workflow code. */
  readonly bundle?: string;
}

/** A worker for one test on a task queue of its own; it goes with the test. */
export async function runRenewalWorker(t: ExecutionContext, options: RenewalWorkerOptions): Promise<RenewalWorker> {
  const worker = await openRenewalWorker(options);
  t.teardown(() => worker.stop());
  return worker;
}

/** As {@link runRenewalWorker}, outside of a test; the caller stops it. */
export async function openRenewalWorker(options: RenewalWorkerOptions): Promise<RenewalWorker> {
  const { server, dataConverter, maxCachedWorkflows = 50 } = options;
  const taskQueue = `renewals-${randomUUID().slice(0, 8)}`;
  const { connection } = server;
  const common = { namespace: NAMESPACE, ...(dataConverter === undefined ? {} : { dataConverter }) };
  // Stands in every history: no name of a machine belongs there.
  const identity = 'test';
  const client = new Client({ connection, identity, ...common });
  const rehearsal = new RehearsalClient({ connection, identity, ...common });
  const activities =
    typeof options.activities === 'function' ? options.activities(client, taskQueue) : options.activities;
  const codePath = options.bundle ?? (await testBundle());
  let running: { worker: Worker; ended: Promise<void> } | undefined;
  const start = async () => {
    const worker = await Worker.create({
      connection: server.native,
      identity,
      ...common,
      taskQueue,
      workflowBundle: { codePath },
      activities,
      maxCachedWorkflows,
      shutdownForceTime: '5s',
    });
    running = { worker, ended: worker.run() };
    running.ended.catch(() => undefined);
  };
  const stop = async () => {
    const current = running;
    running = undefined;
    if (current === undefined) return;
    if (current.worker.getState() === 'RUNNING') current.worker.shutdown();
    await current.ended;
  };
  await start();
  return { taskQueue, client, rehearsal, start, stop };
}

/**
 * Gives what a promise gives, or fails after the deadline and says why the workflow stands still: the last
 * failure of its code, or what its activities last threw.
 */
export async function within<T>(
  worker: RenewalWorker,
  workflowId: string,
  what: string,
  promise: Promise<T>,
): Promise<T> {
  const timer = new AbortController();
  const late = pause(PATIENCE_MS, 'late' as const, { signal: timer.signal, ref: true }).catch(() => 'late' as const);
  try {
    const first = await Promise.race([promise.then((value) => ({ value })), late]);
    if (first !== 'late') return first.value;
    throw new Error(`${what}: nothing within ${PATIENCE_MS / 1000} s; ${await whyStill(worker, workflowId)}`);
  } finally {
    timer.abort();
  }
}

async function whyStill({ rehearsal }: RenewalWorker, workflowId: string): Promise<string> {
  try {
    const events = await eventsOf(rehearsal, workflowId);
    const failed = events.findLast((event) => event.workflowTaskFailedEventAttributes?.failure);
    const last = events.at(-1);
    const where = `${events.length} events, the last one ${last === undefined ? '' : eventName(last)}`;
    const failure = failed?.workflowTaskFailedEventAttributes?.failure;
    return failure ? `${where}; workflow code failed: ${failure.message} ${failure.stackTrace}` : where;
  } catch (error) {
    return `its history cannot be read: ${String(error)}`;
  }
}

const FAILED_PRECONDITION = 9;

function hasCode(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && Object.is(error.code, code);
}

/**
 * Asks again where a new history began in this very moment: the server then refuses an update or a query for
 * want of a workflow task. An update keeps its id, so that it counts once.
 */
export async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (!hasCode(cause, FAILED_PRECONDITION) || attempt === 50) throw error;
      await pause(20);
    }
  }
}

export async function eventsOf(client: WorkflowClient, workflowId: string): Promise<readonly HistoryEvent[]> {
  return (await client.getHandle(workflowId).fetchHistory()).events ?? [];
}

/** `EVENT_TYPE_TIMER_FIRED` → `TimerFired`. */
export function eventName(event: HistoryEvent): string {
  const name = EventType[event.eventType ?? 0] ?? '';
  return name
    .replace('EVENT_TYPE_', '')
    .toLowerCase()
    .replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** How many events of each kind; those that only time skipping makes are left out. */
export function countEvents(events: readonly HistoryEvent[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) {
    const name = eventName(event);
    if (/TimeSkipping|OptionsUpdated/.test(name)) continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
