import test from 'ava';
import fc from 'fast-check';
import { decideSavePlan } from '../../../domain/save-plan/decide.ts';
import { newSavePlanState } from '../../../domain/save-plan/types.ts';
import type { SavePlanDecision, SavePlanFact, SavePlanState } from '../../../domain/save-plan/types.ts';
import { explain } from '../../../domain/errors/index.ts';
import type { Effect } from '../../../domain/renewal/effects.ts';
import { fromMs, toMs } from '../../../domain/time/instant.ts';
import type { Instant } from '../../../domain/time/types.ts';
import { at, SAVE_PLANS, snapshot } from '../../helpers/world.ts';

/*
 * Policy: opened on Monday 2027-03-01. "Review usage" for the rep is due after 3 working days, "leader call" for the
 * manager after 5, the plan after 20. What is late goes to the manager, a late plan to the director. Twice its time
 * without an outcome means "not saved": silence is no way to close a warning, and neither is closing it undone.
 */

const ID = 'renewal:ctr_1:1/save/1';
const OPENED = at('2027-03-01', 9);
const world = snapshot();
const opened = (cause = 'value') => newSavePlanState(ID, 'renewal:ctr_1:1', cause, OPENED);

let count = 0;
const done = (when: Instant, action: string, id = `f${(count += 1)}`): SavePlanFact => ({
  id,
  at: when,
  by: { kind: 'person', id: 'li' },
  kind: 'action completed',
  action,
  note: 'went well',
});
const closed = (
  when: Instant,
  outcome: 'saved' | 'not saved' | 'not needed' | 'saved with concession',
  note = 'agreed',
  id = `f${(count += 1)}`,
): SavePlanFact => ({ id, at: when, by: { kind: 'person', id: 'wang' }, kind: 'plan closed', outcome, note });
const ended = (
  when: Instant,
  outcome: 'renewed' | 'lost' | 'lapsed' | 'renewed-smaller',
  withConcession = false,
  id = `f${(count += 1)}`,
): SavePlanFact => ({ id, at: when, by: { kind: 'engine' }, kind: 'renewal ended', outcome, withConcession });

interface Look {
  readonly at: Instant;
  readonly decision: SavePlanDecision;
}

/** From wake-up to wake-up, with the facts in between. */
function run(script: readonly SavePlanFact[], until: Instant, state: SavePlanState = opened()): readonly Look[] {
  const looks: Look[] = [];
  let now: Instant | null = OPENED;
  let current = state;
  let next = 0;
  while (now !== null && now <= until && looks.length < 200) {
    const facts: SavePlanFact[] = [];
    for (let fact = script[next]; fact !== undefined && fact.at <= now; fact = script[next]) {
      facts.push(fact);
      next += 1;
    }
    const decision: SavePlanDecision = decideSavePlan(current, facts, world, now);
    looks.push({ at: now, decision });
    current = decision.state;
    const fact = script[next];
    now =
      fact === undefined
        ? decision.wakeAt
        : decision.wakeAt === null || fact.at < decision.wakeAt
          ? fact.at
          : decision.wakeAt;
  }
  return looks;
}

function lineOf(effect: Effect): string {
  const key = effect.id.replace(`${ID}/`, '');
  if (effect.kind === 'open task')
    return `task ${effect.step} for ${effect.assignee.kind === 'person' ? effect.assignee.id : effect.assignee.role}`;
  if (effect.kind === 'close task')
    return `${key.includes('/escalation/') ? 'escalation of ' : ''}${key.split('/')[0] ?? ''} ${effect.state}`;
  if (effect.kind === 'escalate')
    return `escalate ${key.split('/')[0] ?? ''} to ${effect.to.kind === 'person' ? effect.to.id : effect.to.role}`;
  return effect.kind;
}
const calendar = (looks: readonly Look[]) =>
  looks.flatMap((look) =>
    look.decision.effects.map(
      (effect) =>
        `${fromMs(toMs(look.at) + 8 * 3_600_000)
          .slice(0, 16)
          .replace('T', ' ')} ${lineOf(effect)}`,
    ),
  );
const outcome = (looks: readonly Look[]) => looks.at(-1)?.decision.state.closed?.outcome ?? null;

