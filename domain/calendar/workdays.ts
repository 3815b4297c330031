import { FIRST_DAY, fromEpochDay, toEpochDay } from '../time/civil.ts';
import type { CivilDate } from '../time/types.ts';
import { checkedStep, dayIndex, isWorked, nthWorkday, tableOf } from './table.ts';
import type { WorkTable } from './table.ts';
import type { BusinessCalendar } from './types.ts';

/** Whether a date is worked. In a year that is not covered the normal week answers: see `isCovered`. */
export function isWorkday(calendar: BusinessCalendar, date: CivilDate): boolean {
  return isWorked(tableOf(calendar), dayIndex(toEpochDay(date)));
}

/** Day index of the first working day on or after `day`. */
export function workdayFrom(table: WorkTable, day: number): number {
  if (isWorked(table, day)) return day;
  return checkedStep(table, day, nthWorkday(table, table.before[day] ?? 0), true);
}

/** Day index of the last working day on or before `day`. */
export function workdayUpTo(table: WorkTable, day: number): number {
  if (isWorked(table, day)) return day;
  return checkedStep(table, day, nthWorkday(table, (table.before[day] ?? 0) - 1), false);
}

/** Day index `count` working days on; `day` itself does not count. */
export function stepWorkdays(table: WorkTable, day: number, count: number): number {
  if (!Number.isInteger(count)) throw new RangeError(`business days must be whole: ${count}`);
  if (count === 0) return workdayFrom(table, day);
  const before = table.before[day] ?? 0;
  if (count < 0) return checkedStep(table, day, nthWorkday(table, before + count), false);
  const upTo = isWorked(table, day) ? before : before - 1;
  return checkedStep(table, day, nthWorkday(table, upTo + count), true);
}

/** The date itself where it is worked, else the first working day after it. Throws `calendar.no_workday`. */
export function nextWorkday(calendar: BusinessCalendar, date: CivilDate): CivilDate {
  return fromEpochDay(workdayFrom(tableOf(calendar), dayIndex(toEpochDay(date))) + FIRST_DAY);
}

/** The date itself where it is worked, else the last working day before it. Throws `calendar.no_workday`. */
export function previousWorkday(calendar: BusinessCalendar, date: CivilDate): CivilDate {
  return fromEpochDay(workdayUpTo(tableOf(calendar), dayIndex(toEpochDay(date))) + FIRST_DAY);
}

/**
 * The working day `count` working days after (or before, negative) a date. The date itself does not count, worked
 * or not: Friday + 1, Saturday + 1 and Sunday + 1 are all Monday. With 0 it is the `nextWorkday`.
 * Throws `calendar.no_workday` where more than 31 days off lie between, `date.range` outside 2000–2100.
 */
export function addBusinessDays(calendar: BusinessCalendar, date: CivilDate, count: number): CivilDate {
  return fromEpochDay(stepWorkdays(tableOf(calendar), dayIndex(toEpochDay(date)), count) + FIRST_DAY);
}

/**
 * Working days from one date to another: those after `from` up to and with `to`; negative, counting `to` up to the
 * day before `from`, where `to` is the earlier. The inverse of {@link addBusinessDays} for working days.
 */
export function businessDaysBetween(calendar: BusinessCalendar, from: CivilDate, to: CivilDate): number {
  const { before } = tableOf(calendar);
  const [a, b] = [dayIndex(toEpochDay(from)), dayIndex(toEpochDay(to))];
  if (b >= a) return (before[b + 1] ?? 0) - (before[a + 1] ?? 0);
  return 0 - ((before[a] ?? 0) - (before[b] ?? 0));
}
