import test from 'ava';
import type { Fact, QuoteTerms } from '../../../domain/renewal/facts.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, logged, PLAYBOOK, quote, snapshot } from '../../helpers/world.ts';
import { lines, tell } from './story.ts';

/*
 * Policy: a quote counts while it is not refused, declined or expired. When it ends unaccepted, the quote stage and
 * all after it begin again, in a second round with keys of its own, and the rep gets a task.
 */

const contacted = () => command('communication logged', at('2027-02-02'), 'li', logged());
const issued = (when = at('2027-03-02'), change: Partial<QuoteTerms> = {}) =>
  command('quote issued', when, 'li', { quote: quote(0, change) });
const reviewed = (when = at('2027-03-10')) =>
  command('step completed', when, 'zhao', { step: 'review-contract', note: '' });
const accepted = (when = at('2027-03-31')) => command('quote accepted', when, 'zhou', { note: '' });
const declined = (when = at('2027-03-15')) => command('quote declined', when, 'li', { reason: 'price', note: '' });

test('declined: back to the quote stage, in its second round', (t) => {
  const script: Fact[] = [
    contacted(),
    issued(),
    reviewed(),
    declined(),
    issued(at('2027-03-17')),
    reviewed(at('2027-03-18')),
    accepted(),
  ];
  t.deepEqual(
    lines(tell({ script, until: at('2027-03-31') }), /^2027-03-(?:1[5-9]|[23]\d) .*(?:quote|review|confirmation)/),
    [
      '2027-03-15 10:00 quote begun again',
      '2027-03-15 10:00 task engine/quote-declined/2 for li due 2027-03-16 18:00',
      '2027-03-15 10:00 quote begun',
      '2027-03-15 10:00 task quote~2/prepare-quote for li due 2027-03-22 18:00',
      '2027-03-17 10:00 quote ended',
      '2027-03-17 10:00 task quote~2/prepare-quote superseded',
      '2027-03-17 10:00 review begun',
      '2027-03-17 10:00 task review~2/review-contract for zhao due 2027-04-08 18:00',
      '2027-03-18 10:00 task review~2/review-contract done',
      '2027-03-18 10:00 review ended',
      '2027-03-18 10:00 confirmation begun',
      '2027-03-31 10:00 confirmation ended',
    ],
  );
});

test('expired: the same, on the midnight after its last day; a third time too', (t) => {
  const until = (date: string) => ({ validUntil: civilDate(date) });
  const script = [
    contacted(),
    issued(at('2027-03-02'), until('2027-03-12')),
    issued(at('2027-03-15'), until('2027-03-26')),
  ];
  const run = tell({ script, until: at('2027-03-28') });
  t.deepEqual(lines(run, /again|requote|expiring/), [
    '2027-03-09 09:00 task engine/quote-expiring/1 for li due 2027-03-10 18:00',
    '2027-03-13 00:00 quote begun again',
    '2027-03-13 00:00 task engine/requote/2 for li due 2027-03-15 18:00',
    '2027-03-23 09:00 task engine/quote-expiring/2 for li due 2027-03-24 18:00',
    '2027-03-27 00:00 quote begun again',
    '2027-03-27 00:00 task engine/requote/3 for li due 2027-03-29 18:00',
  ]);
  t.is(run.state.rounds['quote'], 2);
});

test('accepted on its last day counts; a moment after it does not', (t) => {
  const script = (when: ReturnType<typeof at>) => [
    contacted(),
    issued(at('2027-03-02'), { validUntil: civilDate('2027-03-12') }),
    reviewed(at('2027-03-05')),
    accepted(when),
  ];
  t.is(
    tell({ script: script(at('2027-03-12', 23)), until: at('2027-03-14') }).looks.at(-1)?.decision.view.stage,
    'payment',
  );
  t.deepEqual(lines(tell({ script: script(at('2027-03-13', 0)), until: at('2027-03-14') }), /refused/), [
    '2027-03-13 00:00 refused: quote accepted (quote.not_open)',
  ]);
});

test('a quote made for less than three working days is not warned of', (t) => {
  const run = tell({
    script: [contacted(), issued(at('2027-03-02'), { validUntil: civilDate('2027-03-03') })],
    until: at('2027-03-03'),
  });
  t.deepEqual(lines(run, /expiring/), []);
});

