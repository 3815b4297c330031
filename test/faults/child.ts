import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./outreach-child.ts', import.meta.url));

export interface Child {
  readonly process: ChildProcess;
  /** `SIGKILL` where it was killed, else its exit code. */
  readonly end: Promise<string | number | null>;
  kill(): void;
  /** Lets a worker that was started to wait begin its work. */
  go(): void;
}

/** Starts the other process. Its stdin stays open as long as this process lives; it ends with it. */
export function startChild(args: readonly string[], env: Readonly<Record<string, string>>): Child {
  const child = spawn(process.execPath, ['--import=tsx', SCRIPT, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const words: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => words.push(chunk));
  const end = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
    if (signal === null && code === 1) throw new Error(`the child failed:\n${Buffer.concat(words).toString()}`);
    return signal ?? code ?? null;
  });
  // One that is killed while it is told has no need to hear it.
  child.stdin?.on('error', () => undefined);
  return {
    process: child,
    end,
    kill: () => void child.kill('SIGKILL'),
    go: () => void child.stdin?.write('go\n'),
  };
}
