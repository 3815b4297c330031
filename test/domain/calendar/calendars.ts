import type { BusinessCalendar } from '../../../domain/calendar/types.ts';
import type { LocalText } from '../../../domain/text.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { instant } from '../../../domain/time/instant.ts';
import type { CivilDate, ZoneId, ZoneOffsets } from '../../../domain/time/types.ts';
import { wallTime } from '../../../domain/time/wall-time.ts';

function zone(id: string, changes: readonly (readonly [string, number])[]): ZoneOffsets {
  return {
    zone: id as ZoneId,
    changes: changes.map(([from, minutes]) => ({ from: instant(from), minutes })),
    source: 'test',
  };
}

export const UTC = zone('UTC', [['2000-01-01T00:00:00Z', 0]]);
export const SHANGHAI = zone('Asia/Shanghai', [['2000-01-01T00:00:00Z', 480]]);
export const BERLIN = zone('Europe/Berlin', [
  ['2025-10-26T01:00:00Z', 60],
  ['2026-03-29T01:00:00Z', 120],
  ['2026-10-25T01:00:00Z', 60],
  ['2027-03-28T01:00:00Z', 120],
]);
export const NEW_YORK = zone('America/New_York', [
  ['2025-11-02T06:00:00Z', -300],
  ['2026-03-08T07:00:00Z', -240],
  ['2026-11-01T06:00:00Z', -300],
]);
export const LORD_HOWE = zone('Australia/Lord_Howe', [
  ['2025-10-04T15:30:00Z', 660],
  ['2026-04-04T15:00:00Z', 630],
  ['2026-10-03T15:30:00Z', 660],
]);
/** Apia went from one side of the date line to the other: there was no 30 December 2011. */
export const APIA = zone('Pacific/Apia', [
  ['2011-09-24T14:00:00Z', -600],
  ['2011-12-30T10:00:00Z', 840],
  ['2012-03-31T14:00:00Z', 780],
]);

export function named(text: string): LocalText {
  return { en: text, 'zh-CN': text };
}

export function dates(...texts: readonly string[]): Record<CivilDate, LocalText> {
  return Object.fromEntries(texts.map((text) => [civilDate(text), named(text)]));
}

/** Monday to Friday, 09:00–18:00, nothing off, in UTC, unless said otherwise. */
export function calendar(changed: Partial<BusinessCalendar> = {}): BusinessCalendar {
  return {
    id: 'test',
    version: 1,
    name: named('Test'),
    zone: UTC,
    workWeek: [1, 2, 3, 4, 5],
    hours: { open: wallTime('09:00'), close: wallTime('18:00') },
    daysOff: {},
    extraWorkDays: {},
    coveredYears: [2026],
    source: 'test',
    ...changed,
  };
}

/** China in February 2026 as published: Spring Festival from the 15th to the 23rd, the 14th and the 28th worked. */
export function springFestival2026(): BusinessCalendar {
  return calendar({
    id: 'cn',
    zone: SHANGHAI,
    daysOff: dates(
      ...['15', '16', '17', '18', '19', '20', '21', '22', '23'].map((day) => `2026-02-${day}`),
      '2026-01-01',
      '2026-01-02',
      '2026-01-03',
    ),
    extraWorkDays: dates('2026-01-04', '2026-02-14', '2026-02-28'),
  });
}
