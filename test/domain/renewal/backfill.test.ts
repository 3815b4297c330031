import test from 'ava';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, logged, quote, snapshot } from '../../helpers/world.ts';
import { lines, mailsOf, ofKind, tell } from './story.ts';

/*
 * Policy: a contract that becomes known late enters where its dates put it. What was due before is never sent as if
 * it were new: at most one mail leaves at once, the latest that is still valid (14 days). A stage given with the
 * import counts from its own date, and one that stands too long is escalated at once, at the right level, once.
 */

const known = (date: string, more: NonNullable<Parameters<typeof snapshot>[0]>['contract'] = {}) =>
  snapshot({ contract: { knownSince: at(date), ...more } });

test('known at T-20: enters at once, one mail for all that was due, the next ones on their days', (t) => {
  const world = known('2027-05-11');
  const run = tell({ world, from: at('2027-05-11'), until: at('2027-05-26') });
  t.deepEqual(lines(run, /opened|begun|mail|warn|escalate/), [
    '2027-05-11 10:00 opened',
    '2027-05-11 10:00 contact begun',
    '2027-05-11 10:00 no mail contact/intro/1: before import',
    '2027-05-11 10:00 no mail contact/intro/2: before import',
    '2027-05-11 10:00 no mail reminders/expiry/1: before import',
    // T-30 was a Saturday: the mail was due on Monday 2027-05-03, eight days ago.
    '2027-05-11 10:00 mail reminders/expiry/2 to con_1',
    '2027-05-14 09:30 warn li: contact 50%',
    '2027-05-17 09:00 mail reminders/expiry/3 to con_1',
    '2027-05-18 18:00 escalate to wang: contact waits for client contacted',
    '2027-05-24 09:00 mail reminders/expiry/4 to con_1',
  ]);
});

test('known at T-85: the first mails are too old, the rest comes on its days', (t) => {
  const run = tell({ world: known('2027-03-08', {}), from: at('2027-03-08'), until: at('2027-04-02') });
  t.deepEqual(lines(run, /opened|mail/), [
    '2027-03-08 10:00 opened',
    '2027-03-08 10:00 no mail contact/intro/1: before import',
    '2027-03-08 10:00 no mail contact/intro/2: before import',
    '2027-04-01 09:00 mail reminders/expiry/1 to con_1',
  ]);
});

test('known after the end, before it lapses: a person works on it, the client gets no mail about the past', (t) => {
  const run = tell({ world: known('2027-06-03'), from: at('2027-06-03') });
  t.deepEqual(lines(run, /opened|task contact\/call|mail|closed/), [
    '2027-06-03 10:00 opened',
    '2027-06-03 10:00 task contact/call for li due 2027-06-08 18:00',
    '2027-06-03 10:00 no mail contact/intro/1: before import',
    '2027-06-03 10:00 no mail contact/intro/2: before import',
    '2027-06-03 10:00 no mail reminders/expiry/1: before import',
    '2027-06-03 10:00 no mail reminders/expiry/2: before import',
    '2027-06-03 10:00 no mail reminders/expiry/3: before import',
    '2027-06-03 10:00 no mail reminders/expiry/4: before import',
    '2027-06-15 00:00 task contact/call cancelled',
    '2027-06-15 00:00 closed: lapsed',
  ]);
});

test('known after it lapsed: closed as lapsed when it came in, without a task or a mail', (t) => {
  const run = tell({ world: known('2027-07-01'), from: at('2027-07-01') });
  t.deepEqual(lines(run, /./), ['2027-07-01 10:00 opened', '2027-07-01 10:00 closed: lapsed']);
});

test('known before its opening: nothing happens until then', (t) => {
  const run = tell({ world: known('2026-12-01'), from: at('2026-12-01'), until: at('2027-01-31') });
  t.deepEqual(lines(run, /./), []);
  t.is(run.looks.at(-1)?.decision.wakeAt, at('2027-02-01', 9));
});

