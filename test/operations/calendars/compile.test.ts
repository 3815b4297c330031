import test from 'ava';
import { businessMs } from '../../../domain/calendar/business-time.ts';
import { dayNote, isCovered, uncoveredYears } from '../../../domain/calendar/coverage.ts';
import type { BusinessCalendar } from '../../../domain/calendar/types.ts';
import { addBusinessDays, isWorkday } from '../../../domain/calendar/workdays.ts';
import { PerennialError } from '../../../domain/errors/index.ts';
import { addDays, civilDate, isoWeekday } from '../../../domain/time/civil.ts';
import { instant } from '../../../domain/time/instant.ts';
import { compileCalendar } from '../../../operations/calendars/compile.ts';

function compiled(kind: string, zone: string, from = 2024, to = 2028): BusinessCalendar {
  return compileCalendar({ id: 'x', name: { en: 'X', 'zh-CN': '某' }, kind, zone, years: { from, to } });
}

const cn = compiled('CN', 'Asia/Shanghai', 2004, 2028);
const us = compiled('US', 'America/New_York');
const gb = compiled('GB-ENG', 'Europe/London');
const sg = compiled('SG', 'Asia/Singapore');

test('China in 2026: the year as published, weekend by weekend', (t) => {
  const unusual: string[] = [];
  for (let date = civilDate('2026-01-01'); date <= '2026-12-31'; date = addDays(date, 1)) {
    const weekend = isoWeekday(date) > 5;
    if (isWorkday(cn, date) === weekend) unusual.push(`${weekend ? 'work' : 'off'} ${date.slice(5)}`);
  }
  t.deepEqual(unusual, [
    'off 01-01',
    'off 01-02',
    'work 01-04',
    'work 02-14',
    'off 02-16',
    'off 02-17',
    'off 02-18',
    'off 02-19',
    'off 02-20',
    'off 02-23',
    'work 02-28',
    'off 04-06',
    'off 05-01',
    'off 05-04',
    'off 05-05',
    'work 05-09',
    'off 06-19',
    'work 09-20',
    'off 09-25',
    'off 10-01',
    'off 10-02',
    'off 10-05',
    'off 10-06',
    'off 10-07',
    'work 10-10',
  ]);
});

test('China counts over Spring Festival 2026 and its make-up days', (t) => {
  t.is(addBusinessDays(cn, civilDate('2026-02-13'), 5), civilDate('2026-02-27'));
  t.is(addBusinessDays(cn, civilDate('2026-09-30'), 2), civilDate('2026-10-09'));
  t.is(addBusinessDays(cn, civilDate('2026-09-30'), 3), civilDate('2026-10-10'));
  t.deepEqual(dayNote(cn, civilDate('2026-02-17')), { en: 'Spring Festival', 'zh-CN': '春节' });
  t.deepEqual(dayNote(cn, civilDate('2026-02-14')), {
    en: 'Make-up working day (Spring Festival)',
    'zh-CN': '春节调休上班',
  });
});

test('China covers the years that were published, and 2027 was not', (t) => {
  t.deepEqual(
    cn.coveredYears,
    Array.from({ length: 23 }, (_, i) => 2004 + i),
  );
  t.false(isCovered(cn, civilDate('2027-01-04')));
  t.deepEqual(uncoveredYears(cn, civilDate('2026-11-01'), civilDate('2027-03-01')), [2027]);
  t.regex(cn.source, /^chinese-days \d/);
});

test('in a year that is not published only the days fixed by law are off, and say so', (t) => {
  t.false(isWorkday(cn, civilDate('2027-10-01')));
  t.is(dayNote(cn, civilDate('2027-10-01'))?.['zh-CN'], '国庆节（预计）');
  t.deepEqual(
    ['2027-02-04', '2027-02-05', '2027-02-06', '2027-02-08', '2027-02-09'].map((d) => isWorkday(cn, civilDate(d))),
    [true, false, false, false, true],
  );
  t.deepEqual(
    Object.keys(cn.extraWorkDays).filter((date) => date > '2027'),
    [],
  );
});

