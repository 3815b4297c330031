import test from 'ava';
import { explain, PerennialError } from '../../../domain/errors/index.ts';
import { parseWallTime, wallMinutes, wallTime, wallTimeOf } from '../../../domain/time/wall-time.ts';

const refused = test.macro({
  exec(t, value: unknown) {
    const read = parseWallTime(value);
    if (typeof read === 'string') {
      t.fail();
      return;
    }
    t.is(read.code, 'time.syntax');
    t.regex(explain(read, 'en').fix, /09:00/);
    t.regex(explain(read, 'zh-CN').what, /时刻/);
  },
  title: (_: string | undefined, value: unknown) => `${JSON.stringify(value)} is no time of day (B014)`,
});
test(refused, '25:00');
test(refused, '9');
test(refused, 9);
test(refused, 10);
test(refused, '010');
test(refused, '12:30:45');
test(refused, '9:00');
test(refused, '24:01');
test(refused, '12:60');
test(refused, '09:00 ');
test(refused, null);

test('a time of day is minutes since midnight and back', (t) => {
  for (let minutes = 0; minutes <= 1440; minutes += 1) t.is(wallMinutes(wallTime(wallTimeOf(minutes))), minutes);
  t.is(wallTimeOf(545), wallTime('09:05'));
  t.is(wallMinutes(wallTime('24:00')), 1440);
  t.throws(() => wallTime('24:30'), { instanceOf: PerennialError, message: 'time.syntax' });
  t.throws(() => wallTimeOf(1441), { instanceOf: RangeError });
});
