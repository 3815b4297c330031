import test from 'ava';
import * as fc from 'fast-check';
import {
  addBusinessMs,
  addSpan,
  businessMs,
  closingOf,
  nextOpenInstant,
  openingOf,
} from '../../../domain/calendar/business-time.ts';
import { windowAt } from '../../../domain/calendar/send-window.ts';
import { formatSpan, parseSpan, readSpan } from '../../../domain/calendar/span.ts';
import { isWorkday } from '../../../domain/calendar/workdays.ts';
import type { BusinessCalendar } from '../../../domain/calendar/types.ts';
import { PerennialError } from '../../../domain/errors/index.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { addMs, fromMs, instant, MS_PER_HOUR, toMs } from '../../../domain/time/instant.ts';
import { wallTime } from '../../../domain/time/wall-time.ts';
import { localDate, localMinutes } from '../../../domain/time/zone.ts';
import { APIA, BERLIN, calendar, NEW_YORK, SHANGHAI, springFestival2026 } from './calendars.ts';

const plain = calendar();
const cn = springFestival2026();
const berlin = calendar({ zone: BERLIN });
const roundTheClock = { open: wallTime('00:00'), close: wallTime('24:00') };
const always = calendar({ workWeek: [1, 2, 3, 4, 5, 6, 7], hours: roundTheClock });
const berlinAlways = calendar({ zone: BERLIN, workWeek: [1, 2, 3, 4, 5, 6, 7], hours: roundTheClock });

const due = test.macro({
  exec(t, cal: BusinessCalendar, from: string, span: string, expected: string) {
    t.is(addSpan(cal, instant(from), parseSpan(span)), instant(expected));
  },
  title: (note: string | undefined, cal: BusinessCalendar, from: string, span: string, expected: string) =>
    `${span} from ${from} (${cal.zone.zone}) end ${expected} ${note ?? ''}`.trim(),
});
// 23 November 2026 is a Monday.
test(
  '(before opening: that day is day 0)',
  due,
  plain,
  '2026-11-23T07:00:00Z',
  '1 business day',
  '2026-11-24T18:00:00Z',
);
test('(during opening)', due, plain, '2026-11-23T12:00:00Z', '1 business day', '2026-11-24T18:00:00Z');
test('(after closing)', due, plain, '2026-11-23T20:00:00Z', '1 business day', '2026-11-24T18:00:00Z');
test('(on a Saturday)', due, plain, '2026-11-28T12:00:00Z', '1 business day', '2026-11-30T18:00:00Z');
test('(Friday over the weekend)', due, plain, '2026-11-27T12:00:00Z', '5 business days', '2026-12-04T18:00:00Z');
test('(end of the same day)', due, plain, '2026-11-23T12:00:00Z', '0 business days', '2026-11-23T18:00:00Z');
test('(never before the start)', due, plain, '2026-11-23T20:00:00Z', '0 business days', '2026-11-23T20:00:00Z');
test('(Spring Festival)', due, cn, '2026-02-13T02:00:00Z', '5 business days', '2026-02-27T10:00:00Z');
test(
  '(local day counts, not the day in UTC)',
  due,
  cn,
  '2026-02-12T17:00:00Z',
  '1 business day',
  '2026-02-14T10:00:00Z',
);
test('(9 hours are one day)', due, plain, '2026-11-23T10:00:00Z', '9 business hours', '2026-11-24T10:00:00Z');
test('(up to closing)', due, plain, '2026-11-23T09:00:00Z', '9 business hours', '2026-11-23T18:00:00Z');
test('(over the weekend)', due, plain, '2026-11-27T17:00:00Z', '2 business hours', '2026-11-30T10:00:00Z');
test('(from a night)', due, plain, '2026-11-27T23:00:00Z', '24 business hours', '2026-12-02T15:00:00Z');
test('(make-up Saturday worked)', due, cn, '2026-02-13T09:00:00Z', '10 business hours', '2026-02-14T10:00:00Z');
test('(around the clock)', due, always, '2026-11-27T23:00:00Z', '24 business hours', '2026-11-28T23:00:00Z');
test(
  '(real hours over the change)',
  due,
  berlinAlways,
  '2026-03-28T12:00:00Z',
  '24 business hours',
  '2026-03-29T12:00:00Z',
);
test('(same wall time)', due, berlin, '2026-03-28T12:00:00Z', '1 day', '2026-03-29T11:00:00Z');
test('(a time that does not exist)', due, berlin, '2026-03-28T01:30:00Z', '1 day', '2026-03-29T01:30:00Z');
test('(milliseconds kept)', due, berlin, '2026-06-01T08:15:30.123Z', '10 days', '2026-06-11T08:15:30.123Z');
test('(nothing)', due, plain, '2026-11-28T12:00:00Z', '0 days', '2026-11-28T12:00:00Z');

