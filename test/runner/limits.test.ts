import test from 'ava';
import { limitMs } from './limits.ts';

const MINUTE = 60_000;

test('a test file has ten minutes, and more for each round of faults that is asked for', (t) => {
  t.is(limitMs({}), 10 * MINUTE);
  t.is(limitMs({ PERENNIAL_STACK_ROUNDS: '12' }), 28 * MINUTE);
  t.is(limitMs({ PERENNIAL_STACK_ROUNDS: '12', PERENNIAL_KILL_ROUNDS: '300' }), 78 * MINUTE);
});
