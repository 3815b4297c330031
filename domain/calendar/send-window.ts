import { PerennialError } from '../errors/index.ts';
import { FIRST_DAY } from '../time/civil.ts';
import { fromMs, toMs } from '../time/instant.ts';
import type { Instant, WallTime, ZoneOffsets } from '../time/types.ts';
import { wallMinutes } from '../time/wall-time.ts';
import { localDayAt, msOfDayMinutes } from '../time/zone.ts';
import { dayIndex, isWorked, tableOf } from './table.ts';
import type { BusinessCalendar } from './types.ts';
import { workdayFrom } from './workdays.ts';

/** A stretch of the day, `to` not included. */
export interface SendWindow {
  readonly from: WallTime;
  readonly to: WallTime;
}

/**
 * The earliest instant at or after `at` that lies in the window by the clocks of `zone`, on a day that is worked in
 * the calendar. Throws `time.window` for a window that ends before it begins, `calendar.no_workday`, `date.range`.
 */
export function windowAt(calendar: BusinessCalendar, zone: ZoneOffsets, at: Instant, window: SendWindow): Instant {
  const from = wallMinutes(window.from);
  const to = wallMinutes(window.to);
  if (to <= from) throw PerennialError.of('time.window', { from: window.from, to: window.to });
  const table = tableOf(calendar);
  const ms = toMs(at);
  let day = dayIndex(localDayAt(zone, ms));
  if (isWorked(table, day) && ms < msOfDayMinutes(zone, day + FIRST_DAY, to)) {
    const opens = msOfDayMinutes(zone, day + FIRST_DAY, from);
    return ms >= opens ? at : fromMs(opens);
  }
  for (;;) {
    day = workdayFrom(table, dayIndex(day + 1 + FIRST_DAY));
    const opens = msOfDayMinutes(zone, day + FIRST_DAY, from);
    // A day that the zone skips has no window, although the calendar (of another zone) may have it worked.
    if (localDayAt(zone, opens) === day + FIRST_DAY) return fromMs(opens);
  }
}
