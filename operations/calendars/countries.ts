import Holidays from 'date-holidays';
import type { HolidaysTypes } from 'date-holidays';
import dateHolidaysPackage from 'date-holidays/package.json' with { type: 'json' };
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { LocalText } from '../../domain/text.ts';
import { addDays, civilDate, parseCivilDate, yearOf } from '../../domain/time/civil.ts';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../../domain/time/instant.ts';
import type { CivilDate } from '../../domain/time/types.ts';
import { inOrder } from './day-rows.ts';
import type { KnownDays } from './day-rows.ts';
import { chineseHolidayName } from './holiday-names.ts';

/** Countries whose offices work from Sunday to Thursday; everywhere else Monday to Friday. */
const SUNDAY_TO_THURSDAY = ['BD', 'BH', 'DZ', 'EG', 'IL', 'IQ', 'JO', 'KW', 'LY', 'OM', 'QA', 'SA', 'SD', 'SY', 'YE'];

/** ISO weekdays that are worked in a country. */
export function workWeekOf(code: string): readonly number[] {
  return SUNDAY_TO_THURSDAY.includes(code.slice(0, 2)) ? [1, 2, 3, 4, 7] : [1, 2, 3, 4, 5];
}

/**
 * Public holidays of a country or one of its regions ("DE", "DE-BY"), with substitute days. Optional, bank, school
 * and half days are worked. Throws `calendar.country`.
 */
export function countryDays(code: string, years: readonly number[]): KnownDays {
  const holidays = holidaysOf(code);
  const chinese = chineseNames(holidays);
  const daysOff = new Map<CivilDate, LocalText>();
  const wanted = new Set(years);
  // A day observed on 31 December belongs to the holidays of the next year in some countries.
  const asked = new Set(years.flatMap((year) => [year - 1, year, year + 1]));
  for (const year of [...asked].sort((a, b) => a - b)) {
    for (const holiday of holidays.getHolidays(year, 'en')) {
      if (holiday.type !== 'public') continue;
      for (const date of wholeDays(holiday)) {
        if (wanted.has(yearOf(date)) && !daysOff.has(date)) daysOff.set(date, nameOf(holiday, chinese));
      }
    }
  }
  const last = lastKnownYear(holidays);
  return {
    daysOff: inOrder(daysOff),
    extraWorkDays: {},
    coveredYears: years.filter((year) => year <= last),
    source: `date-holidays ${dateHolidaysPackage.version}`,
  };
}

function holidaysOf(code: string): Holidays {
  const unknown = () => PerennialError.of('calendar.country', { value: excerpt(code) });
  const [country = '', region, ...rest] = code.split('-');
  const index = new Holidays();
  if (rest.length > 0 || !Object.hasOwn(index.getCountries('en'), country)) throw unknown();
  if (region === undefined) return new Holidays(country);
  if (!Object.hasOwn(index.getStates(country, 'en') ?? {}, region)) throw unknown();
  return new Holidays(country, region);
}

/** The dates of which a holiday takes more than half. */
function wholeDays(holiday: HolidaysTypes.Holiday): CivilDate[] {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d):(\d\d)/.exec(holiday.date);
  const first = parseCivilDate(match?.[1] ?? '');
  if (!match || first === undefined) return [];
  const start = Number(match[2]) * MS_PER_HOUR + Number(match[3]) * MS_PER_MINUTE;
  // Rounded to hours of wall time: a day on which the clocks change has 23 or 25 of them.
  const end = start + Math.round((holiday.end.getTime() - holiday.start.getTime()) / MS_PER_HOUR) * MS_PER_HOUR;
  const dates: CivilDate[] = [];
  for (let day = 0; day * MS_PER_DAY < end; day += 1) {
    const taken = Math.min(end, (day + 1) * MS_PER_DAY) - Math.max(start, day * MS_PER_DAY);
    if (taken > MS_PER_DAY / 2) dates.push(addDays(first, day));
  }
  return dates;
}

const SUBSTITUTE = ' (substitute day)';

function nameOf(holiday: HolidaysTypes.Holiday, chinese: ReadonlyMap<string, string>): LocalText {
  const isSubstitute = holiday.name.endsWith(SUBSTITUTE);
  const english = isSubstitute ? holiday.name.slice(0, -SUBSTITUTE.length) : holiday.name;
  const zh = chineseHolidayName(english, chinese.get(english));
  return { en: holiday.name, 'zh-CN': isSubstitute ? `${zh}（补休）` : zh };
}

/** English → Chinese names as the rules give them. */
function chineseNames(holidays: Holidays): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name } of rulesOf(holidays)) {
    const zh = name['zh-cn'] ?? name['zh'];
    if (name['en'] !== undefined && zh !== undefined) names.set(name['en'], zh);
  }
  return names;
}

/**
 * Holidays without a rule (Deepavali, Vesak Day in Singapore) are listed by date for some years ahead: after the last
 * of these the year is not known. One or two dates of a name are single events, not such a list.
 */
function lastKnownYear(holidays: Holidays): number {
  const listed = new Map<string, Set<number>>();
  for (const { name, rule } of rulesOf(holidays)) {
    const year = /^(\d{4})-\d\d-\d\d/.exec(rule)?.[1];
    const key = name['en'];
    if (year === undefined || key === undefined) continue;
    listed.set(key, (listed.get(key) ?? new Set<number>()).add(Number(year)));
  }
  const ends = [...listed.values()].filter((years) => years.size >= 3).map((years) => Math.max(...years));
  return Math.min(...ends, yearOf(civilDate('2100-12-31')));
}

interface NamedRule {
  readonly rule: string;
  readonly name: Readonly<Record<string, string>>;
}

/** The rules of public holidays as plain data; the package declares them as `any`. */
function rulesOf(holidays: Holidays): NamedRule[] {
  const rules: unknown = holidays.getRules();
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((row: unknown): NamedRule[] => {
    if (typeof row !== 'object' || row === null || !('rule' in row) || !('name' in row)) return [];
    const { rule, name } = row;
    if (typeof rule !== 'string' || typeof name !== 'object' || name === null) return [];
    if ('type' in row && row.type !== 'public') return [];
    const texts = Object.entries(name).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return [{ rule, name: Object.fromEntries(texts) }];
  });
}
