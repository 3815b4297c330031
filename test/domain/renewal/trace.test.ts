import test from 'ava';
import type { Fact } from '../../../domain/renewal/facts.ts';
import { at, command, logged, quote } from '../../helpers/world.ts';
import { tell } from './story.ts';

test('the trace that a fact carries is for operators: decisions, histories and states are the same with and without', (t) => {
  const script: Fact[] = [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    command('quote issued', at('2027-03-02'), 'li', { quote: quote(1800) }),
    command('quote accepted', at('2027-03-03'), 'zhou', { note: '' }),
  ];
  const traced = script.map((fact) => ({ ...fact, trace: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }));
  const decisions = (facts: readonly Fact[]) =>
    tell({ script: facts, until: at('2027-04-30') }).looks.map(({ decision }) => decision);
  t.true(decisions(script).length > 3);
  t.deepEqual(decisions(traced), decisions(script));
});
