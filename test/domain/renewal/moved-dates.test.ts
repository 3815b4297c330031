import test from 'ava';
import { decide } from '../../../domain/renewal/decide.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, event, logged, PLAYBOOK, quote, snapshot } from '../../helpers/world.ts';
import { calendarOf, lines, mailsOf, ofKind, tell, wall } from './story.ts';

/*
 * Policy: the end is 2027-05-31 and opens at T-120 (2027-02-01). When the end moves, everything that is still to come
 * moves with it, in both directions. What was sent stays sent. What lies in the past now collapses into at most one
 * mail, or is dropped when it is more than 14 days late. An end in the past is asked about, never acted on at once.
 */

const amended = (when: ReturnType<typeof at>, endDate: string, noticeDate: string | null = null) =>
  command('dates amended', when, 'li', {
    endDate: civilDate(endDate),
    noticeDate: noticeDate === null ? null : civilDate(noticeDate),
    reason: 'addendum',
  });
const contacted = (when = at('2027-02-02')) => command('communication logged', when, 'li', logged());

test('before opening: a later end opens later', (t) => {
  const run = tell({ script: [amended(at('2026-11-02'), '2027-08-31')], until: at('2027-06-01') });
  t.deepEqual(lines(run, /opened|contract ends|intro\/1/), [
    '2026-11-02 10:00 contract ends 2027-08-31',
    // T-120 is 2027-05-03, a Monday.
    '2027-05-03 09:00 opened',
    '2027-05-03 09:00 mail contact/intro/1 to con_1',
  ]);
});

test('before opening: an earlier end opens earlier', (t) => {
  const run = tell({ script: [amended(at('2026-11-02'), '2027-04-30')], until: at('2027-02-28') });
  t.deepEqual(lines(run, /opened|intro\/1/), [
    '2026-12-31 09:00 opened',
    '2026-12-31 09:00 mail contact/intro/1 to con_1',
  ]);
});

test('an end so near that the opening has passed opens at once, and the clocks begin at that moment', (t) => {
  const run = tell({ script: [amended(at('2026-11-02'), '2027-01-29')], until: at('2026-11-13', 20) });
  t.deepEqual(calendarOf(run), [
    '2026-11-02 10:00 contract ends 2027-01-29',
    '2026-11-02 10:00 opened',
    // T-120 and T-105 were in October: too late for the first, still valid for none.
    '2026-11-02 10:00 contact begun',
    '2026-11-02 10:00 task contact/call for li due 2026-11-05 18:00',
    '2026-11-02 10:00 no mail contact/intro/1: too late',
    '2026-11-02 10:00 no mail contact/intro/2: too late',
    // No alarm for weeks in which nobody could have known: five working days from now.
    '2026-11-05 09:30 warn li: contact 50%',
    '2026-11-09 18:00 escalate to wang: contact waits for client contacted',
  ]);
});

test('in the contact stage: what was sent stays sent, the rest moves with the end', (t) => {
  const later = tell({ script: [amended(at('2027-02-03'), '2027-06-30')], until: at('2027-06-01') });
  t.deepEqual(
    mailsOf(later).map((mail) => `${wall(mail.at)} ${mail.key}`),
    [
      '2027-02-01 09:00 contact/intro/1',
      '2027-03-17 09:00 contact/intro/2',
      '2027-05-03 09:00 reminders/expiry/1',
      '2027-05-31 09:00 reminders/expiry/2',
    ],
  );
  const sooner = tell({ script: [amended(at('2027-02-03'), '2027-05-17')], until: at('2027-05-01') });
  t.deepEqual(
    mailsOf(sooner).map((mail) => `${wall(mail.at)} ${mail.key}`),
    // T-105 is 2027-02-01 now: the second mail is due at once, and waits for the quiet hours since the first.
    [
      '2027-02-01 09:00 contact/intro/1',
      '2027-02-03 10:00 contact/intro/2',
      '2027-03-18 09:00 reminders/expiry/1',
      '2027-04-19 09:00 reminders/expiry/2',
    ],
  );
});

test('several steps that are in the past now give one mail, the latest; those too old none', (t) => {
  // T-60, T-30 and T-14 of the new end lie before the amendment, T-7 after it.
  const run = tell({ script: [contacted(), amended(at('2027-03-15'), '2027-03-26')], until: at('2027-03-19', 23) });
  t.deepEqual(lines(run, /mail reminders|mail contact/), [
    '2027-02-01 09:00 mail contact/intro/1 to con_1',
    '2027-03-15 10:00 no mail reminders/expiry/1: too late',
    '2027-03-15 10:00 no mail reminders/expiry/2: too late',
    '2027-03-15 10:00 mail reminders/expiry/3 to con_1',
    '2027-03-19 09:00 mail reminders/expiry/4 to con_1',
  ]);
});

