import { addBusinessMs, businessMs } from '../calendar/index.ts';
import type { Span } from '../calendar/types.ts';
import { maxInstant, minInstant } from '../time/instant.ts';
import type { Instant } from '../time/types.ts';
import type { RenewalState } from './state.ts';
import { spanEnd } from './term-plan.ts';
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
  const plain = spanEnd(world, from, span, 100);
  const paused = pausedMs(world, state, from, now);
  return paused === 0 ? plain : addBusinessMs(world.snapshot.teamCalendar, plain, paused);
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
  const plain = spanEnd(world, from, span, percent);
  const paused = pausedMs(world, state, from, now);
  return paused === 0 ? plain : addBusinessMs(world.snapshot.teamCalendar, plain, paused);
}
