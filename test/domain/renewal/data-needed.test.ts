import test from 'ava';
import { decide } from '../../../domain/renewal/decide.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, logged, quote, snapshot } from '../../helpers/world.ts';
import { calendarOf, lines, mailsOf, tell } from './story.ts';

/*
 * Policy: without a usable end date and a playbook nothing is planned and nothing is ever sent. The rep gets a task
 * (ops where a playbook is missing), and the manager hears of it every five working days, a dozen times at most.
 */

const contract = (changed: Partial<Snapshot['contract']>) =>
  snapshot({ contract: { knownSince: at('2026-11-02'), ...changed } });
const withoutPlaybook = (): Snapshot => ({ ...contract({}), playbook: null });
const amended = (when: ReturnType<typeof at>, endDate = '2027-05-31') =>
  command('dates amended', when, 'li', { endDate: civilDate(endDate), noticeDate: null, reason: 'found it' });

for (const [name, world] of [
  ['no end date', contract({ endDate: null })],
  ['an end on the day of the start', contract({ startDate: civilDate('2027-05-31') })],
  ['an end before the start', contract({ startDate: civilDate('2028-01-01') })],
  ['a notice deadline after the end', contract({ noticeDate: civilDate('2027-06-01') })],
  ['an end in the year 2100', contract({ endDate: civilDate('2100-12-31') })],
  ['an end in the year 2000', contract({ startDate: null, endDate: civilDate('2000-01-31') })],
  ['a notice deadline in the year 2000', contract({ noticeDate: civilDate('2000-01-31') })],
] as const) {
  test(`${name} parks the renewal: a task, escalations, never a mail`, (t) => {
    const run = tell({ world, from: at('2026-11-02'), until: at('2026-11-20') });
    t.deepEqual(calendarOf(run), [
      '2026-11-02 10:00 data needed',
      '2026-11-02 10:00 task engine/data-needed/2026-11-02T02:00:00.000Z for li due 2026-11-03 18:00',
      '2026-11-09 09:00 escalate to wang:  waits for data',
      '2026-11-16 09:00 escalate to wang:  waits for data',
    ]);
    t.is(run.looks.at(-1)?.decision.view.phase, 'data-needed');
    t.is(mailsOf(tell({ world, from: at('2026-11-02') })).length, 0);
  });
}

test('a contract that no playbook applies to goes to ops', (t) => {
  const run = tell({ world: withoutPlaybook(), from: at('2026-11-02'), until: at('2026-11-02') });
  t.deepEqual(calendarOf(run), [
    '2026-11-02 10:00 data needed',
    '2026-11-02 10:00 task engine/no-playbook/2026-11-02T02:00:00.000Z for ops due 2026-11-03 18:00',
  ]);
});

test('it escalates a dozen times and then still looks once a quarter', (t) => {
  const run = tell({ world: contract({ endDate: null }), from: at('2026-11-02'), until: at('2028-06-01') });
  t.is(lines(run, /escalate/).length, 12);
  t.truthy(run.looks.at(-1)?.decision.wakeAt);
});

test('after an outage of weeks the manager hears of it once, not once for each week', (t) => {
  const world = contract({ endDate: null });
  const { state } = tell({ world, from: at('2026-11-02'), until: at('2026-11-02') });
  const late = decide(state, [], world, at('2026-12-10'));
  t.is(late.effects.length, 1);
  t.is(decide(late.state, [], world, at('2026-12-10')).effects.length, 0);
});

test('a contract known for long whose playbook is withdrawn is not escalated for the time before', (t) => {
  const run = tell({ until: at('2026-11-02') });
  const parked = decide(run.state, [], withoutPlaybook(), at('2026-11-03'));
  t.deepEqual(
    parked.effects.map((effect) => effect.kind),
    ['open task'],
  );
});

test('once the dates are amended it is planned, and the tasks that asked are done', (t) => {
  const world = contract({ endDate: null });
  const run = tell({ world, from: at('2026-11-02'), script: [amended(at('2026-11-04'))], until: at('2027-02-01', 9) });
  t.deepEqual(lines(run, /engine|opened|ends|intro/), [
    '2026-11-02 10:00 task engine/data-needed/2026-11-02T02:00:00.000Z for li due 2026-11-03 18:00',
    '2026-11-04 10:00 contract ends 2027-05-31',
    '2026-11-04 10:00 task engine/data-needed/2026-11-02T02:00:00.000Z done',
    '2027-02-01 09:00 opened',
    '2027-02-01 09:00 mail contact/intro/1 to con_1',
  ]);
});

test('amended when its opening has passed, it opens at that moment, and what else came with it is judged in it', (t) => {
  const world = contract({ endDate: null });
  const script = [amended(at('2027-03-01')), command('communication logged', at('2027-03-01', 11), 'li', logged())];
  const { state } = tell({ world, from: at('2026-11-02'), until: at('2027-02-26') });
  const decision = decide(state, script, world, at('2027-03-01', 12));
  t.deepEqual(
    decision.verdicts.map((v) => v.accepted),
    [true, true],
  );
  t.is(decision.state.openedAt, at('2027-03-01'));
  t.is(decision.view.stage, 'quote');
  t.false(Object.keys(decision.state.open).some((key) => key.startsWith('engine/')));
});

test('dates that are lost again ask again, under a new id', (t) => {
  const known = contract({});
  const lost = contract({ endDate: null });
  let { state } = tell({ world: lost, from: at('2026-11-02'), until: at('2026-11-02') });
  const ids: string[] = [];
  for (const [world, day] of [
    [known, '03'],
    [lost, '04'],
    [known, '05'],
    [lost, '06'],
  ] as const) {
    const decision = decide(state, [], world, at(`2026-11-${day}`));
    state = decision.state;
    ids.push(...decision.effects.filter((effect) => effect.kind === 'open task').map((effect) => effect.id));
  }
  t.is(ids.length, 2);
  t.is(new Set(ids).size, 2);
});

test('while data are needed, a quote is refused and names the phase that takes it', (t) => {
  const world = contract({ endDate: null });
  const script = [command('quote issued', at('2026-11-03'), 'li', { quote: quote(0) })];
  const run = tell({ world, from: at('2026-11-02'), script, until: at('2026-11-03') });
  t.deepEqual(lines(run, /refused/), ['2026-11-03 10:00 refused: quote issued (command.wrong_state)']);
});

test('a renewal that waits for data can be closed as lost', (t) => {
  const world = contract({ endDate: null });
  const script = [
    command('cancelled', at('2026-11-03'), 'li', { cause: 'price', detail: 'budget', competitor: null, note: '' }),
  ];
  const run = tell({ world, from: at('2026-11-02'), script });
  t.is(run.state.closed?.outcome, 'lost');
  t.is(run.looks.at(-1)?.decision.wakeAt, null);
});

test('data that fail in the middle of an open renewal stop its mail, and it goes on where it was', (t) => {
  const open = tell({ until: at('2027-02-03') });
  const parked = decide(open.state, [], contract({ endDate: null }), at('2027-02-04'));
  t.is(parked.view.phase, 'data-needed');
  t.deepEqual(
    parked.effects.map((effect) => effect.kind),
    ['open task'],
  );
  const later = decide(parked.state, [], contract({ endDate: null }), at('2027-02-16'));
  t.deepEqual(
    later.effects.map((effect) => effect.kind),
    ['escalate'],
  );
  const back = decide(later.state, [], snapshot(), at('2027-02-17'));
  t.is(back.view.phase, 'open');
  t.is(back.view.stage, 'contact');
  t.is(back.effects.filter((effect) => effect.kind === 'send outreach').length, 1);
});
