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

/** The first Ctrl-C asks everything to stop, the second one ends the process at once. */
export function stopSwitch(run: Run): StopSwitch {
  let first: 'SIGINT' | 'SIGTERM' | undefined;
  let press: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const pressed = new Promise<void>((resolve, reject) => {
    press = resolve;
    fail = reject;
  });
  // While things start nobody waits for it yet.
  pressed.catch(() => undefined);
  const release = run.io.signals.onStop((signal) => {
    if (first !== undefined) run.io.signals.exitNow(130);
    first = signal;
    if (signal === 'SIGINT') run.say(`\n${run.t('cli:up.force')}`);
    press();
  });
  return { pressed, isPressed: () => first !== undefined, signal: () => first, fail: (error) => fail(error), release };
}
