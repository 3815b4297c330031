import chineseDays from 'chinese-days';
import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import chineseDaysPackage from 'chinese-days/package.json' with { type: 'json' };
import type { LocalText } from '../../domain/text.ts';
import { addDays, civilDate, yearOf } from '../../domain/time/civil.ts';
import type { CivilDate } from '../../domain/time/types.ts';
import { inOrder } from './day-rows.ts';
import type { KnownDays } from './day-rows.ts';

// oxlint-disable-next-line import/no-named-as-default-member -- CommonJS that Node cannot look into: no named imports
const { getSolarDateFromLunar, getSolarTermDate } = chineseDays;

/**
 * Working days in mainland China: days off and make-up working days (调休) as the State Council published them.
 * A year counts as covered only when its own notice is in the data. Years without one get the days that the law
 * fixes whatever the notice will say, named as expected, so that a provisional plan does not put work on 1 October.
 */
export function chinaDays(years: readonly number[]): KnownDays {
  const daysOff = new Map<CivilDate, LocalText>();
  const extraWorkDays = new Map<CivilDate, LocalText>();
  const wanted = new Set(years);
  const covered = years.filter((year) => isPublished(year));
  for (const year of years.filter((y) => !isPublished(y))) {
    for (const [date, name] of expectedDays(year)) daysOff.set(date, name);
  }
  for (const [text, name] of Object.entries(published.holidays)) {
    const date = civilDate(text);
    if (wanted.has(yearOf(date))) daysOff.set(date, publishedName(name));
  }
  for (const [text, name] of Object.entries(published.workdays)) {
    const date = civilDate(text);
    if (!wanted.has(yearOf(date))) continue;
    const { en, 'zh-CN': zh } = publishedName(name);
    extraWorkDays.set(date, { en: `Make-up working day (${en})`, 'zh-CN': `${zh}调休上班` });
    daysOff.delete(date);
  }
  return {
    daysOff: inOrder(daysOff),
    extraWorkDays: inOrder(extraWorkDays),
    coveredYears: covered,
    source: `chinese-days ${chineseDaysPackage.version}`,
  };
}

/** The notice of a year always has New Year, Labour Day and National Day; a stray day of it is no notice. */
function isPublished(year: number): boolean {
  return ['01-01', '05-01', '10-01'].every((day) => Object.hasOwn(published.holidays, `${year}-${day}`));
}

/** "Spring Festival,春节,4" in the data: English name, Chinese name, statutory days. */
function publishedName(text: string): LocalText {
  const [en = text, zh = en] = text.split(',');
  return { en, 'zh-CN': zh };
}

function expectedDays(year: number): [CivilDate, LocalText][] {
  const solar = (monthDay: string) => civilDate(`${year}-${monthDay}`);
  const lunar = (monthDay: string) => civilDate(getSolarDateFromLunar(`${year}-${monthDay}`).date);
  const springFestival = lunar('01-01');
  const rows: [CivilDate, number, string, string][] = [
    [solar('01-01'), 1, "New Year's Day", '元旦'],
    [addDays(springFestival, -1), 4, 'Spring Festival', '春节'],
    [civilDate(getSolarTermDate(year, 4, 'pure_brightness')), 1, 'Tomb-sweeping Day', '清明'],
    [solar('05-01'), 2, 'Labour Day', '劳动节'],
    [lunar('05-05'), 1, 'Dragon Boat Festival', '端午'],
    [lunar('08-15'), 1, 'Mid-autumn Festival', '中秋'],
    [solar('10-01'), 3, 'National Day', '国庆节'],
  ];
  return rows.flatMap(([first, days, en, zh]) =>
    Array.from({ length: days }, (_, i): [CivilDate, LocalText] => [
      addDays(first, i),
      { en: `${en} (expected)`, 'zh-CN': `${zh}（预计）` },
    ]),
  );
}
