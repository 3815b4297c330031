import test from 'ava';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, event, logged, PLAYBOOK, snapshot } from '../../helpers/world.ts';
import type { WorldOptions } from '../../helpers/world.ts';
import { lines, mailsOf, tell, wall } from './story.ts';

/*
 * Policy: the contract ends on 2027-05-31 and renews by itself unless notice is given up to 2027-03-31. It opens
 * 60 days before the deadline (2027-02-01 for people). Legal notices go out 30, 14 and 3 days before it, whatever
 * stage is in work: never held, stopped or capped, but by a person where mail cannot go or comes too late.
 */

const before = (amount: number) => ({ anchor: 'notice' as const, amount: -amount, unit: 'days' as const });
const [contact] = PLAYBOOK.stages;
const confirmation = PLAYBOOK.stages[3];

function world(options: WorldOptions = {}) {
  if (contact === undefined || confirmation === undefined) throw new Error('the fixture has these stages');
  return snapshot({
    ...options,
    contract: { autoRenew: true, noticeDate: civilDate('2027-03-31'), ...options.contract },
    playbook: {
      mode: 'auto-renewing',
      opens: before(60),
      stages: [
        { ...contact, starts: before(60), steps: [] },
        {
          ...confirmation,
          starts: before(40),
          steps: [
            {
              kind: 'outreach',
              id: 'notice',
              template: 'legal-notice',
              to: 'legal',
              at: [before(30), before(14), before(3)],
              stopOn: [],
              atMost: { count: 1, days: 60 },
              legal: true,
            },
          ],
          doneWhen: ['notice window passed'],
        },
      ],
      reminders: [],
      ...options.playbook,
    },
  });
}
const contacted = () => command('communication logged', at('2027-02-02'), 'li', logged());

test('the notices go out before the deadline, on working days, and silence renews', (t) => {
  const run = tell({ world: world(), script: [contacted()] });
  t.deepEqual(lines(run, /opened|mail|closed|term/), [
    '2027-02-01 09:00 opened',
    '2027-03-01 09:00 mail confirmation/notice/1 to con_1',
    '2027-03-17 09:00 mail confirmation/notice/2 to con_1',
    // 2027-03-28 is a Sunday: a notice is early rather than late.
    '2027-03-26 09:00 mail confirmation/notice/3 to con_1',
    '2027-04-01 00:00 closed: renewed',
    '2027-04-01 00:00 term 2: 2027-06-01 to 2028-05-31, 120000 CNY',
  ]);
});

test('they do not wait for the stage before: a rep who did nothing costs no deadline', (t) => {
  const run = tell({ world: world() });
  t.deepEqual(
    mailsOf(run).map((mail) => wall(mail.at)),
    ['2027-03-01 09:00', '2027-03-17 09:00', '2027-03-26 09:00'],
  );
  t.is(run.state.closed?.at, at('2027-06-01', 0));
});

test('neither opt-out, bounce, complaint nor save plan holds them', (t) => {
  const script = [
    event('opted out of mail', at('2027-02-03'), { contactId: 'con_1' }),
    event('mail bounced', at('2027-02-03'), { contactId: 'con_2', effectId: 'x', reason: '550' }),
    event('complaint opened', at('2027-02-04'), { complaintId: 'c1' }),
    event('health scored', at('2027-02-05'), { score: 10 }),
  ];
  t.is(mailsOf(tell({ world: world(), script })).length, 3);
});

test('a suppressed address makes each notice a task for a person', (t) => {
  const [first] = world().client.contacts;
  if (first === undefined) return t.fail();
  const contacts = [{ ...first, suppressed: { reason: 'bounce' as const, at: at('2027-01-04') } }];
  const run = tell({ world: world({ client: { contacts } }) });
  t.deepEqual(lines(run, /mail|legal/).slice(0, 2), [
    '2027-03-01 09:00 no mail confirmation/notice/1: suppressed',
    '2027-03-01 09:00 task engine/legal-by-post/confirmation-notice-1 for li due 2027-03-02 18:00',
  ]);
  t.is(mailsOf(run).length, 0);
});

test('known between two notices: only the last one that was due is sent', (t) => {
  const run = tell({ world: world({ contract: { knownSince: at('2027-03-18') } }), from: at('2027-03-18') });
  t.deepEqual(lines(run, /mail/), [
    '2027-03-18 10:00 no mail confirmation/notice/1: before import',
    '2027-03-18 10:00 mail confirmation/notice/2 to con_1',
    '2027-03-26 09:00 mail confirmation/notice/3 to con_1',
  ]);
});

test('known after the deadline: no notice about it is sent', (t) => {
  const run = tell({ world: world({ contract: { knownSince: at('2027-04-02') } }), from: at('2027-04-02') });
  t.is(mailsOf(run).length, 0);
  t.is(lines(run, /no mail .*before import/).length, 3);
  t.deepEqual(lines(run, /legal/), []);
});

