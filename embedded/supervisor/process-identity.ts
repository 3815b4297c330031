import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * One process, not just a number: pids are used again, so the time of its start goes with it. `started` is opaque and
 * null where the system does not tell.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string | null;
}

/** The process of that number, or undefined when none runs (a zombie does not count as running). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  if (process.platform === 'linux') {
    const started = linuxStart(pid);
    return started === undefined ? undefined : { pid, started };
  }
  if (!answersSignals(pid)) return undefined;
  return { pid, started: process.platform === 'win32' ? null : psStart(pid) };
}

/** Whether exactly this process still runs. With `started` null, any process of that number counts. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identityOf(identity.pid);
  if (now === undefined) return false;
  return identity.started === null || now.started === null || now.started === identity.started;
}

/** The command line of a process, empty where the system does not tell. */
export function commandLineOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    if (process.platform === 'win32') return '';
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Reads an identity out of parsed JSON. */
export function toIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('pid' in value) || typeof value.pid !== 'number' || !Number.isInteger(value.pid) || value.pid <= 0) {
    return undefined;
  }
  const started = 'started' in value && typeof value.started === 'string' ? value.started : null;
  return { pid: value.pid, started };
}

function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets and may itself hold brackets and blanks: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    if (state === 'Z' || state === 'X') return undefined;
    // Ticks since boot repeat from boot to boot, hence the boot's own id.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

function psStart(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