test('opening and closing follow the clocks of the zone', (t) => {
  t.is(openingOf(berlin, civilDate('2026-03-27')), instant('2026-03-27T08:00:00Z'));
  t.is(openingOf(berlin, civilDate('2026-03-30')), instant('2026-03-30T07:00:00Z'));
  t.is(closingOf(cn, civilDate('2026-02-14')), instant('2026-02-14T10:00:00Z'));
  t.is(closingOf(always, civilDate('2026-02-14')), instant('2026-02-15T00:00:00Z'));
});

test('the next open instant is now while open, else the next opening', (t) => {
  const at = (text: string) => nextOpenInstant(cn, instant(text)) as string;
  t.is(at('2026-02-13T02:00:00Z'), '2026-02-13T02:00:00.000Z');
  t.is(at('2026-02-13T00:00:00Z'), '2026-02-13T01:00:00.000Z');
  t.is(at('2026-02-13T10:00:00Z'), '2026-02-14T01:00:00.000Z');
  t.is(at('2026-02-14T10:00:00Z'), '2026-02-24T01:00:00.000Z');
  t.is(at('2026-02-17T05:00:00Z'), '2026-02-24T01:00:00.000Z');
});

test('worked time is counted within opening hours only', (t) => {
  const hours = (from: string, to: string) => businessMs(plain, instant(from), instant(to)) / MS_PER_HOUR;
  t.is(hours('2026-11-23T10:00:00Z', '2026-11-23T12:30:00Z'), 2.5);
  t.is(hours('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z'), 9);
  t.is(hours('2026-11-27T17:00:00Z', '2026-11-30T10:00:00Z'), 2);
  t.is(hours('2026-11-28T00:00:00Z', '2026-11-29T23:00:00Z'), 0);
  t.is(hours('2026-11-30T10:00:00Z', '2026-11-27T17:00:00Z'), -2);
});

test('a day on which the clocks change during opening hours has its real length', (t) => {
  const day = (date: string) =>
    businessMs(berlinAlways, openingOf(berlinAlways, civilDate(date)), closingOf(berlinAlways, civilDate(date)));
  t.is(day('2026-03-29'), 23 * MS_PER_HOUR);
  t.is(day('2026-10-25'), 25 * MS_PER_HOUR);
  t.is(day('2026-10-26'), 24 * MS_PER_HOUR);
  const [from, to] = [instant('2026-01-01T00:00:00Z'), instant('2026-12-01T00:00:00Z')];
  t.is(businessMs(berlinAlways, from, to), toMs(to) - toMs(from));
});

test('nothing is worked on the day that Apia skipped', (t) => {
  const apia = calendar({ zone: APIA });
  const worked = businessMs(apia, instant('2011-12-29T19:00:00Z'), instant('2012-01-02T19:00:00Z'));
  // Thursday 29th 09:00 to Tuesday 3rd 09:00 local: Thursday and Monday.
  t.is(worked, 18 * MS_PER_HOUR);
});

test('a break without working days holds hours too', (t) => {
  t.throws(() => addBusinessMs(calendar({ workWeek: [] }), instant('2026-01-01T00:00:00Z'), 1), {
    instanceOf: PerennialError,
    message: 'calendar.no_workday',
  });
  t.throws(() => addBusinessMs(plain, instant('2026-01-01T00:00:00Z'), 1e15), { message: 'date.range' });
  t.throws(() => addBusinessMs(plain, instant('2026-01-01T00:00:00Z'), NaN), { instanceOf: RangeError });
  t.throws(() => addSpan(plain, instant('2026-01-01T00:00:00Z'), { amount: -1, unit: 'days' }), {
    instanceOf: RangeError,
  });
  t.throws(() => addSpan(plain, instant('2026-01-01T00:00:00Z'), { amount: 0.5, unit: 'business days' }), {
    instanceOf: RangeError,
  });
  t.throws(() => addSpan(plain, instant('2100-12-30T00:00:00Z'), { amount: 5, unit: 'days' }), {
    message: 'date.range',
  });
});

const calendars = fc.constantFrom(
  plain,
  cn,
  berlin,
  always,
  berlinAlways,
  calendar({ zone: NEW_YORK, workWeek: [1, 3, 7] }),
);
const start = toMs(instant('2026-01-01T00:00:00Z'));
const someInstant = fc.integer({ min: 0, max: 500 * 24 * MS_PER_HOUR }).map((ms) => fromMs(start + ms));
const work = fc.integer({ min: 1, max: 400 * MS_PER_HOUR });

test('adding worked time and counting it are inverse', (t) => {
  fc.assert(
    fc.property(calendars, someInstant, work, (cal, at, ms) => {
      const later = addBusinessMs(cal, at, ms);
      const earlier = addBusinessMs(cal, at, -ms);
      return businessMs(cal, at, later) === ms && businessMs(cal, at, earlier) === -ms && earlier < at && at < later;
    }),
  );
  t.pass();
});

test('the result is the earliest instant with that much work, inside opening hours', (t) => {
  fc.assert(
    fc.property(calendars, someInstant, work, (cal, at, ms) => {
      const justBefore = addMs(addBusinessMs(cal, at, ms), -1);
      return businessMs(cal, at, justBefore) === ms - 1 && nextOpenInstant(cal, justBefore) === justBefore;
    }),
  );
  t.pass();
});

