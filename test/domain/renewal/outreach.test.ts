import test from 'ava';
import { decide } from '../../../domain/renewal/decide.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import { instant } from '../../../domain/time/instant.ts';
import type { Instant, ZoneId } from '../../../domain/time/types.ts';
import { wallTime } from '../../../domain/time/wall-time.ts';
import { BERLIN, NEW_YORK } from '../calendar/calendars.ts';
import { at, CLIENT, command, event, logged, PLAYBOOK, quote, SHANGHAI, snapshot } from '../../helpers/world.ts';
import type { WorldOptions } from '../../helpers/world.ts';
import { lines, mailsOf, shifted, tell, wall, HOUR } from './story.ts';

/*
 * Policy: mail leaves between 09:00 and 17:00 on the recipient's clock, on the client's working days, at most one
 * courtesy mail per contact in 20 hours. A reply, a meeting, an opt-out or a bounce stops the series that says so.
 * When a series has used up its mails, a person takes over. What is overdue collapses into one mail.
 */

const days = (...before: readonly number[]) =>
  before.map((amount) => ({ anchor: 'end' as const, amount: -amount, unit: 'days' as const }));
const [contact] = PLAYBOOK.stages;
const [reminder] = PLAYBOOK.reminders;

/** A playbook whose only mails are one reminder series. */
function remindersOnly(series: Partial<NonNullable<typeof reminder>>, more: WorldOptions = {}) {
  if (contact === undefined || reminder === undefined) throw new Error('the fixture has these');
  return snapshot({
    ...more,
    playbook: { stages: [{ ...contact, steps: [] }], reminders: [{ ...reminder, ...series }], ...more.playbook },
  });
}
const sent = (run: ReturnType<typeof tell>) => mailsOf(run).map((mail) => `${wall(mail.at)} ${mail.key}`);

for (const [stop, fact, task] of [
  [
    'reply',
    event('reply received', at('2027-02-02'), { contactId: 'con_1', summary: 'later' }),
    'engine/reply/2027-02-02T02:00:00.000Z',
  ],
  ['meeting', event('meeting booked', at('2027-02-02'), { on: at('2027-02-10').slice(0, 10) as never }), null],
  ['opt-out', event('opted out of mail', at('2027-02-02'), { contactId: 'con_1' }), null],
  [
    'bounce',
    event('mail bounced', at('2027-02-02'), { contactId: 'con_1', effectId: 'x', reason: '550' }),
    'engine/bad-address/bounce',
  ],
] as const) {
  test(`a ${stop} stops the series that says so${task === null ? '' : ', and the rep gets a task the same day'}`, (t) => {
    const run = tell({ script: [fact], until: at('2027-04-30') });
    t.deepEqual(
      sent(run).filter((line) => line.includes('intro')),
      ['2027-02-01 09:00 contact/intro/1'],
    );
    if (task !== null)
      t.true(lines(run, /engine/).includes(`2027-02-02 10:00 task ${task} for li due 2027-02-03 18:00`));
    if (stop !== 'reply') {
      // Still the stage in work: its next mail gets its row, with the reason.
      t.deepEqual(lines(run, /intro\/2/), ['2027-02-15 09:00 no mail contact/intro/2: stopped']);
    }
  });
}

test('a reply does not stop a series that does not say so', (t) => {
  const run = tell({
    script: [event('reply received', at('2027-02-02'), { contactId: 'con_1', summary: '' })],
    until: at('2027-04-30'),
  });
  t.true(sent(run).includes('2027-04-01 09:00 reminders/expiry/1'));
});

test('acceptance stops the reminders', (t) => {
  const script: Fact[] = [
    command('communication logged', at('2027-02-02'), 'li', logged()),
    command('quote issued', at('2027-03-02'), 'li', { quote: quote(0) }),
    command('quote accepted', at('2027-04-05'), 'zhou', { note: '' }),
  ];
  t.deepEqual(
    lines(tell({ script, until: at('2027-06-01') }), /expiry/).map((line) => line.slice(17)),
    ['mail reminders/expiry/1 to con_1', ...[2, 3, 4].map((n) => `no mail reminders/expiry/${n}: stopped`)],
  );
});