test('a plan that nobody works on, date by date', (t) => {
  const looks = run([], at('2028-01-01'));
  t.deepEqual(calendar(looks), [
    '2027-03-01 09:00 task review-usage for li',
    '2027-03-01 09:00 task leader-call for wang',
    '2027-03-04 18:00 escalate review-usage to wang',
    '2027-03-08 18:00 escalate leader-call to wang',
    '2027-03-29 18:00 escalate due to chen',
    '2027-04-26 18:00 review-usage superseded',
    '2027-04-26 18:00 escalation of review-usage superseded',
    '2027-04-26 18:00 leader-call superseded',
    '2027-04-26 18:00 escalation of leader-call superseded',
    '2027-04-26 18:00 escalation of due superseded',
  ]);
  t.is(outcome(looks), 'not saved');
  t.is(looks.at(-1)?.decision.wakeAt, null);
});

test('measures done in time, closed as saved', (t) => {
  const looks = run(
    [
      done(at('2027-03-02'), 'review-usage'),
      done(at('2027-03-03'), `${ID}/leader-call/1/task/sales-manager`),
      closed(at('2027-03-10'), 'saved'),
    ],
    at('2028-01-01'),
  );
  t.deepEqual(calendar(looks).slice(2), ['2027-03-02 10:00 review-usage done', '2027-03-03 10:00 leader-call done']);
  t.is(outcome(looks), 'saved');
});

test('a measure done late ends its own escalation, the plan that is closed late ends the rest', (t) => {
  const script = [done(at('2027-03-09'), 'review-usage'), closed(at('2027-03-30'), 'saved')];
  const looks = run(script, at('2028-01-01'));
  t.deepEqual(calendar(looks).slice(2), [
    '2027-03-04 18:00 escalate review-usage to wang',
    '2027-03-08 18:00 escalate leader-call to wang',
    '2027-03-09 10:00 review-usage done',
    '2027-03-09 10:00 escalation of review-usage superseded',
    '2027-03-29 18:00 escalate due to chen',
    '2027-03-30 10:00 leader-call superseded',
    '2027-03-30 10:00 escalation of leader-call superseded',
    '2027-03-30 10:00 escalation of due superseded',
  ]);
});

for (const [renewal, withConcession, expected] of [
  ['renewed', false, 'saved'],
  ['renewed-smaller', true, 'saved with concession'],
  ['lost', false, 'not saved'],
  ['lapsed', false, 'not saved'],
] as const) {
  test(`the renewal ended as ${renewal}${withConcession ? ' with a discount' : ''}: the plan is ${expected}`, (t) => {
    t.is(outcome(run([ended(at('2027-03-02'), renewal, withConcession)], at('2028-01-01'))), expected);
  });
}

test('the end of the renewal told twice, or after the plan was closed, changes nothing', (t) => {
  const looks = run(
    [done(at('2027-03-02'), 'review-usage'), closed(at('2027-03-03'), 'saved'), ended(at('2027-03-04'), 'lost')],
    at('2028-01-01'),
  );
  t.is(outcome(looks), 'saved');
  const [state] = [looks.at(-1)?.decision.state ?? opened()];
  const again = decideSavePlan(state, [ended(at('2027-03-05'), 'lost')], world, at('2027-03-05'));
  t.deepEqual(again.effects, []);
  t.true(again.verdicts.every((v) => v.accepted));
});

const refused = test.macro<[script: readonly SavePlanFact[], code: string, en: string, zh: string]>({
  exec(t, script, code, en, zh) {
    const verdict = run(script, at('2028-01-01'))
      .flatMap((look) => look.decision.verdicts)
      .at(-1);
    if (verdict === undefined || verdict.accepted) return t.fail('it was taken');
    t.is(verdict.problem.code, code as never);
    for (const [locale, wanted] of [
      ['en', en],
      ['zh-CN', zh],
    ] as const) {
      const { what, fix } = explain(verdict.problem, locale);
      t.true(`${what} | ${fix}`.includes(wanted), `${what} | ${fix}`);
      t.notRegex(`${what} | ${fix}`, /[{}@]|undefined/);
    }
  },
  title: (name) => `refused: ${name ?? ''}`,
});
test(
  'closing as saved with nothing done',
  refused,
  [closed(at('2027-03-02'), 'saved')],
  'save_plan.nothing_done',
  'review-usage, leader-call',
  'review-usage, leader-call',
);
test(
  'closing without a note',
  refused,
  [done(at('2027-03-02'), 'review-usage'), closed(at('2027-03-03'), 'saved', ' ')],
  'save_plan.note_required',
  'needs a note',
  '必须填写说明',
);
test(
  'a measure that is not there',
  refused,
  [done(at('2027-03-02'), 'dance')],
  'save_plan.unknown_action',
  'Actions are: review-usage',
  '可选措施：review-usage',
);
test(
  'a measure done twice',
  refused,
  [done(at('2027-03-02'), 'review-usage'), done(at('2027-03-03'), 'review-usage')],
  'step.already_ended',
  'already ended',
  '已结束',
);
test(
  'work on a closed plan',
  refused,
  [closed(at('2027-03-02'), 'not needed'), done(at('2027-03-03'), 'review-usage')],
  'save_plan.closed',
  'not needed',
  '无需挽留',
);

