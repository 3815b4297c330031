import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { OnServiceEvent, ServiceName } from '../progress.ts';
import { signalGroup } from './bound-spawn.ts';
import { commandLineOf, identityOf, isRunning, toIdentity } from './process-identity.ts';

const GRACE_MS = 5_000;

function pidFile(dataDir: string, service: ServiceName): string {
  return join(dataDir, 'run', `${service}.json`);
}

/** Notes which process serves this folder, so that a later start can remove it should it be left over. */
export function writePidFile(dataDir: string, service: ServiceName, pid: number): void {
  const file = pidFile(dataDir, service);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(identityOf(pid) ?? { pid, started: null }));
  renameSync(`${file}.new`, file);
}

export function removePidFile(dataDir: string, service: ServiceName): void {
  rmSync(pidFile(dataDir, service), { force: true });
}

/**
 * Ends a child that an earlier, killed engine left running on this folder. It is touched only if it is the very process
 * that was noted and its command line names the folder: a stranger who got the same pid is left alone.
 */
export async function removeStaleChild(dataDir: string, service: ServiceName, onEvent: OnServiceEvent): Promise<void> {
  let noted;
  try {
    noted = toIdentity(JSON.parse(readFileSync(pidFile(dataDir, service), 'utf8')));
  } catch {
    // No or torn note: nothing is known to be left over.
    return;
  }
  if (noted !== undefined && isRunning(noted) && commandLineOf(noted.pid).includes(dataDir)) {
    signalGroup(noted.pid, 'SIGTERM');
    const until = Date.now() + GRACE_MS;
    while (isRunning(noted) && Date.now() < until) await pause(20);
    if (isRunning(noted)) signalGroup(noted.pid, 'SIGKILL');
    while (isRunning(noted)) await pause(20);
    onEvent({ kind: 'stale-removed', service, pid: noted.pid });
  }
  removePidFile(dataDir, service);
}
