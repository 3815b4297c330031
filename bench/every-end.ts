import { constants } from 'node:os';

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
const SIGNALS: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Makes this process say why it ends, whatever ends it before `done` is called: an error nobody caught, a signal, or
 * nothing being left to wait for. The exit code is never 0 then. (SIGKILL alone leaves no time to say anything.)
 *
 * @param say takes one line, and writes it at once
 */
export function tellEveryEnd(say: (line: string) => void): { done(): void } {
  let told = false;
  const tell = (why: string) => {
    if (!told) say(`broken off: ${why}`);
    told = true;
  };
  const fail = (error: unknown) => {
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      tell(signal);
      process.exit(128 + constants.signals[signal]);
    });
  }
  process.once('exit', (code) => {
    if (told) return;
    // Also where a promise that the program waits for can never be settled any more.
    tell(`exit code ${code} before it was done: nothing was left that could go on`);
    process.exitCode = 1;
  });
  return { done: () => void (told = true) };
}
