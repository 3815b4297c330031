export {
  addDays,
  addMonths,
  addMonthsAnchored,
  civilDate,
  dayOfMonth,
  daysBetween,
  daysInMonth,
  FIRST_DATE,
  FIRST_YEAR,
  fromEpochDay,
  isoWeekday,
  LAST_DATE,
  LAST_YEAR,
  monthOf,
  nextTermStart,
  parseCivilDate,
  termEnd,
  toEpochDay,
  yearOf,
} from './civil.ts';
export { fromExcelSerial, parseDateCell } from './flexible-date.ts';
export type { DateCell, DateOrder } from './flexible-date.ts';
export {
  addMs,
  fromMs,
  instant,
  maxInstant,
  minInstant,
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_MINUTE,
  MS_PER_SECOND,
  msBetween,
  parseInstant,
  toMs,
} from './instant.ts';
export type { CivilDate, Instant, WallTime, ZoneId, ZoneOffsets } from './types.ts';
export { parseWallTime, wallMinutes, wallTime, wallTimeOf } from './wall-time.ts';
export { localDate, localMinutes, localToInstant } from './zone.ts';
