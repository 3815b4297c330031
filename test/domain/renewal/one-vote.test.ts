import test from 'ava';
import type { Role } from '../../../domain/people/types.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import { at, command, logged, quote, snapshot } from '../../helpers/world.ts';
import { lines, tell } from './story.ts';

/*
 * Policy: a person votes once on the figures of a quote. An approval counts in every row of the ladder that asks this
 * person; within a row that needs all of its roles each role still needs a person of its own.
 */

const contacted = () => command('communication logged', at('2027-02-02'), 'li', logged());
const issued = (discount: number, when = at('2027-03-02')) =>
  command('quote issued', when, 'li', { quote: quote(discount) });
const decided = (when: ReturnType<typeof at>, by: string, rule: string) =>
  command('approval decided', when, by, { rule, decision: 'approve', comment: '' });

const ABOUT = / ask | approval\/| remind |refused|rejected/;

function story(script: readonly Fact[], world: Snapshot) {
  const run = tell({ world, script: [contacted(), ...script], until: at('2027-03-02', 20) });
  return lines(run, ABOUT).map((line) => line.slice(5));
}

const row = (id: string, mode: 'any of' | 'all of', ...approvers: readonly Role[]) => ({
  id,
  name: { en: id, 'zh-CN': id },
  when: 'quote.discountPercent > 0',
  approvers,
  mode,
  reasonRequired: false,
});

test('one after the other: who has agreed to the quote is not asked again for a further row', (t) => {
  const rules = [
    row('discount', 'all of', 'director', 'finance'),
    row('amount', 'any of', 'director'),
    row('term', 'all of', 'director', 'legal'),
  ];
  const world = snapshot({ ladder: { rules } });
  const script = [
    issued(1500),
    decided(at('2027-03-02', 11), 'chen', 'discount'),
    decided(at('2027-03-02', 12), 'sun', 'discount'),
    decided(at('2027-03-02', 13), 'chen', 'term'),
    decided(at('2027-03-02', 14), 'zhao', 'term'),
  ];
  t.deepEqual(story(script, world), [
    '03-02 10:00 ask discount: director chen, finance sun',
    '03-02 12:00 approval/1/discount approved by sun',
    '03-02 12:00 ask term: legal zhao',
    '03-02 13:00 refused: approval decided (approval.already_decided)',
    '03-02 14:00 approval/1/term approved by zhao',
  ]);
  const run = tell({ world, script: [contacted(), ...script], until: at('2027-03-02', 20) });
  t.is(run.state.quote?.approvedAt, at('2027-03-02', 14));
  const counted = run.looks.flatMap((look) => look.decision.log).filter(({ name }) => name === 'approval counted');
  t.deepEqual(
    counted.map(({ detail }) => [detail['rule'], detail['by'], detail['decision']]),
    [
      ['amount', 'chen', 'approve'],
      ['term', 'chen', 'approve'],
    ],
  );
});

test('all at once: one vote of a person counts for every row that asks them', (t) => {
  const rules = [row('discount', 'any of', 'director'), row('term', 'all of', 'director', 'legal')];
  const world = snapshot({ ladder: { order: 'parallel', rules } });
  const vote = decided(at('2027-03-02', 11), 'chen', 'discount');
  t.deepEqual(story([issued(1500), vote, decided(at('2027-03-02', 12), 'zhao', 'term')], world), [
    '03-02 10:00 ask discount: director chen',
    '03-02 10:00 ask term: director chen, legal zhao',
    '03-02 11:00 approval/1/discount approved by chen',
    '03-02 12:00 approval/1/term approved by zhao',
  ]);
  // Nobody is pressed who has agreed already.
  const slow = tell({ world, script: [contacted(), issued(1500), vote], until: at('2027-03-04') });
  t.deepEqual(
    lines(slow, / remind /).map((line) => line.slice(17)),
    ['remind zhao'],
  );
});

test('a vote that no other row waits for counts in its own row only', (t) => {
  const rules = [row('discount', 'any of', 'sales-manager', 'director'), row('amount', 'any of', 'director')];
  const world = snapshot({ ladder: { rules } });
  t.deepEqual(story([issued(1500), decided(at('2027-03-02', 11), 'wang', 'discount')], world), [
    '03-02 10:00 ask discount: sales-manager wang, director chen',
    '03-02 11:00 approval/1/discount approved by wang',
    '03-02 11:00 ask amount: director chen',
  ]);
});

test('a vote on an earlier revision counts in no row of the next', (t) => {
  const rules = [row('discount', 'any of', 'director'), row('amount', 'all of', 'director', 'finance')];
  const script = [issued(1500), decided(at('2027-03-02', 11), 'chen', 'discount'), issued(1800, at('2027-03-02', 12))];
  t.is(story(script, snapshot({ ladder: { rules } })).at(-1), '03-02 12:00 ask discount: director chen');
});
