import test from 'ava';
import type { Fact } from '../../../domain/renewal/facts.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import type { Instant } from '../../../domain/time/types.ts';
import { at, command, logged, PLAYBOOK, quote, snapshot } from '../../helpers/world.ts';
import { calendarOf, DAY, shifted, tell, wall } from './story.ts';

/*
 * Policy of the fixture: the contract ends on Monday 2027-05-31 and opens 120 days before, on Sunday 2027-01-31,
 * which is Monday 2027-02-01 for people. Contact is due after 5 working days, warns at 50 %, escalates at 100 % and
 * 200 %, times out after 20. Team and client work Monday to Friday, 09:00 to 18:00 in Shanghai.
 */

interface Threshold {
  readonly world?: Snapshot;
  readonly script?: readonly Fact[];
  /** Wall time in Shanghai at which it happens. */
  readonly on: string;
  /** What the line of the calendar says. */
  readonly line: string;
}

function instantOf(text: string): Instant {
  return shifted(`${text.replace(' ', 'T')}:00.000Z` as Instant, -8 * 3_600_000);
}

/** It has not happened a day before, nor a moment before; it has at the time, once, and still once a day after. */
const threshold = test.macro<[() => Threshold]>({
  exec(t, make) {
    const { world = snapshot(), script = [], on, line } = make();
    const due = instantOf(on);
    const counted = (until: Instant) =>
      calendarOf(tell({ world, script: script.filter((fact) => fact.at <= until), until })).filter((l) =>
        l.endsWith(` ${line}`),
      );
    t.deepEqual(counted(shifted(due, -DAY)), [], 'a day before');
    t.deepEqual(counted(shifted(due, -1)), [], 'a moment before');
    t.deepEqual(counted(due), [`${wall(due)} ${line}`], 'at the time');
    t.deepEqual(counted(shifted(due, DAY)), [`${wall(due)} ${line}`], 'a day after');
    // A look the moment before finds nothing to do either, and asks to be woken at the time.
    const early = tell({ world, script, until: shifted(due, -1) });
    t.is(early.looks.at(-1)?.decision.wakeAt, due, 'and a wake-up is set for it');
  },
  title: (name) => name ?? '',
});

const contacted = () => command('communication logged', at('2027-02-02'), 'li', logged());
const quoted = (discount: number, when = at('2027-03-02')) =>
  command('quote issued', when, 'li', { quote: quote(discount) });

test('opens 120 days before the end, on the next working day', threshold, () => ({
  on: '2027-02-01 09:00',
  line: 'opened',
}));
test('sends the introduction on the day of opening', threshold, () => ({
  on: '2027-02-01 09:00',
  line: 'mail contact/intro/1 to con_1',
}));
test('sends the second introduction 105 days before the end', threshold, () => ({
  on: '2027-02-15 09:00',
  line: 'mail contact/intro/2 to con_1',
}));

test('warns the owner at 50 % of the five days', threshold, () => ({
  on: '2027-02-03 18:00',
  line: 'warn li: contact 50%',
}));
test('tells the manager at 100 % of the five days', threshold, () => ({
  on: '2027-02-08 18:00',
  line: 'escalate to wang: contact waits for client contacted',
}));
test('tells the director at 200 % of the five days', threshold, () => ({
  on: '2027-02-16 18:00',
  line: 'escalate to chen: contact waits for client contacted',
}));
test('times out after twenty working days, whatever was done', threshold, () => ({
  script: [command('communication logged', at('2027-02-10'), 'li', logged(false))],
  on: '2027-03-01 18:00',
  line: 'escalate to chen: contact timeout waits for client contacted',
}));

for (const [occurrence, on] of [
  [1, '2027-04-01 09:00'],
  [2, '2027-05-03 09:00'],
  [3, '2027-05-17 09:00'],
  [4, '2027-05-24 09:00'],
] as const) {
  test(`sends reminder ${occurrence} of the series`, threshold, () => ({
    on,
    line: `mail reminders/expiry/${occurrence} to con_1`,
  }));
}

test('reminds the approver at 50 % of three working days', threshold, () => ({
  script: [contacted(), quoted(1500)],
  on: '2027-03-04 09:30',
  line: 'remind wang',
}));
test('tells the director when an approval is not given in its time', threshold, () => ({
  script: [contacted(), quoted(1500)],
  on: '2027-03-05 18:00',
  line: 'escalate to chen: quote waits for approval',
}));
test('takes silence at 200 % for a refusal', threshold, () => ({
  script: [contacted(), quoted(1500)],
  on: '2027-03-11 17:00',
  line: 'approval/1/manager rejected by engine',
}));

test('warns of a quote about to expire three working days before', threshold, () => ({
  script: [contacted(), quoted(0)],
  on: '2027-05-17 09:00',
  line: 'task engine/quote-expiring/1 for li due 2027-05-18 18:00',
}));
test('a quote expires when its last day is over', threshold, () => ({
  script: [contacted(), quoted(0)],
  on: '2027-05-21 00:00',
  line: 'quote begun again',
}));

test('lapses when the fourteenth day after the end is over', threshold, () => ({
  on: '2027-06-15 00:00',
  line: 'closed: lapsed',
}));

/** Accepted on 2027-04-01, invoice due on 2027-04-30. */
function invoiced(): Fact[] {
  return [
    contacted(),
    quoted(0),
    command('step completed', at('2027-03-10'), 'zhao', { step: 'review-contract', note: '' }),
    command('quote accepted', at('2027-03-31'), 'zhou', { note: '' }),
    command('invoice issued', at('2027-03-31', 11), 'sun', {
      number: 'INV-1',
      amount: { minor: 12_000_000, currency: 'CNY' },
      dueDate: civilDate('2027-04-30'),
    }),
  ];
}

test('asks finance to suspend when the fourteenth day after the due date is over', threshold, () => ({
  script: invoiced(),
  on: '2027-05-15 00:00',
  line: 'task engine/suspend-service/INV-1 for sun due 2027-05-17 18:00',
}));
test('closes as lost when the thirtieth day after the due date is over', threshold, () => ({
  script: invoiced(),
  on: '2027-05-31 00:00',
  line: 'closed: lost',
}));

const notice = () =>
  snapshot({
    contract: { autoRenew: true, noticeDate: civilDate('2027-03-31') },
    playbook: {
      mode: 'auto-renewing',
      opens: { anchor: 'notice', amount: -60, unit: 'days' },
      stages: PLAYBOOK.stages
        .slice(0, 1)
        .map((stage) => ({ ...stage, steps: [], doneWhen: ['notice window passed'] as const })),
    },
  });
test('an auto-renewing contract opens 60 days before the notice deadline', threshold, () => ({
  world: notice(),
  on: '2027-02-01 09:00',
  line: 'opened',
}));
test('the notice window closes when its last day is over, and the contract renews', threshold, () => ({
  world: notice(),
  on: '2027-04-01 00:00',
  line: 'closed: renewed',
}));
