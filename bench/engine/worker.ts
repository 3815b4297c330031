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
  stop(): Promise<void>;
}

/** Starts a worker process; resolves when it takes work. */
export async function startBenchWorker(settings: WorkerSettings): Promise<BenchWorker> {
  const child = fork(PROGRAM, [JSON.stringify(settings)], { execArgv: ['--import=tsx'] });
  const ask = async (question: Question): Promise<Answer> => {
    child.send(question);
    return answerOf(child);
  };
  await answerOf(child);
  return {
    async usage() {
      const answer = await ask('usage');
      if (answer.kind !== 'usage') throw new Error(`the worker answers ${answer.kind}`);
      return answer;
    },
    async profile() {
      await ask('profile');
    },
    async stop() {
      const gone = once(child, 'exit');
      await ask('stop');
      await gone;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    const [answer] = (await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a worker process ended by itself: ${String(code)}`);
      }),
    ])) as [Answer];
    return answer;
  } finally {
    ended.abort();
  }
}
