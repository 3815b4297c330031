import { setImmediate as nextTurn } from 'node:timers/promises';

/** Resolves as soon as `fact` holds; an error with `what` when it does not within 20 s. */
export async function until(what: string, fact: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await fact())) {
    if (performance.now() > deadline) throw new Error(`did not come true: ${what}`);
    await nextTurn();
  }
}
