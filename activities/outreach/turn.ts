import { addMs, maxInstant, MS_PER_MINUTE } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { SendDoc, SendState } from '../../schemas/send.ts';

/** Another mail to the same contact about the same contract, read without its long list of moves. */
export type Rival = Omit<SendDoc, 'moves'>;

/** How soon to look again at a rival that is about to go out. */
const LOOK_AGAIN = MS_PER_MINUTE;

/** States of a mail that the engine may still send. */
export const WAITING: readonly SendState[] = ['planned', 'claimed', 'deferred'];
/** States of a mail that has reached its reader, or may have. */
export const MAY_HAVE_GONE: readonly SendState[] = ['transmitting', 'unknown', 'sent'];

/** Whose turn it is: a newer mail's, or this one's from an instant on. */
export type Turn = { readonly kind: 'newer' } | { readonly kind: 'from'; readonly at: Instant };

/**
 * The place of a courtesy mail among the others to its reader. While the mail server was away several may have
 * gathered: only the newest is still worth reading, and none comes within the quiet time of one that really left.
 *
 * @param rivals those that wait or may have gone; legal notices go in their own right and before this mail
 * @param quietMs least time between two mails, counted from when the first one left
 */
export function turnOf(row: Rival, rivals: readonly Rival[], quietMs: number, now: Instant): Turn {
  const soon = addMs(now, LOOK_AGAIN);
  let at = now;
  for (const rival of rivals) {
    const waits = WAITING.includes(rival.state);
    if (waits && rival.dueAt > now) continue;
    if (!rival.legal && isNewer(rival, row)) return { kind: 'newer' };
    if (!waits) at = maxInstant(at, rival.state === 'transmitting' ? soon : addMs(leftAt(rival), quietMs));
    else if (rival.legal) at = maxInstant(at, maxInstant(soon, rival.nextAttemptAt ?? soon));
  }
  return { kind: 'from', at };
}

/** Of two mails the newer is the one that was decided later: it was decided in the knowledge of the other. */
export function isNewer(one: Rival, other: Rival): boolean {
  if (one.plannedAt !== other.plannedAt) return one.plannedAt > other.plannedAt;
  if (one.dueAt !== other.dueAt) return one.dueAt > other.dueAt;
  return one._id > other._id;
}

/** When its final dot went out. A person who later says "it was sent" does not move that. */
function leftAt({ transmittingAt, settledAt, dueAt }: Rival): Instant {
  return transmittingAt ?? settledAt ?? dueAt;
}
