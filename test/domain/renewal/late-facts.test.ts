import test from 'ava';
import { decide } from '../../../domain/renewal/decide.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import type { Instant } from '../../../domain/time/types.ts';
import { at, command, event, logged, quote } from '../../helpers/world.ts';
import { tell } from './story.ts';

/*
 * Policy: a fact counts by when it happened, not by when the engine woke. The engine was down from before the deadline
 * until after it, and finds the facts of those days in one batch, in whatever order.
 */

const contacted = () => command('communication logged', at('2027-02-02'), 'li', logged());
const issued = (discount: number) =>
  command('quote issued', at('2027-03-02'), 'li', { quote: quote(discount, { validUntil: civilDate('2027-03-12') }) });

function judged(known: readonly Fact[], down: Instant, facts: readonly Fact[], back: Instant) {
  const run = tell({ script: known, until: down });
  return decide(run.state, facts, run.snapshot, back);
}

const late = test.macro<[fact: (when: Instant) => Fact, known: readonly Fact[], deadline: Instant]>({
  exec(t, fact, known, deadline) {
    const back = at('2027-06-20');
    const down = at('2027-03-03');
    const ms = Date.parse(deadline);
    for (const [when, taken] of [
      [new Date(ms - 1).toISOString(), true],
      [new Date(ms).toISOString(), false],
      [new Date(ms + 60_000).toISOString(), false],
    ] as const) {
      const { verdicts } = judged(known, down, [fact(when as Instant)], back);
      t.is(verdicts[0]?.accepted, taken, when);
    }
  },
  title: (name) => `${name ?? ''} counts up to its deadline, judged weeks later`,
});

test(
  'an approval',
  late,
  (when) => command('approval decided', when, 'wang', { rule: 'manager', decision: 'approve', comment: '' }),
  [contacted(), issued(1500)],
  at('2027-03-11', 17),
);
test(
  'an acceptance',
  late,
  (when) => command('quote accepted', when, 'zhou', { note: '' }),
  [contacted(), issued(0)],
  at('2027-03-13', 0),
);
test(
  'a cancellation',
  late,
  (when) => command('cancelled', when, 'li', { cause: 'price', detail: 'budget', competitor: null, note: '' }),
  [contacted()],
  at('2027-06-15', 0),
);

test('facts of one batch are judged by their time, the verdicts stand in the order given', (t) => {
  const script = [
    issued(0),
    command('quote accepted', at('2027-03-05'), 'zhou', { note: '' }),
    command('cancelled', at('2027-03-04'), 'li', { cause: 'x', detail: 'y', competitor: null, note: '' }),
  ];
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
  ]) {
    const facts = order.flatMap((i) => script[i] ?? []);
    const { verdicts, state } = judged([contacted()], at('2027-02-20'), facts, at('2027-03-06'));
    t.deepEqual(
      verdicts.map((v) => v.accepted),
      facts.map((fact) => fact.kind !== 'cancelled'),
    );
    t.deepEqual(
      verdicts.map((v) => v.factId),
      facts.map((fact) => fact.id),
    );
    t.is(state.accepted?.at, at('2027-03-05'));
  }
});

test('a payment dated before the closing date keeps the contract, told after it', (t) => {
  const known: Fact[] = [
    contacted(),
    issued(0),
    command('step completed', at('2027-03-03'), 'zhao', { step: 'review-contract', note: '' }),
    command('quote accepted', at('2027-03-04'), 'zhou', { note: '' }),
    command('invoice issued', at('2027-03-04'), 'sun', {
      number: 'I',
      amount: { minor: 100, currency: 'CNY' },
      dueDate: civilDate('2027-03-31'),
    }),
  ];
  const paid = (when: Instant) =>
    command('payment received', when, 'sun', {
      amount: { minor: 100, currency: 'CNY' },
      receivedOn: civilDate('2027-04-30'),
      method: 'bank transfer',
      receipt: null,
    });
  t.is(
    judged(known, at('2027-03-20'), [paid(at('2027-04-30', 23))], at('2027-05-10')).state.closed?.outcome,
    'renewed',
  );
  t.is(judged(known, at('2027-03-20'), [paid(at('2027-05-01', 0))], at('2027-05-10')).state.closed?.cause, 'unpaid');
});

test('a fact from the future counts as now', (t) => {
  const { state } = judged(
    [],
    at('2027-02-03'),
    [command('communication logged', at('2027-03-01'), 'li', logged())],
    at('2027-02-04'),
  );
  t.is(state.contacted?.at, at('2027-02-04'));
});

test('a contact that was logged late counts from its day: the stage ended then', (t) => {
  const { view } = judged(
    [],
    at('2027-02-02'),
    [command('communication logged', at('2027-02-02', 15), 'li', logged())],
    at('2027-02-20'),
  );
  t.is(view.stage, 'quote');
  t.is(view.rows[0]?.end, civilDate('2027-02-02'));
});

test('an event of the time before the end is remembered although it came after, in any order with others', (t) => {
  const facts = [
    event('reply received', at('2027-06-01'), { contactId: 'con_1', summary: '' }),
    event('complaint opened', at('2027-06-16'), { complaintId: 'c' }),
  ];
  const one = judged([], at('2027-05-20'), facts, at('2027-06-20')).state;
  const other = judged([], at('2027-05-20'), facts.toReversed(), at('2027-06-20')).state;
  t.deepEqual({ ...one, seen: [] }, { ...other, seen: [] });
  t.is(one.stops.reply, at('2027-06-01'));
  t.deepEqual(one.risk.complaints, {});
});

test('a fact that was seen is not judged again, in the same batch or a later one', (t) => {
  const fact = issued(0);
  const first = judged([contacted()], at('2027-02-20'), [fact, fact], at('2027-03-03'));
  t.deepEqual(
    first.verdicts.map((v) => v.accepted && v.repeated),
    [false, true],
  );
  t.is(first.state.quote?.revision, 1);
  const again = decide(first.state, [fact], tell({ until: at('2027-02-20') }).snapshot, at('2027-03-03'));
  t.deepEqual(again.effects, []);
  t.deepEqual(again.state, first.state);
});
