import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { Environment, OnProgress, OnServiceEvent, SourceKind } from './progress.ts';
import { findBinary } from './sources/find-binary.ts';
import { TEMPORAL_BINARY } from './sources/temporal-binary.ts';
import { accepts } from './supervisor/tcp-probe.ts';
import { startOnPorts } from './supervisor/start-on-ports.ts';
import type { PortBook } from './supervisor/port-book.ts';
import type { SupervisedChild } from './supervisor/supervised-child.ts';

export interface ServerOptions {
  readonly dataDir: string;
  readonly env: Environment;
  readonly ports: PortBook;
  readonly onProgress: OnProgress;
  readonly onEvent: OnServiceEvent;
  /** How long a child may take to stop when asked, in milliseconds; 0 kills it at once. */
  readonly graceMs?: number;
}

export interface TemporalServer {
  /** `host:port` of the gRPC front end. */
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  readonly source: SourceKind;
  readonly child: SupervisedChild;
}

/** Closed runs are kept so long; the development server's own default is one day. */
const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * WAL and `normal` make the database 2.6 times faster and lose nothing when the process is killed. Time skipping serves
 * rehearsals; it has one name in this server and another in newer ones, and an unknown name is ignored. Without the
 * three tuning values every skipped timer costs a second.
 */
const FIXED_ARGUMENTS: readonly string[] = [
  ['--ip', '127.0.0.1'],
  ['--log-level', 'error'],
  ['--sqlite-pragma', 'journal_mode=wal'],
  ['--sqlite-pragma', 'synchronous=normal'],
  ['--dynamic-config-value', 'frontend.WorkflowTimeSkippingEnabled=true'],
  ['--dynamic-config-value', 'system.workflowTimeSkippingEnabled=true'],
  ['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="5ms"'],
  ['--dynamic-config-value', 'history.timerProcessorMaxPollRPS=2000'],
  ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
].flat();

/**
 * Temporal's development server with its data in `<dataDir>/temporal`. Resolves when the namespace answers.
 * @throws PerennialError of the areas `services.binary_missing`, `services.start_…`, `services.port_…`.
 */
export async function startTemporalServer(options: ServerOptions): Promise<TemporalServer> {
  const { dataDir, env, ports, onProgress, onEvent } = options;
  const grace = options.graceMs === undefined ? {} : { graceMs: options.graceMs };
  const binary = await findBinary(TEMPORAL_BINARY, { env, onProgress });
  const namespace = namespaceOf(env);
  const folder = join(dataDir, 'temporal');
  await mkdir(folder, { recursive: true });

  onProgress({ service: 'temporal', source: binary.source, phase: 'start' });
  const { child, used } = await startOnPorts(ports, ['temporal', 'temporal-ui'], (port, uiPort) => ({
    service: 'temporal',
    program: binary.path,
    args: [
      ['server', 'start-dev'],
      ['--port', String(port)],
      ['--ui-port', String(uiPort)],
      ['--namespace', namespace],
      ['--db-filename', join(folder, 'temporal.db')],
      FIXED_ARGUMENTS,
    ].flat(),
    env: { ...env, ...binary.env },
    dataDir,
    ...grace,
    isReady: () => serves(port, namespace),
    onEvent,
  }));
  onProgress({ service: 'temporal', source: binary.source, phase: 'ready' });
  const [port, uiPort] = used;
  const address = `127.0.0.1:${port}`;
  return { address, namespace, uiUrl: `http://127.0.0.1:${uiPort}`, source: binary.source, child };
}

export function namespaceOf(env: Environment): string {
  const named = env['PERENNIAL_NAMESPACE'];
  return named === undefined || named === '' ? 'default' : named;
}

async function serves(port: number, namespace: string): Promise<boolean> {
  // gRPC backs off for a second after a refused connection, so the plain socket is asked first.
  if (!(await accepts(port))) return false;
  // Without the SDK's retries: closing a connection while one of them waits ends the process.
  const connection = await Connection.connect({
    address: `127.0.0.1:${port}`,
    connectTimeout: 2_000,
    interceptors: [],
  });
  try {
    await connection.withDeadline(Date.now() + 2_000, async () => {
      const { config } = await connection.workflowService.describeNamespace({ namespace });
      if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1000 >= RETENTION_MS) return;
      const retention = { workflowExecutionRetentionTtl: msToTs(RETENTION_MS) };
      await connection.workflowService.updateNamespace({ namespace, config: retention });
    });
    return true;
  } finally {
    await connection.close();
  }
}
