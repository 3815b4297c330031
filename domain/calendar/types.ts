import type { LocalText } from '../text.ts';
import type { CivilDate, WallTime, ZoneOffsets } from '../time/types.ts';

/**
 * Business time as data. A day is a working day when it is an extra work day (调休), or its weekday is
 * in `workWeek` and it is not a day off.
 */
export interface BusinessCalendar {
  readonly id: string;
  readonly version: number;
  readonly name: LocalText;
  readonly zone: ZoneOffsets;
  /** ISO weekdays (1 = Monday … 7 = Sunday) that are worked in a normal week. */
  readonly workWeek: readonly number[];
  /** Opening hours of a working day; `00:00`–`24:00` for around the clock. */
  readonly hours: { readonly open: WallTime; readonly close: WallTime };
  readonly daysOff: Readonly<Record<CivilDate, LocalText>>;
  /** Make-up working days: worked although they fall on a weekend. */
  readonly extraWorkDays: Readonly<Record<CivilDate, LocalText>>;
  /** Years whose days off are known. A plan that reaches into another year is provisional. */
  readonly coveredYears: readonly number[];
  /** Where the days come from, for people: "chinese-days 1.5.7", "upload holidays-2027.csv". */
  readonly source: string;
}

/** A length in business time (or civil days), as playbooks write it: "5 business days". */
export interface Span {
  readonly amount: number;
  readonly unit: 'business hours' | 'business days' | 'days';
}
