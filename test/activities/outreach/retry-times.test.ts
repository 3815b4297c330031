import test from 'ava';
import fc from 'fast-check';
import { addMs, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, msBetween } from '../../../domain/time/index.ts';
import { nextTry } from '../../../activities/outreach/retry-times.ts';
import { NOW } from './outreach-world.ts';

const FAR = addMs(NOW, 60 * MS_PER_DAY);

const waits = test.macro({
  exec(t, tries: number, minutes: number) {
    const next = nextTry({ tries, firstTriedAt: NOW, notAfter: FAR }, NOW);
    t.is(next && msBetween(NOW, next), minutes * MS_PER_MINUTE);
  },
  title: (_, tries, minutes) => `after ${tries} earlier tries the next comes in ${minutes} minutes`,
});
test(waits, 0, 15);
test(waits, 1, 30);
test(waits, 2, 60);
test(waits, 4, 240);
test(waits, 5, 360);
test(waits, 50, 360);

test('the last try falls just before the deadline of the mail', (t) => {
  const row = { tries: 5, firstTriedAt: NOW, notAfter: addMs(NOW, 2 * MS_PER_HOUR) };
  t.is(nextTry(row, NOW), addMs(NOW, 115 * MS_PER_MINUTE));
});

test('it is over after four days, although the mail could wait longer', (t) => {
  const row = { tries: 20, firstTriedAt: addMs(NOW, -4 * MS_PER_DAY), notAfter: FAR };
  t.is(nextTry(row, NOW), null);
});

test('the next try is never in the past, never after the deadline, and tries come to an end', (t) => {
  const minutes = fc.integer({ min: 1, max: 60 * 24 * 30 });
  fc.assert(
    fc.property(minutes, (life) => {
      const notAfter = addMs(NOW, life * MS_PER_MINUTE);
      let now = NOW;
      for (let tries = 0; tries < 200; tries += 1) {
        const next = nextTry({ tries, firstTriedAt: NOW, notAfter }, now);
        if (next === null) return true;
        if (next <= now || next > notAfter || msBetween(NOW, next) > 4 * MS_PER_DAY) return false;
        now = next;
      }
      return false;
    }),
  );
  t.pass();
});
