import test from 'ava';
import { civilDate } from '../../../domain/time/civil.ts';
import { springFestival2026 } from '../calendar/calendars.ts';
import { at, command, logged, PLAYBOOK, snapshot } from '../../helpers/world.ts';
import { lines, tell } from './story.ts';

/*
 * Policy: dates of a playbook are civil dates. Work begins and mail leaves on the next working day, due times and
 * stalls count opening hours. Days off and make-up working days (调休) come from the calendar and nothing else.
 */

const opensFor = test.macro<
  [endDate: string, amount: number, unit: 'days' | 'months' | 'business days', opened: string]
>({
  exec(t, endDate, amount, unit, opened) {
    const starts = { anchor: 'end' as const, amount, unit };
    const [stage] = PLAYBOOK.stages;
    const world = snapshot({
      contract: { startDate: null, endDate: civilDate(endDate), knownSince: at('2023-01-02') },
      playbook: { opens: starts, stages: stage === undefined ? [] : [{ ...stage, starts }], reminders: [] },
    });
    t.deepEqual(lines(tell({ world, from: at('2023-01-02'), until: at('2029-01-01') }), / opened/), [
      `${opened} 09:00 opened`,
    ]);
  },
  title: (name) => name ?? '',
});

test(
  'a year with a leap day: 30 days before 1 March 2028 is 31 January',
  opensFor,
  '2028-03-01',
  -30,
  'days',
  '2028-01-31',
);
test(
  'a year without: 30 days before 1 March 2027 is Saturday 30 January, Monday for people',
  opensFor,
  '2027-03-01',
  -30,
  'days',
  '2027-02-01',
);
test(
  'a contract that ends on the leap day opens 120 days before it',
  opensFor,
  '2028-02-29',
  -120,
  'days',
  '2027-11-01',
);
test('one month before 31 March 2027 is 28 February, a Sunday', opensFor, '2027-03-31', -1, 'months', '2027-03-01');
test('one month before 31 March 2028 is the leap day', opensFor, '2028-03-31', -1, 'months', '2028-02-29');
test('one month before 30 March 2028 is the leap day too', opensFor, '2028-03-30', -1, 'months', '2028-02-29');
test('three months before 31 May 2027 is 28 February, a Sunday', opensFor, '2027-05-31', -3, 'months', '2027-03-01');
test('twelve months before the leap day is 28 February', opensFor, '2028-02-29', -12, 'months', '2027-03-01');
test('ten working days before Monday 31 May 2027', opensFor, '2027-05-31', -10, 'business days', '2027-05-17');

const termAfter = test.macro<[endDate: string, months: number, next: string]>({
  exec(t, endDate, termMonths, next) {
    const world = snapshot({
      contract: { startDate: null, endDate: civilDate(endDate), termMonths, autoRenew: true },
      playbook: { mode: 'auto-renewing' },
    });
    t.regex(lines(tell({ world }), /term 2/)[0] ?? '', new RegExp(`term 2: ${next},`));
  },
  title: (_, endDate, months) => `a term of ${months} months after ${endDate}`,
});

test(termAfter, '2027-01-31', 1, '2027-02-01 to 2027-02-28');
test(termAfter, '2027-02-28', 12, '2027-03-01 to 2028-02-29');
test(termAfter, '2028-02-29', 12, '2028-03-01 to 2029-02-28');
test(termAfter, '2027-12-31', 3, '2028-01-01 to 2028-03-31');

/*
 * Spring Festival 2026: off from Sunday 15 to Monday 23 February; worked on Saturday 14 and Saturday 28 February.
 * The contract ends on 2026-06-11, so that T-120 is Wednesday 2026-02-11.
 */
const festival = (changed: Parameters<typeof snapshot>[0] = {}) =>
  snapshot({
    calendar: springFestival2026(),
    contract: { startDate: null, endDate: civilDate('2026-06-11'), knownSince: at('2026-01-05') },
    ...changed,
  });
const around = (world = festival(), endOn = '2026-03-12') => tell({ world, from: at('2026-01-05'), until: at(endOn) });