test('an expired quote without a quote stage still becomes a task', (t) => {
  const [contact] = PLAYBOOK.stages;
  const world = snapshot({
    playbook: { stages: contact === undefined ? [] : [{ ...contact, doneWhen: ['client accepted'] }] },
  });
  const expired = tell({
    world,
    script: [issued(at('2027-03-02'), { validUntil: civilDate('2027-03-12') })],
    until: at('2027-03-14'),
  });
  t.deepEqual(lines(expired, /requote/), ['2027-03-13 00:00 task engine/requote/1 for li due 2027-03-15 18:00']);
  const refused = tell({ world, script: [issued(), declined()], until: at('2027-03-16') });
  t.deepEqual(lines(refused, /declined/), [
    '2027-03-15 10:00 task engine/quote-declined/1 for li due 2027-03-16 18:00',
  ]);
});

test('what was paid stays paid when a stage is begun again', (t) => {
  const pay = command('payment received', at('2027-04-02'), 'sun', {
    amount: { minor: 12_000_000, currency: 'CNY' },
    receivedOn: civilDate('2027-04-02'),
    method: 'cash',
    receipt: null,
  });
  const redo = command('step redone', at('2027-04-01'), 'zhou', {
    step: 'confirmation',
    reason: 'wrong person signed',
  });
  const invoice = command('invoice issued', at('2027-03-31', 11), 'sun', {
    number: 'I',
    amount: { minor: 12_000_000, currency: 'CNY' },
    dueDate: civilDate('2027-04-30'),
  });
  const script = [contacted(), issued(), reviewed(), accepted(), invoice, redo, pay, accepted(at('2027-04-05'))];
  t.deepEqual(lines(tell({ script }), /again|closed/), [
    '2027-04-01 10:00 confirmation begun again',
    '2027-04-05 10:00 closed: renewed',
  ]);
});

const refuses = test.macro<[script: readonly Fact[], code: string]>({
  exec(t, script, code) {
    const run = tell({ script: [contacted(), ...script], until: at('2027-03-31') });
    const refused = lines(run, /refused/);
    t.is(refused.length, 1);
    t.true(refused[0]?.endsWith(`(${code})`), refused[0]);
  },
  title: (name) => `refused: ${name ?? ''}`,
});

test('accepting where nothing was quoted', refuses, [accepted()], 'quote.not_open');
test(
  'accepting a quote that waits for approval',
  refuses,
  [command('quote issued', at('2027-03-30'), 'li', { quote: quote(1500) }), accepted()],
  'quote.not_open',
);
test('accepting a declined quote', refuses, [issued(), declined(), accepted()], 'quote.not_open');
test('accepting twice', refuses, [issued(), accepted(at('2027-03-30')), accepted()], 'quote.already_accepted');
test(
  'declining what was accepted',
  refuses,
  [issued(), accepted(at('2027-03-30')), declined(at('2027-03-31'))],
  'quote.not_open',
);
test('declining where nothing was quoted', refuses, [declined()], 'quote.not_open');
test(
  'quoting after acceptance',
  refuses,
  [issued(), accepted(at('2027-03-30')), issued(at('2027-03-31'))],
  'quote.already_accepted',
);
test(
  'another currency',
  refuses,
  [issued(at('2027-03-02'), { amount: { minor: 1, currency: 'USD' } })],
  'quote.currency',
);
test(
  'a discount above 100 %',
  refuses,
  [issued(at('2027-03-02'), { discountBasisPoints: 10_001 })],
  'quote.discount_range',
);
test('a negative discount', refuses, [issued(at('2027-03-02'), { discountBasisPoints: -1 })], 'quote.discount_range');
test(
  'valid until yesterday',
  refuses,
  [issued(at('2027-03-02'), { validUntil: civilDate('2027-03-01') })],
  'quote.valid_until',
);
test(
  'valid until yesterday by the client’s clock, at seven in the morning',
  refuses,
  [issued(at('2027-03-02', 7), { validUntil: civilDate('2027-03-01') })],
  'quote.valid_until',
);
test(
  'valid until the year 2099',
  refuses,
  [issued(at('2027-03-02'), { validUntil: civilDate('2099-12-31') })],
  'date.range',
);
test(
  'an invoice due in the year 2099',
  refuses,
  [
    issued(),
    accepted(at('2027-03-30')),
    command('invoice issued', at('2027-03-31'), 'sun', {
      number: 'I',
      amount: { minor: 1, currency: 'CNY' },
      dueDate: civilDate('2099-12-31'),
    }),
  ],
  'date.range',
);

test('valid until today is taken', (t) => {
  const run = tell({
    script: [contacted(), issued(at('2027-03-02'), { validUntil: civilDate('2027-03-02') })],
    until: at('2027-03-02', 12),
  });
  t.deepEqual(lines(run, /refused/), []);
});
