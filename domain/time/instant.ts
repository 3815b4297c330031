import { excerpt, PerennialError, problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import { dateRangeProblem, daysInMonth, dayText, epochDayOf, FIRST_DAY, LAST_DAY } from './civil.ts';
import type { Instant } from './types.ts';

export const MS_PER_SECOND = 1000;
export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** One day more than the dates on both ends, so that every local time of every date has its instant. */
const FIRST_MS = (FIRST_DAY - 1) * MS_PER_DAY;
const LAST_MS = (LAST_DAY + 2) * MS_PER_DAY - 1;

const pad2 = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** The canonical text of milliseconds since 1970; throws `date.range` outside 2000–2100. Fractions are cut off. */
export function fromMs(ms: number): Instant {
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) throw new PerennialError([dateRangeProblem(describeMs(ms))]);
  const whole = Math.floor(ms);
  const day = Math.floor(whole / MS_PER_DAY);
  const rest = whole - day * MS_PER_DAY;
  const seconds = Math.floor(rest / MS_PER_SECOND);
  const millis = rest - seconds * MS_PER_SECOND;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const tail = millis === 0 ? '000' : millis < 10 ? `00${millis}` : millis < 100 ? `0${millis}` : String(millis);
  return `${dayText(day)}T${pad2[hours]}:${pad2[minutes - hours * 60]}:${pad2[seconds - minutes * 60]}.${tail}Z` as Instant;
}

function describeMs(ms: number): string {
  return Number.isFinite(ms) ? dayText(Math.floor(ms / MS_PER_DAY)) : String(ms);
}

function two(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}

/** Milliseconds since 1970 of a canonical instant. */
export function toMs(instant: Instant): number {
  const day = epochDayOf(two(instant, 0) * 100 + two(instant, 2), two(instant, 5), two(instant, 8));
  const seconds = (two(instant, 11) * 60 + two(instant, 14)) * 60 + two(instant, 17);
  const millis = (instant.charCodeAt(20) - 48) * 100 + two(instant, 21);
  return day * MS_PER_DAY + seconds * MS_PER_SECOND + millis;
}

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d\d):?(\d\d))$/;

/**
 * An instant from ISO text with `Z` or an offset; seconds may be missing, digits after the millisecond are cut off.
 * Throws `instant.invalid`, or `date.range` outside 2000–2100.
 */
export function instant(text: string): Instant {
  const read = parseInstant(text);
  if (typeof read === 'string') return read;
  throw new PerennialError([read]);
}

/** Like {@link instant}, giving the problem instead of throwing it. */
export function parseInstant(text: string): Instant | Problem {
  const invalid = problem('instant.invalid', { value: excerpt(text) });
  const match = SHAPE.exec(text);
  if (!match) return invalid;
  const part = (n: number) => Number(match[n] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return invalid;
  if (hour > 23 || minute > 59 || second > 59 || part(10) > 23 || part(11) > 59) return invalid;
  const millis = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offset = (match[9] === '-' ? -1 : 1) * (part(10) * 60 + part(11)) * MS_PER_MINUTE;
  const clock = (hour * 60 + minute) * MS_PER_MINUTE + second * MS_PER_SECOND + millis;
  const ms = epochDayOf(year, month, day) * MS_PER_DAY + clock - offset;
  return ms >= FIRST_MS && ms <= LAST_MS ? fromMs(ms) : dateRangeProblem(text);
}

export function addMs(at: Instant, ms: number): Instant {
  return fromMs(toMs(at) + ms);
}

/** Milliseconds from one instant to the other; negative where `to` is the earlier. */
export function msBetween(from: Instant, to: Instant): number {
  return toMs(to) - toMs(from);
}

export function minInstant(first: Instant, ...others: readonly Instant[]): Instant {
  let earliest = first;
  for (const other of others) if (other < earliest) earliest = other;
  return earliest;
}

export function maxInstant(first: Instant, ...others: readonly Instant[]): Instant {
  let latest = first;
  for (const other of others) if (other > latest) latest = other;
  return latest;
}
