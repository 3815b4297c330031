import test from 'ava';
import { decide } from '../../../domain/renewal/decide.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import { at, command, logged, PEOPLE, quote, snapshot } from '../../helpers/world.ts';
import { lines, ofKind, tell } from './story.ts';

/*
 * Policy: above 10 % the manager (wang) agrees, above 20 % the director (chen) and finance (sun) as well, one row
 * after the other. Due in three working days; reminded at 50 %, escalated at 100 %, at 200 % silence is a refusal.
 * Nobody decides what they asked for themselves. What the approver sees is frozen with the request.
 */

const contacted = () => command('communication logged', at('2027-02-02'), 'li', logged());
const issued = (discount: number, by = 'li', when = at('2027-03-02')) =>
  command('quote issued', when, by, { quote: quote(discount) });
const decided = (
  when: ReturnType<typeof at>,
  by: string,
  rule: string,
  decision: 'approve' | 'reject' = 'approve',
  revision?: number,
) =>
  command('approval decided', when, by, {
    rule,
    decision,
    comment: '',
    ...(revision === undefined ? {} : { revision }),
  });

const ABOUT = / ask | approval\/| remind |refused|moved up|quote-rejected|approval-nobody/;

function story(script: readonly Fact[], world: Snapshot = snapshot(), until = at('2027-03-02', 20)) {
  return lines(tell({ world, script: [contacted(), ...script], until }), ABOUT).map((line) => line.slice(5));
}
const stageOf = (script: readonly Fact[], world?: Snapshot) =>
  tell({
    script: [contacted(), ...script],
    until: at('2027-03-03'),
    ...(world === undefined ? {} : { world }),
  }).looks.at(-1)?.decision.view;

for (const [discount, asked] of [
  [0, []],
  [500, []],
  [1000, []],
  [1001, ['03-02 10:00 ask manager: sales-manager wang']],
  [2000, ['03-02 10:00 ask manager: sales-manager wang']],
  [2001, ['03-02 10:00 ask manager: sales-manager wang']],
] as const) {
  test(`a discount of ${discount / 100} %: ${asked.length === 0 ? 'nobody is asked' : 'the manager is asked first'}`, (t) => {
    t.deepEqual(story([issued(discount)]), asked);
    t.is(stageOf([issued(discount)])?.stage, asked.length === 0 ? 'review' : 'quote');
  });
}

test('serial: the next row is asked when the one before has agreed', (t) => {
  const script = [
    issued(2500),
    decided(at('2027-03-02', 11), 'chen', 'director'),
    decided(at('2027-03-02', 12), 'wang', 'manager'),
    decided(at('2027-03-02', 13), 'sun', 'director'),
    decided(at('2027-03-02', 14), 'chen', 'director'),
  ];
  t.deepEqual(story(script), [
    '03-02 10:00 ask manager: sales-manager wang',
    '03-02 11:00 refused: approval decided (approval.not_asked_yet)',
    '03-02 12:00 approval/1/manager approved by wang',
    '03-02 12:00 ask director: director chen, finance sun',
    '03-02 14:00 approval/1/director approved by chen',
  ]);
  t.is(stageOf(script)?.stage, 'review');
});

test('parallel: all rows are asked at once, the last one approves', (t) => {
  const world = snapshot({ ladder: { order: 'parallel' } });
  const script = [
    issued(2500),
    decided(at('2027-03-02', 11), 'chen', 'director'),
    decided(at('2027-03-02', 12), 'sun', 'director'),
    decided(at('2027-03-02', 13), 'wang', 'manager'),
  ];
  t.deepEqual(story(script, world), [
    '03-02 10:00 ask manager: sales-manager wang',
    '03-02 10:00 ask director: director chen, finance sun',
    '03-02 12:00 approval/1/director approved by sun',
    '03-02 13:00 approval/1/manager approved by wang',
  ]);
  t.is(stageOf(script, world)?.stage, 'review');
  t.is(stageOf(script.slice(0, -1), world)?.rows[1]?.status, 'waiting for approval');
});

