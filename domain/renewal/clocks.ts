import { addBusinessMs, businessMs, partOfSpan } from '../calendar/index.ts';
import type { BusinessCalendar, Span } from '../calendar/types.ts';
import { maxInstant, minInstant } from '../time/instant.ts';
import type { Instant } from '../time/types.ts';
import type { RenewalState } from './state.ts';
import type { World } from './world.ts';

/** Business milliseconds between two instants in which the renewal was paused, up to `now`. */
export function pausedMs(world: World, state: RenewalState, from: Instant, now: Instant): number {
  let total = 0;
  for (const pause of state.pauses) {
    const start = maxInstant(pause.from, from);
    const end = minInstant(pause.to ?? now, now);
    if (start < end) total += businessMs(world.snapshot.teamCalendar, start, end);
  }
  return total;
}

/** `from` plus a span of the team's time, the pauses in between not counted: clocks freeze. */
export function teamDeadline(world: World, state: RenewalState, from: Instant, span: Span, now: Instant): Instant {
  return shareOfSpan(world, state, from, span, 100, now);
}

/** The instant at which `percent` of a span has passed as the span itself is counted, pauses not counted. */
export function shareOfSpan(
  world: World,
  state: RenewalState,
  from: Instant,
  span: Span,
  percent: number,
  now: Instant,
): Instant {
  const { teamCalendar } = world.snapshot;
  const plain = spanEnd(teamCalendar, from, span, percent);
  const paused = pausedMs(world, state, from, now);
  return paused === 0 ? plain : addBusinessMs(teamCalendar, plain, paused);
}

/**
 * The ends told last, by span of the playbook and percent: while nothing happens in a stage, every look asks again
 * for the same ones.
 */
const ends = new WeakMap<Span, Map<number, { calendar: BusinessCalendar; from: Instant; at: Instant }>>();

/** When `percent` of a span of the team's time is over, counted from `from`; clocks that were stopped are not in it. */
function spanEnd(calendar: BusinessCalendar, from: Instant, span: Span, percent: number): Instant {
  let ofSpan = ends.get(span);
  if (ofSpan === undefined) {
    ofSpan = new Map();
    ends.set(span, ofSpan);
  }
  const known = ofSpan.get(percent);
  if (known !== undefined && known.from === from && known.calendar === calendar) return known.at;
  const at = partOfSpan(calendar, from, span, percent);
  if (known === undefined) ofSpan.set(percent, { calendar, from, at });
  else {
    known.calendar = calendar;
    known.from = from;
    known.at = at;
  }
  return at;
}