test('a used-up series becomes a task, once, and its other mails are put aside', (t) => {
  const world = remindersOnly({ at: days(60, 40, 20, 10, 5), atMost: { count: 2, days: 90 } });
  t.deepEqual(lines(tell({ world, until: at('2027-06-01') }), /expiry/), [
    '2027-04-01 09:00 mail reminders/expiry/1 to con_1',
    '2027-04-21 09:00 mail reminders/expiry/2 to con_1',
    '2027-05-11 09:00 no mail reminders/expiry/3: cap reached',
    '2027-05-11 09:00 task engine/mail-cap/reminders-expiry for li due 2027-05-12 18:00',
    '2027-05-21 09:00 no mail reminders/expiry/4: cap reached',
    '2027-05-26 09:00 no mail reminders/expiry/5: cap reached',
  ]);
});

test('a cap looks back its own days only', (t) => {
  const world = remindersOnly({ at: days(60, 40, 20), atMost: { count: 1, days: 15 } });
  t.is(sent(tell({ world, until: at('2027-06-01') })).length, 3);
});

test('all series together have a cap of their own', (t) => {
  const world = remindersOnly(
    { at: days(60, 40, 20) },
    { playbook: { outreach: { ...PLAYBOOK.outreach, atMost: { count: 2, days: 60 } } } },
  );
  t.deepEqual(lines(tell({ world, until: at('2027-06-01') }), /expiry\/3/), [
    '2027-05-11 09:00 no mail reminders/expiry/3: cap reached',
  ]);
});

test('two mails due within the quiet hours: the second one waits for the next window', (t) => {
  // T-12 is Wednesday 2027-05-19. A second series for the same contact is due the day after, 24 hours later.
  const world = remindersOnly(
    { at: days(12, 11) },
    { playbook: { outreach: { ...PLAYBOOK.outreach, quietHours: 30 } } },
  );
  t.deepEqual(sent(tell({ world, until: at('2027-06-01') })), [
    '2027-05-19 09:00 reminders/expiry/1',
    '2027-05-20 15:00 reminders/expiry/2',
  ]);
});

test('a third one that becomes due while the second waits replaces it', (t) => {
  const world = remindersOnly(
    { at: days(13, 12, 11) },
    { playbook: { outreach: { ...PLAYBOOK.outreach, quietHours: 47 } } },
  );
  t.deepEqual(lines(tell({ world, until: at('2027-06-01') }), /expiry/), [
    '2027-05-18 09:00 mail reminders/expiry/1 to con_1',
    '2027-05-20 09:00 no mail reminders/expiry/2: newer due',
    '2027-05-20 09:00 mail reminders/expiry/3 to con_1',
  ]);
});

test('quiet hours are counted for each contact apart', (t) => {
  const world = remindersOnly(
    { at: days(12) },
    {
      playbook: {
        reminders: [reminder, { ...reminder, id: 'billing', to: 'billing' }].flatMap((s) =>
          s === undefined ? [] : [{ ...s, at: days(12) } as never],
        ),
      },
    },
  );
  t.deepEqual(sent(tell({ world, until: at('2027-06-01') })), [
    '2027-05-19 09:00 reminders/expiry/1',
    '2027-05-19 09:00 reminders/billing/1',
  ]);
});

function abroad(zone: typeof BERLIN, window = PLAYBOOK.outreach.window) {
  const contacts = CLIENT.contacts.map((c) => ({ ...c, zone: zone.zone }));
  const world = remindersOnly(
    { at: days(60, 30, 14) },
    { client: { zone: zone.zone, contacts }, playbook: { outreach: { ...PLAYBOOK.outreach, window } } },
  );
  return { ...world, zones: { 'Asia/Shanghai': SHANGHAI, [zone.zone]: zone } };
}

