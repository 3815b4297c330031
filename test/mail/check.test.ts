import test from 'ava';
import type { Problem } from '../../domain/errors/index.ts';
import { explain } from '../../domain/errors/index.ts';
import type { Need } from '../../mail/model.ts';
import { checkTemplate, variablesOf } from '../../mail/render/check.ts';

function check(body: string, options: { subject?: string; needs?: readonly Need[]; zh?: string } = {}): Problem[] {
  const subject = options.subject ?? 'Subject';
  return checkTemplate({
    id: 'sample',
    subject: { en: subject, 'zh-CN': subject },
    body: { en: body, 'zh-CN': options.zh ?? body },
    ...(options.needs === undefined ? {} : { needs: options.needs }),
  });
}

const refused = test.macro({
  exec(t, body: string, code: string, line: number, column: number) {
    const problems = check(body, { zh: 'x' });
    t.deepEqual(
      problems.filter((p) => p.severity === 'error').map((p) => [p.code, p.place]),
      [[code, { field: 'body.en', line, column }]],
    );
  },
  title: (title = '', body: string, code: string) =>
    `${title} ${JSON.stringify(body.slice(0, 60))} is ${code}, with its place`,
});

test('B084:', refused, 'Hello,\n{{ contract.nope }}', 'template.unknown_variable', 2, 4);
test('B084: a whole group', refused, '{{ contract }}', 'template.unknown_variable', 1, 4);
test('B084: inside a condition', refused, 'x{% if quote.total > 1 %}y{% endif %}', 'template.unknown_variable', 1, 8);
test('B084: a computed name', refused, '{{ contract[client.name] }}', 'template.unknown_variable', 1, 4);
test('B085:', refused, 'a\n  {% if client.name %}b', 'template.syntax', 2, 3);
test('B085:', refused, '{{ client.name | shout }}', 'template.syntax', 1, 1);
test('B085:', refused, 'x {% wobble %}', 'template.syntax', 1, 3);
test('B085:', refused, 'x {{ client.name', 'template.syntax', 1, 3);
test('B085:', refused, '{{ client.name + 1 }}', 'template.syntax', 1, 17);
test('B086:', refused, '{% for i in (1..100000000) %}{% endfor %}', 'template.limit', 1, 1);
test(
  'B086:',
  refused,
  '{% assign a = "x" | split: "" %}{% for i in (1..60) %}{% assign a = a | concat: a %}{% endfor %}',
  'template.limit',
  1,
  55,
);
test(
  'B086: loops in loops',
  refused,
  '{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}',
  'template.limit',
  1,
  25,
);
test('B086: 1 MB', refused, 'x'.repeat(1_000_000), 'template.limit', 1, 1);
test('B087:', refused, 'x{% include "/etc/passwd" %}', 'template.tag_forbidden', 1, 2);
test('B087:', refused, '{% render "/etc/passwd" %}', 'template.tag_forbidden', 1, 1);
test('B087:', refused, '{% layout "/etc/passwd" %}', 'template.tag_forbidden', 1, 1);
test('B087: text that bypasses the escaping', refused, '{% raw %}{{ x }}{% endraw %}', 'template.tag_forbidden', 1, 1);
test('B088:', refused, '{{ contract.constructor }}', 'template.unknown_variable', 1, 4);
test('B088:', refused, '{{ __proto__ }}', 'template.unknown_variable', 1, 4);
test('B088:', refused, '{{ contract.number.constructor }}', 'template.unknown_variable', 1, 4);
test('unescaped output:', refused, '{{ client.name | raw }}', 'template.syntax', 1, 1);
test('the clock:', refused, '{{ "now" | date: "%Y" }}', 'template.syntax', 1, 1);
test('a link:', refused, 'one\ntwo [x](javascript:alert)', 'template.link_forbidden', 2, 5);
test('a link whose scheme is data:', refused, '[x]({{ client.name }})', 'template.link_forbidden', 1, 1);
test('a picture:', refused, '![logo](https://example.com/a.png)', 'template.link_forbidden', 1, 1);
test('an empty text:', refused, ' \n', 'template.text_missing', 1, 1);

