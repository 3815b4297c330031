import test from 'ava';
import * as fc from 'fast-check';
import { PerennialError } from '../../../domain/errors/index.ts';
import {
  addMs,
  fromMs,
  instant,
  maxInstant,
  minInstant,
  msBetween,
  parseInstant,
  toMs,
} from '../../../domain/time/instant.ts';

const ms = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 11, 31) });

const reads = test.macro({
  exec(t, text: string, expected: string) {
    t.is<string, string>(instant(text), expected);
  },
  title: (_: string | undefined, text: string, expected: string) => `${text} is ${expected}`,
});
test(reads, '2026-03-01T09:00:00.000Z', '2026-03-01T09:00:00.000Z');
test(reads, '2026-03-01T09:00:00Z', '2026-03-01T09:00:00.000Z');
test(reads, '2026-03-01T09:00Z', '2026-03-01T09:00:00.000Z');
test(reads, '2026-03-01T09:00:00+08:00', '2026-03-01T01:00:00.000Z');
test(reads, '2026-03-01T00:30:00-0330', '2026-03-01T04:00:00.000Z');
test(reads, '2026-03-01T09:00:00.1239Z', '2026-03-01T09:00:00.123Z');
test(reads, '2026-12-31T23:59:59.999Z', '2026-12-31T23:59:59.999Z');
test(reads, '2038-01-19T03:14:08Z', '2038-01-19T03:14:08.000Z');

const refused = test.macro({
  exec(t, text: string, code: string) {
    t.throws(() => instant(text), { instanceOf: PerennialError, message: code });
    t.is(typeof parseInstant(text), 'object');
  },
  title: (_: string | undefined, text: string, code: string) => `"${text}" is no instant: ${code}`,
});
test(refused, '2026-03-01', 'instant.invalid');
test(refused, '2026-03-01T09:00:00', 'instant.invalid');
test(refused, '2026-02-30T09:00:00Z', 'instant.invalid');
test(refused, '2026-03-01T25:00:00Z', 'instant.invalid');
test(refused, '2026-03-01T23:59:60Z', 'instant.invalid');
test(refused, '', 'instant.invalid');
test(refused, '9999-01-01T00:00:00Z', 'date.range');
test(refused, '1970-01-01T00:00:00Z', 'date.range');

test('milliseconds and texts are inverse and agree with the platform', (t) => {
  fc.assert(
    fc.property(ms, (at) => {
      const text = fromMs(at);
      return text === new Date(at).toISOString() && toMs(text) === at && instant(text) === text;
    }),
  );
  t.pass();
});

test('instants compare as texts', (t) => {
  fc.assert(fc.property(ms, ms, (a, b) => fromMs(a) < fromMs(b) === a < b));
  const [early, late] = [instant('2026-03-01T09:00:00Z'), instant('2026-03-01T09:00:00.001Z')];
  t.is(minInstant(late, early), early);
  t.is(maxInstant(early, late, early), late);
  t.is(addMs(early, 1), late);
  t.is(msBetween(late, early), -1);
});

test('a time outside the range is refused and never becomes now', (t) => {
  for (const bad of [NaN, Infinity, -Infinity, 0, 8.64e15]) {
    t.throws(() => fromMs(bad), { instanceOf: PerennialError, message: 'date.range' }, String(bad));
  }
});
