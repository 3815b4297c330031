import { excerpt, problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import { dateOfParts, FIRST_DAY, fromEpochDay, LAST_DAY } from './civil.ts';
import type { CivilDate } from './types.ts';

/** A date read from a cell, or what is wrong with it (without a place: the caller knows the row). */
export type DateCell =
  { readonly ok: true; readonly value: CivilDate } | { readonly ok: false; readonly problem: Problem };

export type DateOrder = 'ymd' | 'dmy' | 'mdy';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAMES = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

function monthOfName(name: string): number {
  const lower = name.toLowerCase().replace(/\.$/, '');
  if (lower === 'sept') return 9;
  const short = MONTHS.indexOf(lower);
  return (short >= 0 ? short : MONTH_NAMES.indexOf(lower)) + 1;
}

function cell(read: CivilDate | Problem): DateCell {
  return typeof read === 'string' ? { ok: true, value: read } : { ok: false, problem: read };
}

function notDate(text: string): DateCell {
  return { ok: false, problem: problem('date.format', { value: excerpt(text) }) };
}

function named(name: string | undefined, year: number, day: number, text: string): DateCell {
  const month = monthOfName(name ?? '');
  return month === 0 ? notDate(text) : cell(dateOfParts(year, month, day, text));
}

/** `a` and `b` are day and month in an order that only the column, or a number above 12, can tell. */
function dayAndMonth(a: number, b: number, year: number, text: string, order: DateOrder | undefined): DateCell {
  if (order === 'dmy') return cell(dateOfParts(year, b, a, text));
  if (order === 'mdy') return cell(dateOfParts(year, a, b, text));
  const first = dateOfParts(year, b, a, text);
  const second = dateOfParts(year, a, b, text);
  if (typeof first === 'string' && typeof second === 'string' && first !== second) {
    return { ok: false, problem: problem('date.ambiguous', { value: excerpt(text), first, second }) };
  }
  if (typeof first === 'string') return cell(first);
  return cell(typeof second === 'string' || second.code === 'date.range' ? second : first);
}

/**
 * A date as people write it in spreadsheets: `2026-03-01`, `2026/3/1`, `2026.3.1`, `20260301`, `2026年3月1日`,
 * `1 Mar 2026`, `March 1, 2026`, `25/04/2026`, in full-width characters too, with a time of midnight at most.
 * `order` is what the column declares; without it `03/04/2026` is `date.ambiguous`. Two-digit
 * years are refused. What is written in no such way is `date.format`, a day that does not exist `date.invalid`.
 */
export function parseDateCell(text: string, options: { readonly order?: DateOrder } = {}): DateCell {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(/[T ]00:00(?::00(?:\.0+)?)?$/, '');

  const compact = /^(\d{4})(\d\d)(\d\d)$/.exec(plain);
  const separated = /^(\d{4,6})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(plain);
  const chinese = /^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]$/.exec(plain);
  if (compact) return cell(dateOfParts(Number(compact[1]), Number(compact[2]), Number(compact[3]), text));
  if (separated) return cell(dateOfParts(Number(separated[1]), Number(separated[3]), Number(separated[4]), text));
  if (chinese) return cell(dateOfParts(Number(chinese[1]), Number(chinese[2]), Number(chinese[3]), text));

  const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/.exec(plain);
  if (yearLast) return dayAndMonth(Number(yearLast[1]), Number(yearLast[3]), Number(yearLast[4]), text, options.order);

  const dayFirst = /^(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]+\.?)[\s,-]+(\d{4})$/.exec(plain);
  if (dayFirst) return named(dayFirst[2], Number(dayFirst[3]), Number(dayFirst[1]), text);
  const monthFirst = /^([A-Za-z]+\.?)\s+(\d{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+)(\d{4})$/.exec(plain);
  if (monthFirst) return named(monthFirst[1], Number(monthFirst[3]), Number(monthFirst[2]), text);
  return notDate(text);
}

/**
 * The date of a spreadsheet serial number; a time of day (the fraction) is dropped. `date.serial` for what is no
 * date in 2000–2100. Serial 60 of the 1900 system, its 29 February 1900 that never was, is far outside of it.
 */
export function fromExcelSerial(serial: number, options: { readonly date1904?: boolean } = {}): DateCell {
  const day = Math.floor(serial) - (options.date1904 === true ? 24107 : 25569);
  if (!(day >= FIRST_DAY && day <= LAST_DAY)) {
    return { ok: false, problem: problem('date.serial', { value: String(serial) }) };
  }
  return { ok: true, value: fromEpochDay(day) };
}