test('"not needed" may be said at once', (t) => {
  t.is(outcome(run([closed(at('2027-03-02'), 'not needed')], at('2028-01-01'))), 'not needed');
});

test('what came after its time was over meets a closed plan, although it is judged in the same batch', (t) => {
  const { state } = decideSavePlan(opened(), [], world, OPENED);
  const judgedAt = (when: Instant) =>
    decideSavePlan(state, [done(at('2027-03-02'), 'review-usage'), closed(when, 'saved')], world, at('2027-06-01'));
  const end = toMs(at('2027-04-26', 18));
  t.is(judgedAt(fromMs(end - 1)).state.closed?.outcome, 'saved');
  t.is(judgedAt(fromMs(end)).state.closed?.outcome, 'not saved');
  t.is(judgedAt(fromMs(end)).state.closed?.at, fromMs(end));
});

test('a cause that the document does not know any more gets the first plan', (t) => {
  const [plan] = run([], OPENED, opened('weather'));
  t.deepEqual(
    plan?.decision.state.actions.map((a) => a.id),
    SAVE_PLANS.plans[0]?.actions.map((a) => a.id),
  );
});

test('without a document it still ends', (t) => {
  const bare = { ...world, savePlans: null };
  const first = decideSavePlan(opened(), [], bare, OPENED);
  t.deepEqual(first.effects, []);
  t.is(first.wakeAt, at('2027-03-29', 18));
  t.is(decideSavePlan(first.state, [], bare, at('2027-04-26', 18)).state.closed?.outcome, 'not saved');
});

const fact = fc
  .record({ hours: fc.integer({ min: 0, max: 1600 }), what: fc.integer({ min: 0, max: 7 }) })
  .map(({ hours, what }): ((id: string) => SavePlanFact) => {
    const when = fromMs(toMs(OPENED) + hours * 3_600_000);
    return (id) => {
      if (what < 2) return done(when, 'review-usage', id);
      if (what < 4) return done(when, 'leader-call', id);
      if (what === 4) return closed(when, 'saved', 'x', id);
      if (what === 5) return closed(when, 'not needed', 'x', id);
      if (what === 6) return ended(when, 'lost', false, id);
      return done(when, 'dance', id);
    };
  });

test('whatever happens: it ends, no effect comes twice, more looks and a JSON border change nothing', (t) => {
  fc.assert(
    fc.property(
      fc.array(fact, { maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 1600 }), { maxLength: 6 }),
      (makers, extra) => {
        const script = makers.map((make, i) => make(`f${i}`)).toSorted((a, b) => (a.at < b.at ? -1 : 1));
        const looks = run(script, at('2028-01-01'));
        const effects = looks.flatMap((look) => look.decision.effects);
        t.truthy(looks.at(-1)?.decision.state.closed);
        t.is(new Set(effects.map((e) => e.id)).size, effects.length);
        // Every task and every escalation that was opened is closed in the end, and nothing else.
        const begun = effects.flatMap((e) => (e.kind === 'open task' || e.kind === 'escalate' ? [e.id] : []));
        t.deepEqual(effects.flatMap((e) => (e.kind === 'close task' ? [e.taskId] : [])).toSorted(), begun.toSorted());
        // The same days, looked at more often, through JSON.
        let state = opened();
        const more: Effect[] = [];
        const times = [...looks.map((l) => l.at), ...extra.map((h) => fromMs(toMs(OPENED) + h * 3_600_000))].toSorted();
        let next = 0;
        for (const now of times) {
          const facts: SavePlanFact[] = [];
          for (let f = script[next]; f !== undefined && f.at <= now; f = script[next]) {
            facts.push(f);
            next += 1;
          }
          const decision = decideSavePlan(JSON.parse(JSON.stringify(state)) as SavePlanState, facts, world, now);
          t.deepEqual(decideSavePlan(decision.state, [], world, now).effects, []);
          state = decision.state;
          more.push(...decision.effects);
        }
        t.deepEqual(
          more.map((e) => `${e.kind} ${e.id}`).toSorted(),
          effects.map((e) => `${e.kind} ${e.id}`).toSorted(),
        );
      },
    ),
    { numRuns: 300 },
  );
});
