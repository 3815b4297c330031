import test from 'ava';
import * as fc from 'fast-check';
import { dayNote, isCovered, uncoveredYears } from '../../../domain/calendar/coverage.ts';
import type { BusinessCalendar } from '../../../domain/calendar/types.ts';
import {
  addBusinessDays,
  businessDaysBetween,
  isWorkday,
  nextWorkday,
  previousWorkday,
} from '../../../domain/calendar/workdays.ts';
import { PerennialError } from '../../../domain/errors/index.ts';
import { addDays, civilDate, fromEpochDay, isoWeekday, toEpochDay } from '../../../domain/time/civil.ts';
import { wallTime } from '../../../domain/time/wall-time.ts';
import { APIA, calendar, dates, springFestival2026 } from './calendars.ts';

const cn = springFestival2026();

const later = test.macro({
  exec(t, from: string, days: number, expected: string) {
    t.is(addBusinessDays(cn, civilDate(from), days), civilDate(expected));
  },
  title: (_: string | undefined, from: string, days: number, expected: string) =>
    `${from} and ${days} business days is ${expected}`,
});
test(later, '2026-02-12', 1, '2026-02-13');
test(later, '2026-02-13', 1, '2026-02-14');
test(later, '2026-02-13', 2, '2026-02-24');
test(later, '2026-02-13', 5, '2026-02-27');
test(later, '2026-02-13', 6, '2026-02-28');
test(later, '2026-02-13', 7, '2026-03-02');
test(later, '2026-02-17', 1, '2026-02-24');
test(later, '2026-02-17', 0, '2026-02-24');
test(later, '2026-02-17', -1, '2026-02-14');
test(later, '2026-02-24', -1, '2026-02-14');
test(later, '2026-02-24', -2, '2026-02-13');
test(later, '2025-12-31', 1, '2026-01-04');
test(later, '2026-01-05', -2, '2025-12-31');

test('a make-up Saturday is worked, the holiday Monday is not', (t) => {
  t.true(isWorkday(cn, civilDate('2026-02-14')));
  t.true(isWorkday(cn, civilDate('2026-02-28')));
  t.false(isWorkday(cn, civilDate('2026-02-16')));
  t.false(isWorkday(cn, civilDate('2026-03-07')));
  t.is(nextWorkday(cn, civilDate('2026-02-15')), civilDate('2026-02-24'));
  t.is(previousWorkday(cn, civilDate('2026-02-23')), civilDate('2026-02-14'));
  t.is(nextWorkday(cn, civilDate('2026-02-14')), civilDate('2026-02-14'));
  t.is(businessDaysBetween(cn, civilDate('2026-02-13'), civilDate('2026-03-02')), 7);
  t.is(businessDaysBetween(cn, civilDate('2026-03-02'), civilDate('2026-02-13')), -7);
  t.is(businessDaysBetween(cn, civilDate('2026-02-16'), civilDate('2026-02-20')), 0);
});

test('a day that is both off and made up for is worked, and has the name of the make-up day', (t) => {
  const both = calendar({ daysOff: dates('2026-05-09'), extraWorkDays: dates('2026-05-09', '2026-05-10') });
  t.true(isWorkday(both, civilDate('2026-05-09')));
  t.is(dayNote(both, civilDate('2026-05-09'))?.en, '2026-05-09');
  t.is(dayNote(both, civilDate('2026-05-11')), undefined);
});

test('a year without published days is not covered and follows the normal week', (t) => {
  t.true(isCovered(cn, civilDate('2026-12-31')));
  t.false(isCovered(cn, civilDate('2027-01-01')));
  t.true(isWorkday(cn, civilDate('2027-01-01')));
  t.deepEqual(uncoveredYears(cn, civilDate('2026-06-01'), civilDate('2028-01-01')), [2027, 2028]);
  t.deepEqual(uncoveredYears(cn, civilDate('2027-06-01'), civilDate('2026-01-01')), [2027]);
  t.deepEqual(uncoveredYears(cn, civilDate('2026-01-01'), civilDate('2026-12-31')), []);
});

/** Off from 1 June on, for so many days, every one. */
function closedFor(days: number): BusinessCalendar {
  const first = civilDate('2026-06-01');
  return calendar({ daysOff: dates(...Array.from({ length: days }, (_, i) => addDays(first, i))) });
}

test('31 days off are passed over, 32 are a mistake in the calendar (B116)', (t) => {
  // Monday 1 June comes after a weekend: 29 days more make 31.
  t.is(addBusinessDays(closedFor(29), civilDate('2026-05-29'), 1), civilDate('2026-06-30'));
  t.throws(() => addBusinessDays(closedFor(30), civilDate('2026-05-29'), 1), { message: 'calendar.no_workday' });
  const broken = closedFor(35);
  const error = t.throws(() => addBusinessDays(broken, civilDate('2026-05-29'), 1), {
    instanceOf: PerennialError,
    message: 'calendar.no_workday',
  });
  t.is(error?.problems[0]?.params['calendar'], 'test');
  t.throws(() => addBusinessDays(broken, civilDate('2026-07-10'), -6), { message: 'calendar.no_workday' });
  t.throws(() => nextWorkday(broken, civilDate('2026-06-01')), { message: 'calendar.no_workday' });
  t.is(nextWorkday(broken, civilDate('2026-06-20')), civilDate('2026-07-06'));
  t.is(addBusinessDays(broken, civilDate('2026-05-25'), 4), civilDate('2026-05-29'));
});

