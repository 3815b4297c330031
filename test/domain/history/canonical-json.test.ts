import test from 'ava';
import fc from 'fast-check';
import { canonicalJson, digestOf, fingerprint, storable } from '../../../domain/history/index.ts';
import { newRenewalState } from '../../../domain/renewal/state.ts';

test('the order of keys does not count, the order of a list does', (t) => {
  t.is(canonicalJson({ b: 1, a: [2, 1], ä: null }), '{"a":[2,1],"b":1,"ä":null}');
  t.is(canonicalJson({ ä: null, a: [2, 1], b: 1 }), canonicalJson({ b: 1, a: [2, 1], ä: null }));
  t.not(canonicalJson([1, 2]), canonicalJson([2, 1]));
});

test('a field that is undefined is as good as absent', (t) => {
  t.is(canonicalJson({ a: undefined, b: 1 }), canonicalJson({ b: 1 }));
});

for (const [what, value] of [
  ['not a number', Number.NaN],
  ['infinity', Infinity],
  ['a function', () => 1],
  ['a map', new Map()],
  ['a date', new Date(0)],
  ['undefined', undefined],
] as const) {
  test(`${what} is refused instead of changed silently`, (t) => {
    t.throws(() => canonicalJson(value), { instanceOf: TypeError });
    t.throws(() => canonicalJson({ deep: [value === undefined ? () => 1 : value] }), { instanceOf: TypeError });
  });
}

test('any JSON value survives: what is read back has the same text', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      return (
        canonicalJson(JSON.parse(text)) === text &&
        canonicalJson(storable(value)) === canonicalJson(storable(storable(value)))
      );
    }),
  );
  t.pass();
});

test('half a character, which UTF-8 cannot hold, is replaced before anything is hashed', (t) => {
  t.deepEqual(storable({ note: `a\ud800b\udc00c😀` }), { note: 'a\ufffdb\ufffdc😀' });
});

test('the fingerprint of a state changes with any part of it and not with the order of its keys', (t) => {
  const state = newRenewalState('renewal:ctr_1:1');
  const digest = digestOf(state);
  t.not(digestOf({ ...state, phase: 'open' }), digest);
  t.is(digestOf(Object.fromEntries(Object.entries(state).toReversed()) as unknown as typeof state), digest);
  t.regex(fingerprint(''), /^[0-9a-f]{16}$/);
});
