import { addBusinessDays, nextWorkday, previousWorkday } from '../calendar/index.ts';
import type { BusinessCalendar } from '../calendar/types.ts';
import { addDays, addMonths, localToInstant } from '../time/index.ts';
import type { CivilDate, Instant, WallTime, ZoneOffsets } from '../time/types.ts';
import type { Anchor, DatePoint } from './types.ts';

export { partOfSpan } from '../calendar/index.ts';

/** The dates that points of a playbook hang on; null while a date is not known. */
export type Anchors = Readonly<Record<Anchor, CivilDate | null>>;

/**
 * The civil date of a point such as "90 days before end". Null when its anchor is not known: the caller
 * must then wait for the date, never take today instead.
 *
 * Months are counted on the calendar and end on the last day of a shorter month (31 March − 1 month =
 * 28 or 29 February). Business days are counted in `cal`, the anchor itself not included.
 */
export function resolveDatePoint(point: DatePoint, anchors: Anchors, cal: BusinessCalendar): CivilDate | null {
  const from = anchors[point.anchor];
  if (from === null) return null;
  switch (point.unit) {
    case 'days':
      return addDays(from, point.amount);
    case 'months':
      return addMonths(from, point.amount);
    case 'business days':
      // Zero business days is the date itself, also on a day off: "0 business days after end" must not move the end.
      return point.amount === 0 ? from : addBusinessDays(cal, from, point.amount);
    default: {
      const never: never = point.unit;
      throw new Error(`unknown unit ${String(never)}`);
    }
  }
}

/** The day on which mail planned for `date` goes out: legal notices never later, everything else never earlier. */
export function sendDate(date: CivilDate, calendar: BusinessCalendar, legal: boolean): CivilDate {
  return legal ? previousWorkday(calendar, date) : nextWorkday(calendar, date);
}

/**
 * When mail planned for a civil date goes out: at the start of the send window in the recipient's zone,
 * on a working day of the client's calendar. A day off moves it to the next working day; a legal notice
 * moves to the previous one, because a notice that comes late has no effect.
 *
 * @param date the planned date, in the recipient's zone
 * @param calendar the client's calendar
 * @param zone the recipient's zone
 */
export function sendInstant(
  date: CivilDate,
  calendar: BusinessCalendar,
  zone: ZoneOffsets,
  window: { readonly from: WallTime },
  legal: boolean,
): Instant {
  return localToInstant(zone, sendDate(date, calendar, legal), window.from);
}
