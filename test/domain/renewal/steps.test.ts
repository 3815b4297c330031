import test from 'ava';
import { decide } from '../../../domain/renewal/decide.ts';
import { explain } from '../../../domain/errors/index.ts';
import type { Command, Fact } from '../../../domain/renewal/facts.ts';
import type { Phase } from '../../../domain/renewal/state.ts';
import { ALLOWED } from '../../../domain/renewal/command-checks.ts';
import type { Problem } from '../../../domain/errors/index.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, event, logged, PLAYBOOK, quote, snapshot } from '../../helpers/world.ts';
import { lines, tell } from './story.ts';

/*
 * Policy: a stage that waits for a fact ends by that fact or is skipped with a reason; one that waits for its tasks may
 * be completed by hand. Any stage that has begun may be begun again, with a reason. A refusal says what would be
 * possible, in the reader's language.
 */

const contacted = () => command('communication logged', at('2027-02-02'), 'li', logged());
const completed = (step: string, when = at('2027-03-03'), by = 'li') =>
  command('step completed', when, by, { step, note: 'done' });
const skipped = (step: string, reason = 'agreed by phone', when = at('2027-03-03')) =>
  command('step skipped', when, 'li', { step, reason });
const redone = (step: string, reason = 'the figures were wrong', when = at('2027-03-03')) =>
  command('step redone', when, 'li', { step, reason });
const issued = () => command('quote issued', at('2027-03-02'), 'li', { quote: quote(0) });

function after(script: readonly Fact[]) {
  const run = tell({ script, until: script.at(-1)?.at ?? at('2027-03-03') });
  const decision = run.looks.at(-1)?.decision;
  return { run, view: decision?.view, verdict: decision?.verdicts.at(-1) };
}

for (const [stage, script, next] of [
  ['contact', [], 'quote'],
  ['quote', [contacted()], 'review'],
  ['review', [contacted(), issued()], 'confirmation'],
] as const) {
  test(`the stage ${stage} is skipped with a reason, which its row shows`, (t) => {
    const { view } = after([...script, skipped(stage)]);
    t.is(view?.stage, next);
    const row = view?.rows.find((r) => r.stage === stage);
    t.is(row?.status, 'skipped');
    t.deepEqual(row?.note, { code: 'words', params: { words: 'agreed by phone' } });
  });
}

test('skipping closes the tasks of the stage as skipped, by the one who did it', (t) => {
  const { run } = after([contacted(), skipped('quote')]);
  t.deepEqual(lines(run, /2027-03-03 .*task/), [
    '2027-03-03 10:00 task quote/prepare-quote skipped',
    '2027-03-03 10:00 task review/review-contract for zhao due 2027-04-08 18:00',
  ]);
});

test('a skipped quote stage means: on the current terms', (t) => {
  const script: Fact[] = [
    contacted(),
    skipped('quote'),
    completed('review-contract', at('2027-03-04')),
    command('quote accepted', at('2027-03-05'), 'zhou', { note: '' }),
    command('payment received', at('2027-03-08'), 'sun', {
      amount: { minor: 12_000_000, currency: 'CNY' },
      receivedOn: civilDate('2027-03-08'),
      method: 'cash',
      receipt: null,
    }),
  ];
  t.like(tell({ script }).state.closed, { outcome: 'renewed', finalAmount: { minor: 12_000_000, currency: 'CNY' } });
});

test('a task is named by its step, its key or its id, also one of the engine by its kind', (t) => {
  for (const step of [
    'review-contract',
    'review/review-contract',
    'renewal:ctr_1:1/review/review-contract/task/legal',
  ]) {
    t.is(after([contacted(), issued(), completed(step)]).view?.stage, 'confirmation', step);
  }
  const declined = command('quote declined', at('2027-03-02', 12), 'li', { reason: 'price', note: '' });
  t.deepEqual(
    lines(after([contacted(), issued(), declined, completed('quote declined')]).run, /declined/).at(-1),
    '2027-03-03 10:00 task engine/quote-declined/2 done',
  );
});

