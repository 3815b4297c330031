import { excerpt, PerennialError, problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import type { WallTime } from './types.ts';

/**
 * A time of day, or the problem `time.syntax`. Takes what a YAML document may hold: `9` and `010` are numbers
 * there and are refused, for they could mean anything.
 */
export function parseWallTime(value: unknown): WallTime | Problem {
  if (typeof value === 'string' && /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(value)) return value as WallTime;
  return problem('time.syntax', { value: excerpt(value) });
}

/** A time of day from `HH:mm` (00:00 to 24:00); throws `time.syntax`. */
export function wallTime(text: string): WallTime {
  const read = parseWallTime(text);
  if (typeof read === 'string') return read;
  throw new PerennialError([read]);
}

/** Minutes since midnight, 0 to 1440. */
export function wallMinutes(time: WallTime): number {
  return (time.charCodeAt(0) * 10 + time.charCodeAt(1) - 528) * 60 + time.charCodeAt(3) * 10 + time.charCodeAt(4) - 528;
}

/** `HH:mm` of minutes since midnight, 0 to 1440. */
export function wallTimeOf(minutes: number): WallTime {
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > 1440) throw new RangeError(`wallTimeOf: ${minutes}`);
  const hours = Math.floor(minutes / 60);
  const rest = minutes - hours * 60;
  return `${hours < 10 ? '0' : ''}${hours}:${rest < 10 ? '0' : ''}${rest}` as WallTime;
}
