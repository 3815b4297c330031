import { addMs, minInstant, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, msBetween } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { SendDoc } from '../../schemas/send.ts';

const FIRST_DELAY = 15 * MS_PER_MINUTE;
const LONGEST_DELAY = 6 * MS_PER_HOUR;
/** RFC 5321 gives up after four to five days. */
const PATIENCE = 4 * MS_PER_DAY;
/** Room for the last try before a deadline. */
const MARGIN = 5 * MS_PER_MINUTE;

/** How soon to look again while the mail server itself is in trouble. */
export const SERVICE_DELAY = 5 * MS_PER_MINUTE;

/**
 * When to try again after the server said "later" or the conversation broke off: 15 minutes, doubled up to
 * six hours, the last time just before the deadline; null when that is over.
 *
 * @param row as it was claimed: `tries` counts the tries before this one
 */
export function nextTry(row: Pick<SendDoc, 'tries' | 'firstTriedAt' | 'notAfter'>, now: Instant): Instant | null {
  const deadline = minInstant(row.notAfter, addMs(row.firstTriedAt ?? now, PATIENCE));
  const delay = Math.min(FIRST_DELAY * 2 ** Math.min(row.tries, 10), LONGEST_DELAY);
  const wanted = addMs(now, delay);
  if (wanted <= deadline) return wanted;
  const last = addMs(deadline, -MARGIN);
  return msBetween(now, last) >= FIRST_DELAY ? last : null;
}
