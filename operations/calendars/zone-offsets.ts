import process from 'node:process';
import { Temporal } from 'temporal-polyfill';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { FIRST_YEAR, LAST_YEAR } from '../../domain/time/civil.ts';
import { fromMs } from '../../domain/time/instant.ts';
import type { ZoneId, ZoneOffsets } from '../../domain/time/types.ts';

/** What people write where an IANA zone is wanted, in lower case without blanks. */
const ALIASES: Readonly<Record<string, string>> = {
  beijing: 'Asia/Shanghai',
  'asia/beijing': 'Asia/Shanghai',
  北京: 'Asia/Shanghai',
  北京时间: 'Asia/Shanghai',
  上海: 'Asia/Shanghai',
  中国: 'Asia/Shanghai',
  china: 'Asia/Shanghai',
  prc: 'Asia/Shanghai',
  'utc+8': 'Asia/Shanghai',
  'utc+08:00': 'Asia/Shanghai',
  'gmt+8': 'Asia/Shanghai',
  '+08:00': 'Asia/Shanghai',
  hongkong: 'Asia/Hong_Kong',
  香港: 'Asia/Hong_Kong',
  japan: 'Asia/Tokyo',
  est: 'America/New_York',
  est5: 'America/New_York',
  est5edt: 'America/New_York',
  et: 'America/New_York',
  cst6cdt: 'America/Chicago',
  pst: 'America/Los_Angeles',
  pst8pdt: 'America/Los_Angeles',
  pt: 'America/Los_Angeles',
  cet: 'Europe/Berlin',
  germany: 'Europe/Berlin',
  bst: 'Europe/London',
  gb: 'Europe/London',
  z: 'UTC',
  gmt: 'UTC',
};

/**
 * A zone id in its usual spelling; throws `zone.unknown` with the nearest id. Abbreviations (EST) and bare offsets
 * (+08:00) are refused although the platform may know them: they do not say which summer time holds.
 */
export function zoneId(text: string): ZoneId {
  const wanted = text.trim();
  if (/^utc$/i.test(wanted)) return 'UTC' as ZoneId;
  if (/^[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+$/.test(wanted)) {
    try {
      return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(wanted).timeZoneId as ZoneId;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw PerennialError.of('zone.unknown', { value: excerpt(text), suggestion: suggestZone(wanted) });
}

function suggestZone(text: string): string {
  const key = text.toLowerCase().replace(/\s+/g, '');
  const alias = Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined;
  if (alias !== undefined) return alias;
  const words = key.replace(/_/g, '');
  const ranked = Intl.supportedValuesOf('timeZone')
    .map((zone) => {
      const plain = zone.toLowerCase().replace(/_/g, '');
      const city = plain.slice(plain.lastIndexOf('/') + 1);
      return { zone, distance: Math.min(editDistance(words, plain), editDistance(words, city)) };
    })
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= 2 ? best.zone : 'Asia/Shanghai';
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/**
 * The offset changes of a zone from one year to another, both included, from the time-zone tables of this machine.
 * After the last year the last offset holds. Throws `zone.unknown`.
 */
export function compileZone(zone: string, fromYear: number, toYear: number): ZoneOffsets {
  const id = zoneId(zone);
  const first = Math.max(fromYear, FIRST_YEAR);
  const end = Math.min(toYear, LAST_YEAR) + 1;
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.from(`${first}-01-01T00:00:00Z`).toZonedDateTimeISO(id);
  const changes: { from: ReturnType<typeof fromMs>; minutes: number }[] = [];
  while (at !== null && at.toInstant().toZonedDateTimeISO('UTC').year < end) {
    const minutes = Math.round(at.offsetNanoseconds / 60e9);
    if (changes.at(-1)?.minutes !== minutes) changes.push({ from: fromMs(at.epochMilliseconds), minutes });
    at = at.getTimeZoneTransition('next');
  }
  return { zone: id, changes, source: process.versions['tz'] ?? 'unknown' };
}
