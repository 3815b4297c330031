import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PerennialError, warning } from '../../domain/errors/index.ts';
import { SERVICE_TITLES } from '../progress.ts';
import type { Environment, OnServiceEvent, ServiceName } from '../progress.ts';
import { lifeBond, signalGroup, spawnBound } from './bound-spawn.ts';
import type { LifeBond } from './bound-spawn.ts';
import { openLog } from './service-log.ts';
import { removePidFile, removeStaleChild, writePidFile } from './stale-child.ts';

const PROBE_EVERY_MS = 25;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
/** After so long without trouble, the next death counts as the first again. */
const HEALTHY_AFTER_MS = 60_000;

export interface ChildSpec {
  readonly service: ServiceName;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly dataDir: string;
  /** Asks the service itself whether it serves; false or an error means not yet. */
  readonly isReady: () => Promise<boolean>;
  /** How long it may take until it serves, and to stop when asked, in milliseconds. */
  readonly startDeadlineMs?: number;
  readonly graceMs?: number;
  /** How the child is bound to our life; by default the best this machine offers. */
  readonly bond?: LifeBond;
  readonly onEvent: OnServiceEvent;
}

export interface SupervisedChild {
  /** The pid of the current child; another one after a restart. */
  pid(): number;
  /** Ends the child, politely and then not; resolves when it is gone. */
  stop(): Promise<void>;
}

interface Run {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly logPath: string;
  readonly ended: Promise<string>;
}

/**
 * Starts a service and keeps it up: resolves when it serves; later deaths are reported and followed by a restart, with
 * a growing pause. A death before it ever served is the caller's error.
 * @throws PerennialError `services.start_failed` with the last words of its log, or `services.start_timeout`.
 */
export async function superviseChild(spec: ChildSpec): Promise<SupervisedChild> {
  const bond = spec.bond ?? (await lifeBond());
  await removeStaleChild(spec.dataDir, spec.service, spec.onEvent);
  const stopping = new AbortController();
  let run = await startRun(spec, bond, stopping.signal);
  spec.onEvent({ kind: 'started', service: spec.service, pid: run.pid });
  const watching = watch();

  async function watch(): Promise<void> {
    let deaths = 0;
    while (!stopping.signal.aborted) {
      const since = Date.now();
      const how = await run.ended;
      if (stopping.signal.aborted) return;
      deaths = Date.now() - since > HEALTHY_AFTER_MS ? 1 : deaths + 1;
      const milliseconds = Math.min(FIRST_BACKOFF_MS * 2 ** (deaths - 1), LONGEST_BACKOFF_MS);
      const params = { service: SERVICE_TITLES[spec.service], how, milliseconds, log: run.logPath };
      spec.onEvent({ kind: 'died', service: spec.service, problem: warning('services.died', params) });
      await pause(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        run = await startRun(spec, bond, stopping.signal);
        spec.onEvent({ kind: 'restarted', service: spec.service, pid: run.pid });
      } catch (error) {
        // It ended again before it served: `run` is the old one, whose end is known, so the loop comes round at once
        // and pauses longer.
        if (!(error instanceof PerennialError)) throw error;
      }
    }
  }

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    stopping.abort();
    await Promise.all([endRun(run, spec.graceMs ?? 10_000), watching]);
    // A restart that came up in this very moment has put another child in the first one's place.
    await endRun(run, spec.graceMs ?? 10_000);
    removePidFile(spec.dataDir, spec.service);
    spec.onEvent({ kind: 'stopped', service: spec.service });
  }
  return { pid: () => run.pid, stop: () => (stopped ??= stop()) };
}

async function startRun(spec: ChildSpec, bond: LifeBond, stopping: AbortSignal): Promise<Run> {
  const log = openLog(join(spec.dataDir, 'logs', `${spec.service}.log`));
  const service = SERVICE_TITLES[spec.service];
  try {
    const child = spawnBound(bond, spec.program, spec.args, spec.env, log.fd);
    const ended = endOf(child);
    const { pid } = child;
    if (pid === undefined) {
      throw PerennialError.of('services.start_failed', { service, detail: await ended, log: log.path });
    }
    writePidFile(spec.dataDir, spec.service, pid);
    const run: Run = { child, pid, logPath: log.path, ended };
    const deadlineMs = spec.startDeadlineMs ?? 60_000;
    const outcome = await awaitReady(run, spec.isReady, deadlineMs, stopping);
    switch (outcome.kind) {
      case 'ready':
        return run;
      case 'ended': {
        const detail = log.lastWords() || outcome.how;
        throw PerennialError.of('services.start_failed', { service, detail, log: log.path });
      }
      case 'late':
        await endRun(run, 1_000);
        throw PerennialError.of('services.start_timeout', { service, seconds: deadlineMs / 1000, log: log.path });
      default:
        return outcome satisfies never;
    }
  } finally {
    // The child has its own copy of the descriptor.
    log.close();
  }
}

type Outcome =
  { readonly kind: 'ready' } | { readonly kind: 'late' } | { readonly kind: 'ended'; readonly how: string };

async function awaitReady(run: Run, isReady: ChildSpec['isReady'], ms: number, stop: AbortSignal): Promise<Outcome> {
  let how: string | undefined;
  void run.ended.then((end) => (how = end));
  const until = Date.now() + ms;
  while (Date.now() < until && !stop.aborted) {
    // A probe that never answers must not hide that the child has ended.
    const ready = await Promise.race([isReady().catch(() => false), run.ended.then(() => false)]);
    if (how !== undefined) return { kind: 'ended', how };
    if (ready) return { kind: 'ready' };
    await pause(PROBE_EVERY_MS);
  }
  return { kind: 'late' };
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal === null ? `exit code ${code}` : signal;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    // With a guard, the service itself may have outlived what we watched.
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  }
}

async function endRun(run: Run, graceMs: number): Promise<void> {
  const timer = new AbortController();
  const grace = pause(graceMs, 'late', { signal: timer.signal }).catch(() => 'cancelled');
  if (run.child.exitCode === null && run.child.signalCode === null) signalGroup(run.pid, 'SIGTERM');
  const first = await Promise.race([run.ended, grace]);
  timer.abort();
  if (first === 'late') signalGroup(run.pid, 'SIGKILL');
  await run.ended;
}