test('worked time adds up over any division', (t) => {
  fc.assert(
    fc.property(calendars, someInstant, someInstant, someInstant, (cal, a, b, c) => {
      return businessMs(cal, a, b) + businessMs(cal, b, c) === businessMs(cal, a, c);
    }),
  );
  t.pass();
});

test('a later start is never due earlier', (t) => {
  const spans = fc.constantFrom(
    parseSpan('5 business days'),
    parseSpan('0 business days'),
    parseSpan('24 business hours'),
  );
  fc.assert(
    fc.property(calendars, someInstant, someInstant, spans, (cal, a, b, span) => {
      const [first, second] = a <= b ? [a, b] : [b, a];
      const [x, y] = [addSpan(cal, first, span), addSpan(cal, second, span)];
      return first <= x && x <= y;
    }),
  );
  t.pass();
});

const sends = test.macro({
  exec(t, cal: BusinessCalendar, at: string, expected: string) {
    const window = { from: wallTime('09:00'), to: wallTime('17:00') };
    t.is(windowAt(cal, cal.zone, instant(at), window), instant(expected));
  },
  title: (note: string | undefined, cal: BusinessCalendar, at: string, expected: string) =>
    `a mail planned ${at} leaves ${expected} in ${cal.zone.zone} ${note ?? ''}`.trim(),
});
test('(inside the window)', sends, cn, '2026-02-13T02:00:00Z', '2026-02-13T02:00:00Z');
test('(before it)', sends, cn, '2026-02-12T22:00:00Z', '2026-02-13T01:00:00Z');
test(
  '(its end is outside; the next day is a worked Saturday)',
  sends,
  cn,
  '2026-02-13T09:00:00Z',
  '2026-02-14T01:00:00Z',
);
test('(after nine days off)', sends, cn, '2026-02-14T09:00:00Z', '2026-02-24T01:00:00Z');
test('(over the change of the clocks)', sends, berlin, '2026-03-27T20:00:00Z', '2026-03-30T07:00:00Z');

test('the window is on the clocks of the zone, the days are of the calendar', (t) => {
  const window = { from: wallTime('09:00'), to: wallTime('17:00') };
  // Friday evening in New York is Saturday in Shanghai, and a Saturday is not worked there.
  t.is(windowAt(plain, SHANGHAI, instant('2026-11-27T22:00:00Z'), window), instant('2026-11-30T01:00:00Z'));
  t.is(windowAt(plain, NEW_YORK, instant('2026-11-27T20:00:00Z'), window), instant('2026-11-27T20:00:00Z'));
  t.is(windowAt(plain, APIA, instant('2011-12-30T08:00:00Z'), window), instant('2012-01-01T19:00:00Z'));
  const backwards = { from: wallTime('17:00'), to: wallTime('09:00') };
  t.throws(() => windowAt(plain, SHANGHAI, instant('2026-11-27T22:00:00Z'), backwards), { message: 'time.window' });
});

test('a mail leaves inside the window on a working day, not before it was planned', (t) => {
  const window = { from: wallTime('09:30'), to: wallTime('16:00') };
  fc.assert(
    fc.property(calendars, fc.constantFrom(SHANGHAI, BERLIN, NEW_YORK), someInstant, (cal, zone, at) => {
      const leaves = windowAt(cal, zone, at, window);
      const minutes = localMinutes(zone, leaves);
      return leaves >= at && isWorkday(cal, localDate(zone, leaves)) && minutes >= 570 && minutes < 960;
    }),
  );
  t.pass();
});

const length = test.macro({
  exec(t, value: unknown, expected: string) {
    const read = readSpan(value);
    t.is('unit' in read ? `${read.amount} ${read.unit}` : read.code, expected);
  },
  title: (_: string | undefined, value: unknown, expected: string) =>
    `the length ${JSON.stringify(value)} is ${expected}`,
});
test(length, '5 business days', '5 business days');
test(length, '1 business day', '1 business days');
test(length, '24 Business  Hours', '24 business hours');
test(length, '10 days', '10 days');
test(length, '５ 个工作日', '5 business days');
test(length, '24个工作小时', '24 business hours');
test(length, '10 天', '10 days');
test(length, 90, 'duration.unit');
test(length, '90', 'duration.unit');
test(length, '-90 dayz', 'duration.syntax');
test(length, 'P1Y2W3X', 'duration.syntax');
test(length, '1.5 days', 'duration.syntax');
test(length, '99999 days', 'duration.syntax');
test(length, '', 'duration.syntax');
test(length, null, 'duration.syntax');

test('a length is written so that it reads back', (t) => {
  for (const text of ['1 business day', '5 business days', '1 day', '24 business hours']) {
    t.is(formatSpan(parseSpan(text), 'en'), text);
    t.deepEqual(parseSpan(formatSpan(parseSpan(text), 'zh-CN')), parseSpan(text));
  }
});
