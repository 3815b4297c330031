import test from 'ava';
import { decide } from '../../../domain/renewal/decide.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, event, logged, PLAYBOOK, quote, snapshot } from '../../helpers/world.ts';
import { lines, mailsOf, tell, wall } from './story.ts';

/*
 * Policy: a pause stops the clocks, in business time, and all mail. Legal notices do not wait: they become a task for a
 * person. A pause ends by hand or on the morning of its date, and everything goes on where it stood.
 */

const paused = (when: ReturnType<typeof at>, until: string | null = null) =>
  command('paused', when, 'li', { reason: 'merger', until: until === null ? null : civilDate(until) });
const resumed = (when: ReturnType<typeof at>) => command('resumed', when, 'li', { note: '' });

test('clocks freeze in business time: two working days of pause move every level by two working days', (t) => {
  // From Wednesday 09:00 to Friday 09:00.
  const run = tell({ script: [paused(at('2027-02-03', 9)), resumed(at('2027-02-05', 9))], until: at('2027-02-19') });
  t.deepEqual(lines(run, /warn|escalate/), [
    '2027-02-05 18:00 warn li: contact 50%',
    '2027-02-10 18:00 escalate to wang: contact waits for client contacted',
    '2027-02-18 18:00 escalate to chen: contact waits for client contacted',
  ]);
});

test('a pause over a weekend costs no working time', (t) => {
  const run = tell({ script: [paused(at('2027-02-05', 18)), resumed(at('2027-02-08', 9))], until: at('2027-02-09') });
  t.deepEqual(lines(run, /warn|escalate/), [
    '2027-02-03 18:00 warn li: contact 50%',
    '2027-02-08 18:00 escalate to wang: contact waits for client contacted',
  ]);
});

test('in the very moment in which an alarm or a mail is due, the pause wins', (t) => {
  const alarm = tell({
    script: [paused(at('2027-02-08', 18)), resumed(at('2027-02-16', 9))],
    until: at('2027-02-16', 9),
  });
  // No time was left: the alarm comes with the resume.
  t.deepEqual(lines(alarm, /escalate/), ['2027-02-16 09:00 escalate to wang: contact waits for client contacted']);
  const mail = tell({ script: [paused(at('2027-02-15', 9))], until: at('2027-02-16') });
  t.deepEqual(lines(mail, /intro\/2/), []);
});

test('open tasks are due later by the time of the pause', (t) => {
  const run = tell({ script: [paused(at('2027-02-03', 9)), resumed(at('2027-02-05', 9))], until: at('2027-02-05', 9) });
  t.deepEqual(
    run.looks.at(-1)?.decision.view.tasks.map((task) => wall(task.dueAt)),
    ['2027-02-08 18:00'],
  );
});

test('nothing is sent while paused; after the resume one mail for all that was due', (t) => {
  const run = tell({ script: [paused(at('2027-03-30')), resumed(at('2027-05-18'))], until: at('2027-05-24', 9) });
  t.deepEqual(lines(run, /mail reminders/), [
    // T-60 and T-30 are older than 14 days by then.
    '2027-05-18 10:00 no mail reminders/expiry/1: too late',
    '2027-05-18 10:00 no mail reminders/expiry/2: too late',
    '2027-05-18 10:00 mail reminders/expiry/3 to con_1',
    '2027-05-24 09:00 mail reminders/expiry/4 to con_1',
  ]);
});

test('resumes by itself on the morning of its date', (t) => {
  const run = tell({ script: [paused(at('2027-02-03', 9), '2027-02-05')], until: at('2027-02-06') });
  t.deepEqual(lines(run, /resumed|warn/), ['2027-02-05 09:00 resumed', '2027-02-05 18:00 warn li: contact 50%']);
});

test('a date of resumption on a weekend means the next working morning', (t) => {
  const run = tell({ script: [paused(at('2027-02-03', 9), '2027-02-06')], until: at('2027-02-09') });
  t.deepEqual(lines(run, /resumed/), ['2027-02-08 09:00 resumed']);
});

test('what people and clients say is taken during a pause; work on steps is not', (t) => {
  const script: Fact[] = [
    paused(at('2027-02-03', 9)),
    command('communication logged', at('2027-02-03', 11), 'li', logged()),
    command('quote issued', at('2027-02-03', 12), 'li', { quote: quote(0) }),
    command('step skipped', at('2027-02-03', 13), 'li', { step: 'quote', reason: 'x' }),
    command('step redone', at('2027-02-03', 14), 'li', { step: 'contact', reason: 'x' }),
    paused(at('2027-02-03', 15)),
    event('reply received', at('2027-02-03', 16), { contactId: 'con_1', summary: '' }),
  ];
  const run = tell({ script, until: at('2027-02-04') });
  t.deepEqual(
    lines(run, /refused/).map((line) => line.slice(17)),
    [
      'refused: quote issued (renewal.paused)',
      'refused: step skipped (renewal.paused)',
      'refused: step redone (renewal.paused)',
      'refused: paused (renewal.already_paused)',
    ],
  );
  t.truthy(run.state.stops.reply);
  t.is(run.state.contacted?.at, at('2027-02-03', 11));
});

