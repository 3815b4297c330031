import test from 'ava';
import { dayNote, isCovered } from '../../../domain/calendar/coverage.ts';
import type { BusinessCalendar } from '../../../domain/calendar/types.ts';
import { isWorkday } from '../../../domain/calendar/workdays.ts';
import { describePlace, PerennialError } from '../../../domain/errors/index.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { compileCalendar } from '../../../operations/calendars/compile.ts';
import { parseCalendarFile } from '../../../operations/calendars/parse-file.ts';

const base: BusinessCalendar = compileCalendar({
  id: 'cn',
  name: { en: 'China', 'zh-CN': '中国' },
  kind: 'CN',
  zone: 'Asia/Shanghai',
  years: { from: 2026, to: 2028 },
});

const yaml2027 = `
covers: [2027]
days:
  - { date: 2027-01-01, kind: off, name: { en: "New Year's Day", zh-CN: 元旦 } }
  - date: 2027-02-06
    kind: off
    name: Spring Festival
    name_zh: 春节
  - { date: 20270213, kind: work, name_zh: 春节调休 }
`;

/** "code: file, line 3, field date" of every problem thrown. */
function problemsOf(file: string, text: string): string[] {
  try {
    parseCalendarFile({ file, text, base });
  } catch (error) {
    if (!(error instanceof PerennialError)) throw error;
    return error.problems.map((p) => `${p.code}: ${p.place ? describePlace(p.place, 'en') : ''}`);
  }
  return [];
}

test('a YAML file that declares a year complete gives the next version, with that year covered', (t) => {
  const { calendar, warnings } = parseCalendarFile({ file: '2027.yaml', text: yaml2027, base });
  t.deepEqual(warnings, []);
  t.is(calendar.version, base.version + 1);
  t.deepEqual(calendar.coveredYears, [2026, 2027]);
  t.true(isCovered(calendar, civilDate('2027-06-01')));
  t.deepEqual(dayNote(calendar, civilDate('2027-01-01')), { en: "New Year's Day", 'zh-CN': '元旦' });
  t.deepEqual(dayNote(calendar, civilDate('2027-02-13')), { en: '春节调休', 'zh-CN': '春节调休' });
  t.true(isWorkday(calendar, civilDate('2027-02-13')));
  t.is(calendar.source, `2027.yaml, ${base.source}`);
});

test('expected days of a year give way when the year is declared, other years stay', (t) => {
  const { calendar } = parseCalendarFile({ file: '2027.yaml', text: yaml2027, base });
  t.false(isWorkday(base, civilDate('2027-10-01')));
  t.true(isWorkday(calendar, civilDate('2027-10-01')));
  t.false(isWorkday(calendar, civilDate('2026-10-01')));
  t.is(dayNote(calendar, civilDate('2028-05-01'))?.['zh-CN'], '劳动节（预计）');
});

test('a CSV corrects single days of the base and leaves the rest', (t) => {
  const text =
    '\ufeffdate,kind,name,name_zh\r\n2026-02-14,off,Company day,公司日\r\n\r\n2026/10/1,work,Stocktaking,盘点\r\n';
  const { calendar, warnings } = parseCalendarFile({ file: 'company.csv', text, base });
  t.deepEqual(warnings, []);
  t.false(isWorkday(calendar, civilDate('2026-02-14')));
  t.true(isWorkday(calendar, civilDate('2026-10-01')));
  t.false(isWorkday(calendar, civilDate('2026-10-02')));
  t.true(isWorkday(base, civilDate('2026-02-14')));
});

test('Chinese headers, semicolons and full-width digits are read', (t) => {
  const text = '日期;类型;名称\n２０２７年１月１日;放假;元旦\n2027-01-09;上班;元旦调休\n';
  const { calendar, warnings } = parseCalendarFile({ file: '日历.CSV', text, base, covers: [2027] });
  t.deepEqual(warnings, []);
  t.deepEqual(dayNote(calendar, civilDate('2027-01-01')), { en: '元旦', 'zh-CN': '元旦' });
  t.true(isWorkday(calendar, civilDate('2027-01-09')));
  t.true(isCovered(calendar, civilDate('2027-01-09')));
});

