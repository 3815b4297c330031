import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandResult {
  /** 0 only where the program itself ended with 0 within its time. */
  readonly code: number;
  readonly output: string;
  /** Ended by us because it took too long. */
  readonly timedOut: boolean;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly limitMs: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Lines of standard output as they come; standard error is kept for the report. */
  readonly onLine?: (line: string) => void;
}

const running = new Set<number>();

/** Runs a program in its own process group, so that all it has started can be ended with it. */
export function runCommand(program: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    const output: string[] = [];
    let timedOut = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line);
      options.onLine?.(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => output.push(line));
    const limit = setTimeout(() => {
      timedOut = true;
      if (pid !== undefined) endGroup(pid);
    }, options.limitMs);
    const done = (code: number) => {
      clearTimeout(limit);
      if (pid !== undefined) running.delete(pid);
      resolve({ code: timedOut ? 1 : code, output: output.join('\n'), timedOut });
    };
    // What outlives its parent would hold our pipe, and ports and folders of the next tests.
    child.once('exit', () => {
      if (pid !== undefined) endGroup(pid);
    });
    child.once('error', (error) => {
      output.push(error.message);
      done(1);
    });
    child.once('close', (code) => done(code ?? 1));
  });
}

/** Ends everything that still runs: for Ctrl-C, which does not reach other process groups. */
export function endAllCommands(): void {
  for (const pid of running) endGroup(pid);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
