import test from 'ava';
import * as fc from 'fast-check';
import { civilDate, FIRST_DAY, fromEpochDay, LAST_DAY } from '../../../domain/time/civil.ts';
import { fromMs, instant, toMs } from '../../../domain/time/instant.ts';
import type { ZoneOffsets } from '../../../domain/time/types.ts';
import { wallTime, wallTimeOf } from '../../../domain/time/wall-time.ts';
import { localDate, localMinutes, localToInstant } from '../../../domain/time/zone.ts';
import { APIA, BERLIN, LORD_HOWE, NEW_YORK, SHANGHAI, UTC } from '../calendar/calendars.ts';

const local = test.macro({
  exec(t, zone: ZoneOffsets, date: string, time: string, expected: string) {
    t.is(localToInstant(zone, civilDate(date), wallTime(time)), instant(expected));
  },
  title: (note: string | undefined, zone: ZoneOffsets, date: string, time: string, expected: string) =>
    `${zone.zone} ${date} ${time} is ${expected} ${note ?? ''}`.trim(),
});
test(local, SHANGHAI, '2026-03-01', '09:00', '2026-03-01T01:00:00Z');
test(local, SHANGHAI, '2026-03-01', '24:00', '2026-03-01T16:00:00Z');
test('(before the first row)', local, BERLIN, '2001-07-01', '12:00', '2001-07-01T11:00:00Z');
test('(after the last row)', local, BERLIN, '2040-01-01', '12:00', '2040-01-01T10:00:00Z');

test('(last minute before the gap)', local, BERLIN, '2026-03-29', '01:59', '2026-03-29T00:59:00Z');
test('(gap: 03:00)', local, BERLIN, '2026-03-29', '02:00', '2026-03-29T01:00:00Z');
test('(gap: 03:30)', local, BERLIN, '2026-03-29', '02:30', '2026-03-29T01:30:00Z');
test('(after the gap)', local, BERLIN, '2026-03-29', '03:00', '2026-03-29T01:00:00Z');
test('(overlap: the earlier)', local, BERLIN, '2026-10-25', '02:00', '2026-10-25T00:00:00Z');
test('(overlap: the earlier)', local, BERLIN, '2026-10-25', '02:59', '2026-10-25T00:59:00Z');
test('(after the overlap)', local, BERLIN, '2026-10-25', '03:00', '2026-10-25T02:00:00Z');

test('(gap: 03:30)', local, NEW_YORK, '2026-03-08', '02:30', '2026-03-08T07:30:00Z');
test('(overlap: the earlier)', local, NEW_YORK, '2026-11-01', '01:30', '2026-11-01T05:30:00Z');
test('(after the overlap)', local, NEW_YORK, '2026-11-01', '02:00', '2026-11-01T07:00:00Z');

test('(half an hour of gap: 02:45)', local, LORD_HOWE, '2026-10-04', '02:15', '2026-10-03T15:45:00Z');
test('(half an hour twice: the earlier)', local, LORD_HOWE, '2026-04-05', '01:45', '2026-04-04T14:45:00Z');
test('(after the half hour)', local, LORD_HOWE, '2026-04-05', '02:00', '2026-04-04T15:30:00Z');

test('(the day before the skipped one)', local, APIA, '2011-12-29', '12:00', '2011-12-29T22:00:00Z');
test('(a day that does not exist: the 31st)', local, APIA, '2011-12-30', '12:00', '2011-12-30T22:00:00Z');
test('(the day after the skipped one)', local, APIA, '2011-12-31', '12:00', '2011-12-30T22:00:00Z');

test('the date on the wall follows the zone', (t) => {
  t.is(localDate(SHANGHAI, instant('2026-02-28T16:00:00Z')), civilDate('2026-03-01'));
  t.is(localDate(NEW_YORK, instant('2026-03-01T04:59:59.999Z')), civilDate('2026-02-28'));
  t.is(localDate(APIA, instant('2011-12-30T09:59:59.999Z')), civilDate('2011-12-29'));
  t.is(localDate(APIA, instant('2011-12-30T10:00:00Z')), civilDate('2011-12-31'));
  t.is(localMinutes(SHANGHAI, instant('2026-02-28T16:05:59Z')), 5);
  t.is(localMinutes(NEW_YORK, instant('2026-03-01T04:59:59.999Z')), 1439);
  t.is(localMinutes(BERLIN, instant('2026-10-25T00:30:00Z')), localMinutes(BERLIN, instant('2026-10-25T01:30:00Z')));
});

test('a wall time reads back from its instant, and moves forward where it does not exist', (t) => {
  const zones = fc.constantFrom(UTC, SHANGHAI, BERLIN, NEW_YORK, LORD_HOWE, APIA);
  const day = fc.integer({ min: FIRST_DAY + 1, max: LAST_DAY - 1 });
  fc.assert(
    fc.property(zones, day, fc.integer({ min: 0, max: 1439 }), (zone, epochDay, minutes) => {
      const date = fromEpochDay(epochDay);
      const at = localToInstant(zone, date, wallTimeOf(minutes));
      const back = `${localDate(zone, at)} ${wallTimeOf(localMinutes(zone, at))}`;
      return back >= `${date} ${wallTimeOf(minutes)}`;
    }),
  );
  const changes = [BERLIN, NEW_YORK, LORD_HOWE].flatMap((zone) => zone.changes.map(({ from }) => ({ zone, from })));
  fc.assert(
    fc.property(fc.constantFrom(...changes), fc.integer({ min: -200, max: 200 }), ({ zone, from }, minutes) => {
      const at = fromMs(toMs(from) + minutes * 60_000);
      // Of two instants with one wall time the earlier is found; all others come back exactly.
      return localToInstant(zone, localDate(zone, at), wallTimeOf(localMinutes(zone, at))) <= at;
    }),
  );
  t.pass();
});