test('open tasks are due at new times when the planned begin of their stage moves', (t) => {
  // Quote is planned for T-90 (2027-03-02) and begins early, on 2027-02-02: its clock starts on the planned day.
  const before = tell({ script: [contacted()], until: at('2027-02-10') });
  const due = (run: typeof before) =>
    run.looks.at(-1)?.decision.view.tasks.map((task) => `${task.id.split('/')[2] ?? ''} ${wall(task.dueAt)}`);
  t.deepEqual(due(before), ['prepare-quote 2027-03-09 18:00']);
  const later = tell({ script: [contacted(), amended(at('2027-02-10'), '2027-06-30')], until: at('2027-02-10') });
  t.deepEqual(due(later), ['prepare-quote 2027-04-08 18:00']);
  const sooner = tell({ script: [contacted(), amended(at('2027-02-10'), '2027-05-14')], until: at('2027-02-10') });
  t.deepEqual(due(sooner), ['prepare-quote 2027-02-22 18:00']);
});

test('with an open quote: the offer keeps its own date, the reminders move', (t) => {
  const script = [
    contacted(),
    command('quote issued', at('2027-03-02'), 'li', { quote: quote(0) }),
    amended(at('2027-04-05'), '2027-07-30'),
  ];
  const run = tell({ script, until: at('2027-06-03') });
  t.deepEqual(lines(run, /expiry|quote begun again|closed/), [
    '2027-04-01 09:00 mail reminders/expiry/1 to con_1',
    '2027-05-21 00:00 quote begun again',
  ]);
});

test('after acceptance a moved end changes neither payment nor outcome, only the next term', (t) => {
  const script: Fact[] = [
    contacted(),
    command('quote issued', at('2027-03-02'), 'li', { quote: quote(0) }),
    command('step completed', at('2027-03-10'), 'zhao', { step: 'review-contract', note: '' }),
    command('quote accepted', at('2027-03-31'), 'zhou', { note: '' }),
    amended(at('2027-04-05'), '2027-06-30'),
    command('payment received', at('2027-04-20'), 'sun', {
      amount: { minor: 12_000_000, currency: 'CNY' },
      receivedOn: civilDate('2027-04-20'),
      method: 'bank transfer',
      receipt: null,
    }),
  ];
  t.deepEqual(lines(tell({ script }), /closed|term/), [
    '2027-04-20 10:00 closed: renewed',
    '2027-04-20 10:00 term 2: 2027-07-01 to 2028-06-30, 120000 CNY',
  ]);
});

test('an end moved into the past asks first, and lapses five working days later', (t) => {
  const run = tell({ script: [contacted(), amended(at('2027-04-05'), '2027-01-29')] });
  t.deepEqual(lines(run, /2027-04-0[5-9]|2027-04-1/), [
    '2027-04-05 10:00 contract ends 2027-01-29',
    '2027-04-05 10:00 task engine/lapsing/2027-01-29-2027-04-05T02:00:00.000Z for li due 2027-04-06 18:00',
    '2027-04-05 10:00 no mail reminders/expiry/2: too late',
    '2027-04-05 10:00 no mail reminders/expiry/3: too late',
    '2027-04-05 10:00 no mail reminders/expiry/4: too late',
    '2027-04-12 18:00 task quote/prepare-quote cancelled',
    '2027-04-12 18:00 task engine/lapsing/2027-01-29-2027-04-05T02:00:00.000Z cancelled',
    '2027-04-12 18:00 escalations ended: all',
    '2027-04-12 18:00 closed: lapsed',
  ]);
});

test('what an amendment puts before the day on which the contract became known is too late, not from before that', (t) => {
  // Known since 2026-06-01; all mail about an end on 2026-06-10 would have been due in the months before.
  const legal = { ...PLAYBOOK.reminders[0], id: 'notice', legal: true } as never;
  const world = snapshot({ playbook: { reminders: [...PLAYBOOK.reminders, legal] } });
  const run = tell({ world, script: [amended(at('2026-11-02'), '2026-06-10')], until: at('2026-11-03') });
  const left = lines(run, /no mail|legal-by-post/).map((line) => line.slice(17));
  t.true(left.includes('no mail reminders/expiry/1: too late'));
  t.true(left.includes('no mail reminders/notice/1: too late'));
  t.deepEqual(
    left.filter((line) => line.includes('before import')),
    [],
  );
  // Whether the notice can still be given is for a person to see.
  t.true(left.some((line) => line.startsWith('task engine/legal-by-post/')));
});

