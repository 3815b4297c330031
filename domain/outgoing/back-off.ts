import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../time/instant.ts';

/** The waits between ten attempts, as Standard Webhooks advise: 75 hours and a little more together. */
export const BACK_OFF: readonly number[] = [
  5 * MS_PER_SECOND,
  5 * MS_PER_MINUTE,
  30 * MS_PER_MINUTE,
  2 * MS_PER_HOUR,
  5 * MS_PER_HOUR,
  10 * MS_PER_HOUR,
  14 * MS_PER_HOUR,
  20 * MS_PER_HOUR,
  24 * MS_PER_HOUR,
];

/** A channel through which nothing got for so long is switched off. */
export const FAILING_MS = 75 * MS_PER_HOUR;

/** Spread, so that what failed together does not come back together: up to a tenth more. */
const JITTER = 0.1;

/**
 * How long to wait after an attempt, in milliseconds; null where it was the last.
 *
 * @param attempts how many there were, from 1
 * @param chance from 0 to 1
 */
export function backOffMs(attempts: number, chance: number): number | null {
  const wait = BACK_OFF[attempts - 1];
  return wait === undefined ? null : Math.round(wait * (1 + JITTER * chance));
}
