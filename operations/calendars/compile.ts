import { PerennialError } from '../../domain/errors/index.ts';
import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import type { LocalText } from '../../domain/text.ts';
import { FIRST_YEAR, LAST_YEAR } from '../../domain/time/civil.ts';
import { wallMinutes, wallTime } from '../../domain/time/wall-time.ts';
import { chinaDays } from './china.ts';
import { countryDays, workWeekOf } from './countries.ts';
import type { KnownDays } from './day-rows.ts';
import { compileZone } from './zone-offsets.ts';

export interface CalendarRequest {
  readonly id: string;
  readonly name: LocalText;
  /** `CN`; a country or region as the holiday data name them (`US`, `DE-BY`); `always` for around the clock, every day. */
  readonly kind: string;
  readonly zone: string;
  /** First and last year wanted. Offsets of the zone are compiled for the same years. */
  readonly years: { readonly from: number; readonly to: number };
  /** Default 09:00–18:00; `always` has 00:00–24:00. */
  readonly hours?: { readonly open: string; readonly close: string };
  readonly version?: number;
}

/**
 * A business calendar compiled from the holiday data of this release. Covered are only years that the data really
 * know. Throws `calendar.country`, `calendar.hours`, `time.syntax`, `zone.unknown`.
 */
export function compileCalendar(request: CalendarRequest): BusinessCalendar {
  const { id, name, kind } = request;
  const from = Math.max(request.years.from, FIRST_YEAR);
  const to = Math.min(request.years.to, LAST_YEAR);
  const always = kind === 'always';
  const { open, close } =
    request.hours ?? (always ? { open: '00:00', close: '24:00' } : { open: '09:00', close: '18:00' });
  const hours = { open: wallTime(open), close: wallTime(close) };
  if (wallMinutes(hours.close) <= wallMinutes(hours.open)) {
    throw PerennialError.of('calendar.hours', { calendar: id, open, close });
  }
  return {
    id,
    version: request.version ?? 1,
    name,
    zone: compileZone(request.zone, from, to),
    workWeek: always ? [1, 2, 3, 4, 5, 6, 7] : workWeekOf(kind),
    hours,
    ...daysOf(kind, yearsBetween(from, to)),
  };
}

function daysOf(kind: string, years: readonly number[]): KnownDays {
  if (kind === 'CN') return chinaDays(years);
  if (kind !== 'always') return countryDays(kind, years);
  return { daysOff: {}, extraWorkDays: {}, coveredYears: yearsBetween(FIRST_YEAR, LAST_YEAR), source: 'every day' };
}

function yearsBetween(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
