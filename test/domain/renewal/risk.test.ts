import test from 'ava';
import { decide } from '../../../domain/renewal/decide.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, event, logged, PLAYBOOK, quote, snapshot } from '../../helpers/world.ts';
import { lines, mailsOf, ofKind, tell, wall } from './story.ts';

/*
 * Policy: a health score under 50 opens a save plan for the cause "value", once until the score recovers; a person may
 * flag a risk with a cause of their own. While a plan or a complaint is open, courtesy mail waits; legal notices do not.
 * Every discount is a concession then: the manager agrees at least, and above the cap of the cause the director.
 */

const score = (when: ReturnType<typeof at>, value: number) => event('health scored', when, { score: value });
const flagged = (when: ReturnType<typeof at>, cause = 'price') =>
  command('risk flagged', when, 'li', { cause, note: 'they said so' });
const planClosed = (
  when: ReturnType<typeof at>,
  outcome: 'saved' | 'not saved' | 'saved with concession' | 'not needed',
  n = 1,
) => event('save plan closed', when, { savePlanId: `renewal:ctr_1:1/save/${n}`, outcome });
const plans = (script: readonly Fact[], until = at('2027-06-10')) =>
  lines(tell({ script, until }), /save plan|not-saved/);

for (const [value, opens] of [
  [51, false],
  [50, false],
  [49, true],
  [0, true],
] as const) {
  test(`a score of ${value} ${opens ? 'opens a save plan' : 'opens none'}`, (t) => {
    t.deepEqual(
      plans([score(at('2027-02-10'), value)]).slice(0, 1),
      opens ? ['2027-02-10 10:00 save plan value by low-health'] : [],
    );
  });
}

test('also before the renewal opens: a red account starts at once', (t) => {
  const run = tell({ script: [score(at('2026-11-02'), 20)], until: at('2027-02-02') });
  t.deepEqual(lines(run, /save plan|opened|mail/), [
    '2026-11-02 10:00 save plan value by low-health',
    '2027-02-01 09:00 opened',
  ]);
});

test('once until the rule lets go: a second low score opens nothing, one after a recovery does', (t) => {
  const script = [
    score(at('2027-02-10'), 40),
    score(at('2027-02-11'), 30),
    planClosed(at('2027-02-20'), 'saved'),
    score(at('2027-02-22'), 35),
    score(at('2027-02-24'), 70),
    score(at('2027-02-26'), 45),
  ];
  t.deepEqual(
    plans(script).filter((line) => line.includes('by low-health')),
    ['2027-02-10 10:00 save plan value by low-health', '2027-02-26 10:00 save plan value by low-health'],
  );
});

test('an old score that comes late does not count', (t) => {
  const run = tell({ script: [score(at('2027-02-10'), 80)], until: at('2027-02-10') });
  const { effects } = decide(run.state, [score(at('2027-02-05'), 10)], run.snapshot, at('2027-02-11'));
  t.deepEqual(
    effects.filter((effect) => effect.kind === 'open save plan'),
    [],
  );
});

test('flagged by a person, with their cause', (t) => {
  t.deepEqual(plans([flagged(at('2027-02-10'))]).slice(0, 1), ['2027-02-10 10:00 save plan price by flagged']);
});

test('flagged while a plan is open: one plan at a time, and the flag goes with the plan', (t) => {
  t.deepEqual(plans([score(at('2027-02-10'), 40), flagged(at('2027-02-11')), planClosed(at('2027-02-20'), 'saved')]), [
    '2027-02-10 10:00 save plan value by low-health',
  ]);
});

test('courtesy mail waits while the plan is open; when it closes, at most the latest goes', (t) => {
  const run = tell({
    script: [flagged(at('2027-03-30')), planClosed(at('2027-05-18'), 'saved')],
    until: at('2027-05-26'),
  });
  t.deepEqual(
    mailsOf(run)
      .map((mail) => `${wall(mail.at)} ${mail.key}`)
      .slice(2),
    ['2027-05-18 10:00 reminders/expiry/3', '2027-05-24 09:00 reminders/expiry/4'],
  );
});

test('so it does while a complaint is open, whether or not a rule says so', (t) => {
  const script = [
    event('complaint opened', at('2027-03-30'), { complaintId: 'c1' }),
    event('complaint closed', at('2027-04-06'), { complaintId: 'c1' }),
  ];
  t.deepEqual(lines(tell({ script, until: at('2027-04-10') }), /expiry/), [
    '2027-04-06 10:00 mail reminders/expiry/1 to con_1',
  ]);
});

test('of two complaints both have to be closed', (t) => {
  const script = [
    event('complaint opened', at('2027-03-30'), { complaintId: 'c1' }),
    event('complaint opened', at('2027-03-31'), { complaintId: 'c2' }),
    event('complaint closed', at('2027-04-06'), { complaintId: 'c1' }),
  ];
  t.deepEqual(lines(tell({ script, until: at('2027-04-10') }), /mail .*expiry/), []);
});

test('a plan that another contract of the client opened holds this one’s mail, too', (t) => {
  const world = { ...snapshot(), clientSavePlan: { id: 'renewal:ctr_9:1/save/1', cause: 'price' } };
  const run = tell({ world, until: at('2027-04-10') });
  t.is(mailsOf(run).length, 0);
  t.is(ofKind(run, 'open save plan').length, 0);
  const { effects } = decide(
    run.state,
    [event('world changed', at('2027-04-12'), { what: 'save plan' })],
    snapshot(),
    at('2027-04-12'),
  );
  t.deepEqual(
    effects.filter((e) => e.kind === 'send outreach').map((e) => e.id.split('/').slice(1, 4).join('/')),
    ['reminders/expiry/1'],
  );
});