test('a notice that the engine could not send in time is a person’s, not a late mail', (t) => {
  // Down from before the first notice until after the deadline.
  const open = tell({ world: world(), until: at('2027-02-10') });
  const late = tell({ world: world(), from: at('2027-04-05'), until: at('2027-04-05') });
  t.is(mailsOf(open).length + mailsOf(late).length, 0);
  t.deepEqual(
    lines(late, /mail|legal/),
    [1, 2, 3].flatMap((n) => [
      `2027-04-05 10:00 no mail confirmation/notice/${n}: too late`,
      `2027-04-05 10:00 task engine/legal-by-post/confirmation-notice-${n} for li due 2027-04-06 18:00`,
    ]),
  );
});

test('on the evening of the last day a notice leaves at once, outside of the send window', (t) => {
  const run = tell({ world: world(), from: at('2027-03-31', 21), until: at('2027-03-31', 22) });
  t.deepEqual(
    mailsOf(run).map((mail) => wall(mail.at)),
    ['2027-03-31 21:00', '2027-03-31 21:00', '2027-03-31 21:00'],
  );
});

test('notice in time ends it as lost, with the day of the notice', (t) => {
  const run = tell({ world: world(), script: [event('notice given', at('2027-03-10'), { note: 'letter' })] });
  t.deepEqual(lines(run, /closed|mail/), [
    '2027-03-01 09:00 mail confirmation/notice/1 to con_1',
    '2027-03-10 10:00 closed: lost',
  ]);
  t.like(run.state.closed, { cause: 'notice', at: at('2027-03-10') });
});

test('notice before the opening ends it at once', (t) => {
  const run = tell({ world: world(), script: [event('notice given', at('2026-12-10'), { note: 'letter' })] });
  t.deepEqual(lines(run, /./), ['2026-12-10 10:00 closed: lost']);
});

test('in the last minute of the deadline it is in time; a minute later it is late, the rep is told and it renews', (t) => {
  const given = (when: ReturnType<typeof at>) =>
    tell({ world: world(), script: [event('notice given', when, { note: '' })] });
  const lastMinute = '2027-03-31T15:59:59.999Z' as ReturnType<typeof at>;
  t.is(given(lastMinute).state.closed?.outcome, 'lost');
  const late = given(at('2027-04-01', 0));
  t.deepEqual(lines(late, /late-notice|closed/), [
    '2027-04-01 00:00 task engine/late-notice/1 for li due 2027-04-02 18:00',
    '2027-06-01 00:00 task engine/late-notice/1 superseded',
    '2027-06-01 00:00 closed: renewed',
  ]);
});

test('of two notices the earlier counts, whichever was told first', (t) => {
  const script = [
    event('notice given', at('2027-04-05'), { note: 'mail' }),
    event('notice given', at('2027-03-10'), { note: 'letter' }),
  ];
  const both = (facts: typeof script) => tell({ world: world(), script: facts, from: at('2027-04-06') }).state;
  t.deepEqual(both(script).notice, both(script.toReversed()).notice);
  t.is(both(script).closed?.cause, 'notice');
});

test('a contract that ends by itself takes a notice as news for the rep, not as its end', (t) => {
  const run = tell({ script: [event('notice given', at('2027-03-10'), { note: '' })], until: at('2027-03-11') });
  t.deepEqual(lines(run, /late-notice|closed/), [
    '2027-03-10 10:00 task engine/late-notice/1 for li due 2027-03-11 18:00',
  ]);
});

test('without a notice deadline it opens by the end date, and may be given notice until the end', (t) => {
  const run = tell({ world: world({ contract: { noticeDate: null } }), script: [contacted()] });
  t.deepEqual(lines(run, /opened|mail|closed/), ['2027-04-01 09:00 opened', '2027-06-01 00:00 closed: renewed']);
});

test('a stage that waits for the deadline does not disturb a contract without one', (t) => {
  const run = tell({ world: world({ playbook: { mode: 'standard' }, contract: { noticeDate: null } }) });
  t.is(run.state.closed?.outcome, 'lapsed');
});

test('money that is still owed when it renews by itself is collected: the renewal stays until it is there', (t) => {
  const amount = { minor: 1, currency: 'CNY' };
  const [, , , , payment] = PLAYBOOK.stages;
  const stages = world().playbook?.definition.stages ?? [];
  const paying = world({ playbook: { stages: payment === undefined ? stages : [...stages, payment] } });
  const script = [
    contacted(),
    command('invoice issued', at('2027-03-10'), 'sun', { number: 'I-1', amount, dueDate: civilDate('2027-06-30') }),
  ];
  const renewed = [
    '2027-06-01 00:00 term 2: 2027-06-01 to 2028-05-31, 120000 CNY',
    '2027-06-01 00:00 task engine/collect-payment/1 for sun due 2027-06-02 18:00',
  ];
  t.deepEqual(
    lines(tell({ world: paying, script, until: at('2027-07-05') }), /collect|closed|term 2/).toSorted(),
    renewed.toSorted(),
  );
  const receivedOn = civilDate('2027-07-01');
  const paid = command('payment received', at('2027-07-01'), 'sun', {
    amount,
    receivedOn,
    method: 'bank transfer',
    receipt: 'R',
  });
  const run = tell({ world: paying, script: [...script, paid] });
  t.deepEqual(lines(run, /collect|closed|term 2/).slice(2), [
    '2027-07-01 10:00 task engine/collect-payment/1 superseded',
    '2027-07-01 10:00 closed: renewed',
  ]);
});
