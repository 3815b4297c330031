import { PerennialError } from '../errors/index.ts';
import { FIRST_DAY, isoWeekdayOfDay, LAST_DAY, toEpochDay, dateRangeProblem, dayText } from '../time/civil.ts';
import { MS_PER_DAY, MS_PER_MINUTE } from '../time/instant.ts';
import type { CivilDate } from '../time/types.ts';
import { wallMinutes } from '../time/wall-time.ts';
import { localGaps, msOfDayMinutes, offsetChanges, localDayAt } from '../time/zone.ts';
import type { BusinessCalendar } from './types.ts';

/** A stretch without a working day that is longer than this is a mistake in the calendar, and nobody's plan. */
export const MAX_DAYS_OFF = 31;

export const DAYS = LAST_DAY - FIRST_DAY + 1;

/** A calendar as numbers, made once per calendar object. Days are counted from 0 = 2000-01-01. */
export interface WorkTable {
  readonly calendar: BusinessCalendar;
  /** before[i] = working days before day i; one entry more than there are days. */
  readonly before: Uint16Array;
  /** Runs of more than {@link MAX_DAYS_OFF} days off, both ends included. */
  readonly longBreaks: readonly { readonly first: number; readonly last: number }[];
  readonly openMinutes: number;
  readonly closeMinutes: number;
  /** Wall-clock length of a working day, ms. */
  readonly nominalMs: number;
  /** Working days on which the clocks change during opening hours: how much longer (or shorter) they really are. */
  readonly odd: readonly { readonly day: number; readonly extraMs: number }[];
}

const tables = new WeakMap<BusinessCalendar, WorkTable>();
/** The table used last: most calls in a row ask the same calendar, and this is quicker than the map. */
let latest: WorkTable | undefined;

/** The table of a calendar; throws `calendar.hours` where it closes before it opens. */
export function tableOf(calendar: BusinessCalendar): WorkTable {
  if (latest?.calendar === calendar) return latest;
  let table = tables.get(calendar);
  if (!table) {
    table = buildTable(calendar);
    tables.set(calendar, table);
  }
  latest = table;
  return table;
}

function buildTable(calendar: BusinessCalendar): WorkTable {
  const { open, close } = calendar.hours;
  const openMinutes = wallMinutes(open);
  const closeMinutes = wallMinutes(close);
  if (closeMinutes <= openMinutes) throw PerennialError.of('calendar.hours', { calendar: calendar.id, open, close });

  const worked = workedDays(calendar);
  const before = new Uint16Array(DAYS + 1);
  const longBreaks: { first: number; last: number }[] = [];
  let count = 0;
  let breakStart = 0;
  for (let day = 0; day <= DAYS; day += 1) {
    before[day] = count;
    if (day === DAYS || worked[day] === 1) {
      if (day - breakStart > MAX_DAYS_OFF) longBreaks.push({ first: breakStart, last: day - 1 });
      breakStart = day + 1;
      count += 1;
    }
  }
  const nominalMs = (closeMinutes - openMinutes) * MS_PER_MINUTE;
  const table = { calendar, before, longBreaks, openMinutes, closeMinutes, nominalMs, odd: [] };
  return { ...table, odd: oddDays(table) };
}

function workedDays(calendar: BusinessCalendar): Uint8Array {
  const worked = new Uint8Array(DAYS);
  for (const weekday of calendar.workWeek) {
    const first = (weekday - isoWeekdayOfDay(FIRST_DAY) + 7) % 7;
    for (let day = first; day < DAYS; day += 7) worked[day] = 1;
  }
  for (const date of Object.keys(calendar.daysOff)) worked[toEpochDay(date as CivilDate) - FIRST_DAY] = 0;
  for (const date of Object.keys(calendar.extraWorkDays)) worked[toEpochDay(date as CivilDate) - FIRST_DAY] = 1;
  // A zone that crosses the date line skips a whole day (Apia, 30 December 2011): nobody can work on it.
  for (const gap of localGaps(calendar.zone)) {
    const first = Math.ceil(gap.from / MS_PER_DAY);
    const last = Math.floor(gap.to / MS_PER_DAY) - 1;
    for (let day = first; day <= last; day += 1) worked[day - FIRST_DAY] = 0;
  }
  return worked;
}

function oddDays(table: WorkTable): WorkTable['odd'] {
  const { zone } = table.calendar;
  const odd = new Map<number, number>();
  for (const at of offsetChanges(zone)) {
    for (const day of [localDayAt(zone, at - 1) - FIRST_DAY, localDayAt(zone, at) - FIRST_DAY]) {
      if (day < 0 || day >= DAYS || !isWorked(table, day)) continue;
      const extraMs = closingMs(table, day) - openingMs(table, day) - table.nominalMs;
      if (extraMs !== 0) odd.set(day, extraMs);
    }
  }
  return Array.from(odd, ([day, extraMs]) => ({ day, extraMs })).sort((a, b) => a.day - b.day);
}

export function isWorked(table: WorkTable, day: number): boolean {
  return (table.before[day + 1] ?? 0) > (table.before[day] ?? 0);
}

/** Index of a date, or of the local day of an instant; throws `date.range` outside 2000–2100. */
export function dayIndex(epochDay: number): number {
  const day = epochDay - FIRST_DAY;
  if (day >= 0 && day < DAYS) return day;
  throw new PerennialError([dateRangeProblem(dayText(epochDay))]);
}

export function openingMs(table: WorkTable, day: number): number {
  return msOfDayMinutes(table.calendar.zone, day + FIRST_DAY, table.openMinutes);
}

export function closingMs(table: WorkTable, day: number): number {
  return msOfDayMinutes(table.calendar.zone, day + FIRST_DAY, table.closeMinutes);
}

/** The working day number `ordinal` (0 = the first one in 2000), or undefined where the table ends. */
export function nthWorkday(table: WorkTable, ordinal: number): number | undefined {
  if (ordinal < 0 || ordinal >= (table.before[DAYS] ?? 0)) return undefined;
  let low = ordinal;
  let high = DAYS - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.before[middle] ?? 0) <= ordinal) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Refuses a step between two days that passes more than {@link MAX_DAYS_OFF} days without work, and one that
 * found no working day at all (`to` undefined). Throws `calendar.no_workday`, or `date.range` at the table's end.
 */
export function checkedStep(table: WorkTable, from: number, to: number | undefined, forward: boolean): number {
  const edge = to ?? (forward ? DAYS - 1 : 0);
  const low = Math.min(from, edge);
  const high = Math.max(from, edge);
  for (const run of table.longBreaks) {
    if (Math.min(run.last, high) - Math.max(run.first, low) + 1 > MAX_DAYS_OFF) {
      throw PerennialError.of('calendar.no_workday', {
        calendar: table.calendar.id,
        days: MAX_DAYS_OFF,
        date: dayText(Math.max(run.first, low) + FIRST_DAY),
      });
    }
  }
  if (to === undefined) throw new PerennialError([dateRangeProblem(dayText(edge + FIRST_DAY + (forward ? 1 : -1)))]);
  return to;
}