for (const [stage, script, again] of [
  ['contact', [contacted()], ['contact']],
  ['quote', [contacted(), issued()], ['quote']],
  ['review', [contacted(), issued(), completed('review-contract', at('2027-03-02', 12))], ['review']],
] as const) {
  test(`the stage ${stage} is begun again: open tasks are replaced, keys are of the second round`, (t) => {
    const { view, run } = after([...script, redone(stage)]);
    t.is(view?.stage, stage);
    t.is(run.state.rounds[stage], 1);
    t.deepEqual(
      lines(run, /2027-03-03 .*begun again/),
      again.map((id) => `2027-03-03 10:00 ${id} begun again`),
    );
    t.true(Object.keys(run.state.open).every((key) => key.startsWith(`${stage}~2/`)));
  });
}

test('begun again a second time, the keys are of the third round and no effect has an old id', (t) => {
  const { run } = after([
    contacted(),
    issued(),
    redone('quote', 'a', at('2027-03-03')),
    redone('quote', 'b', at('2027-03-04')),
  ]);
  const ids = run.looks.flatMap((look) => look.decision.effects.map((effect) => effect.id));
  t.is(new Set(ids).size, ids.length);
  t.deepEqual(Object.keys(run.state.open), ['quote~3/prepare-quote']);
});

test('which tasks apply is judged when the stage begins, and does not change while people work on it', (t) => {
  const [contact] = PLAYBOOK.stages;
  const steps = [
    {
      kind: 'task' as const,
      id: 'early',
      name: { en: '', 'zh-CN': '' },
      owner: 'sales-rep' as const,
      due: { amount: 1, unit: 'days' as const },
      when: 'contract.daysUntilEnd > 100',
    },
    {
      kind: 'task' as const,
      id: 'late',
      name: { en: '', 'zh-CN': '' },
      owner: 'sales-rep' as const,
      due: { amount: 1, unit: 'days' as const },
      when: 'contract.daysUntilEnd <= 100',
    },
  ];
  const world = snapshot({
    playbook: { stages: contact === undefined ? [] : [{ ...contact, steps, doneWhen: ['tasks done'] }], reminders: [] },
  });
  const open = tell({ world, until: at('2027-04-30') });
  t.deepEqual(Object.keys(open.state.open), ['contact/early']);
  const done = tell({ world, script: [completed('early', at('2027-04-30'))] });
  t.is(done.state.closed?.outcome, 'renewed');
});

test('facts of one instant are judged one after the other: a task asked for by the second is there', (t) => {
  const [contact, , review] = PLAYBOOK.stages;
  if (contact === undefined || review === undefined) return t.fail();
  const rescue = {
    kind: 'task' as const,
    id: 'rescue',
    name: { en: '', 'zh-CN': '' },
    owner: 'sales-rep' as const,
    due: { amount: 1, unit: 'days' as const },
    when: 'health.known && health.score < 50',
  };
  const world = snapshot({
    playbook: {
      stages: [contact, { ...review, steps: [rescue] }, { ...contact, id: 'last', doneWhen: ['client accepted'] }],
    },
  });
  const { state } = tell({ world, until: at('2027-02-02') });
  const facts = [
    command('communication logged', at('2027-02-03'), 'li', logged()),
    event('health scored', at('2027-02-03'), { score: 20 }),
  ];
  t.is(decide(state, facts, world, at('2027-02-03')).view.stage, 'review');
});

test('a look in which the clock of a stall starts anew and a mail is due remembers both', (t) => {
  const { state, snapshot: world } = tell({ until: at('2027-02-12') });
  const facts = [
    command('communication logged', at('2027-02-15', 8), 'li', logged(false)),
    event('mail refused', at('2027-02-15', 8), {
      effectId: 'renewal:ctr_1:1/contact/intro/1/mail/decision-maker',
      reason: '550',
    }),
  ];
  const decision = decide(state, facts, world, at('2027-02-15', 9));
  t.true(decision.effects.some((effect) => effect.kind === 'send outreach'));
  t.is(decision.state.handled['contact/intro/2'], 's');
});

