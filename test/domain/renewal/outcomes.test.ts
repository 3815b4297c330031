import test from 'ava';
import { decide } from '../../../domain/renewal/decide.ts';
import type { Fact, QuoteTerms } from '../../../domain/renewal/facts.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, event, logged, quote, snapshot } from '../../helpers/world.ts';
import { calendarOf, lines, ofKind, tell } from './story.ts';

/*
 * Policy: a renewal ends as renewed, renewed with growth, renewed smaller (by price per month), lost (with a cause and
 * a detail) or lapsed. Ending closes every task, approval, escalation and save plan. A renewed contract gets its next term.
 */

/** Those whom the ladder asks agree: the manager above 10 %, director and finance above 20 %. */
function approvals(discount: number): Fact[] {
  const agree = (rule: string, by: string, minute: number) =>
    command('approval decided', at('2027-03-03', minute), by, { rule, decision: 'approve', comment: '' });
  return [
    ...(discount > 1000 ? [agree('manager', 'wang', 10)] : []),
    ...(discount > 2000 ? [agree('director', 'chen', 11), agree('director', 'sun', 12)] : []),
  ];
}

function paidRenewal(terms: Partial<QuoteTerms> = {}): Fact[] {
  const offer = quote(0, terms);
  return [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    command('quote issued', at('2027-03-02'), 'li', { quote: offer }),
    ...approvals(offer.discountBasisPoints),
    command('step completed', at('2027-03-10'), 'zhao', { step: 'review-contract', note: 'fine' }),
    command('quote accepted', at('2027-03-31'), 'zhou', { note: 'signed' }),
    command('invoice issued', at('2027-03-31', 11), 'sun', {
      number: 'INV-1',
      amount: offer.amount,
      dueDate: civilDate('2027-04-30'),
    }),
    command('payment received', at('2027-04-20'), 'sun', {
      amount: offer.amount,
      receivedOn: civilDate('2027-04-20'),
      method: 'bank transfer',
      receipt: 'R-1',
    }),
  ];
}

test('a whole renewal, date by date', (t) => {
  t.deepEqual(calendarOf(tell({ script: paidRenewal() })), [
    '2027-02-01 09:00 opened',
    '2027-02-01 09:00 contact begun',
    '2027-02-01 09:00 task contact/call for li due 2027-02-04 18:00',
    '2027-02-01 09:00 mail contact/intro/1 to con_1',
    '2027-02-02 10:00 contact ended',
    '2027-02-02 10:00 task contact/call superseded',
    '2027-02-02 10:00 quote begun',
    '2027-02-02 10:00 task quote/prepare-quote for li due 2027-03-09 18:00',
    '2027-03-02 10:00 quote ended',
    '2027-03-02 10:00 task quote/prepare-quote superseded',
    '2027-03-02 10:00 review begun',
    '2027-03-02 10:00 task review/review-contract for zhao due 2027-04-08 18:00',
    '2027-03-10 10:00 task review/review-contract done',
    '2027-03-10 10:00 review ended',
    '2027-03-10 10:00 confirmation begun',
    '2027-03-31 10:00 confirmation ended',
    '2027-03-31 10:00 payment begun',
    '2027-03-31 10:00 task payment/invoice for sun due 2027-05-05 18:00',
    '2027-04-01 09:00 no mail reminders/expiry/1: stopped',
    '2027-04-20 10:00 task payment/invoice superseded',
    '2027-04-20 10:00 closed: renewed',
    '2027-04-20 10:00 term 2: 2027-06-01 to 2028-05-31, 120000 CNY',
  ]);
});

const outcome = test.macro<[terms: Partial<QuoteTerms>, outcome: string, term: string]>({
  exec(t, terms, expected, term) {
    const run = tell({ script: paidRenewal(terms) });
    t.is(run.state.closed?.outcome, expected as never);
    t.deepEqual(run.state.closed?.finalAmount, terms.amount ?? quote(0).amount);
    t.deepEqual(
      ofKind(run, 'start next term').map((e) => `${e.term} ${e.startDate} ${e.endDate}`),
      [term],
    );
    t.is(run.looks.at(-1)?.decision.wakeAt, null);
    t.deepEqual(run.state.open, {});
  },
  title: (name) => name ?? '',
});
const cny = (yuan: number) => ({ minor: yuan * 100, currency: 'CNY' });

