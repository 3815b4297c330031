import test from 'ava';
import { Temporal } from 'temporal-polyfill';
import { PerennialError } from '../../../domain/errors/index.ts';
import { civilDate, fromEpochDay, toEpochDay } from '../../../domain/time/civil.ts';
import { instant } from '../../../domain/time/instant.ts';
import { wallTimeOf } from '../../../domain/time/wall-time.ts';
import { localDate, localMinutes, localToInstant } from '../../../domain/time/zone.ts';
import { compileZone, zoneId } from '../../../operations/calendars/zone-offsets.ts';

const unknown = test.macro({
  exec(t, text: string, suggestion: string) {
    const error = t.throws(() => zoneId(text), { instanceOf: PerennialError, message: 'zone.unknown' });
    t.is(error?.problems[0]?.params['suggestion'], suggestion);
  },
  title: (_: string | undefined, text: string, suggestion: string) =>
    `"${text}" is no zone; ${suggestion} is offered (B015)`,
});
test(unknown, 'EST5', 'America/New_York');
test(unknown, 'EST', 'America/New_York');
test(unknown, 'Beijing', 'Asia/Shanghai');
test(unknown, 'Asia/Beijing', 'Asia/Shanghai');
test(unknown, '北京', 'Asia/Shanghai');
test(unknown, 'UTC+8', 'Asia/Shanghai');
test(unknown, '+08:00', 'Asia/Shanghai');
test(unknown, 'PRC', 'Asia/Shanghai');
test(unknown, 'Berlin', 'Europe/Berlin');
test(unknown, 'Europe/Berln', 'Europe/Berlin');
test(unknown, 'new york', 'America/New_York');
test(unknown, '', 'Asia/Shanghai');
test(unknown, 'constructor', 'Asia/Shanghai');

test('a zone id gets its usual spelling', (t) => {
  t.is<string, string>(zoneId('asia/shanghai'), 'Asia/Shanghai');
  t.is<string, string>(zoneId(' utc '), 'UTC');
});

test('Shanghai has one row, Berlin two changes a year', (t) => {
  t.deepEqual(compileZone('Asia/Shanghai', 2026, 2030).changes, [
    { from: instant('2026-01-01T00:00:00Z'), minutes: 480 },
  ]);
  t.deepEqual(compileZone('Europe/Berlin', 2026, 2026).changes, [
    { from: instant('2026-01-01T00:00:00Z'), minutes: 60 },
    { from: instant('2026-03-29T01:00:00Z'), minutes: 120 },
    { from: instant('2026-10-25T01:00:00Z'), minutes: 60 },
  ]);
  t.deepEqual(compileZone('Pacific/Apia', 2011, 2011).changes.at(-1), {
    from: instant('2011-12-30T10:00:00Z'),
    minutes: 840,
  });
});

const agrees = test.macro({
  exec(t, zone: string, fromYear: number, toYear: number) {
    const offsets = compileZone(zone, fromYear, toYear);
    const last = toEpochDay(civilDate(`${toYear}-12-30`));
    for (let day = toEpochDay(civilDate(`${fromYear}-01-02`)); day <= last; day += 1) {
      const date = fromEpochDay(day);
      for (const minutes of [0, 45, 90, 105, 120, 135, 150, 180, 720]) {
        const time = wallTimeOf(minutes);
        const theirs = Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(zone);
        const ours = localToInstant(offsets, date, time);
        if (ours !== instant(theirs.toInstant().toString())) {
          t.fail(`${zone} ${date} ${time}: ${ours}`);
          return;
        }
        const back = `${localDate(offsets, ours)}T${wallTimeOf(localMinutes(offsets, ours))}`;
        if (back !== theirs.toPlainDateTime().toString({ smallestUnit: 'minute' })) {
          t.fail(`${zone} ${back}`);
          return;
        }
      }
    }
    t.pass();
  },
  title: (_: string | undefined, zone: string, fromYear: number, toYear: number) =>
    `${zone} from ${fromYear} to ${toYear} agrees with Temporal, gaps and overlaps too`,
});
test(agrees, 'Europe/Berlin', 2026, 2027);
test(agrees, 'America/New_York', 2026, 2027);
test(agrees, 'Australia/Lord_Howe', 2026, 2027);
test(agrees, 'Pacific/Apia', 2011, 2012);
test(agrees, 'Africa/Casablanca', 2026, 2026);
test(agrees, 'Asia/Pyongyang', 2015, 2018);