// Refusals: code, and both languages readable without holes.

function refusal(t: { is: (a: unknown, b: unknown) => unknown }, script: readonly Fact[], code: string): Problem {
  const { verdict } = after(script);
  if (verdict === undefined || verdict.accepted) throw new Error('it was taken');
  t.is(verdict.problem.code, code);
  return verdict.problem;
}

const readable = test.macro<[script: readonly Fact[], code: string, en: string, zh: string]>({
  exec(t, script, code, en, zh) {
    const problem = refusal(t, script, code);
    for (const [locale, wanted] of [
      ['en', en],
      ['zh-CN', zh],
    ] as const) {
      const { what, fix } = explain(problem, locale);
      t.true(`${what} | ${fix}`.includes(wanted), `${what} | ${fix}`);
      t.notRegex(`${what} | ${fix}`, /[{}@]|undefined/);
    }
  },
  title: (name) => `refused: ${name ?? ''}`,
});

test(
  'completing a stage that waits for a fact',
  readable,
  [contacted(), completed('quote')],
  'step.needs_fact',
  'a quote is issued, the quote is approved',
  '已报价、报价已审批通过',
);
test(
  'completing a stage that has not begun',
  readable,
  [contacted(), completed('review')],
  'step.not_begun',
  'step in work is "quote"',
  '当前步骤是“quote”',
);
test(
  'completing a task of a stage that has not begun',
  readable,
  [contacted(), completed('review-contract')],
  'step.not_begun',
  'has not begun',
  '尚未开始',
);
test(
  'completing a stage that has ended',
  readable,
  [contacted(), completed('contact')],
  'step.already_ended',
  'already ended',
  '已结束',
);
test(
  'completing a task of a stage that has ended',
  readable,
  [contacted(), completed('call')],
  'step.already_ended',
  'already ended',
  '已结束',
);
test(
  'completing a task twice',
  readable,
  [contacted(), completed('prepare-quote', at('2027-03-02')), completed('prepare-quote')],
  'step.already_ended',
  'already ended',
  '已结束',
);
test(
  'a step that is not there',
  readable,
  [contacted(), completed('dance')],
  'step.unknown',
  'contact, quote, review',
  'contact, quote, review',
);
test(
  'skipping without a reason',
  readable,
  [contacted(), skipped('quote', '  ')],
  'step.reason_required',
  'needs a reason',
  '必须填写理由',
);
test(
  'redoing without a reason',
  readable,
  [contacted(), redone('quote', ' ')],
  'step.reason_required',
  'needs a reason',
  '必须填写理由',
);
test(
  'redoing what has not begun',
  readable,
  [contacted(), redone('payment')],
  'step.not_begun',
  'has not begun',
  '尚未开始',
);
test(
  'redoing what is no stage',
  readable,
  [contacted(), redone('call')],
  'step.unknown',
  'no step "call"',
  '没有步骤“call”',
);
test(
  'resuming what is not paused',
  readable,
  [contacted(), command('resumed', at('2027-03-03'), 'li', { note: '' })],
  'renewal.not_paused',
  'not paused',
  '没有暂停',
);
test(
  'a risk without a plan',
  readable,
  [command('risk flagged', at('2027-03-03'), 'li', { cause: 'weather', note: '' })],
  'risk.unknown_cause',
  'value, price, competitor',
  'value, price, competitor',
);

