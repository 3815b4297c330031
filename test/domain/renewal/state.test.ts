import test from 'ava';
import { copyState, newRenewalState } from '../../../domain/renewal/state.ts';
import type { RenewalState } from '../../../domain/renewal/state.ts';
import { RENEWAL } from '../../helpers/world.ts';

test('a copy of a state is another object with every field in its place', (t) => {
  const state: RenewalState = { ...newRenewalState(RENEWAL), phase: 'open', quotes: 2 };
  const copy = copyState(state);
  t.not(copy, state);
  t.is(JSON.stringify(copy), JSON.stringify(state));
});

test('a copy of a state of another release keeps the fields that this one does not know, and adds none', (t) => {
  const later = { ...newRenewalState(RENEWAL), addedLater: 'kept' };
  t.deepEqual(copyState(later), later);
  const { quotes: _quotes, ...earlier } = newRenewalState(RENEWAL);
  t.deepEqual(copyState(earlier as RenewalState), earlier);
});