test('a playbook whose rules hold nothing lets mail go', (t) => {
  const world = snapshot({ playbook: { risk: PLAYBOOK.risk.map((rule) => ({ ...rule, holdOutreach: false })) } });
  t.is(mailsOf(tell({ world, script: [flagged(at('2027-03-30'))], until: at('2027-04-10') })).length, 3);
});

test('a rule that looks at the date alone fires on its day, with nobody doing anything', (t) => {
  const world = snapshot({
    playbook: {
      risk: [
        {
          id: 'silent',
          when: 'contract.daysUntilEnd <= 45 && facts.repliesCount == 0.0',
          cause: 'value',
          holdOutreach: false,
        },
      ],
    },
  });
  t.deepEqual(lines(tell({ world, until: at('2027-05-01') }), /save plan/), [
    '2027-04-16 00:00 save plan value by silent',
  ]);
});

test('so does one that looks at how late a payment is', (t) => {
  const world = snapshot({
    playbook: { risk: [{ id: 'late', when: 'facts.paymentLateDays > 7', cause: 'price', holdOutreach: false }] },
  });
  const script = [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    command('quote issued', at('2027-03-02'), 'li', { quote: quote(0) }),
    command('quote accepted', at('2027-03-31'), 'zhou', { note: '' }),
    command('invoice issued', at('2027-03-31'), 'sun', {
      number: 'I',
      amount: { minor: 1, currency: 'CNY' },
      dueDate: civilDate('2027-04-30'),
    }),
  ];
  t.deepEqual(lines(tell({ world, script, until: at('2027-05-20') }), /save plan/), [
    '2027-05-08 00:00 save plan price by late',
  ]);
});

test('a plan that failed leaves the decision to the manager', (t) => {
  t.deepEqual(plans([flagged(at('2027-02-10')), planClosed(at('2027-03-10'), 'not saved')]), [
    '2027-02-10 10:00 save plan price by flagged',
    '2027-03-10 10:00 task engine/not-saved/1 for wang due 2027-03-11 18:00',
  ]);
});

test('the renewal ends while the plan is open: its outcome is the plan’s', (t) => {
  t.deepEqual(plans([flagged(at('2027-02-10'))], at('2027-07-01')).at(-1), '2027-06-15 00:00 save plan ended: lapsed');
  const lost = command('cancelled', at('2027-03-01'), 'li', {
    cause: 'price',
    detail: 'budget',
    competitor: null,
    note: '',
  });
  t.deepEqual(plans([flagged(at('2027-02-10')), lost]).at(-1), '2027-03-01 10:00 save plan ended: lost');
});

test('a plan that was closed before ends nothing twice', (t) => {
  t.deepEqual(plans([flagged(at('2027-02-10')), planClosed(at('2027-03-10'), 'saved')], at('2027-07-01')), [
    '2027-02-10 10:00 save plan price by flagged',
  ]);
});

// Concessions.

const offered = (discount: number) => command('quote issued', at('2027-03-02'), 'li', { quote: quote(discount) });
const asked = (script: readonly Fact[]) =>
  ofKind(
    tell({
      script: [command('communication logged', at('2027-02-02'), 'li', logged()), ...script],
      until: at('2027-03-02'),
    }),
    'request approval',
  ).map((e) => e.rule);
const approvalsOf = (cause: string, discount: number) => {
  const run = tell({
    script: [
      command('communication logged', at('2027-02-02'), 'li', logged()),
      flagged(at('2027-02-10'), cause),
      offered(discount),
    ],
    until: at('2027-03-02'),
  });
  return run.state.quote?.approvals.map((request) => `${request.rule}: ${request.asked.map((a) => a.role).join('+')}`);
};

for (const [cause, discount, rules] of [
  // No concession for this cause: above 0 % the director, too.
  ['value', 0, []],
  ['value', 500, ['concession: sales-manager', 'concession-cap: director']],
  ['value', 1500, ['manager: sales-manager', 'concession-cap: director']],
  // Up to 10 % for this one.
  ['price', 500, ['concession: sales-manager']],
  ['price', 1000, ['concession: sales-manager']],
  ['price', 1001, ['manager: sales-manager', 'concession-cap: director']],
  // Where the ladder asks the director anyway, once is enough.
  ['price', 2500, ['manager: sales-manager', 'director: director+finance']],
] as const) {
  test(`a discount of ${discount / 100} % in a save plan for ${cause}`, (t) => {
    t.deepEqual(approvalsOf(cause, discount), [...rules]);
  });
}

test('without a save plan five percent need nobody', (t) => {
  t.deepEqual(asked([offered(500)]), []);
});

test('renewed with a discount while the plan is open: saved with a concession', (t) => {
  const script: Fact[] = [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    flagged(at('2027-02-10')),
    offered(500),
    command('approval decided', at('2027-03-03'), 'wang', { rule: 'concession', decision: 'approve', comment: '' }),
    command('step completed', at('2027-03-04'), 'zhao', { step: 'review-contract', note: '' }),
    command('quote accepted', at('2027-03-05'), 'zhou', { note: '' }),
    command('payment received', at('2027-03-08'), 'sun', {
      amount: { minor: 11_400_000, currency: 'CNY' },
      receivedOn: civilDate('2027-03-08'),
      method: 'cash',
      receipt: null,
    }),
  ];
  t.deepEqual(lines(tell({ script }), /save plan|closed/), [
    '2027-02-10 10:00 save plan price by flagged',
    '2027-03-08 10:00 save plan ended: renewed-smaller with concession',
    '2027-03-08 10:00 closed: renewed-smaller',
  ]);
});