test('a reply during a pause becomes a task when work goes on', (t) => {
  const script = [
    paused(at('2027-02-03')),
    event('reply received', at('2027-02-04'), { contactId: 'con_1', summary: '' }),
    resumed(at('2027-02-08')),
  ];
  t.deepEqual(lines(tell({ script, until: at('2027-02-09') }), /engine/), [
    '2027-02-08 10:00 task engine/reply/2027-02-04T02:00:00.000Z for li due 2027-02-09 18:00',
  ]);
});

for (const [name, until, code] of [
  ['today', '2027-02-03', 'pause.until_past'],
  ['yesterday', '2027-02-02', 'pause.until_past'],
  ['beyond all plans', '2099-01-01', 'date.range'],
] as const) {
  test(`a pause until ${name} is refused`, (t) => {
    const run = tell({ script: [paused(at('2027-02-03', 9), until)], until: at('2027-02-03', 9) });
    t.deepEqual(lines(run, /refused/), [`2027-02-03 09:00 refused: paused (${code})`]);
  });
}

test('"today" is the date of the team: at seven in the morning of 3 February in Shanghai it is still the 2nd in UTC', (t) => {
  const run = tell({ script: [paused(at('2027-02-03', 7), '2027-02-03')], until: at('2027-02-03', 7) });
  t.deepEqual(lines(run, /refused/), ['2027-02-03 07:00 refused: paused (pause.until_past)']);
});

test('an approver is not pressed during a pause', (t) => {
  const script = [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    command('quote issued', at('2027-03-02'), 'li', { quote: quote(1500) }),
    paused(at('2027-03-03', 9)),
    resumed(at('2027-03-10', 9)),
  ];
  // Five working days later than without the pause.
  t.deepEqual(lines(tell({ script, until: at('2027-03-19') }), /remind|escalate|rejected/), [
    '2027-03-11 09:30 remind wang',
    '2027-03-12 18:00 escalate to chen: quote waits for approval',
    // The stage as a whole: five days since the quote, and five of pause.
    '2027-03-16 18:00 escalate to chen: quote waits for approval',
    '2027-03-18 17:00 approval/1/manager rejected by engine',
    '2027-03-18 17:00 task engine/quote-rejected/1 for li due 2027-03-19 18:00',
  ]);
});

test('legal notices become a task for a person while paused, on the day they were due', (t) => {
  const [stage] = PLAYBOOK.stages;
  const legal =
    stage?.steps.map((step) => (step.kind === 'outreach' ? { ...step, legal: true, stopOn: [] } : step)) ?? [];
  const world = snapshot({
    playbook: { stages: stage === undefined ? [] : [{ ...stage, steps: legal }], reminders: [] },
  });
  const run = tell({ world, script: [paused(at('2027-02-03')), resumed(at('2027-02-22'))], until: at('2027-03-10') });
  t.deepEqual(lines(run, /mail|legal/), [
    '2027-02-01 09:00 mail contact/intro/1 to con_1',
    '2027-02-15 09:00 task engine/legal-by-post/contact-intro-2 for li due 2027-02-16 18:00',
  ]);
});

test('paused beyond the end: a person hears of it, nothing ends by itself, and after the resume there are five days', (t) => {
  const run = tell({ script: [paused(at('2027-05-25')), resumed(at('2027-07-05'))] });
  t.deepEqual(lines(run, /lapsing|resumed|closed/), [
    '2027-06-01 00:00 task engine/lapsing/pause-1 for li due 2027-06-02 18:00',
    '2027-07-05 10:00 task engine/lapsing/2027-05-31-2027-07-05T02:00:00.000Z for li due 2027-07-06 18:00',
    '2027-07-12 18:00 task engine/lapsing/pause-1 cancelled',
    '2027-07-12 18:00 task engine/lapsing/2027-05-31-2027-07-05T02:00:00.000Z cancelled',
    '2027-07-12 18:00 closed: lapsed',
  ]);
});

test('a pause without an end still looks from time to time', (t) => {
  let { state, snapshot: world } = tell({ script: [paused(at('2027-02-03'))], until: at('2027-07-01') });
  for (let now = at('2027-07-01'), i = 0; i < 10; i += 1) {
    const decision = decide(state, [], world, now);
    t.deepEqual(decision.effects, []);
    t.true((decision.wakeAt ?? '') > now);
    ({ state } = decision);
    now = decision.wakeAt ?? now;
  }
});

test('paused before its opening: it opens after the resume, with the clock from then', (t) => {
  const run = tell({ script: [paused(at('2027-01-20')), resumed(at('2027-02-10', 9))], until: at('2027-02-13') });
  t.deepEqual(lines(run, /opened|mail|warn/), [
    '2027-02-10 09:00 opened',
    '2027-02-10 09:00 mail contact/intro/1 to con_1',
    '2027-02-12 18:00 warn li: contact 50%',
  ]);
  t.is(mailsOf(run).length, 1);
});