test('all of: one of two is not enough; any of: it is', (t) => {
  const rule = {
    id: 'both',
    name: { en: '', 'zh-CN': '' },
    when: 'quote.discountPercent > 0',
    approvers: ['director', 'finance'] as const,
    reasonRequired: false,
  };
  const one = [issued(500), decided(at('2027-03-02', 11), 'sun', 'both')];
  const all = snapshot({ ladder: { rules: [{ ...rule, mode: 'all of' }] } });
  const any = snapshot({ ladder: { rules: [{ ...rule, mode: 'any of' }] } });
  t.is(stageOf(one, all)?.stage, 'quote');
  t.is(stageOf([...one, decided(at('2027-03-02', 12), 'chen', 'both')], all)?.stage, 'review');
  t.is(stageOf(one, any)?.stage, 'review');
});

test('one refusal refuses the quote, takes back what else is asked, and the rep gets a task', (t) => {
  const world = snapshot({ ladder: { order: 'parallel' } });
  t.deepEqual(story([issued(2500), decided(at('2027-03-02', 11), 'sun', 'director', 'reject')], world), [
    '03-02 10:00 ask manager: sales-manager wang',
    '03-02 10:00 ask director: director chen, finance sun',
    '03-02 11:00 approval/1/director rejected by sun',
    '03-02 11:00 approval/1/manager superseded by engine',
    '03-02 11:00 task engine/quote-rejected/1 for li due 2027-03-03 18:00',
  ]);
});

test('after a refusal nobody is reminded, escalated to or taken as silent', (t) => {
  const world = snapshot({ ladder: { order: 'parallel' } });
  const script = [issued(2500), decided(at('2027-03-02', 11), 'sun', 'director', 'reject')];
  t.deepEqual(story(script, world, at('2027-04-30')).slice(5), []);
  t.deepEqual(
    lines(tell({ world, script: [contacted(), ...script], until: at('2027-04-30') }), /waits for approval/),
    [],
  );
});

test('four eyes: who asked cannot decide, also not as manager; the level above is asked instead', (t) => {
  const script = [
    issued(1500, 'wang'),
    decided(at('2027-03-02', 11), 'wang', 'manager'),
    decided(at('2027-03-02', 12), 'chen', 'manager'),
  ];
  t.deepEqual(story(script), [
    '03-02 10:00 ask manager: sales-manager chen',
    '03-02 11:00 refused: approval decided (approval.own_request)',
    '03-02 12:00 approval/1/manager approved by chen',
  ]);
});

test('four eyes: a director who quotes is decided on by the general manager', (t) => {
  t.deepEqual(story([issued(2500, 'chen'), decided(at('2027-03-02', 11), 'wang', 'manager')]), [
    '03-02 10:00 ask manager: sales-manager wang',
    '03-02 11:00 approval/1/manager approved by wang',
    '03-02 11:00 ask director: director gm, finance sun',
  ]);
});

test('with nobody left to ask, ops is told, and silence refuses', (t) => {
  const alone: Snapshot = {
    ...snapshot(),
    people: { li: { ...PEOPLE['li'], roles: ['sales-rep'] } as never, ops: PEOPLE['ops'] as never },
  };
  t.deepEqual(story([issued(1500)], alone), [
    '03-02 10:00 ask manager: sales-manager ',
    '03-02 10:00 task engine/approval-nobody/1-manager for ops due 2027-03-03 18:00',
  ]);
  t.true(story([issued(1500)], alone, at('2027-03-20')).includes('03-11 17:00 approval/1/manager rejected by engine'));
});

test('somebody who is not asked is told who is', (t) => {
  t.deepEqual(story([issued(1500), decided(at('2027-03-02', 11), 'zhao', 'manager')]), [
    '03-02 10:00 ask manager: sales-manager wang',
    '03-02 11:00 refused: approval decided (approval.not_yours)',
  ]);
});