/** One command of each kind, well formed. */
const COMMANDS: { readonly [K in Command['kind']]: (when: ReturnType<typeof at>) => Command } = {
  'quote issued': (when) =>
    command('quote issued', when, 'li', { quote: quote(0, { validUntil: civilDate('2028-12-31') }) }),
  'quote accepted': (when) => command('quote accepted', when, 'zhou', { note: '' }),
  'quote declined': (when) => command('quote declined', when, 'li', { reason: 'price', note: '' }),
  'approval decided': (when) =>
    command('approval decided', when, 'wang', { rule: 'manager', decision: 'approve', comment: '' }),
  'step completed': (when) => command('step completed', when, 'li', { step: 'call', note: '' }),
  'step skipped': (when) => command('step skipped', when, 'li', { step: 'contact', reason: 'x' }),
  'step redone': (when) => command('step redone', when, 'li', { step: 'contact', reason: 'x' }),
  paused: (when) => command('paused', when, 'li', { reason: 'x', until: null }),
  resumed: (when) => command('resumed', when, 'li', { note: '' }),
  'dates amended': (when) =>
    command('dates amended', when, 'li', { endDate: civilDate('2027-06-30'), noticeDate: null, reason: 'x' }),
  cancelled: (when) =>
    command('cancelled', when, 'li', { cause: 'price', detail: 'budget', competitor: null, note: '' }),
  'communication logged': (when) => command('communication logged', when, 'li', logged()),
  'invoice issued': (when) =>
    command('invoice issued', when, 'sun', {
      number: 'I',
      amount: { minor: 1, currency: 'CNY' },
      dueDate: civilDate('2027-06-30'),
    }),
  'payment received': (when) =>
    command('payment received', when, 'sun', {
      amount: { minor: 1, currency: 'CNY' },
      receivedOn: civilDate('2027-03-03'),
      method: 'cash',
      receipt: null,
    }),
  'risk flagged': (when) => command('risk flagged', when, 'li', { cause: 'price', note: '' }),
};

const PHASE_NAMES: Readonly<Record<Phase, readonly [string, string]>> = {
  'data-needed': ['waiting for data', '待补资料'],
  scheduled: ['scheduled', '未到启动日'],
  open: ['open', '进行中'],
  closed: ['closed', '已结束'],
};

const ROUTES: readonly (readonly [
  Phase,
  () => { readonly run: ReturnType<typeof tell>; readonly now: ReturnType<typeof at> },
])[] = [
  [
    'data-needed',
    () => ({
      run: tell({ world: snapshot({ contract: { endDate: null } }), until: at('2026-06-03') }),
      now: at('2026-06-03'),
    }),
  ],
  ['scheduled', () => ({ run: tell({ until: at('2026-06-03') }), now: at('2026-06-03') })],
  ['open', () => ({ run: tell({ until: at('2027-02-01', 9) }), now: at('2027-02-01') })],
  ['closed', () => ({ run: tell(), now: at('2027-07-01') })],
];

for (const [phase, route] of ROUTES) {
  test(`in the phase "${phase}" each command is taken or refused with the phases that take it`, (t) => {
    const { run, now } = route();
    t.is(run.state.phase, phase);
    for (const make of Object.values(COMMANDS)) {
      const fact = make(now);
      const decision = decide(run.state, [fact], run.snapshot, now);
      const [verdict] = decision.verdicts;
      const allowed = ALLOWED[fact.kind];
      if (verdict?.accepted !== false) {
        t.true(allowed.includes(phase), fact.kind);
        continue;
      }
      const { problem } = verdict;
      if (phase === 'closed') t.is(problem.code, 'renewal.closed');
      else if (!allowed.includes(phase)) {
        t.is(problem.code, 'command.wrong_state');
        for (const [i, locale] of (['en', 'zh-CN'] as const).entries()) {
          const { what, fix } = explain(problem, locale);
          t.true(what.includes(PHASE_NAMES[phase][i] ?? ''), what);
          for (const other of allowed) t.true(fix.includes(PHASE_NAMES[other][i] ?? ''), `${fact.kind}: ${fix}`);
          t.notRegex(`${what} | ${fix}`, /[{}@]|undefined/);
        }
      }
      t.deepEqual(decision.effects, [], fact.kind);
      t.deepEqual(decision.state, run.state, `${fact.kind} changed nothing`);
    }
  });
}
