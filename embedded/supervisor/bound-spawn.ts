import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { whyNotRunning } from '../sources/run-check.ts';

/** How a child is made to die with its parent, even when the parent is killed without a chance to act. */
export type LifeBond = 'pdeathsig' | 'guard';

let known: Promise<LifeBond> | undefined;

/** The bond this machine offers: the kernel's (Linux with util-linux' `setpriv`), else our guard process. */
export function lifeBond(): Promise<LifeBond> {
  known ??= probe();
  return known;
}

async function probe(): Promise<LifeBond> {
  if (process.platform !== 'linux') return 'guard';
  const broken = await whyNotRunning('setpriv', ['--pdeathsig', 'KILL', 'true'], process.env);
  return broken === undefined ? 'pdeathsig' : 'guard';
}

/**
 * Starts a program bound to this process' life, its output going to the open file `log`. It leads a process group of its
 * own: Ctrl-C in the terminal reaches only us, and we stop it when the work is wound up.
 */
export function spawnBound(
  bond: LifeBond,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  log: number,
): ChildProcess {
  const options = { env: { ...env }, detached: process.platform !== 'win32', windowsHide: true } as const;
  switch (bond) {
    case 'pdeathsig':
      return spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], {
        ...options,
        stdio: ['ignore', log, log],
      });
    case 'guard': {
      const guard = fileURLToPath(new URL('guard.mjs', import.meta.url));
      return spawn(process.execPath, [guard, program, ...args], { ...options, stdio: ['pipe', log, log] });
    }
    default:
      return bond satisfies never;
  }
}

/** Signals a child and all it started. A group that is gone already is no error. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
