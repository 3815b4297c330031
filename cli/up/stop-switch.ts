import type { Run } from '../run.ts';

export interface StopSwitch {
  /** Resolves at the first Ctrl-C or SIGTERM; rejects when {@link StopSwitch.fail} was called. */
  readonly pressed: Promise<void>;
  isPressed(): boolean;
  signal(): 'SIGINT' | 'SIGTERM' | undefined;
  fail(error: unknown): void;
  /** Stops listening. */
  release(): void;
}

/** What comes after the worker has as long again: services end by themselves or are killed within it. */
const AFTER_WORKER_MS = 5_000;

/**
 * The first Ctrl-C asks everything to stop, the second one ends the process at once; so does the end of the time that
 * stopping may take, whatever still runs.
 *
 * @param forceMs how long the worker may take
 */
export function stopSwitch(run: Run, forceMs: number, afterMs: number = AFTER_WORKER_MS): StopSwitch {
  let limit: NodeJS.Timeout | undefined;
  let first: 'SIGINT' | 'SIGTERM' | undefined;
  let press: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const pressed = new Promise<void>((resolve, reject) => {
    press = resolve;
    fail = reject;
  });
  // While things start nobody waits for it yet.
  pressed.catch(() => undefined);
  const stopListening = run.io.signals.onStop((signal) => {
    if (first !== undefined) return run.io.signals.exitNow(130);
    first = signal;
    if (signal === 'SIGINT') run.say(`\n${run.t('cli:up.force')}`);
    limit = setTimeout(() => {
      run.say(run.t('cli:up.forced', { count: Math.round((forceMs + afterMs) / 1000) }));
      run.io.signals.exitNow(exitCodeOf(signal));
    }, forceMs + afterMs);
    press();
  });
  const release = () => {
    clearTimeout(limit);
    stopListening();
  };
  return { pressed, isPressed: () => first !== undefined, signal: () => first, fail: (error) => fail(error), release };
}

/** What whoever stopped us hears: a service manager wants its own signal to be a good end. */
export function exitCodeOf(signal: 'SIGINT' | 'SIGTERM' | undefined): 0 | 130 {
  return signal === 'SIGTERM' ? 0 : 130;
}