test('the second click says who decided and when', (t) => {
  const script = [contacted(), issued(1500), decided(at('2027-03-02', 11), 'wang', 'manager')];
  const run = tell({ script, until: at('2027-03-02', 11) });
  for (const by of ['wang', 'chen']) {
    const [verdict] = decide(
      run.state,
      [decided(at('2027-03-02', 12), by, 'manager')],
      run.snapshot,
      at('2027-03-02', 12),
    ).verdicts;
    t.like(verdict, {
      accepted: false,
      problem: { code: 'approval.already_decided', params: { by: 'wang', at: at('2027-03-02', 11) } },
    });
  }
});

test('a new revision takes back the old request and asks anew', (t) => {
  const script = [
    issued(1500),
    issued(1800, 'li', at('2027-03-02', 12)),
    decided(at('2027-03-02', 13), 'wang', 'manager'),
  ];
  t.deepEqual(story(script), [
    '03-02 10:00 ask manager: sales-manager wang',
    '03-02 12:00 approval/1/manager superseded by engine',
    '03-02 12:00 ask manager: sales-manager wang',
    '03-02 13:00 approval/2/manager approved by wang',
  ]);
});

test('a decision on figures that have been replaced does not approve the new ones', (t) => {
  const script = [
    issued(1500),
    issued(1800, 'li', at('2027-03-02', 12)),
    decided(at('2027-03-02', 13), 'wang', 'manager', 'approve', 1),
  ];
  t.is(story(script).at(-1), '03-02 13:00 refused: approval decided (approval.unknown)');
  t.is(stageOf(script)?.stage, 'quote');
});

test('the request freezes the figures that the approver decides on', (t) => {
  const run = tell({
    script: [contacted(), issued(1500), issued(1800, 'li', at('2027-03-02', 12))],
    until: at('2027-03-03'),
  });
  t.deepEqual(
    ofKind(run, 'request approval').map((e) => [
      e.quote.revision,
      e.quote.discountBasisPoints,
      e.quote.amount.minor,
      e.currentAmount.minor,
    ]),
    [
      [1, 1500, 10_200_000, 12_000_000],
      [2, 1800, 9_840_000, 12_000_000],
    ],
  );
});

test('silence with "next level": the level above is asked, again and again, until the top refuses', (t) => {
  const world = snapshot({
    ladder: { sla: { due: { amount: 3, unit: 'business days' }, remindAtPercent: 50, silence: 'next level' } },
  });
  const run = tell({ world, script: [contacted(), issued(1500)], until: at('2027-04-09') });
  t.deepEqual(
    lines(run, /moved up|rejected by/).map((line) => line.slice(5)),
    [
      '03-11 17:00 approval moved up',
      '03-22 10:00 approval moved up',
      '03-31 17:00 approval/1/manager rejected by engine',
    ],
  );
  const people = run.looks.flatMap((look) =>
    look.decision.log.filter((e) => e.name === 'approval moved up').map((e) => e.detail['people']),
  );
  t.deepEqual(people, [['chen'], ['gm']]);
});

test('moved up, the level above may decide, and the first one still may', (t) => {
  const world = snapshot({
    ladder: { sla: { due: { amount: 3, unit: 'business days' }, remindAtPercent: 50, silence: 'next level' } },
  });
  for (const by of ['wang', 'chen']) {
    const run = tell({
      world,
      script: [contacted(), issued(1500), decided(at('2027-03-12'), by, 'manager')],
      until: at('2027-03-12'),
    });
    t.is(run.looks.at(-1)?.decision.view.stage, 'review', by);
  }
});

test('never silence with "next level" to the requester: the level above skips them', (t) => {
  const world = snapshot({
    ladder: { sla: { due: { amount: 3, unit: 'business days' }, remindAtPercent: 50, silence: 'next level' } },
  });
  const run = tell({ world, script: [contacted(), issued(1500, 'chen')], until: at('2027-03-12') });
  const moved = run.looks.flatMap((look) =>
    look.decision.log.filter((e) => e.name === 'approval moved up').map((e) => e.detail['people']),
  );
  t.deepEqual(moved, [['gm']]);
});