test('in the quote stage for 30 days: the director hears of it at once, lower levels are passed over', (t) => {
  const entry = { stage: 'quote', since: civilDate('2027-02-08') };
  const run = tell({ world: known('2027-03-10', { entry }), from: at('2027-03-10'), until: at('2027-03-10') });
  t.deepEqual(lines(run, /begun|warn|escalate|mail|task/), [
    '2027-03-10 10:00 contact begun',
    '2027-03-10 10:00 quote begun',
    '2027-03-10 10:00 task quote/prepare-quote for li due 2027-03-09 18:00',
    // Planned for T-90, 2027-03-02: the clock of the stage starts there, five working days are over on 03-09.
    '2027-03-10 10:00 escalate to chen: quote waits for quote issued',
  ]);
  const stage = run.looks.at(-1)?.decision.view.rows[0];
  t.is(stage?.status, 'done');
  t.is(stage?.note?.code, 'before import');
});

test('in the contact stage for 30 days: one escalation, and not two to the same person', (t) => {
  const entry = { stage: 'contact', since: civilDate('2027-02-01') };
  const run = tell({ world: known('2027-03-03', { entry }), from: at('2027-03-03'), until: at('2027-03-03') });
  t.deepEqual(lines(run, /warn|escalate|mail/), [
    // 200 % of five days was reached on 2027-02-16, the timeout of twenty days on 2027-03-01.
    '2027-03-03 10:00 escalate to chen: contact timeout waits for client contacted',
    '2027-03-03 10:00 no mail contact/intro/1: before import',
    '2027-03-03 10:00 no mail contact/intro/2: before import',
  ]);
});

test('an entry stage that the playbook does not know starts from the first one', (t) => {
  const entry = { stage: 'negotiation', since: civilDate('2027-03-01') };
  const run = tell({ world: known('2027-03-03', { entry }), from: at('2027-03-03'), until: at('2027-03-03') });
  t.is(run.looks.at(-1)?.decision.view.stage, 'contact');
});

test('an imported renewal past its quote stage can be accepted on the current terms', (t) => {
  const entry = { stage: 'confirmation', since: civilDate('2027-04-19') };
  const run = tell({ world: known('2027-04-20', { entry }), from: at('2027-04-20'), until: at('2027-04-20') });
  t.is(run.looks.at(-1)?.decision.view.stage, 'confirmation');
  t.is(mailsOf(run).length, 0);
});

test('whatever the day it becomes known, at most one mail leaves on that day', (t) => {
  for (let day = 1; day <= 180; day += 1) {
    const date = new Date(Date.UTC(2027, 0, day)).toISOString().slice(0, 10);
    const run = tell({ world: known(date), from: at(date), until: at(date, 23) });
    t.true(mailsOf(run).length <= 1, date);
  }
});

test('past its end and not accepted it stands still for all to see, and no task is due after the day it lapses', (t) => {
  const world = known('2027-06-11');
  const run = tell({ world, from: at('2027-06-11'), until: at('2027-06-11') });
  const view = run.looks.at(-1)?.decision.view;
  t.like(view?.stalled, { stage: 'contact', blocker: 'past end', since: '2027-05-31T16:00:00.000Z' });
  t.true(view !== undefined && view.tasks.length > 0);
  for (const { dueAt } of view?.tasks ?? []) t.true(dueAt < '2027-06-14T16:00:00.000Z', dueAt);
  for (const task of ofKind(run, 'open task')) t.true(task.dueAt < '2027-06-14T16:00:00.000Z', task.id);
});

test('the day after the end a renewal is looked at, and stands still whoever was to act', (t) => {
  const script = [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    command('quote issued', at('2027-03-02'), 'li', { quote: quote(0, { validUntil: civilDate('2027-07-31') }) }),
    command('step completed', at('2027-03-10'), 'zhao', { step: 'review-contract', note: 'fine' }),
  ];
  const run = tell({ script, until: at('2027-06-02') });
  const end = run.looks.find((look) => look.at === '2027-05-31T16:00:00.000Z');
  t.like(end?.decision.view.stalled, { stage: 'confirmation', blocker: 'past end' });
  const accepted = command('quote accepted', at('2027-03-31'), 'zhou', { note: 'signed' });
  t.is(tell({ script: [...script, accepted], until: at('2027-06-02') }).looks.at(-1)?.decision.view.stalled, null);
});
