import { FIRST_DAY, toEpochDay } from '../time/civil.ts';
import { fromMs, MS_PER_DAY, MS_PER_HOUR, toMs } from '../time/instant.ts';
import type { CivilDate, Instant } from '../time/types.ts';
import { localDayAt, localMsAt, msOfLocal } from '../time/zone.ts';
import { checkedStep, closingMs, dayIndex, DAYS, isWorked, openingMs, tableOf } from './table.ts';
import type { WorkTable } from './table.ts';
import type { BusinessCalendar, Span } from './types.ts';
import { stepWorkdays, workdayFrom } from './workdays.ts';

/** When a date opens, were it worked. */
export function openingOf(calendar: BusinessCalendar, date: CivilDate): Instant {
  return fromMs(openingMs(tableOf(calendar), dayIndex(toEpochDay(date))));
}

/** When a date closes, were it worked. */
export function closingOf(calendar: BusinessCalendar, date: CivilDate): Instant {
  return fromMs(closingMs(tableOf(calendar), dayIndex(toEpochDay(date))));
}

function localDay(table: WorkTable, ms: number): number {
  return dayIndex(localDayAt(table.calendar.zone, ms));
}

/** The instant itself within opening hours of a working day, else the next opening. */
export function nextOpenInstant(calendar: BusinessCalendar, at: Instant): Instant {
  const table = tableOf(calendar);
  const ms = toMs(at);
  const day = localDay(table, ms);
  if (isWorked(table, day) && ms < closingMs(table, day)) {
    const opening = openingMs(table, day);
    return ms >= opening ? at : fromMs(opening);
  }
  return fromMs(openingMs(table, workdayFrom(table, dayIndex(day + 1 + FIRST_DAY))));
}

/** Worked milliseconds from the beginning of the table to the beginning of a day. */
function workedBefore(table: WorkTable, day: number): number {
  let ms = (table.before[day] ?? 0) * table.nominalMs;
  for (const odd of table.odd) {
    if (odd.day >= day) break;
    ms += odd.extraMs;
  }
  return ms;
}

/** Worked milliseconds from the beginning of the table to an instant. */
function workedUpTo(table: WorkTable, ms: number): number {
  const day = localDay(table, ms);
  const whole = workedBefore(table, day);
  if (!isWorked(table, day)) return whole;
  const opening = openingMs(table, day);
  if (ms <= opening) return whole;
  return whole + Math.min(ms, closingMs(table, day)) - opening;
}

/** Milliseconds of opening hours between two instants; negative where `to` is the earlier. */
export function businessMs(calendar: BusinessCalendar, from: Instant, to: Instant): number {
  const table = tableOf(calendar);
  return workedUpTo(table, toMs(to)) - workedUpTo(table, toMs(from));
}

/**
 * The instant after `ms` of opening hours, whole ones: the earliest with that much work since `at`, so that it may be
 * a closing time and never lies outside of opening hours. Negative `ms` goes back, to the latest such instant.
 * With 0 it is `at` itself. Throws `calendar.no_workday` and `date.range` as `addBusinessDays`.
 */
export function addBusinessMs(calendar: BusinessCalendar, at: Instant, ms: number): Instant {
  if (!Number.isFinite(ms)) throw new RangeError(`addBusinessMs: ${ms}`);
  const distance = Math.round(ms);
  if (distance === 0) return at;
  const table = tableOf(calendar);
  const start = toMs(at);
  return fromMs(msAfterWork(table, start, workedUpTo(table, start), distance));
}

/** The instant (ms) with `distance` of worked ms between it and `start`, up to which `worked` ms were worked. */
function msAfterWork(table: WorkTable, start: number, worked: number, distance: number): number {
  const target = worked + distance;
  const forward = distance > 0;
  const day = checkedStep(table, localDay(table, start), dayReaching(table, target, forward), forward);
  return openingMs(table, day) + target - workedBefore(table, day);
}

/** The day in which the worked time since the beginning of the table reaches `target`; undefined beyond the table. */
function dayReaching(table: WorkTable, target: number, forward: boolean): number | undefined {
  if (target < 0 || target > workedBefore(table, DAYS)) return undefined;
  let low = 0;
  let high = DAYS - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const worked = workedBefore(table, middle);
    if (forward ? worked < target : worked <= target) low = middle;
    else high = middle - 1;
  }
  return isWorked(table, low) ? low : undefined;
}

/**
 * The instant a span after another:
 * - business days: closing time of the working day that many working days on. The local day of `at` is day 0 whether
 *   it is before opening, worked, after closing or a day off. Never earlier than `at`.
 * - business hours: that many opening hours on ({@link addBusinessMs}).
 * - days: the same wall-clock time that many days on.
 * The amount is not negative, and whole for days. Throws `calendar.no_workday` and `date.range`.
 */
export function addSpan(calendar: BusinessCalendar, at: Instant, span: Span): Instant {
  const start = toMs(at);
  const end = msAfterSpan(tableOf(calendar), start, span);
  return end === start ? at : fromMs(end);
}

function msAfterSpan(table: WorkTable, start: number, { amount, unit }: Span): number {
  if (!(amount >= 0 && amount < Infinity) || (unit !== 'business hours' && !Number.isInteger(amount))) {
    throw new RangeError(`addSpan: ${amount} ${unit}`);
  }
  switch (unit) {
    case 'business days':
      return Math.max(start, closingMs(table, stepWorkdays(table, localDay(table, start), amount)));
    case 'business hours': {
      const distance = Math.round(amount * MS_PER_HOUR);
      return distance === 0 ? start : msAfterWork(table, start, workedUpTo(table, start), distance);
    }
    case 'days': {
      if (amount === 0) return start;
      const { zone } = table.calendar;
      const local = localMsAt(zone, start) + amount * MS_PER_DAY;
      dayIndex(Math.floor(local / MS_PER_DAY));
      return msOfLocal(zone, local);
    }
    default: {
      const unknown: never = unit;
      throw new RangeError(`addSpan: unit ${String(unknown)}`);
    }
  }
}

/**
 * The instant at which `percent` of a span has passed, counted in opening hours whatever the unit of the span: nobody
 * is warned at night. May be more than 100.
 */
export function partOfSpan(calendar: BusinessCalendar, from: Instant, span: Span, percent: number): Instant {
  const table = tableOf(calendar);
  const start = toMs(from);
  const worked = workedUpTo(table, start);
  const whole = workedUpTo(table, msAfterSpan(table, start, span)) - worked;
  const distance = Math.round((whole * percent) / 100);
  return distance === 0 ? from : fromMs(msAfterWork(table, start, worked, distance));
}
