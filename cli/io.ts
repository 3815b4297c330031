import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { isatty } from 'node:tty';
import { fromMs } from '../domain/time/instant.ts';
import type { Instant } from '../domain/time/types.ts';

/** The outside of the program, so that a test can stand in for a terminal. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether standard input, output and error are terminals. */
  readonly tty: { readonly in: boolean; readonly out: boolean; readonly err: boolean };
  readonly columns: number;
  /** Lines of the terminal, asked anew each time: windows are resized. */
  rows(): number;
  readonly zone: string;
  now(): Instant;
  newId(): string;
  readonly signals: Signals;
  /** All of standard input. */
  readIn(): Promise<string>;
  /** Asks on the terminal; undefined where Ctrl-C answers. A secret is not shown while it is typed. */
  ask(question: string, kind: 'plain' | 'secret'): Promise<string | undefined>;
}

/** Ctrl-C and SIGTERM. The function given is called for each; the answer takes it off again. */
export interface Signals {
  onStop(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Ends the process without waiting for anything. */
  exitNow(code: number): void;
}

export function processIo(): CliIo {
  const { stdout, stderr, env } = process;
  // `perennial renewals | head` closes the pipe early: that is not an error of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    env,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    tty: { in: isatty(0), out: isatty(1), err: isatty(2) },
    columns: Number(env['COLUMNS']) || stdout.columns || 100,
    rows: () => stdout.rows ?? 40,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: () => fromMs(Date.now()),
    newId: () => `cmd_${randomBytes(12).toString('hex')}`,
    readIn: () => text(process.stdin),
    ask,
    signals: {
      exitNow: (code) => process.exit(code),
      onStop(listener) {
        const names = ['SIGINT', 'SIGTERM'] as const;
        for (const name of names) process.on(name, listener);
        return () => {
          for (const name of names) process.off(name, listener);
        };
      },
    },
  };
}

/** On standard error: what a command prints may go into a file. */
async function ask(question: string, kind: 'plain' | 'secret'): Promise<string | undefined> {
  const prompts = await import('@clack/prompts');
  const asked = { message: question, output: process.stderr };
  const answer = await (kind === 'plain' ? prompts.text(asked) : prompts.password({ ...asked, mask: '' }));
  return prompts.isCancel(answer) ? undefined : answer;
}