test('B084: the near names are offered, in both languages', (t) => {
  const [problem] = check('{{ contract.endDat }}');
  t.truthy(problem);
  if (problem === undefined) return;
  t.regex(String(problem.params.near), /^contract\.endDate,/);
  t.is(explain(problem, 'en').what, 'There is no variable "contract.endDat"');
  t.is(explain(problem, 'zh-CN').what, '没有名为“contract.endDat”的变量');
});

test('B086: a template without end is stopped in time, and the next one is not affected', (t) => {
  const before = performance.now();
  check('{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}');
  t.true(performance.now() - before < 5000);
  t.deepEqual(check('{{ client.name }}'), []);
});

test('both languages are checked, the subject too', (t) => {
  const problems = check('x', { subject: '{{ nope }}', zh: '{% if %}' });
  t.deepEqual(
    problems.map((p) => p.place?.field),
    ['body.zh-CN', 'subject.en', 'subject.zh-CN'],
  );
});

test('languages that read different variables are a warning, which names them', (t) => {
  const problems = check('{{ client.name }}', { zh: '{{ owner.name }}' });
  t.deepEqual(problems, [
    {
      code: 'template.languages_differ',
      params: { field: 'body', en: 'client.name', zh: 'owner.name' },
      place: { field: 'body' },
      severity: 'warning',
    },
  ]);
});

test('a template that reads more than it says it needs is refused', (t) => {
  t.deepEqual(
    check('{{ quote.amount }}', { needs: ['dates'] }).map((p) => [p.code, p.params.need]),
    [
      ['template.need_missing', 'quote'],
      ['template.need_missing', 'quote'],
    ],
  );
  t.deepEqual(check('{{ quote.amount }}', { needs: ['quote'] }), []);
});

test('what a template tests for need not be declared', (t) => {
  t.deepEqual(check('x{% if contract.noticeDate %}{{ contract.noticeDate }}{% endif %}', { needs: [] }), []);
});

test('reading it outside of that test is found by trying it', (t) => {
  const problems = check('{% if contract.noticeDate %}a{% endif %}{{ contract.noticeDate }}', { needs: [] });
  t.deepEqual(new Set(problems.map((p) => p.code)), new Set(['template.missing_value']));
});

test('a text that vanishes on some day is found by trying it', (t) => {
  t.deepEqual(
    check('{% if contract.daysUntilEnd != 1 %}x{% endif %}').map((p) => [p.code, p.place?.field]),
    [
      ['mail.empty', 'body.en'],
      ['mail.empty', 'body.zh-CN'],
    ],
  );
  t.deepEqual(
    check('x', { subject: '{% if contract.daysUntilEnd == 30 %}x{% endif %}' }).map((p) => p.code),
    ['subject.empty', 'subject.empty'],
  );
});

test('conditions, cases, own variables and comments are allowed', (t) => {
  const body = [
    '{% assign days = contract.daysUntilEnd | abs %}{{ days }}',
    '{% case quote.termMonths %}{% when 12 %}a year{% else %}{{ quote.termMonths }}{% endcase %}',
    '{% unless contract.daysUntilEnd > 1 %}soon{% endunless %}{% comment %}not sent{% endcomment %}',
    '[mail](mailto:{{ owner.email }}) [site](https://example.com)',
  ].join('\n\n');
  t.deepEqual(check(body), []);
});

test('the variables of a template are those of all its texts', (t) => {
  const texts = { en: '{{ client.name }} {% if quote.amount %}x{% endif %}', 'zh-CN': '{{ owner.name }} {{ nope }}' };
  const found = variablesOf({ id: 'x', subject: { en: '{{ contract.number }}', 'zh-CN': 'x' }, body: texts });
  t.deepEqual([...found].sort(), ['client.name', 'contract.number', 'owner.name', 'quote.amount']);
});
