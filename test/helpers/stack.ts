import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromMs } from '../../domain/time/index.ts';
import { startMailCatcher } from '../../embedded/index.ts';
import type { SmtpBehaviour, SmtpPhase, SmtpSession } from '../../embedded/index.ts';
import { startMongoServer } from '../../embedded/mongo-server.ts';
import { signalGroup } from '../../embedded/supervisor/bound-spawn.ts';
import { PortBook } from '../../embedded/supervisor/port-book.ts';
import { startTemporalServer } from '../../embedded/temporal-server.ts';
import { openContext } from '../../operations/context.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { writeCells } from '../../operations/export/table-file.ts';
import { CONTRACT_FIELDS } from '../../operations/import/fields.ts';
import type { ContractField } from '../../operations/import/fields.ts';
import { sampleTeamFile } from '../../operations/import/sample-files.ts';
import type { SampleContract } from '../../operations/import/sample.ts';
import { prepareDatabase } from '../../operations/seed.ts';
import { takeOver } from '../../operations/take-over.ts';
import { newKey } from '../../operations/temporal/key-ring.ts';
import type { TakenOver } from '../../operations/take-over.ts';
import type { Instant } from '../../domain/time/types.ts';
import { testBundle } from './rehearsal.ts';
import { openTestFolder, testEnvironment } from './services.ts';
import type { Disposable } from './services.ts';

export type Part = 'temporal' | 'mongo' | 'mail' | 'worker';
export const PARTS: readonly Part[] = ['temporal', 'mongo', 'mail', 'worker'];

const WORKER = fileURLToPath(new URL('./stack-worker.ts', import.meta.url));

/** Something that runs until it is killed. */
interface Running {
  kill(): Promise<void>;
}

/**
 * The whole product for one test file: services and a worker in processes of their own, each of which can be killed
 * with SIGKILL and started again on its data and its port. This process is the caller, as the CLI would be.
 */
export class Stack {
  readonly dataDir: string;
  /** Deaths that no test asked for, with the last words. */
  readonly accidents: string[] = [];
  /** What the mail server does; a mail is taken where a test says nothing else. */
  onMail: (phase: SmtpPhase, session: SmtpSession) => SmtpBehaviour | Promise<SmtpBehaviour> = () => 'ok';
  readonly #folder: Disposable;
  readonly #env: Record<string, string | undefined>;
  /** Ports stay over restarts, so that everybody finds everybody again. */
  readonly #ports: PortBook;
  readonly #running = new Map<Part, Running>();
  #context: OperationsContext | undefined;