test('the window is the recipient’s: 09:00 in Berlin, in summer time from 28 March 2027', (t) => {
  const world = abroad(BERLIN);
  t.deepEqual(
    mailsOf(tell({ world, until: at('2027-06-01') })).map((mail) => mail.at),
    [instant('2027-04-01T07:00:00.000Z'), instant('2027-05-03T07:00:00.000Z'), instant('2027-05-17T07:00:00.000Z')],
  );
});

test('the end of a date is midnight at the client: in New York twelve hours and more after Shanghai', (t) => {
  const world = abroad(NEW_YORK);
  t.is(tell({ world }).state.closed?.at, instant('2027-06-15T05:00:00.000Z'));
});

test('a mail that becomes possible after the window waits for the next morning', (t) => {
  const run = tell({ until: at('2027-03-31') });
  for (const [now, later] of [
    [at('2027-04-01', 16), null],
    [at('2027-04-01', 17), '2027-04-02 09:00'],
    [at('2027-04-02', 18), '2027-04-05 09:00'],
    [at('2027-04-03', 12), '2027-04-05 09:00'],
    [at('2027-04-05', 3), '2027-04-05 09:00'],
  ] as const) {
    const { effects, wakeAt } = decide(run.state, [], run.snapshot, now);
    t.is(effects.filter((effect) => effect.kind === 'send outreach').length, later === null ? 1 : 0, wall(now));
    if (later !== null) t.is(wall(wakeAt ?? now), later);
  }
});

test('a window of one hour is kept', (t) => {
  const world = remindersOnly(
    { at: days(60) },
    { playbook: { outreach: { ...PLAYBOOK.outreach, window: { from: wallTime('11:00'), to: wallTime('12:00') } } } },
  );
  t.deepEqual(sent(tell({ world, until: at('2027-06-01') })), ['2027-04-01 11:00 reminders/expiry/1']);
});

test('the engine was down for two days over several steps: one mail, the latest; the others are put aside with the reason', (t) => {
  const world = remindersOnly({ at: days(20, 19, 18, 17, 16) });
  // T-20 is Tuesday 2027-05-11; the engine comes back on Saturday the 15th.
  const before = tell({ world, until: at('2027-05-10') });
  const { effects, wakeAt, state } = decide(before.state, [], world, at('2027-05-15'));
  const told = (decided: typeof effects) =>
    decided.map((e) => `${e.id.split('/')[3] ?? ''} ${e.kind === 'supersede outreach' ? e.reason : e.kind}`);
  t.deepEqual(told(effects), ['1 newer due', '2 newer due', '3 newer due']);
  const monday = decide(state, [], world, wakeAt as Instant);
  t.is(wall(wakeAt as Instant), '2027-05-17 09:00');
  // T-16 was the Saturday: it is due on Monday, too, and is the latest.
  t.deepEqual(told(monday.effects), ['4 newer due', '5 send outreach']);
});

test('collapsing is per contact: each of two gets one', (t) => {
  const both = ['decision-maker', 'billing'].flatMap((to) =>
    reminder === undefined ? [] : [{ ...reminder, id: to, to: to as never, at: days(20, 19, 18) }],
  );
  const world = remindersOnly({}, { playbook: { reminders: both } });
  const run = tell({ world, from: at('2027-05-14'), until: at('2027-05-14', 20) });
  t.deepEqual(
    mailsOf(run)
      .map((mail) => mail.contactId)
      .toSorted(),
    ['con_1', 'con_2'],
  );
});

test('a mail later than 14 days is not sent any more', (t) => {
  const world = remindersOnly({ at: days(60) });
  const { state } = tell({ world, until: at('2027-03-31') });
  const last = shifted(at('2027-04-01', 9), 14 * 24 * HOUR);
  t.is(decide(state, [], world, last).effects.filter((e) => e.kind === 'send outreach').length, 1);
  t.deepEqual(
    decide(state, [], world, shifted(last, 1)).effects.flatMap((e) =>
      e.kind === 'supersede outreach' ? [e.reason] : [],
    ),
    ['too late'],
  );
});