for (const [name, fact] of [
  ['declined by the client', command('quote declined', at('2027-03-02', 12), 'li', { reason: 'price', note: '' })],
  ['skipped', command('step skipped', at('2027-03-02', 12), 'li', { step: 'quote', reason: 'verbal' })],
  ['begun again', command('step redone', at('2027-03-02', 12), 'li', { step: 'quote', reason: 'wrong' })],
] as const) {
  test(`a request that is overtaken because the quote stage is ${name} is taken back once, and rests`, (t) => {
    const lost = command('cancelled', at('2027-04-20'), 'li', {
      cause: 'price',
      detail: 'budget',
      competitor: null,
      note: '',
    });
    t.deepEqual(story([issued(1500), fact, lost], snapshot(), at('2027-04-30')), [
      '03-02 10:00 ask manager: sales-manager wang',
      '03-02 12:00 approval/1/manager superseded by engine',
    ]);
  });
}

test('a discount without a reason is refused where the row wants one', (t) => {
  const bare = command('quote issued', at('2027-03-02'), 'li', { quote: quote(500, { reason: ' ' }) });
  t.deepEqual(story([bare]), ['03-02 10:00 refused: quote issued (quote.reason_required)']);
});

test('a quote after a redone step has a revision of its own, so that its approval is asked anew', (t) => {
  const ask = (when: string) => command('quote issued', at(when), 'li', { quote: quote(1800) });
  const script = [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    ask('2027-03-01'),
    command('approval decided', at('2027-03-02'), 'wang', { rule: 'manager', decision: 'approve', comment: '' }),
    command('step redone', at('2027-03-03'), 'li', { step: 'quote', reason: 'wrong price' }),
    ask('2027-03-04'),
  ];
  const ids = ofKind(tell({ script, until: at('2027-03-05') }), 'request approval').map((e) => e.id);
  t.is(new Set(ids).size, 2);
});

test('in a ladder that needs all of several roles nobody agrees twice', (t) => {
  const [chen, sun] = [PEOPLE.chen, PEOPLE.sun];
  if (chen === undefined || sun === undefined) throw new Error('the fixture has these people');
  const people = {
    ...PEOPLE,
    chen: { ...chen, roles: ['director', 'finance'] as const },
    sun: { ...sun, active: false },
  };
  const script = [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    command('quote issued', at('2027-03-01'), 'li', { quote: quote(2500) }),
    command('approval decided', at('2027-03-02', 9), 'wang', { rule: 'manager', decision: 'approve', comment: '' }),
    command('approval decided', at('2027-03-02', 10), 'chen', { rule: 'director', decision: 'approve', comment: '' }),
  ];
  const run = tell({ world: { ...snapshot(), people }, script, until: at('2027-03-02', 11) });
  t.is(run.state.quote?.approvedAt, null);
});

test('figures of a quote that do not agree with its prices are refused', (t) => {
  const refused = (change: Parameters<typeof quote>[1]) =>
    tell({
      script: [command('quote issued', at('2027-03-01'), 'li', { quote: quote(0, change) })],
      until: at('2027-03-02'),
    }).looks.flatMap((l) => l.decision.verdicts.flatMap((v) => (v.accepted ? [] : [v.problem.code])));
  const year = { minor: 12_000_000, currency: 'CNY' };
  const flat = { amount: year, listAmount: year };
  t.deepEqual(refused({ amount: { minor: 1, currency: 'CNY' }, discountBasisPoints: 0 }), ['quote.figures']);
  t.deepEqual(refused({ ...flat, termMonths: 36, upliftBasisPoints: 0 }), ['quote.list_too_low']);
  t.deepEqual(refused({}), []);
});
