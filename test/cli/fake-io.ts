import type { Instant } from '../../domain/time/types.ts';
import { runCli } from '../../cli/main.ts';
import type { ExitCode } from '../../cli/command-spec.ts';
import type { CliIo } from '../../cli/io.ts';

/** What one run wrote and how it ended. */
export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export interface FakeOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly tty?: boolean;
  readonly now?: string;
  /** What ids of commands begin with: a real engine takes each only once. */
  readonly ids?: string;
  /** What standard input holds, and what is typed where something is asked. */
  readonly input?: string;
  readonly answers?: readonly string[];
}

export function fakeIo(options: FakeOptions = {}): CliIo & { readonly written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  const tty = options.tty === true;
  const answers = [...(options.answers ?? [])];
  let ids = 0;
  return {
    written,
    // A folder in which nothing runs: no command may find services by accident.
    env: { PERENNIAL_DATA: '/nonexistent/perennial-test', ...options.env },
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    tty: { in: tty, out: tty, err: tty },
    columns: options.columns ?? 100,
    rows: () => 40,
    zone: 'Asia/Shanghai',
    now: () => (options.now ?? '2026-11-23T01:00:00.000Z') as Instant,
    newId: () => `${options.ids ?? 'cmd_test'}_${(ids += 1)}`,
    readIn: () => Promise.resolve(options.input ?? ''),
    ask: () => Promise.resolve(answers.shift()),
    signals: { onStop: () => () => undefined, exitNow: () => undefined },
  };
}

export async function run(args: readonly string[], options: FakeOptions = {}): Promise<Ran> {
  const io = fakeIo(options);
  const code = await runCli(args, io);
  return { code, ...io.written };
}