test('the same price for the same time: renewed', outcome, {}, 'renewed', '2 2027-06-01 2028-05-31');
test('a higher price: growth', outcome, { amount: cny(132_000) }, 'renewed-growth', '2 2027-06-01 2028-05-31');
test('a lower price: smaller', outcome, { amount: cny(96_000) }, 'renewed-smaller', '2 2027-06-01 2028-05-31');
test(
  'twice the price for twice the time: renewed',
  outcome,
  { amount: cny(240_000), termMonths: 24 },
  'renewed',
  '2 2027-06-01 2029-05-31',
);
test(
  'more money for a longer time, less by month: smaller',
  outcome,
  { amount: cny(130_000), termMonths: 24 },
  'renewed-smaller',
  '2 2027-06-01 2029-05-31',
);
test(
  'less money for a shorter time, more by month: growth',
  outcome,
  { amount: cny(70_000), termMonths: 6 },
  'renewed-growth',
  '2 2027-06-01 2027-11-30',
);
test(
  'a start agreed for later leaves a gap on purpose',
  outcome,
  { startDate: civilDate('2027-07-01') },
  'renewed',
  '2 2027-07-01 2028-06-30',
);

test('lost when cancelled, with cause, detail and competitor', (t) => {
  const script = [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    command('quote issued', at('2027-03-02'), 'li', { quote: quote(1500) }),
    command('cancelled', at('2027-03-03'), 'li', {
      cause: 'competitor',
      detail: 'price',
      competitor: 'Acme',
      note: '',
    }),
  ];
  const run = tell({ script });
  t.deepEqual(lines(run, /2027-03-03/), [
    '2027-03-03 10:00 approval/1/manager superseded by engine',
    '2027-03-03 10:00 task quote/prepare-quote cancelled',
    '2027-03-03 10:00 closed: lost',
  ]);
  t.like(run.state.closed, {
    outcome: 'lost',
    cause: 'competitor',
    detail: 'price',
    competitor: 'Acme',
    finalAmount: null,
  });
});

for (const [cause, detail, code] of [
  ['weather', 'rain', 'loss.unknown_cause'],
  ['price', 'rain', 'loss.unknown_detail'],
] as const) {
  test(`a loss by ${cause}, ${detail} is refused: ${code}`, (t) => {
    const run = tell({
      script: [command('cancelled', at('2027-03-03'), 'li', { cause, detail, competitor: null, note: '' })],
      until: at('2027-03-03'),
    });
    t.deepEqual(lines(run, /refused/), [`2027-03-03 10:00 refused: cancelled (${code})`]);
    t.is(run.state.closed, null);
  });
}

test('lost when the invoice stays unpaid', (t) => {
  const run = tell({ script: paidRenewal().slice(0, -1) });
  t.like(run.state.closed, { outcome: 'lost', cause: 'unpaid', at: at('2027-05-31', 0) });
});

test('part payments add up; the one that fills the sum ends it', (t) => {
  const pay = (date: string, yuan: number, currency = 'CNY') =>
    command('payment received', at(date), 'sun', {
      amount: { ...cny(yuan), currency },
      receivedOn: civilDate(date),
      method: 'bank transfer',
      receipt: null,
    });
  const script = [
    ...paidRenewal().slice(0, -1),
    pay('2027-04-20', 60_000),
    pay('2027-04-21', 59_999.99),
    pay('2027-04-22', 1, 'USD'),
    pay('2027-04-23', 0),
    pay('2027-04-26', 0.01),
  ];
  const run = tell({ script });
  t.deepEqual(lines(run, /refused|closed/), [
    '2027-04-22 10:00 refused: payment received (payment.currency)',
    '2027-04-23 10:00 refused: payment received (payment.amount)',
    '2027-04-26 10:00 closed: renewed',
  ]);
});

const paid = (hour: number, minor: number, change: Partial<Parameters<typeof payment>[1]> = {}) =>
  payment(at('2027-04-20', hour), { amount: { minor, currency: 'CNY' }, ...change });

function payment(
  when: ReturnType<typeof at>,
  change: { amount: { minor: number; currency: string }; overpaid?: boolean },
) {
  return command('payment received', when, 'sun', {
    receivedOn: civilDate('2027-04-20'),
    method: 'online',
    receipt: null,
    ...change,
  });
}

test('more than is owed is refused with the sums, and taken where the sender says that it is so', (t) => {
  const due = paidRenewal().slice(0, -1);
  const run = tell({ script: [...due, paid(10, 10_000_000), paid(11, 2_000_001)], until: at('2027-04-20', 12) });
  t.deepEqual(lines(run, /refused/), ['2027-04-20 11:00 refused: payment received (payment.over)']);
  const [verdict] = decide(run.state, [paid(12, 2_000_001)], run.snapshot, at('2027-04-20', 12)).verdicts;
  t.like(verdict, {
    accepted: false,
    problem: {
      code: 'payment.over',
      params: { owed: '120000.00 CNY', paid: '100000.00 CNY', amount: '20000.01 CNY' },
    },
  });
  const onPurpose = paid(12, 2_000_001, { overpaid: true });
  t.is(decide(run.state, [onPurpose], run.snapshot, at('2027-04-20', 12)).state.closed?.outcome, 'renewed');
});

