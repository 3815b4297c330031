import test from 'ava';
import * as fc from 'fast-check';
import { isWorkday } from '../../../domain/calendar/index.ts';
import type { BusinessCalendar } from '../../../domain/calendar/types.ts';
import { parsePlaybook, resolveDatePoint, sendInstant, timeline } from '../../../domain/playbook/index.ts';
import type { TimelineEntry } from '../../../domain/playbook/index.ts';
import { parsePoint } from '../../../domain/playbook/parse/phrases.ts';
import type { DatePoint, Playbook } from '../../../domain/playbook/types.ts';
import { addDays, civilDate } from '../../../domain/time/index.ts';
import type { ZoneOffsets } from '../../../domain/time/types.ts';
import { wallTime } from '../../../domain/time/wall-time.ts';
import { BERLIN, calendar, SHANGHAI, springFestival2026, UTC } from '../calendar/calendars.ts';
import { SAMPLE, sampleWith } from './sample.ts';

const plain = calendar({ coveredYears: [2025, 2026, 2027, 2028] });
const cn = springFestival2026();

function playbookOf(text: string): Playbook {
  const result = parsePlaybook(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

function planOf(
  text: string,
  end: string,
  notice: string | null = null,
  cal: BusinessCalendar = plain,
  clientZone: ZoneOffsets = UTC,
): readonly TimelineEntry[] {
  const term = { endDate: civilDate(end), noticeDate: notice === null ? null : civilDate(notice), startDate: null };
  return timeline(playbookOf(text), term, { team: cal, client: cal, clientZone });
}

function line(entry: TimelineEntry): string {
  return `${entry.date} ${entry.kind} ${entry.stage ?? '–'}/${entry.step ?? '–'} ${entry.occurrence}`;
}

const resolves = test.macro({
  exec(t, phrase: string, expected: string | null, end = '2026-12-31', cal: BusinessCalendar = plain) {
    const point = parsePoint(phrase) as DatePoint;
    const anchors = { end: civilDate(end), notice: null, stage: civilDate('2026-06-05'), invoice: null };
    t.is(resolveDatePoint(point, anchors, cal), expected === null ? null : civilDate(expected));
  },
  title: (_: string | undefined, phrase: string, expected: string | null, end?: string, _cal?: BusinessCalendar) =>
    `${phrase}, the end being ${end ?? '2026-12-31'}, is ${expected ?? 'unknown'}`,
});

test(resolves, '1 day before end', '2026-12-30');
test(resolves, 'on end', '2026-12-31');
test(resolves, '1 day after end', '2027-01-01');
test(resolves, '120 days before end', '2026-09-02');
test(resolves, '1 month before end', '2026-11-30');
test(resolves, '1 month before end', '2028-02-29', '2028-03-31');
test(resolves, '1 month before end', '2027-02-28', '2027-03-31');
test(resolves, '12 months before end', '2027-02-28', '2028-02-29');
test(resolves, '1 day before end', '2028-02-29', '2028-03-01');
test(resolves, '1 business day after stage', '2026-06-08');
test(resolves, '5 business days before end', '2026-12-24');
test(resolves, '1 business day before end', '2026-02-14', '2026-02-24', cn);
test(resolves, '30 days before notice', null);
test(resolves, '3 days after invoice', null);

const WINDOW = { from: wallTime('09:00') };
const sends = test.macro({
  exec(t, date: string, legal: boolean, expected: string, cal: BusinessCalendar = cn, zone: ZoneOffsets = SHANGHAI) {
    t.is(String(sendInstant(civilDate(date), cal, zone, WINDOW, legal)), expected);
  },
  title: (
    what: string | undefined,
    date: string,
    legal: boolean,
    _expected: string,
    _cal?: BusinessCalendar,
    _zone?: ZoneOffsets,
  ) => `${legal ? 'a legal notice' : 'mail'} for ${date} ${what ?? ''}`,
});

test('(Friday before the festival) goes out that day', sends, '2026-02-13', false, '2026-02-13T01:00:00.000Z');
test('(a make-up Saturday) goes out that day', sends, '2026-02-14', false, '2026-02-14T01:00:00.000Z');
test('(first day of the festival) waits for its end', sends, '2026-02-15', false, '2026-02-24T01:00:00.000Z');
test('(last day of the festival) waits for the next day', sends, '2026-02-23', false, '2026-02-24T01:00:00.000Z');
test('(the day after) goes out that day', sends, '2026-02-24', false, '2026-02-24T01:00:00.000Z');
test('(last day of the festival) goes out before it', sends, '2026-02-23', true, '2026-02-14T01:00:00.000Z');
test('(a plain Sunday) goes out on the make-up Saturday', sends, '2026-03-01', true, '2026-02-28T01:00:00.000Z');
test('(at the recipient in Berlin, winter)', sends, '2026-03-27', false, '2026-03-27T08:00:00.000Z', plain, BERLIN);
test('(at the recipient in Berlin, summer)', sends, '2026-03-30', false, '2026-03-30T07:00:00.000Z', plain, BERLIN);

test('the plan of the sample reads like a calendar', (t) => {
  t.deepEqual(planOf(SAMPLE, '2026-12-31').map(line), [
    '2026-09-02 opens –/– 1',
    '2026-09-02 stage contact/– 1',
    '2026-09-02 mail contact/intro 1',
    '2026-09-04 task contact/call 1',
    '2026-09-04 stalled contact/50% 1',
    '2026-09-07 stage payment/– 1',
    '2026-09-09 due contact/– 1',
    '2026-09-09 stalled contact/100% 1',
    '2026-09-14 due payment/– 1',
    '2026-09-16 stalled contact/timeout 1',
    '2026-09-17 stalled contact/200% 1',
    '2026-10-02 mail contact/intro 2',
    '2026-11-02 mail contact/intro 3',
    '2026-11-06 stalled payment/timeout 1',
    '2026-12-31 end –/– 1',
    '2027-01-30 lapses –/– 1',
  ]);
});

test('a date that a weekend moves says from where', (t) => {
  // 60 days before 31 December 2026 is Sunday, 1 November.
  const moved = planOf(SAMPLE, '2026-12-31').find((e) => e.kind === 'mail' && e.occurrence === 3);
  t.is(moved?.note?.en, 'moved from 2026-11-01 (weekend)');
  t.regex(moved?.note?.['zh-CN'] ?? '', /^顺延，原定 2026-11-01（周末）$/);
  t.is(planOf(SAMPLE, '2026-12-31').find((e) => e.kind === 'mail')?.note, undefined);
});

test('the Spring Festival moves mail behind it and names itself', (t) => {
  const plan = planOf(SAMPLE, '2026-05-18', null, { ...cn, coveredYears: [2026] }, SHANGHAI);
  const mail = plan.find((e) => e.kind === 'mail' && e.occurrence === 2);
  // 90 days before 18 May is 17 February, in the festival.
  t.is(mail?.date, civilDate('2026-02-24'));
  t.is(mail?.at, '2026-02-24T01:00:00.000Z' as TimelineEntry['at']);
  t.is(
    mail?.note?.en,
    'moved from 2026-02-17 (2026-02-17)'.replace('(2026-02-17)', `(${cn.daysOff[civilDate('2026-02-17')]?.en})`),
  );
});

test('one day later on the end moves every planned day, never backwards', (t) => {
  for (const end of ['2028-02-27', '2028-02-28', '2028-02-29']) {
    const before = planOf(SAMPLE, end);
    const after = planOf(SAMPLE, addDays(civilDate(end), 1));
    for (const entry of before) {
      const same = after.find(
        (e) =>
          e.kind === entry.kind &&
          e.stage === entry.stage &&
          e.step === entry.step &&
          e.occurrence === entry.occurrence,
      );
      t.true(same !== undefined && same.at >= entry.at, line(entry));
    }
  }
});

const WITH_NOTICE = sampleWith(
  '[120 days before end, 90 days before end, 60 days before end]',
  '[14 days before notice, on notice]\n        legal notice: true',
);

test('legal notices hang on the notice deadline and never come after it', (t) => {
  // 31 October 2026 is a Saturday.
  const plan = planOf(WITH_NOTICE, '2026-12-31', '2026-10-31');
  t.deepEqual(plan.filter((e) => e.kind === 'mail').map(line), [
    '2026-10-16 mail contact/intro 1',
    '2026-10-30 mail contact/intro 2',
  ]);
  t.true(plan.some((e) => e.kind === 'notice' && e.date === civilDate('2026-10-31')));
});

test('without a notice deadline nothing hangs on it', (t) => {
  const plan = planOf(WITH_NOTICE, '2026-12-31');
  t.deepEqual(
    plan.filter((e) => e.kind === 'mail' || e.kind === 'notice'),
    [],
  );
});

test('a year whose days off are not known makes the plan provisional', (t) => {
  const plan = planOf(SAMPLE, '2026-12-31', null, calendar({ coveredYears: [2026] }));
  t.deepEqual([...new Set(plan.filter((e) => e.provisional).map((e) => e.kind))], ['lapses']);
});

test('the stage that waits for the client has no escalation but its timeout', (t) => {
  const steps = planOf(SAMPLE, '2026-12-31').filter((e) => e.kind === 'stalled' && e.stage === 'payment');
  t.deepEqual(
    steps.map((e) => e.step),
    ['timeout'],
  );
});

test('payment reminders hang on the invoice as it is planned, and say so', (t) => {
  const text = sampleWith(
    'risk:',
    'reminders:\n  - outreach: pay\n    template: payment-reminder\n    to: billing\n    at: [on invoice, 3 days after invoice]\nrisk:',
  );
  const mails = planOf(text, '2026-12-31').filter((e) => e.step === 'pay');
  // The payment stage begins on 7 September, the invoice is due 30 days later.
  t.deepEqual(mails.map(line), ['2026-10-07 mail –/pay 1', '2026-10-12 mail –/pay 2']);
  t.true(mails.every((e) => e.provisional && e.note !== undefined));
});

test('whatever the end date, mail goes out on working days and the plan is in order', (t) => {
  const playbook = playbookOf(SAMPLE);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_000 }), (days) => {
      const endDate = addDays(civilDate('2024-01-01'), days);
      const plan = timeline(
        playbook,
        { endDate, noticeDate: null, startDate: null },
        { team: cn, client: cn, clientZone: SHANGHAI },
      );
      for (const [i, entry] of plan.entries()) {
        if (i > 0) t.true((plan[i - 1]?.at ?? '') <= entry.at);
        if (entry.kind === 'mail' || entry.kind === 'stage') t.true(isWorkday(cn, entry.date));
      }
    }),
    { numRuns: 200 },
  );
});
