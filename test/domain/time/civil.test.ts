import test from 'ava';
import * as fc from 'fast-check';
import { explain, PerennialError } from '../../../domain/errors/index.ts';
import {
  addDays,
  addMonths,
  addMonthsAnchored,
  civilDate,
  dayOfMonth,
  daysBetween,
  epochDayOf,
  FIRST_DAY,
  fromEpochDay,
  isoWeekday,
  LAST_DAY,
  nextTermStart,
  parseCivilDate,
  partsOfDay,
  termEnd,
  toEpochDay,
} from '../../../domain/time/civil.ts';
import type { CivilDate } from '../../../domain/time/types.ts';

const days = fc.integer({ min: FIRST_DAY, max: LAST_DAY });

const refused = test.macro({
  exec(t, text: string, code: string) {
    const error = t.throws(() => civilDate(text), { instanceOf: PerennialError });
    t.deepEqual(
      error?.problems.map((p) => p.code as string),
      [code],
    );
    t.is(parseCivilDate(text), undefined);
  },
  title: (_: string | undefined, text: string, code: string) => `"${text}" is refused with ${code}`,
});
test(refused, '2026-02-30', 'date.invalid');
test(refused, '2026-02-29', 'date.invalid');
test(refused, '2026-13-01', 'date.invalid');
test(refused, '0000-00-00', 'date.invalid');
test(refused, '2026-3-1', 'date.format');
test(refused, '', 'date.format');
test(refused, ' 2026-03-01', 'date.format');
test(refused, '99999-01-01', 'date.range');
test(refused, '1999-12-31', 'date.range');
test(refused, '2101-01-01', 'date.range');

test('a refused date says what is wrong in both languages', (t) => {
  const error = t.throws(() => civilDate('2101-01-01'), { instanceOf: PerennialError });
  const [problem] = error?.problems ?? [];
  if (!problem) {
    t.fail();
    return;
  }
  t.is(explain(problem, 'en').fix, 'Give a date from 2000-01-01 to 2100-12-31');
  t.is(explain(problem, 'zh-CN').what, '日期 2101-01-01 超出范围');
});

test('the first and the last date of the range are dates', (t) => {
  t.is(toEpochDay(civilDate('2000-01-01')), FIRST_DAY);
  t.is(toEpochDay(civilDate('2100-12-31')), LAST_DAY);
});

test('every day of the range has one text, in order, as the platform writes it', (t) => {
  let before = '';
  for (let day = FIRST_DAY; day <= LAST_DAY; day += 1) {
    const text = fromEpochDay(day);
    if (text !== new Date(day * 86_400_000).toISOString().slice(0, 10) || !(text > before)) t.fail(text);
    if (toEpochDay(text) !== day) t.fail(text);
    before = text;
  }
  t.is(before, '2100-12-31');
});

test('days and their parts are inverse far outside the range too', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), (day) => {
      const { year, month, day: dayInMonth } = partsOfDay(day);
      return epochDayOf(year, month, dayInMonth) === day;
    }),
  );
  t.pass();
});

test('weekdays are counted from Monday', (t) => {
  t.is(isoWeekday(civilDate('2026-11-23')), 1);
  t.is(isoWeekday(civilDate('2026-11-22')), 7);
  t.is(isoWeekday(civilDate('2000-01-01')), 6);
});

test('adding days and counting them are inverse', (t) => {
  fc.assert(fc.property(days, days, (a, b) => addDays(fromEpochDay(a), b - a) === fromEpochDay(b)));
  t.is(daysBetween(civilDate('2028-02-28'), civilDate('2028-03-01')), 2);
  t.is(daysBetween(civilDate('2027-03-01'), civilDate('2027-02-28')), -1);
  t.throws(() => addDays(civilDate('2100-12-31'), 1), { instanceOf: PerennialError, message: 'date.range' });
  t.throws(() => addDays(civilDate('2000-01-01'), NaN), { instanceOf: PerennialError, message: 'date.range' });
});

const monthsOn = test.macro({
  exec(t, from: string, months: number, expected: string) {
    t.is(addMonths(civilDate(from), months), civilDate(expected));
  },
  title: (_: string | undefined, from: string, months: number, expected: string) =>
    `${from} and ${months} months is ${expected}`,
});
test(monthsOn, '2026-01-31', 1, '2026-02-28');
test(monthsOn, '2028-01-31', 1, '2028-02-29');
test(monthsOn, '2026-03-31', 1, '2026-04-30');
test(monthsOn, '2024-02-29', 12, '2025-02-28');
test(monthsOn, '2024-02-29', 48, '2028-02-29');
test(monthsOn, '2026-05-31', -3, '2026-02-28');
test(monthsOn, '2028-05-31', -3, '2028-02-29');
test(monthsOn, '2026-01-15', -1, '2025-12-15');
test(monthsOn, '2026-12-15', 1, '2027-01-15');
test(monthsOn, '2096-02-29', 48, '2100-02-28');
test(monthsOn, '2026-06-30', 0, '2026-06-30');

test('a monthly chain from the 31st comes back to the 31st (B115)', (t) => {
  let date = civilDate('2026-01-31');
  const chain: CivilDate[] = [];
  for (let i = 0; i < 5; i += 1) {
    date = addMonthsAnchored(date, 1, 31);
    chain.push(date);
  }
  t.deepEqual(chain as string[], ['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30']);
});

test('an anchored chain and one long step agree', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: FIRST_DAY, max: FIRST_DAY + 20_000 }), fc.integer({ min: 1, max: 40 }), (day, n) => {
      const start = fromEpochDay(day);
      let chained = start;
      for (let i = 0; i < n; i += 1) chained = addMonthsAnchored(chained, 1, dayOfMonth(start));
      return chained === addMonths(start, n);
    }),
  );
  t.pass();
});

const term = test.macro({
  exec(t, start: string, months: number, end: string, next: string) {
    t.is(termEnd(civilDate(start), months), civilDate(end));
    t.is(nextTermStart(civilDate(end)), civilDate(next));
  },
  title: (_: string | undefined, start: string, months: number, end: string) =>
    `a term of ${months} months from ${start} ends on ${end}`,
});
test(term, '2026-01-01', 12, '2026-12-31', '2027-01-01');
test(term, '2026-03-15', 12, '2027-03-14', '2027-03-15');
test(term, '2024-02-29', 12, '2025-02-27', '2025-02-28');
test(term, '2027-03-01', 12, '2028-02-29', '2028-03-01');
test(term, '2026-01-31', 1, '2026-02-27', '2026-02-28');

test('a term after a short February goes on from the anchor day', (t) => {
  t.is(termEnd(civilDate('2026-02-28'), 1, 31), civilDate('2026-03-30'));
  t.is(termEnd(civilDate('2027-02-28'), 12, 29), civilDate('2028-02-28'));
});

test('an anchor day that no month has is a bug of the caller', (t) => {
  t.throws(() => addMonthsAnchored(civilDate('2026-01-01'), 1, 32), { instanceOf: RangeError });
  t.throws(() => addMonthsAnchored(civilDate('2026-01-01'), 1.5, 1), { instanceOf: RangeError });
});
