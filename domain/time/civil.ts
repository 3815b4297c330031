import { excerpt, PerennialError, problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import type { CivilDate } from './types.ts';

/** First and last date the engine plans with. */
export const FIRST_DATE = '2000-01-01' as CivilDate;
export const LAST_DATE = '2100-12-31' as CivilDate;
export const FIRST_YEAR = 2000;
export const LAST_YEAR = 2100;
/** The same as days since 1970-01-01. */
export const FIRST_DAY = 10957;
export const LAST_DAY = 47846;

/** Year, month (1–12) and day of month of a date. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 of any proleptic Gregorian date; months and days are not checked. */
export function epochDayOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The inverse of {@link epochDayOf}. */
export function partsOfDay(epochDay: number): DateParts {
  const z = epochDay + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
  };
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Texts of days already written once: dates repeat all the time, and there are under 37,000 of them. */
const texts: (string | undefined)[] = [];

/** `YYYY-MM-DD` of a day, one day beyond the range on both ends included (local days reach across UTC's). */
export function dayText(epochDay: number): string {
  const index = epochDay - FIRST_DAY + 1;
  const known = texts[index];
  if (known !== undefined) return known;
  const { year, month, day } = partsOfDay(epochDay);
  const text = `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
  if (index >= 0 && index <= LAST_DAY - FIRST_DAY + 2) texts[index] = text;
  return text;
}

export function dateRangeProblem(value: string | number): Problem {
  return problem('date.range', { value: excerpt(value), min: FIRST_DATE, max: LAST_DATE });
}

/** The date of a day since 1970-01-01; throws `date.range` outside 2000–2100. */
export function fromEpochDay(epochDay: number): CivilDate {
  if (epochDay >= FIRST_DAY && epochDay <= LAST_DAY) return dayText(epochDay) as CivilDate;
  throw new PerennialError([dateRangeProblem(Number.isFinite(epochDay) ? dayText(epochDay) : String(epochDay))]);
}

/** Two or four digits of a canonical text as a number. */
function digits2(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}
export function yearOf(date: CivilDate): number {
  return digits2(date, 0) * 100 + digits2(date, 2);
}
export function monthOf(date: CivilDate): number {
  return digits2(date, 5);
}
export function dayOfMonth(date: CivilDate): number {
  return digits2(date, 8);
}

/** Days since 1970-01-01. */
export function toEpochDay(date: CivilDate): number {
  return epochDayOf(yearOf(date), monthOf(date), dayOfMonth(date));
}

/**
 * Year, month and day as a date, or what is wrong with them: `date.invalid` for a day that does not exist,
 * `date.range` for one outside 2000–2100. `value` is shown in the problem.
 */
export function dateOfParts(year: number, month: number, day: number, value: string): CivilDate | Problem {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return problem('date.invalid', { value: excerpt(value) });
  }
  if (year < FIRST_YEAR || year > LAST_YEAR) return dateRangeProblem(value);
  return dayText(epochDayOf(year, month, day)) as CivilDate;
}

function readCivilDate(text: string): CivilDate | Problem {
  const match = /^(\d{4,6})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return problem('date.format', { value: excerpt(text) });
  return dateOfParts(Number(match[1]), Number(match[2]), Number(match[3]), text);
}

/** A date from `YYYY-MM-DD`; throws `date.format`, `date.invalid` or `date.range`. */
export function civilDate(text: string): CivilDate {
  const read = readCivilDate(text);
  if (typeof read === 'string') return read;
  throw new PerennialError([read]);
}

/** A date from `YYYY-MM-DD`, or undefined where it is none. */
export function parseCivilDate(text: string): CivilDate | undefined {
  const read = readCivilDate(text);
  return typeof read === 'string' ? read : undefined;
}

export function addDays(date: CivilDate, days: number): CivilDate {
  return fromEpochDay(toEpochDay(date) + days);
}

/** Days from one date to the other; negative where `to` is the earlier. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return toEpochDay(to) - toEpochDay(from);
}

/** 1 = Monday … 7 = Sunday. */
export function isoWeekdayOfDay(epochDay: number): number {
  return ((((epochDay + 3) % 7) + 7) % 7) + 1;
}
export function isoWeekday(date: CivilDate): number {
  return isoWeekdayOfDay(toEpochDay(date));
}

/**
 * The date `months` later (or earlier), on day `anchorDay` of that month, or on its last day where the month
 * is shorter. A chain that keeps its anchor comes back to the 31st after a February; a chain of
 * {@link addMonths} would stay on the 28th for ever.
 */
export function addMonthsAnchored(date: CivilDate, months: number, anchorDay: number): CivilDate {
  if (!Number.isInteger(months) || !Number.isInteger(anchorDay) || anchorDay < 1 || anchorDay > 31) {
    throw new RangeError(`addMonthsAnchored: months ${months}, anchor day ${anchorDay}`);
  }
  const count = yearOf(date) * 12 + monthOf(date) - 1 + months;
  const year = Math.floor(count / 12);
  const month = count - year * 12 + 1;
  return fromEpochDay(epochDayOf(year, month, Math.min(anchorDay, daysInMonth(year, month))));
}

/** The same day `months` later (or earlier), or the last day of that month where it is shorter. */
export function addMonths(date: CivilDate, months: number): CivilDate {
  return addMonthsAnchored(date, months, dayOfMonth(date));
}

/**
 * Last day of a term: the day before the next term begins. `anchorDay` is the day of month on which the first
 * term began, where an earlier term was cut to a shorter month.
 */
export function termEnd(start: CivilDate, months: number, anchorDay: number = dayOfMonth(start)): CivilDate {
  return addDays(addMonthsAnchored(start, months, anchorDay), -1);
}

/** First day of the term that follows one ending on `end`. */
export function nextTermStart(end: CivilDate): CivilDate {
  return addDays(end, 1);
}