test('a closed renewal says so once, with outcome, cause and competitor', (t) => {
  const lost = command('cancelled', at('2027-03-03'), 'li', {
    cause: 'competitor',
    detail: 'price',
    competitor: 'Example Rival',
    note: '',
  });
  for (const script of [[lost], paidRenewal()]) {
    const log = tell({ script }).looks.flatMap((look) => look.decision.log);
    const told = log.filter(({ name }) => name.startsWith('close') && !name.includes('task'));
    t.is(told.length, 1);
  }
  const [effect] = ofKind(tell({ script: [lost] }), 'close renewal');
  t.like(effect, { outcome: 'lost', cause: 'competitor', detail: 'price', competitor: 'Example Rival' });
});

test('escalations end with the stage that was escalated, and are not spoken of where there were none', (t) => {
  const calm = tell({ script: paidRenewal() });
  t.deepEqual(lines(calm, /escalations/), []);
  // Escalated on 2027-02-08; a call without an answer resets the clock, and the escalation is still open.
  const call = command('communication logged', at('2027-02-09'), 'li', logged(false));
  const reached = command('communication logged', at('2027-02-10'), 'li', logged());
  const run = tell({ script: [call, reached], until: at('2027-02-11') });
  t.deepEqual(lines(run, /escalat/), [
    '2027-02-08 18:00 escalate to wang: contact waits for client contacted',
    '2027-02-10 10:00 escalations ended: contact',
  ]);
  const closed = tell({ script: [{ ...lostOn('2027-02-09') }] });
  t.deepEqual(lines(closed, /escalations/), ['2027-02-09 10:00 escalations ended: all']);
});

test('an escalation of an engine that left no mark of it ends with its stage too', (t) => {
  const run = tell({ until: at('2027-02-08', 19) });
  const handled = Object.fromEntries(Object.entries(run.state.handled).filter(([key]) => !key.includes('escalated')));
  t.true(Object.keys(run.state.handled).some((key) => key.includes('escalated')));
  const when = at('2027-02-09');
  const reached = command('communication logged', when, 'li', logged());
  for (const fact of [reached, lostOn('2027-02-09')]) {
    const { effects } = decide({ ...run.state, handled }, [fact], run.snapshot, when);
    t.is(effects.filter(({ kind }) => kind === 'end escalations').length, 1, fact.kind);
  }
});

function lostOn(date: string): Fact {
  return command('cancelled', at(date), 'li', { cause: 'price', detail: 'budget', competitor: null, note: '' });
}

test('accepted in time, it does not lapse, and without an invoice somebody is told', (t) => {
  const run = tell({ script: paidRenewal().slice(0, 4), until: at('2028-06-01') });
  t.is(run.state.closed, null);
  // Planned for T-30 (2027-05-03): thirty working days later.
  t.deepEqual(lines(run, /payment timeout/), ['2027-06-14 18:00 escalate to chen: payment timeout waits for client']);
  t.true((run.looks.at(-1)?.decision.wakeAt ?? '') > at('2028-05-01'));
});

test('nothing moves a closed renewal: commands are refused, events heard without effect', (t) => {
  const run = tell({
    script: [
      ...paidRenewal(),
      command('quote issued', at('2027-05-03'), 'li', { quote: quote(0) }),
      command('cancelled', at('2027-05-04'), 'li', { cause: 'price', detail: 'budget', competitor: null, note: '' }),
      event('complaint opened', at('2027-05-05'), { complaintId: 'c' }),
      event('mail refused', at('2027-05-06'), { effectId: 'x/y', reason: '550' }),
    ],
  });
  t.deepEqual(lines(run, /^2027-05/), [
    '2027-05-03 10:00 refused: quote issued (renewal.closed)',
    '2027-05-04 10:00 refused: cancelled (renewal.closed)',
  ]);
});

test('money before acceptance is refused', (t) => {
  const script = [
    command('invoice issued', at('2027-02-03'), 'sun', {
      number: 'I',
      amount: cny(1),
      dueDate: civilDate('2027-03-01'),
    }),
    command('payment received', at('2027-02-04'), 'sun', {
      amount: cny(1),
      receivedOn: civilDate('2027-02-04'),
      method: 'cash',
      receipt: null,
    }),
  ];
  t.deepEqual(lines(tell({ script, until: at('2027-02-05') }), /refused/), [
    '2027-02-03 10:00 refused: invoice issued (payment.before_acceptance)',
    '2027-02-04 10:00 refused: payment received (payment.before_acceptance)',
  ]);
});

test('the notice deadline of the next term lies as far before its end as this one does', (t) => {
  const world = snapshot({ contract: { noticeDate: civilDate('2027-03-31') } });
  const [next] = ofKind(tell({ world, script: paidRenewal() }), 'start next term');
  t.is(next?.endDate, civilDate('2028-05-31'));
  // 61 days before.
  t.is(next?.noticeDate, civilDate('2028-03-31'));
});
