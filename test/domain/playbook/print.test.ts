import test from 'ava';
import * as fc from 'fast-check';
import {
  describePlaybook,
  parseDocument,
  parsePlaybook,
  printLadder,
  printPlaybook,
  printSavePlans,
} from '../../../domain/playbook/index.ts';
import {
  Fault,
  parseCap,
  parsePoint,
  parseSeries,
  parseSpan,
  parseWindow,
} from '../../../domain/playbook/parse/phrases.ts';
import { pointText, spanText } from '../../../domain/playbook/phrasing.ts';
import type { DatePoint } from '../../../domain/playbook/types.ts';
import { loadShippedPlaybooks } from '../../../playbooks/index.ts';
import { SAMPLE } from './sample.ts';

const points: fc.Arbitrary<DatePoint> = fc
  .record({
    anchor: fc.constantFrom('end', 'notice', 'stage', 'invoice'),
    amount: fc.integer({ min: -36, max: 36 }),
    unit: fc.constantFrom('days', 'business days', 'months'),
  })
  .map((p) => (p.amount === 0 ? { ...p, unit: 'days' } : p));

test('a date that is written in either language is read as the same date', (t) => {
  fc.assert(
    fc.property(points, fc.constantFrom('en', 'zh-CN'), (point, locale) => {
      t.deepEqual(parsePoint(pointText(point, locale)), point);
    }),
  );
});

test('a span that is written in either language is read as the same span', (t) => {
  const spans = fc.record({
    amount: fc.integer({ min: 1, max: 700 }),
    unit: fc.constantFrom('days', 'business days', 'business hours'),
  });
  fc.assert(
    fc.property(spans, fc.constantFrom('en', 'zh-CN'), (span, locale) => {
      t.deepEqual(parseSpan(spanText(span, locale)), span);
    }),
  );
});

const reads = test.macro({
  exec(t, text: string, expected: unknown) {
    const found = [parsePoint, parseSpan, parseCap, parseWindow, parseSeries]
      .map((parse) => parse(text))
      .find((result) => !(result instanceof Fault));
    t.deepEqual(found, expected);
  },
  title: (_, text) => `"${text}" is understood`,
});

test(reads, '120 days before the contract end', { anchor: 'end', amount: -120, unit: 'days' });
test(reads, '2 weeks before notice', { anchor: 'notice', amount: -14, unit: 'days' });
test(reads, 'On the end date', { anchor: 'end', amount: 0, unit: 'days' });
test(reads, '0 days before end', { anchor: 'end', amount: 0, unit: 'days' });
test(reads, '1 month after invoice due', { anchor: 'invoice', amount: 1, unit: 'months' });
test(reads, '到期前120天', { anchor: 'end', amount: -120, unit: 'days' });
test(reads, '通知截止日前 30 天', { anchor: 'notice', amount: -30, unit: 'days' });
test(reads, '阶段开始后3个工作日', { anchor: 'stage', amount: 3, unit: 'business days' });
test(reads, '合同到期日', { anchor: 'end', amount: 0, unit: 'days' });
test(reads, '5个工作日', { amount: 5, unit: 'business days' });
test(reads, '2 weeks', { amount: 14, unit: 'days' });
test(reads, '60天内最多3次', { count: 3, days: 60 });
test(reads, '09:00–17:30', { from: '09:00', to: '17:30' });
test(reads, 'every 7 days from 14 days before end to on end', [
  { anchor: 'end', amount: -14, unit: 'days' },
  { anchor: 'end', amount: -7, unit: 'days' },
  { anchor: 'end', amount: 0, unit: 'days' },
]);

test('every shipped document is printed and read back unchanged', (t) => {
  const { playbooks, ladders, savePlans } = loadShippedPlaybooks();
  for (const { value } of playbooks) {
    t.deepEqual(parseDocument(printPlaybook(value)), {
      ok: true,
      value: { kind: 'playbook', playbook: value },
      warnings: [],
    });
  }
  for (const { value } of ladders) {
    t.deepEqual(parseDocument(printLadder(value)), {
      ok: true,
      value: { kind: 'approvals', ladder: value },
      warnings: [],
    });
  }
  for (const { value } of savePlans) {
    t.deepEqual(parseDocument(printSavePlans(value)), {
      ok: true,
      value: { kind: 'save plans', savePlans: value },
      warnings: [],
    });
  }
});

test('a playbook is described in plain sentences in both languages, as many in each', (t) => {
  for (const { value } of loadShippedPlaybooks().playbooks) {
    const [en, zh] = [describePlaybook(value, 'en'), describePlaybook(value, 'zh-CN')];
    t.is(en.length, zh.length);
    for (const sentence of en) t.regex(sentence, /^["A-Z].*\.$/);
    for (const sentence of zh) t.regex(sentence, /。$|：.+$/);
  }
});

test('a text damaged anywhere is read or refused with a reason, never half', (t) => {
  const piece = fc.constantFrom(
    '',
    ':',
    '- ',
    '  ',
    '\n',
    '"',
    '[',
    '}',
    '&a ',
    '*a',
    '!',
    '#',
    '\t',
    '99',
    '→',
    '：',
    '%',
  );
  fc.assert(
    fc.property(fc.nat(SAMPLE.length), fc.nat(40), piece, (from, length, by) => {
      const result = parsePlaybook(SAMPLE.slice(0, from) + by + SAMPLE.slice(from + length));
      return result.ok || result.problems.some((p) => p.severity === 'error' && (p.place?.line ?? 0) > 0);
    }),
    { numRuns: 500 },
  );
  t.pass();
});