const off = test.macro({
  exec(t, calendar: BusinessCalendar, date: string, en: string, zh: string) {
    t.false(isWorkday(calendar, civilDate(date)));
    t.deepEqual(dayNote(calendar, civilDate(date)), { en, 'zh-CN': zh });
  },
  title: (_: string | undefined, __: BusinessCalendar, date: string, en: string) => `${date} is off: ${en}`,
});
test(off, us, '2026-11-26', 'Thanksgiving Day', '感恩节');
test(off, us, '2026-07-03', 'Independence Day (substitute day)', '独立日（补休）');
test(off, us, '2027-12-31', "New Year's Day (substitute day)", '元旦（补休）');
test(off, gb, '2026-08-31', 'Summer bank holiday', '夏季银行假日');
test(off, gb, '2027-12-28', 'Boxing Day (substitute day)', '节礼日（补休）');
test(off, sg, '2026-08-10', 'National Day (substitute day)', '国庆日（补休）');
test(off, compiled('HK', 'Asia/Hong_Kong'), '2026-10-19', 'The day following Chung Yeung Festival', '重阳节翌日');
test(off, compiled('JP', 'Asia/Tokyo'), '2026-05-06', 'Constitution Day (substitute day)', '宪法纪念日（补休）');
test(off, compiled('DE', 'Europe/Berlin'), '2026-05-14', 'Ascension Day', '耶稣升天节');

test('observances and holidays of single regions are worked in the whole country', (t) => {
  t.true(isWorkday(us, civilDate('2026-02-02')));
  t.true(isWorkday(us, civilDate('2026-12-24')));
  t.true(isWorkday(compiled('DE', 'Europe/Berlin'), civilDate('2026-01-06')));
  t.false(isWorkday(compiled('DE-BY', 'Europe/Berlin'), civilDate('2026-01-06')));
});

test('a country whose holidays are listed by date is covered as far as the list goes', (t) => {
  t.deepEqual(us.coveredYears, [2024, 2025, 2026, 2027, 2028]);
  t.deepEqual(sg.coveredYears, [2024, 2025, 2026]);
});

test('where the week begins on Sunday, Sunday is worked', (t) => {
  const sa = compiled('SA', 'Asia/Riyadh');
  t.true(isWorkday(sa, civilDate('2026-11-22')));
  t.false(isWorkday(sa, civilDate('2026-11-20')));
});

test('around the clock is every hour of every year', (t) => {
  const always = compiled('always', 'UTC');
  t.deepEqual(uncoveredYears(always, civilDate('2000-01-01'), civilDate('2100-12-31')), []);
  const year = businessMs(always, instant('2026-01-01T00:00:00Z'), instant('2027-01-01T00:00:00Z'));
  t.is(year, 365 * 86_400_000);
});

test('compiling twice gives the same JSON', (t) => {
  t.is(JSON.stringify(compiled('HK', 'Asia/Hong_Kong')), JSON.stringify(compiled('HK', 'Asia/Hong_Kong')));
});

const unknownCountry = test.macro({
  exec(t, kind: string) {
    t.throws(() => compiled(kind, 'UTC'), { instanceOf: PerennialError, message: 'calendar.country' });
  },
  title: (_: string | undefined, kind: string) => `"${kind}" is no country with known holidays`,
});
test(unknownCountry, 'ZZ');
test(unknownCountry, 'us');
test(unknownCountry, 'DE-XX');
test(unknownCountry, 'DE-BY-M-X');
test(unknownCountry, 'CN-SH');
test(unknownCountry, '');
test(unknownCountry, 'constructor');

test('hours and times are checked', (t) => {
  const request = {
    id: 'x',
    name: { en: 'X', 'zh-CN': '某' },
    kind: 'always',
    zone: 'UTC',
    years: { from: 2026, to: 2026 },
  };
  t.throws(() => compileCalendar({ ...request, hours: { open: '18:00', close: '09:00' } }), {
    message: 'calendar.hours',
  });
  t.throws(() => compileCalendar({ ...request, hours: { open: '9', close: '18:00' } }), { message: 'time.syntax' });
});
