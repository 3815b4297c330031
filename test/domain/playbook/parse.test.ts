import test from 'ava';
import { explain } from '../../../domain/errors/index.ts';
import type { ErrorCode, Problem } from '../../../domain/errors/index.ts';
import {
  parseDocument,
  parseLadder,
  parsePlaybook,
  parseSavePlans,
  printLadder,
} from '../../../domain/playbook/index.ts';
import type { ParseOptions } from '../../../domain/playbook/index.ts';
import { SAMPLE, sampleWith } from './sample.ts';

function problemsOf(text: string, options: ParseOptions = {}): readonly Problem[] {
  const result = parsePlaybook(text, options);
  return result.ok ? result.warnings : result.problems;
}

function placeOf(text: string, part: string): string {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

test('the sample parses without a warning', (t) => {
  const result = parsePlaybook(SAMPLE);
  if (!result.ok) return t.fail(JSON.stringify(result.problems));
  t.deepEqual(result.warnings, []);
  const { value } = result;
  t.deepEqual(value.opens, { anchor: 'end', amount: -120, unit: 'days' });
  t.deepEqual(value.stages[0]?.stalled[1], { at: 100, action: { kind: 'escalate', to: 'sales-manager' } });
  t.deepEqual(value.stages[1]?.timeout.after, { amount: 60, unit: 'days' });
  t.deepEqual(value.stages[1]?.starts, { anchor: 'stage', amount: 3, unit: 'business days' });
  t.deepEqual(value.risk, [
    { id: 'low-health', when: 'health.known && health.score < 50', cause: 'low-use', holdOutreach: true },
  ]);
  t.is(value.stages[0]?.steps[0]?.kind === 'task' && value.stages[0].steps[0].owner, 'sales-rep');
});

/** The one problem of a text: its code, and where it stands. */
const wrong = test.macro({
  exec(t, text: string, code: ErrorCode, at?: string) {
    const [first, ...more] = problemsOf(text);
    t.is(first?.code, code);
    t.is(first?.severity, 'error');
    t.deepEqual(
      more.map((p) => p.code),
      [],
    );
    if (at !== undefined) t.is(`${first?.place?.line}:${first?.place?.column}`, at);
    if (first !== undefined) {
      for (const locale of ['en', 'zh-CN'] as const) {
        const { what, fix } = explain(first, locale);
        t.notRegex(`${what}${fix}`, /\{\w+\}/, 'every placeholder is filled');
      }
    }
  },
  title: (row: string | undefined, _text: string, code: ErrorCode, _at?: string) => `${row ?? ''}: ${code}`,
});

const bomb = Array.from({ length: 9 }, (_, i) =>
  i === 0
    ? 'a0: &a0 [x, x]'
    : `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
).join('\n');

test('B001 empty file', wrong, '', 'playbook.empty', '1:1');
test('B001 only comments', wrong, '# nothing\n# here\n', 'playbook.empty');
test(
  'B002 tab indentation',
  wrong,
  sampleWith('    owner: sales-rep', '\towner: sales-rep'),
  'yaml.syntax.tab',
  '16:1',
);
test(
  'B003 duplicate key',
  wrong,
  sampleWith('    owner: sales-rep', '    owner: sales-rep\n    owner: legal'),
  'yaml.duplicate_key',
  '17:5',
);
test('B005 5,000 nested brackets', wrong, `playbook: ${'['.repeat(5_000)}`, 'yaml.depth');
test('B005 5,000 nested dashes', wrong, `${'- '.repeat(5_000)}x`, 'yaml.depth');
test('B006 3 MB', wrong, `${SAMPLE}# ${'x'.repeat(3_000_000)}`, 'playbook.too_large');
test('B007 two documents', wrong, `${SAMPLE}---\nplaybook: other\n`, 'yaml.multiple_documents');
test('B008 !!js/function', wrong, sampleWith('{ en: Sample, zh-CN: 示例 }', '!!js/function "x"'), 'yaml.tag');
test('B008 !include', wrong, sampleWith('approvals: discount-ladder', 'approvals: !include s.yml'), 'yaml.tag');
test('B009 __proto__', wrong, sampleWith('risk:', '__proto__: { a: 1 }\nrisk:'), 'key.forbidden');
test('B009 constructor as an id', wrong, sampleWith('task: call', 'task: constructor'), 'key.forbidden');
test('B010 unknown field', wrong, sampleWith('risk:', 'remindr: []\nrisk:'), 'field.unknown', placeOf(SAMPLE, 'risk:'));
test(
  'B011 a number without unit',
  wrong,
  sampleWith('opens: 120 days before end', 'opens: 90'),
  'duration.unit',
  '4:8',
);
test('B011 a length without unit', wrong, sampleWith('due: 2 business days', 'due: 2'), 'duration.unit');
test(
  'B011 a length without anchor',
  wrong,
  sampleWith('opens: 120 days before end', 'opens: 90 days'),
  'duration.anchor',
);
test('B012 dayz', wrong, sampleWith('opens: 120 days before end', 'opens: -90 dayz'), 'duration.point');
test('B012 P1Y2W3X', wrong, sampleWith('due: 2 business days', 'due: P1Y2W3X'), 'duration.syntax');
test(
  'B013 after the end',
  wrong,
  sampleWith('60 days before end]', '25 days after end]'),
  'step.order',
  placeOf(SAMPLE, '60 days before end]'),
);
test('B014 25:00', wrong, sampleWith('09:00 to 17:00', '09:00 to 25:00'), 'time.syntax');
test('B014 9', wrong, sampleWith('09:00 to 17:00', '9 to 17:00'), 'time.syntax');
test('B014 12:30:45', wrong, sampleWith('09:00 to 17:00', '09:00 to 12:30:45'), 'time.syntax');
test('B014 010', wrong, sampleWith('09:00 to 17:00', '010'), 'time.window_syntax');
test('B015 a time zone has no place here', wrong, sampleWith('risk:', 'zone: EST5\nrisk:'), 'field.unknown');
test('B016 yes is no boolean', wrong, sampleWith('        at most: 3 in 60 days', '        legal notice: yes'), 'type');
test('B017 step id twice', wrong, sampleWith('outreach: intro', 'outreach: call'), 'step.id_duplicate');
test('B017 step id with blanks', wrong, sampleWith('task: call', 'task: a b/..'), 'step.id_syntax');
test('B017 step id of 300 letters', wrong, sampleWith('task: call', `task: ${'a'.repeat(300)}`), 'step.id_syntax');
test('B018 there are no jumps', wrong, sampleWith('task: call', 'task: call\n        next: stepX'), 'field.unknown');
test(
  'B018 stages out of order',
  wrong,
  sampleWith('starts: 3 business days after stage', 'starts: 200 days before end'),
  'opening.order',
);
test(
  'B018 a step that is never reached',
  wrong,
  sampleWith('60 days before end]', '45 days after end]\n        after end: true'),
  'step.never',
);
test(
  'B020 repeat every minute',
  wrong,
  sampleWith(
    '[120 days before end, 90 days before end, 60 days before end]',
    'every 1 minute from 90 days before end to on end',
  ),
  'repeat.limit',
);
test(
  'B020 repeat 91 times',
  wrong,
  sampleWith(
    '[120 days before end, 90 days before end, 60 days before end]',
    'every 1 day from 90 days before end to on end',
  ),
  'repeat.limit',
);
test(
  'B023 a recipient that is no role',
  wrong,
  sampleWith('to: decision-maker', 'to: contract.owner.mail'),
  'recipient.unknown',
);
test(
  'B024 1,000 steps',
  wrong,
  sampleWith(
    '      - task: call\n        name: { en: Call the client, zh-CN: 致电客户 }\n        due: 2 business days\n',
    Array.from(
      { length: 1_000 },
      (_, i) => `      - task: t${i}\n        name: { en: a, zh-CN: b }\n        due: 1 day\n`,
    ).join(''),
  ),
  'playbook.limit',
);
test(
  'B025 no-break space',
  wrong,
  sampleWith('    owner: sales-rep', '\u00a0   owner: sales-rep'),
  'yaml.syntax.space',
);
test(
  'B025 full-width colon',
  wrong,
  sampleWith('    owner: sales-rep', '    owner\uff1asales-rep'),
  'yaml.syntax.fullwidth',
  '16:10',
);
test('B026 a secret', wrong, sampleWith('risk:', 'smtp_password: hunter2\nrisk:'), 'field.secret');
test('B027 20 digits', wrong, sampleWith('risk:', 'priority: 12345678901234567890\nrisk:'), 'number.range');
test('B027 .nan', wrong, sampleWith('risk:', 'priority: .nan\nrisk:'), 'number.range');
test('B027 1e999', wrong, sampleWith('risk:', 'priority: 1e999\nrisk:'), 'number.range');
test(
  'no wait without a timeout',
  wrong,
  sampleWith('    timeout: 60 days -> escalate to director\n', ''),
  'field.required',
);
test('a timeout that does nothing', wrong, sampleWith('60 days -> escalate to director', '60 days'), 'timeout.syntax');
test('a role that is not ours', wrong, sampleWith('escalate to manager', 'escalate to boss'), 'role.unknown');
test('a text in one language', wrong, sampleWith('{ en: Sample, zh-CN: 示例 }', '{ en: Sample }'), 'language.missing');
test(
  'a condition of the stage that is none',
  wrong,
  sampleWith('client contacted\n', 'client contakted\n'),
  'choice.unknown',
);

test('B004 an alias bomb is refused at once and without memory', (t) => {
  const before = process.memoryUsage().heapUsed;
  const from = performance.now();
  const problems = problemsOf(`playbook: x\n${bomb}`);
  t.true(problems.some((p) => p.code === 'yaml.alias_limit'));
  t.true(performance.now() - from < 500);
  t.true(process.memoryUsage().heapUsed - before < 20_000_000);
});

test('B009 the prototype of objects stays as it is', (t) => {
  problemsOf(sampleWith('risk:', '__proto__: { polluted: 1 }\nrisk:'));
  t.is(Reflect.get({}, 'polluted'), undefined);
});

test('B010 an unknown field names the one that was meant', (t) => {
  t.is(problemsOf(sampleWith('risk:', 'remindr: []\nrisk:'))[0]?.params['near'], 'reminders');
});

test('B019 two mails to one person on one day are a warning that names the day', (t) => {
  const text = sampleWith(
    'risk:',
    'reminders:\n  - outreach: second\n    template: renewal-reminder\n    to: decision-maker\n    at: 90 days before end\nrisk:',
  );
  const [found] = problemsOf(text);
  t.is(found?.code, 'plan.collision');
  t.is(found?.severity, 'warning');
  t.is(found?.params['when'], '90 days before end');
});

test('B022 unknown templates, ladders, save plans and causes are named with what is near', (t) => {
  const codes = problemsOf(SAMPLE, {
    knownTemplates: ['renewal-intros'],
    knownLadders: ['discounts'],
    knownSavePlans: [{ id: 'standard', plans: [{ cause: 'price' }] }],
  }).map((p) => `${p.code} ${p.params['id']} ${p.place?.line}`);
  t.deepEqual(codes, [
    'flow.unknown_target discount-ladder 6',
    'template.unknown renewal-intro 24',
    `flow.unknown_target low-use ${placeOf(SAMPLE, 'open save plan').split(':')[0]}`,
  ]);
});

test('B025 a byte order mark and Windows line ends are accepted', (t) => {
  t.true(parsePlaybook(`\uFEFF${SAMPLE.replaceAll('\n', '\r\n')}`).ok);
});

test('B026 the value of a secret is not repeated', (t) => {
  t.notRegex(JSON.stringify(problemsOf(sampleWith('risk:', 'api_key: hunter2\nrisk:'))), /hunter2/);
});

test('B094–B098 faults of a condition point into its text', (t) => {
  const text = sampleWith('health.score < 50', 'health.scroe < 50');
  const [found] = problemsOf(text);
  t.is(found?.code, 'expr.unknown_field');
  t.is(`${found?.place?.line}:${found?.place?.column}`, placeOf(text, 'scroe'));
  t.is(found?.params['column'], 24);
});

test('a fault in a folded condition is found on its own line', (t) => {
  const text = sampleWith('health.known && health.score < 50', '>-\n      health.known\n      && health.scroe < 50');
  t.is(`${problemsOf(text)[0]?.place?.line}:${problemsOf(text)[0]?.place?.column}`, placeOf(text, 'scroe'));
});

test('everything that is wrong is told at once, in the order of the text', (t) => {
  const text = SAMPLE.replace('opens: 120', 'opens: x120')
    .replace('owner: sales-rep', 'owner: sales')
    .replace('to: decision-maker', 'to: boss')
    .replace('health.score', 'health.scroe');
  t.deepEqual(
    problemsOf(text).map((p) => p.code),
    ['duration.point', 'role.unknown', 'recipient.unknown', 'expr.unknown_field'],
  );
});

test('never more than a hundred problems', (t) => {
  const rules = Array.from({ length: 45 }, (_, i) => `  - rule: r${i}\n    when: a.b && c.d && e.f\n    do: x\n`).join(
    '',
  );
  t.is(problemsOf(`${SAMPLE}reminders: []\n`.replace('risk:\n', `risk:\n${rules}`)).length, 100);
});

test('the file is named in every place', (t) => {
  t.is(problemsOf('x: 1', { file: 'a.yaml' })[0]?.place?.file, 'a.yaml');
});

const LADDER = `approvals: ladder
name: { en: Ladder, zh-CN: 阶梯 }
due: 1 business day
silence: deny
rules:
  - rule: ten
    name: { en: Ten, zh-CN: 十 }
    when: quote.discountPercent > 10
    any of: [sales-manager]
`;

function ladderCodes(text: string): readonly string[] {
  const result = parseLadder(text);
  return (result.ok ? result.warnings : result.problems).map((p) => p.code);
}

test('a ladder parses', (t) => {
  const result = parseLadder(LADDER);
  if (!result.ok) return t.fail(JSON.stringify(result.problems));
  t.deepEqual(result.value.sla, { due: { amount: 1, unit: 'business days' }, remindAtPercent: 50, silence: 'deny' });
  t.deepEqual(result.value.rules[0]?.approvers, ['sales-manager']);
});

test('B021 a row without approvers, or with the requester alone, is refused', (t) => {
  t.deepEqual(ladderCodes(LADDER.replace('[sales-manager]', '[]')), ['approval.nobody']);
  t.deepEqual(ladderCodes(LADDER.replace('    any of: [sales-manager]\n', '')), ['approval.nobody']);
  t.deepEqual(ladderCodes(`${LADDER.replace('    any of: [sales-manager]\n', '')}    reason required: true\n`), [
    'approval.nobody',
  ]);
  t.deepEqual(ladderCodes(LADDER.replace('[sales-manager]', 'sales-rep')), ['approval.four_eyes']);
  t.deepEqual(ladderCodes(`${LADDER}    all of: director\n`), ['approval.both']);
});

test('a row that names nobody on purpose wants a reason only', (t) => {
  const text = `${LADDER.replace('[sales-manager]', '[]')}    reason required: true\n`;
  const result = parseLadder(text);
  if (!result.ok) return t.fail(JSON.stringify(result.problems));
  t.like(result.value.rules[0], { approvers: [], reasonRequired: true });
  const again = parseLadder(printLadder(result.value));
  t.deepEqual(again.ok ? again.value : again.problems, result.value);
});

test('documents are told apart by their first key', (t) => {
  const ladder = parseDocument(LADDER);
  t.is(ladder.ok && ladder.value.kind, 'approvals');
  const playbook = parseDocument(SAMPLE);
  t.is(playbook.ok && playbook.value.kind, 'playbook');
  const other = parseDocument('calendar: cn\n');
  t.is(!other.ok && other.problems[0]?.code, 'playbook.kind');
  const mixed = parseSavePlans(LADDER);
  t.is(!mixed.ok && mixed.problems[0]?.code, 'playbook.kind');
});
