import test from 'ava';
import { endsWithin } from '../../workers/end-within.ts';

test('work that never ends is left behind when its time is over', async (t) => {
  t.false(await endsWithin(new Promise(() => undefined), 5));
});

test('work that ends is waited for, also where it fails', async (t) => {
  t.true(await endsWithin(Promise.resolve('done'), 60_000));
  t.true(await endsWithin(Promise.reject(new Error('refused')), 60_000));
});