test('days in a year that nobody declared complete are taken with a warning', (t) => {
  const text = 'date,kind,name\n2027-01-01,off,New Year\n2028-01-01,off,New Year\n';
  const { calendar, warnings } = parseCalendarFile({ file: 'a.csv', text, base });
  t.deepEqual(
    warnings.map((w) => [w.code, w.params['year'], w.severity]),
    [
      ['calendar.year_open', 2027, 'warning'],
      ['calendar.year_open', 2028, 'warning'],
    ],
  );
  t.false(isCovered(calendar, civilDate('2027-01-01')));
  t.false(isWorkday(calendar, civilDate('2027-01-01')));
});

const faulty = test.macro({
  exec(t, file: string, text: string, expected: string[]) {
    t.deepEqual(problemsOf(file, text), expected);
  },
  title: (title: string | undefined) => title ?? '',
});

test(
  'all faults of a CSV are told at once, each with line and column name',
  faulty,
  'a.csv',
  'date,kind,name\n2027-02-30,off,A\n2027-03-01,maybe,B\n03/04/2027,off,C\n2027-03-02,off,\n2027-03-03,off,D\n2027-03-03,work,E\n',
  [
    'date.invalid: a.csv, line 2, field date',
    'calendar.day_kind: a.csv, line 3, field kind',
    'date.ambiguous: a.csv, line 4, field date',
    'calendar.name_missing: a.csv, line 5, field name',
    'calendar.day_duplicate: a.csv, line 7, field date',
  ],
);
test(
  'lines are counted over empty lines and quoted line breaks',
  faulty,
  'a.csv',
  'date,kind,name\n\n2027-01-01,off,"New\nYear"\n2027-13-01,off,B\n',
  ['date.invalid: a.csv, line 5, field date'],
);
test('missing columns are named', faulty, 'a.csv', 'day off,name\n2027-01-01,A\n', [
  'calendar.columns: a.csv, line 1',
  'calendar.columns: a.csv, line 1',
]);
test('an empty CSV lacks its columns', faulty, 'a.csv', '', [
  'calendar.columns: a.csv, line 1',
  'calendar.columns: a.csv, line 1',
]);
test('a quote that never closes is a fault of syntax', faulty, 'a.csv', 'date,kind,name\n2027-01-01,off,"A\n', [
  'calendar.file_syntax: a.csv, line 2',
]);
test(
  'faults of a YAML file have line and column',
  faulty,
  'a.yaml',
  'covers: [27]\nextra: 1\ndays:\n  - { date: 2027-02-30, kind: off, name: A }\n  - { date: 2027-01-01, kind: on, name: B, nam: C }\n  - 2027-05-01\n',
  [
    'calendar.field: a.yaml, line 2, column 1',
    'calendar.field: a.yaml, line 5, column 44',
    'calendar.columns: a.yaml, line 6, column 5',
    'date.invalid: a.yaml, line 4, column 13, field date',
    'calendar.day_kind: a.yaml, line 5, column 31, field kind',
    'calendar.year: a.yaml, line 1, column 10, field covers',
  ],
);
test('a missing field is told at its entry', faulty, 'a.yml', 'days:\n  - { date: 2027-01-01, kind: off }\n', [
  'calendar.name_missing: a.yml, line 2, column 5, field name',
]);
test('a YAML file without days is told so', faulty, 'a.yaml', 'covers: [2027]\n', [
  'calendar.columns: a.yaml, line 1, column 1, field days',
]);
test('broken YAML is a fault of syntax with its place', faulty, 'a.yaml', 'days:\n  - { date: 2027-01-01\n', [
  'calendar.file_syntax: a.yaml, line 3, column 1',
]);
test('a doubled key is a fault of syntax', faulty, 'a.yaml', 'days: []\ndays: []\n', [
  'calendar.file_syntax: a.yaml, line 2, column 1',
]);
test('other kinds of files are refused', faulty, 'a.xlsx', '', ['calendar.file_type: a.xlsx']);
test('a file over the limit is refused', faulty, 'a.csv', ' '.repeat(1_000_001), ['calendar.file_type: a.csv']);