test('notices that an amendment puts before the day on which the contract became known: only the last one is sent', (t) => {
  const legal = { ...PLAYBOOK.reminders[0], id: 'notice', legal: true } as never;
  const world = snapshot({ contract: { knownSince: at('2026-12-01') }, playbook: { reminders: [legal] } });
  const run = tell({
    world,
    from: at('2026-12-01'),
    script: [amended(at('2026-12-02'), '2026-12-10')],
    until: at('2026-12-02'),
  });
  t.deepEqual(
    lines(run, /notice/).map((line) => line.slice(17)),
    [
      'no mail reminders/notice/1: newer due',
      'no mail reminders/notice/2: newer due',
      'mail reminders/notice/3 to con_1',
    ],
  );
});

test('a slip that is mended in time ends nothing', (t) => {
  const script = [amended(at('2027-04-05'), '2026-06-30'), amended(at('2027-04-07'), '2027-06-30')];
  t.deepEqual(lines(tell({ script }), /closed/), ['2027-07-15 00:00 closed: lapsed']);
});

test('an auto-renewing contract whose end was moved into the past does not renew at once either', (t) => {
  const world = snapshot({ contract: { autoRenew: true }, playbook: { mode: 'auto-renewing' } });
  const run = tell({ world, script: [amended(at('2027-04-05'), '2027-01-29')] });
  t.deepEqual(lines(run, /lapsing|closed/), [
    '2027-04-05 10:00 task engine/lapsing/2027-01-29-2027-04-05T02:00:00.000Z for li due 2027-04-06 18:00',
    '2027-04-12 18:00 task engine/lapsing/2027-01-29-2027-04-05T02:00:00.000Z superseded',
    '2027-04-12 18:00 closed: renewed',
  ]);
});

test('the same amendment told twice, after a newer one, moves nothing back', (t) => {
  const first = amended(at('2026-11-02'), '2027-08-31');
  const second = amended(at('2026-11-03'), '2027-09-30');
  const run = tell({ script: [first, second], until: at('2026-11-03') });
  const again = decide(run.state, [first], run.snapshot, at('2026-11-04'));
  t.is(again.view.endDate, civilDate('2027-09-30'));
  t.deepEqual(again.state, run.state);
});

test('a date changed by an import re-times like an amendment', (t) => {
  const run = tell({ until: at('2027-02-03') });
  const world = snapshot({ contract: { endDate: civilDate('2027-06-30') } });
  const { wakeAt, state, effects } = decide(
    run.state,
    [event('world changed', at('2027-02-03'), { what: 'contract' })],
    world,
    at('2027-02-03'),
  );
  t.deepEqual(effects, []);
  // The stage was planned for T-120 of the new end, 2027-03-02: its clock starts there, and so does the second mail.
  t.is(wall(wakeAt ?? at('2000-01-01')), '2027-03-04 18:00');
  t.is(state.dates?.since, at('2027-02-03'));
});

for (const [name, endDate, noticeDate, code] of [
  ['an end before the start', '2026-05-31', null, 'contract.end_before_start'],
  ['a notice deadline after the end', '2027-05-31', '2027-06-01', 'contract.notice_after_end'],
  ['an end that nobody can mean', '2099-12-31', null, 'date.range'],
  ['a notice deadline that nobody can mean', '2027-05-31', '2001-01-01', 'date.range'],
] as const) {
  test(`${name} is refused and changes nothing`, (t) => {
    const run = tell({ until: at('2027-02-03') });
    const { verdicts, effects, state } = decide(
      run.state,
      [amended(at('2027-02-03'), endDate, noticeDate)],
      run.snapshot,
      at('2027-02-03'),
    );
    const [verdict] = verdicts;
    t.is(verdict?.accepted === false ? verdict.problem.code : 'accepted', code);
    t.deepEqual(effects, []);
    t.deepEqual(state, run.state);
  });
}

test('mails already handled keep their one place: moving the end to and fro sends nothing twice', (t) => {
  const script = [
    amended(at('2027-02-03'), '2027-09-30'),
    amended(at('2027-02-04'), '2027-05-31'),
    amended(at('2027-02-05'), '2027-06-10'),
    amended(at('2027-02-08'), '2027-05-31'),
  ];
  const run = tell({ script });
  const keys = [
    ...mailsOf(run).map((mail) => mail.key),
    ...ofKind(run, 'supersede outreach').map((effect) => effect.id),
  ];
  t.is(new Set(keys).size, keys.length);
  t.deepEqual(
    mailsOf(run).map((mail) => mail.key),
    mailsOf(tell()).map((mail) => mail.key),
  );
});
