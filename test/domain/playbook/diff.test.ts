import test from 'ava';
import * as fc from 'fast-check';
import { compareDocuments, compareSentences, describePlaybook, parsePlaybook } from '../../../domain/playbook/index.ts';
import type { Playbook } from '../../../domain/playbook/types.ts';
import { SAMPLE, sampleWith } from './sample.ts';

function read(text: string): Playbook {
  const parsed = parsePlaybook(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

const sample = read(SAMPLE);

const changed = test.macro(
  (t, part: string, by: string, kind: string, path: string, before: unknown, after: unknown) => {
    const changes = compareDocuments(sample, read(sampleWith(part, by)));
    t.deepEqual(changes, [{ kind, path, before, after }] as unknown as typeof changes);
  },
);

test(
  'a name is changed in one language',
  changed,
  'zh-CN: 致电客户',
  'zh-CN: 电话联系客户',
  'changed',
  'stages.contact.steps.call.name.zh-CN',
  '致电客户',
  '电话联系客户',
);
test(
  'a span is one value, at the stage that it belongs to',
  changed,
  'due: 2 business days',
  'due: 3 business days',
  'changed',
  'stages.contact.steps.call.due',
  { amount: 2, unit: 'business days' },
  { amount: 3, unit: 'business days' },
);
test(
  'a level of escalation is known by its percentage',
  changed,
  '      - at: 50% of due → warn the owner\n',
  '',
  'removed',
  'stages.contact.stalled.50',
  { at: 50, action: { kind: 'warn owner' } },
  null,
);
test(
  'a condition that was not there is added',
  changed,
  '        due: 2 business days\n',
  '        due: 2 business days\n        when: client.tier == "A"\n',
  'added',
  'stages.contact.steps.call.when',
  null,
  'client.tier == "A"',
);

test('a stage that was moved is the same stage; one more in front of it moves nothing', (t) => {
  const [first, second] = sample.stages;
  if (first === undefined || second === undefined) return t.fail('no two stages');
  const swapped = compareDocuments(sample, { ...sample, stages: [second, first] });
  t.is(swapped.length, 1);
  t.like(swapped[0], { kind: 'moved' });
  const more = { ...first, id: 'prepare' };
  const paths = compareDocuments(sample, { ...sample, stages: [more, first, second] }).map(({ kind, path }) => [
    kind,
    path,
  ]);
  t.deepEqual(paths, [['added', 'stages.prepare']]);
});

test('a document differs in nothing from itself, and both ways tell the same paths', (t) => {
  t.deepEqual(compareDocuments(sample, sample), []);
  const other = read(sampleWith('at most: 6 in 60 days', 'at most: 5 in 60 days'));
  const there = compareDocuments(sample, other);
  const back = compareDocuments(other, sample);
  t.true(there.length > 0);
  t.deepEqual(
    back.map(({ path, before, after }) => [path, after, before]),
    there.map(({ path, before, after }) => [path, before, after]),
  );
});

test('sentences: what one of two lists says is told, and either list can be read out of the difference', (t) => {
  const lists = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  fc.assert(
    fc.property(lists, lists, (before, after) => {
      const told = compareSentences(before, after);
      const without = (kind: string) => told.filter((one) => one.kind !== kind).map(({ text }) => text);
      t.deepEqual(without('added'), before);
      t.deepEqual(without('removed'), after);
    }),
  );
  const later = read(sampleWith('lapses: 30 days after end', 'lapses: 45 days after end'));
  for (const locale of ['en', 'zh-CN'] as const) {
    const told = compareSentences(describePlaybook(sample, locale), describePlaybook(later, locale));
    const news = told.filter(({ kind }) => kind !== 'same');
    t.deepEqual(
      news.map(({ kind }) => kind),
      ['removed', 'added'],
    );
    t.regex(news[1]?.text ?? '', /45/);
  }
});
