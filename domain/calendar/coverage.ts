import type { LocalText } from '../text.ts';
import { yearOf } from '../time/civil.ts';
import type { CivilDate } from '../time/types.ts';
import type { BusinessCalendar } from './types.ts';

/** Whether the days off of the date's year are known. Where they are not, a plan is provisional. */
export function isCovered(calendar: BusinessCalendar, date: CivilDate): boolean {
  return calendar.coveredYears.includes(yearOf(date));
}

/** The years from one date to another (in either order, both included) whose days off are not known, oldest first. */
export function uncoveredYears(calendar: BusinessCalendar, from: CivilDate, to: CivilDate): readonly number[] {
  const [a, b] = [yearOf(from), yearOf(to)];
  const [first, last] = a <= b ? [a, b] : [b, a];
  const years: number[] = [];
  for (let year = first; year <= last; year += 1) {
    if (!calendar.coveredYears.includes(year)) years.push(year);
  }
  return years;
}

/** Name of the make-up working day or of the day off; undefined for a plain day. */
export function dayNote(calendar: BusinessCalendar, date: CivilDate): LocalText | undefined {
  return calendar.extraWorkDays[date] ?? calendar.daysOff[date];
}
