import { setTimeout as pause } from 'node:timers/promises';

/** Each step takes seconds, also on a machine that has other work: the server would be asked for ever otherwise. */
const PATIENCE_MS = 3 * 60_000;

/**
 * Gives what a step gives. One that stands still fails instead, with what `where` says of it.
 *
 * @param patienceMs how long it may take, in milliseconds
 */
export async function inTime<T>(
  what: string,
  step: Promise<T>,
  where: () => Promise<string> = async () => 'nothing more is known',
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const timer = new AbortController();
  const late = pause(patienceMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
  try {
    const first = await Promise.race([step.then((value) => ({ value })), late]);
    if (first !== 'late') return first.value;
  } finally {
    timer.abort();
  }
  const found = await where().catch((error: unknown) => `what it does cannot be asked: ${String(error)}`);
  throw new Error(`${what}: not done within ${Math.round(patienceMs / 1000)} s; ${found}`);
}
