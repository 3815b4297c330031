import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openTestFolder, testEnvironment } from '../helpers/services.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/perennial.mjs', import.meta.url));

/** What one command wrote and how it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `perennial up` as a child process. */
export interface Running {
  /** Resolves once a line of its output matches; rejects with all it said when it ends before. */
  said(line: RegExp): Promise<void>;
  /** All it has said. */
  text(): string;
  /** Ends at once, as a power cut would: nothing of it is asked. */
  kill(): Promise<void>;
  /** Ctrl-C, and everything down. Gives the exit code. */
  stop(): Promise<number | null>;
}

/** The product as a user has it: a fresh data folder, and the program in processes of its own. */
export class Product {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly #removeFolder: () => Promise<void>;
  readonly #running = new Set<Running>();

  private constructor(dataDir: string, removeFolder: () => Promise<void>) {
    this.dataDir = dataDir;
    this.#removeFolder = removeFolder;
    this.env = testEnvironment({ PERENNIAL_DATA: dataDir, PERENNIAL_LANG: 'en', NO_COLOR: '1' });
  }

  static async open(): Promise<Product> {
    const folder = await openTestFolder();
    return new Product(folder.dataDir, () => folder.close());
  }

  /** One command, as it would be typed. */
  run(...args: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const options = { env: this.env, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 };
      const child = execFile(process.execPath, [PROGRAM, ...args], options, (_error, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });
  }

  /** The value that a command prints with `--json`. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { code, out, err } = await this.run(...args, '--json');
    if (code !== 0 && code !== 6) throw new Error(`perennial ${args.join(' ')} ended with ${code}: ${err}`);
    return JSON.parse(out) as T;
  }

  up(...args: readonly string[]): Running {
    const child = spawn(process.execPath, [PROGRAM, 'up', '--plain', ...args], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = follow(child);
    this.#running.add(running);
    return running;
  }

  async close(): Promise<void> {
    for (const running of this.#running) await running.kill();
    await this.#removeFolder();
  }
}

function follow(child: ChildProcess): Running {
  let text = '';
  const ended = once(child, 'exit');
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  }
  return {
    text: () => text,
    async said(line) {
      await new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!line.test(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        ended.then(() => reject(new Error(`it ended before it said ${String(line)}:\n${text}`)), reject);
      });
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGINT');
      await ended;
      return child.exitCode;
    },
  };
}
