import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Question, WorkerSettings } from './settings.ts';

const PROGRAM = fileURLToPath(new URL('worker-process.ts', import.meta.url));

export interface BenchWorker {
  usage(): Promise<Extract<Answer, { kind: 'usage' }>>;
  /** From here on; does nothing where the settings name no folder. */
  profile(): Promise<void>;
  /** Rejects where the process ends before it is told to: its renewals would be waited for for ever. */
  readonly died: Promise<never>;
  /** Does nothing where it has died. */
  stop(): Promise<void>;
}

/** Starts a worker process; resolves when it takes work. */
export async function startBenchWorker(settings: WorkerSettings): Promise<BenchWorker> {
  const child = fork(PROGRAM, [JSON.stringify(settings)], { execArgv: ['--import=tsx'] });
  const ended = endOf(child);
  const died = ended.then((how): never => {
    throw new Error(`the worker process of ${settings.side} ended by itself: ${how}`);
  });
  // Whoever asks it something, or waits for its work, gets to hear of it.
  died.catch(() => undefined);
  const answer = () => Promise.race([answerOf(child), died]);
  const ask = (question: Question): Promise<Answer> => {
    // One that has died in this moment answers by its death.
    child.send(question, () => undefined);
    return answer();
  };
  await answer();
  return {
    died,
    async usage() {
      const told = await ask('usage');
      if (told.kind !== 'usage') throw new Error(`the worker answers ${told.kind}`);
      return told;
    },
    async profile() {
      await ask('profile');
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      await ask('stop');
      await ended;
    },
  };
}

function answerOf(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve) => void child.once('message', (answer) => resolve(answer as Answer)));
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal ?? `exit code ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