test('a calendar without any working day answers with an error, never with a date', (t) => {
  const never = calendar({ workWeek: [] });
  for (const days of [-5, -1, 0, 1, 5]) {
    t.throws(() => addBusinessDays(never, civilDate('2026-06-01'), days), { message: 'calendar.no_workday' });
  }
  t.throws(() => previousWorkday(never, civilDate('2026-06-01')), { message: 'calendar.no_workday' });
});

test('a seven-day week works every day', (t) => {
  const daily = calendar({ workWeek: [1, 2, 3, 4, 5, 6, 7] });
  t.is(addBusinessDays(daily, civilDate('2026-12-30'), 3), civilDate('2027-01-02'));
});

test('the ends of the range are refused as such', (t) => {
  t.throws(() => addBusinessDays(cn, civilDate('2100-12-31'), 1), { message: 'date.range' });
  t.throws(() => addBusinessDays(cn, civilDate('2000-01-03'), -1), { message: 'date.range' });
  t.throws(() => addBusinessDays(cn, civilDate('2026-01-01'), 1e9), { message: 'date.range' });
  t.throws(() => addBusinessDays(cn, civilDate('2026-01-01'), 0.5), { instanceOf: RangeError });
});

test('hours that end before they begin are refused', (t) => {
  const hours = { open: wallTime('18:00'), close: wallTime('09:00') };
  t.throws(() => isWorkday(calendar({ hours }), civilDate('2026-01-05')), { message: 'calendar.hours' });
});

test('nobody works on a day that the zone skips (Apia, 30 December 2011)', (t) => {
  const apia = calendar({ zone: APIA });
  t.is(isoWeekday(civilDate('2011-12-30')), 5);
  t.false(isWorkday(apia, civilDate('2011-12-30')));
  t.is(addBusinessDays(apia, civilDate('2011-12-29'), 1), civilDate('2012-01-02'));
});

/** Any week with a working day, and up to sixty exceptions of both kinds. */
const calendars = fc
  .record({
    week: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    off: fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 12 }),
    extra: fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 48 }),
  })
  .map(({ week, off, extra }) => {
    const day = (n: number) => addDays(civilDate('2026-01-01'), n);
    return calendar({ workWeek: week, daysOff: dates(...off.map(day)), extraWorkDays: dates(...extra.map(day)) });
  });
const someDate = fc.integer({ min: 0, max: 400 }).map((n) => fromEpochDay(toEpochDay(civilDate('2026-01-01')) + n));
const steps = fc.integer({ min: -90, max: 90 });

/** A calendar may have 31 days off in a row by chance: then it has no answer, which is checked above. */
function unlessHeld(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof PerennialError && error.message === 'calendar.no_workday') return true;
    throw error;
  }
}

test('business days never land on a day off', (t) => {
  fc.assert(
    fc.property(calendars, someDate, steps, (cal, date, n) =>
      unlessHeld(() => isWorkday(cal, addBusinessDays(cal, date, n))),
    ),
  );
  t.pass();
});

test('from a working day, going there and back is the same day', (t) => {
  fc.assert(
    fc.property(calendars, someDate, steps, (cal, date, n) =>
      unlessHeld(() => {
        const start = nextWorkday(cal, date);
        const end = addBusinessDays(cal, start, n);
        return addBusinessDays(cal, end, -n) === start && businessDaysBetween(cal, start, end) === n;
      }),
    ),
  );
  t.pass();
});

test('a later start is never due earlier, and one more day is always later', (t) => {
  fc.assert(
    fc.property(calendars, someDate, someDate, steps, (cal, a, b, n) =>
      unlessHeld(() => {
        const [first, second] = a <= b ? [a, b] : [b, a];
        const ordered = addBusinessDays(cal, first, n) <= addBusinessDays(cal, second, n);
        return ordered && (n < 1 || addBusinessDays(cal, a, n) < addBusinessDays(cal, a, n + 1));
      }),
    ),
  );
  t.pass();
});

test('counting agrees with going day by day', (t) => {
  fc.assert(
    fc.property(calendars, someDate, fc.integer({ min: 0, max: 100 }), (cal, date, length) => {
      let count = 0;
      for (let i = 1; i <= length; i += 1) count += isWorkday(cal, addDays(date, i)) ? 1 : 0;
      return businessDaysBetween(cal, date, addDays(date, length)) === count;
    }),
  );
  t.pass();
});