  private constructor(folder: Disposable & { readonly dataDir: string }, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.dataDir = folder.dataDir;
    // All mails of a test are due at once, and nobody throttles the catcher. The services stand in the environment,
    // so the keys must as well.
    this.#env = testEnvironment({
      PERENNIAL_DATA: folder.dataDir,
      PERENNIAL_MAIL_PER_SECOND: '200',
      PERENNIAL_CODEC_KEYS: newKey(),
      ...env,
    });
    this.#ports = new PortBook(folder.dataDir, this.#env, ({ kind }) => {
      if (kind === 'port-moved') this.accidents.push('a port was taken by another program');
    });
  }

  /** Everything up, documents seeded, the sample's team imported; the worker only where it is asked for. */
  static async open({
    worker = true,
    env = {},
  }: { readonly worker?: boolean; readonly env?: Readonly<Record<string, string>> } = {}): Promise<Stack> {
    const stack = new Stack(await openTestFolder(), env);
    try {
      // One bundle for all test files instead of one for each folder.
      await symlink(dirname(await testBundle()), join(stack.dataDir, 'cache'));
      await Promise.all([stack.start('temporal'), stack.start('mongo'), stack.start('mail')]);
      stack.#context = await openContext({ env: stack.#env, dataDir: stack.dataDir });
      await prepareDatabase(stack.context.db, stack.now());
      await stack.#importFile(await sampleTeamFile('en'), stack.now());
      if (worker) await stack.start('worker');
      return stack;
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** What an operation of the CLI works with. */
  get context(): OperationsContext {
    if (this.#context === undefined) throw new Error('the stack is not open');
    return this.#context;
  }

  now(): Instant {
    return fromMs(Date.now());
  }

  /** Resolves when it serves. */
  async start(part: Part): Promise<void> {
    if (this.#running.has(part)) throw new Error(`${part} runs already`);
    this.#running.set(part, await this.#launch(part));
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(part: Part): Promise<void> {
    const running = this.#running.get(part);
    this.#running.delete(part);
    await running?.kill();
  }

  /** Imports contracts as a person would, from a table, and lets their renewals run. */
  async importContracts(contracts: readonly SampleContract[], now: Instant = this.now()): Promise<TakenOver> {
    return this.#importFile(await contractTable(contracts), now);
  }

  async close(): Promise<void> {
    // The worker first: it would only complain about the others.
    for (const part of PARTS.toReversed()) await this.kill(part);
    await this.#context?.close();
    await this.#folder.close();
  }

  #importFile(file: { readonly name: string; readonly bytes: Uint8Array }, now: Instant): Promise<TakenOver> {
    return takeOver(this.context, { name: file.name, bytes: file.bytes }, { now, locale: 'en' });
  }

  async #launch(part: Part): Promise<Running> {
    const ignore = () => undefined;
    const ports = this.#ports;
    const server = {
      dataDir: this.dataDir,
      env: this.#serverEnv(),
      ports,
      onProgress: ignore,
      onEvent: ignore,
      graceMs: 0,
    };
    switch (part) {
      case 'temporal': {
        const { child, address, namespace } = await startTemporalServer(server);
        Object.assign(this.#env, { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
        return supervised(child);
      }
      case 'mongo': {
        const { child, uri } = await startMongoServer(server);
        this.#env['MONGODB_URI'] = uri;
        return supervised(child);
      }
      case 'mail': {
        const port = await ports.choose('mail', 'mail');
        const { smtpUrl, stop } = await startMailCatcher({
          dataDir: this.dataDir,
          port,
          behaviour: (phase, session) => this.onMail(phase, session),
        });
        this.#env['SMTP_URL'] = smtpUrl;
        return { kill: stop };
      }
      case 'worker':
        return this.#launchWorker();
      default:
        return part satisfies never;
    }
  }

  /** The services look for the addresses of others: they must not find their own. */
  #serverEnv(): Record<string, string | undefined> {
    return { ...this.#env, TEMPORAL_ADDRESS: undefined, MONGODB_URI: undefined, SMTP_URL: undefined };
  }

  async #launchWorker(): Promise<Running> {
    const child = spawn(process.execPath, ['--import=tsx', WORKER], {
      env: this.#env,
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
    });
    const words: Buffer[] = [];
    child.stderr?.on('data', (chunk: Buffer) => words.push(chunk));
    const state = { killed: false };
    const ended = endOf(child).then((how) => {
      if (!state.killed) this.accidents.push(`the worker ended: ${how}\n${Buffer.concat(words).toString()}`);
      return how;
    });
    const first = await Promise.race([once(child, 'message').then(() => 'ready'), ended]);
    if (first !== 'ready') throw new Error(`the worker did not start: ${first}\n${Buffer.concat(words).toString()}`);
    return {
      kill: async () => {
        state.killed = true;
        child.kill('SIGKILL');
        await ended;
      },
    };
  }
}

/** A supervised service: killed, and kept from coming back by itself. */
function supervised(child: { pid(): number; stop(): Promise<void> }): Running {
  return {
    kill: async () => {
      signalGroup(child.pid(), 'SIGKILL');
      await child.stop();
    },
  };
}

async function endOf(child: ChildProcess): Promise<string> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal ?? `exit code ${code}`;
}

async function contractTable(contracts: readonly SampleContract[]) {
  const fields = [...new Set(contracts.flatMap((contract) => Object.keys(contract) as ContractField[]))];
  return writeCells(
    'contracts',
    'csv',
    fields.map((field) => CONTRACT_FIELDS[field].label.en),
    contracts.map((contract) =>
      fields.map((field) => {
        const text = contract[field] ?? '';
        return text === '' ? null : { kind: 'text', text };
      }),
    ),
  );
}