test('without a contact, or with a suppressed one, the rep gets a task once', (t) => {
  const nobody = snapshot({ client: { contacts: [] } });
  t.deepEqual(lines(tell({ world: nobody, until: at('2027-04-02') }), /mail|bad-address/), [
    '2027-02-01 09:00 no mail contact/intro/1: no contact',
    '2027-02-01 09:00 task engine/bad-address/none for li due 2027-02-02 18:00',
    '2027-02-15 09:00 no mail contact/intro/2: no contact',
    '2027-04-01 09:00 no mail reminders/expiry/1: no contact',
  ]);
  const contacts = CLIENT.contacts.map((c) => ({
    ...c,
    suppressed: { reason: 'opt-out' as const, at: at('2026-12-01') },
  }));
  t.is(mailsOf(tell({ world: snapshot({ client: { contacts } }) })).length, 0);
});

test('a role nobody has goes to the decision-maker', (t) => {
  const world = remindersOnly({ at: days(60), to: 'champion' });
  t.deepEqual(
    mailsOf(tell({ world, until: at('2027-06-01') })).map((mail) => mail.contactId),
    ['con_1'],
  );
});

test('a mail with a condition that does not hold on its day is put aside', (t) => {
  const world = remindersOnly({ at: days(60), when: 'client.tier == "A"' });
  t.deepEqual(lines(tell({ world, until: at('2027-06-01') }), /expiry/), [
    '2027-04-01 09:00 no mail reminders/expiry/1: not applicable',
  ]);
});

const INTRO = 'renewal:ctr_1:1/contact/intro/1/mail/decision-maker';
const refused = (hour: number, id: string, reason = '550') =>
  event('mail refused', at('2027-02-01', hour), { effectId: INTRO, reason }, `${INTRO}#${id}`);
const settled = (hour: number, doubt: string, id: string) =>
  event('mail settled', at('2027-02-01', hour), { effectId: INTRO, doubt: `${INTRO}#${doubt}` }, `${INTRO}#${id}`);
const troubles = (script: readonly Fact[]) =>
  lines(tell({ script, until: at('2027-02-02') }), /refused/).map((line) => line.slice(11));

test('a mail that the server refused becomes a task', (t) => {
  t.deepEqual(troubles([refused(11, 'refused#4')]), [
    '11:00 task engine/mail-refused/contact-intro-1-mail-decision-maker-refused-4 for li due 2027-02-02 18:00',
  ]);
});

test('the task about a mail in doubt is done when the doubt is settled, and a second doubt is a second task', (t) => {
  const task = 'task engine/mail-refused/contact-intro-1-mail-decision-maker';
  const script = [
    refused(10, 'unknown#4', 'unknown'),
    settled(11, 'unknown#4', 'settled#5'),
    refused(12, 'unknown#8', 'unknown'),
    settled(13, 'unknown#8', 'settled#9'),
  ];
  t.deepEqual(troubles(script), [
    `10:00 ${task}-unknown-4 for li due 2027-02-02 18:00`,
    `11:00 ${task}-unknown-4 done`,
    `12:00 ${task}-unknown-8 for li due 2027-02-02 18:00`,
    `13:00 ${task}-unknown-8 done`,
  ]);
});

test('a doubt that is told after it was settled asks nobody', (t) => {
  const run = tell({ script: [settled(11, 'unknown#4', 'settled#5')], until: at('2027-02-01', 12) });
  const late = decide(run.state, [refused(10, 'unknown#4', 'unknown')], run.snapshot, at('2027-02-01', 13));
  t.deepEqual(late.effects, []);
});

