import { setTimeout as pause } from 'node:timers/promises';

/** Long enough for services that were killed to come back, on two cores that run other tests at the same time. */
const PATIENCE_MS = 150_000;
/** A look costs the services that it waits for; without a pause between two it would starve them. */
const PAUSE_MS = 20;

/**
 * Waits until a question is answered with something else than undefined or false. `what` names it in the error;
 * `seen` tells there what was to be seen instead.
 */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  seen?: () => Promise<unknown>,
): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > until) {
      const instead = seen === undefined ? '' : `; seen: ${JSON.stringify(await seen())}`;
      throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s${instead}`);
    }
    await pause(PAUSE_MS);
  }
}