test('stalls count over Spring Festival: the holiday stands still, make-up Saturdays run', (t) => {
  t.deepEqual(lines(around(), /opened|task contact|warn|escalate|mail/), [
    '2026-02-11 09:00 opened',
    // Three working days: Thursday 12, Friday 13, Saturday 14 (made up).
    '2026-02-11 09:00 task contact/call for li due 2026-02-14 18:00',
    '2026-02-11 09:00 mail contact/intro/1 to con_1',
    // Due after five: 12, 13, 14, 24, 25 February. Half of the 54 hours are over on the evening of the 13th.
    '2026-02-13 18:00 warn li: contact 50%',
    '2026-02-25 18:00 escalate to wang: contact waits for client contacted',
    '2026-02-26 09:00 mail contact/intro/2 to con_1',
    // Six days more: 26, 27, Saturday 28 (made up), 2, 3, 4 March.
    '2026-03-04 18:00 escalate to chen: contact waits for client contacted',
  ]);
});

test('without the festival the same contract warns and escalates a week earlier', (t) => {
  const plain = snapshot({
    contract: { startDate: null, endDate: civilDate('2026-06-11'), knownSince: at('2026-01-05') },
  });
  t.deepEqual(lines(around(plain), /warn|escalate/), [
    '2026-02-13 18:00 warn li: contact 50%',
    '2026-02-18 18:00 escalate to wang: contact waits for client contacted',
    '2026-02-26 18:00 escalate to chen: contact waits for client contacted',
    '2026-03-11 18:00 escalate to chen: contact timeout waits for client contacted',
  ]);
});

for (const [planned, endDate, opened] of [
  ['Friday 13 February', '2026-06-13', '2026-02-13'],
  ['Saturday 14 February, which is made up', '2026-06-14', '2026-02-14'],
  ['the first day of the holiday', '2026-06-15', '2026-02-24'],
  ['the last day of the holiday', '2026-06-23', '2026-02-24'],
  ['Saturday 28 February, which is made up', '2026-06-28', '2026-02-28'],
  ['Sunday 1 March', '2026-06-29', '2026-03-02'],
] as const) {
  test(`a renewal planned for ${planned} opens on ${opened}`, (t) => {
    const world = festival({
      contract: { startDate: null, endDate: civilDate(endDate), knownSince: at('2026-01-05') },
    });
    t.deepEqual(lines(around(world), / opened|intro\/1/), [
      `${opened} 09:00 opened`,
      `${opened} 09:00 mail contact/intro/1 to con_1`,
    ]);
  });
}

test('a holiday announced while a mail waits moves that mail; what was sent stays sent', (t) => {
  const announced = springFestival2026();
  const before = { ...announced, daysOff: {}, extraWorkDays: {} };
  const dates = { startDate: null, endDate: civilDate('2026-06-03'), knownSince: at('2026-01-05') };
  const first = tell({
    world: snapshot({ calendar: before, contract: dates }),
    from: at('2026-01-05'),
    until: at('2026-02-05'),
  });
  t.deepEqual(lines(first, /mail/), ['2026-02-03 09:00 mail contact/intro/1 to con_1']);
  // T-105 is Wednesday 18 February: in the holiday, once it is known.
  const known = snapshot({ calendar: announced, contract: dates });
  const contacted = command('communication logged', at('2026-02-05'), 'li', logged(false));
  const { looks } = tell({ world: known, from: at('2026-01-05'), script: [contacted], until: at('2026-02-25') });
  const sent = looks.flatMap((look) =>
    look.decision.effects.filter((e) => e.kind === 'send outreach').map((e) => [look.at, e.id]),
  );
  t.deepEqual(
    sent.map(([when]) => when),
    [at('2026-02-03', 9), at('2026-02-24', 9)],
  );
});

test('dates in a year that the calendar does not cover are marked provisional', (t) => {
  const world = festival({
    contract: { startDate: null, endDate: civilDate('2027-05-31'), knownSince: at('2026-01-05') },
  });
  const rows = tell({ world, from: at('2026-01-05'), until: at('2026-01-05') }).looks.at(-1)?.decision.view.rows ?? [];
  t.true(rows.length > 0 && rows.every((row) => row.provisional));
  const covered = around().looks.at(-1)?.decision.view.rows ?? [];
  t.false(covered.some((row) => row.provisional));
});