const meeting = {
  kind: 'meeting' as const,
  id: 'review',
  name: { en: 'Review', 'zh-CN': '' },
  owner: 'sales-rep' as const,
  to: 'decision-maker' as const,
  template: 'meeting-invitation',
  at: { anchor: 'end' as const, amount: -100, unit: 'days' as const },
  time: wallTime('10:00'),
  minutes: 45,
};
const withMeeting = (knownSince: Instant) =>
  snapshot({
    contract: { knownSince },
    playbook: { stages: contact === undefined ? [] : [{ ...contact, steps: [meeting] }], reminders: [] },
  });

test('an invitation goes out a week before its meeting, which lies on a working day', (t) => {
  // T-100 is Saturday 2027-02-20: the meeting is on Monday.
  const run = tell({ world: withMeeting(at('2026-06-01')), until: at('2027-03-01') });
  t.deepEqual(lines(run, /review/), [
    '2027-02-01 09:00 task contact/review for li due 2027-02-08 18:00',
    '2027-02-15 09:00 mail contact/review/invitation to con_1',
  ]);
  const [mail] = run.looks.flatMap((look) =>
    look.decision.effects.flatMap((e) => (e.kind === 'send outreach' ? [e.meeting] : [])),
  );
  t.like(mail, { date: '2027-02-22', time: '10:00', minutes: 45, startsAt: at('2027-02-22') });
});

test('nobody is invited to a meeting that is over', (t) => {
  const run = tell({ world: withMeeting(at('2027-02-24')), from: at('2027-02-24'), until: at('2027-03-01') });
  t.deepEqual(lines(run, /invitation/), ['2027-02-24 10:00 no mail contact/review/invitation: too late']);
});

test('an invitation to a zone that the world does not hold falls back to the team’s', (t) => {
  const contacts = CLIENT.contacts.map((c) => ({ ...c, zone: 'Mars/Olympus' as ZoneId }));
  t.is(mailsOf(tell({ world: snapshot({ client: { contacts } }), until: at('2027-02-02') })).length, 1);
});

test('each reply is a task: a second one, after the first was dealt with, is a task again', (t) => {
  const reply = (when: string) => event('reply received', at(when), { contactId: 'con_1', summary: 'hm' });
  const script = [
    reply('2027-02-02'),
    reply('2027-02-03'),
    command('step completed', at('2027-02-04'), 'li', { step: 'reply', note: 'answered' }),
    reply('2027-02-20'),
  ];
  t.deepEqual(
    lines(tell({ script, until: at('2027-02-21') }), /task engine\/reply/).map((line) => line.slice(0, 10)),
    ['2027-02-02', '2027-02-04', '2027-02-20'],
  );
});

test('a bounce at one contact does not stop the mail to another', (t) => {
  const bounced = event('mail bounced', at('2027-02-02'), { contactId: 'con_2', effectId: 'x', reason: '550' });
  const run = tell({ script: [bounced], until: at('2027-02-20') });
  t.true(lines(run, /mail contact\/intro\/2 to con_1/).length === 1);
});

test('what comes next is no mail that a stop holds back; it is looked at on its day all the same', (t) => {
  const script = [event('reply received', at('2027-02-03'), { contactId: 'con_1', summary: 'we will see' })];
  const run = tell({ script, until: at('2027-02-03') });
  const decision = run.looks.at(-1)?.decision;
  t.not(decision?.view.next?.what, 'mail');
  const silent = tell({ until: at('2027-02-03') });
  t.deepEqual(
    mailsOf(tell({ script })).filter(({ key }) => key.startsWith('contact/')),
    mailsOf(silent).filter(({ key }) => key.startsWith('contact/')),
  );
  for (const look of tell({ script }).looks) {
    const { view, wakeAt } = look.decision;
    if (view.next !== null) t.true(wakeAt !== null && wakeAt <= view.next.at);
    if (view.next?.what !== 'mail') continue;
    t.not(view.next.params['template'], 'renewal-intro', look.at);
  }
});
