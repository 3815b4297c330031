import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { PerennialError } from '../../domain/errors/index.ts';
import { loadShippedTemplates, parseTemplate } from '../../mail/templates.ts';

const GOOD = `# what it is for
template: hello
for: client
needs: [quote]
subject:
  en: 'Quote {{ quote.number }}'
  zh-CN: "报价{{ quote.number }}"
body:
  en: |
    Dear {{ recipient.name }},

    it is valid until {{ quote.validUntil }}.
  zh-CN: |
    {{ recipient.name }}，您好：

    报价有效期至{{ quote.validUntil }}。
`;

test('a template file gives audience, needs and both languages', (t) => {
  t.deepEqual(parseTemplate(GOOD, 'hello.yaml'), {
    template: {
      id: 'hello',
      audience: 'client',
      needs: ['quote'],
      subject: { en: 'Quote {{ quote.number }}', 'zh-CN': '报价{{ quote.number }}' },
      body: {
        en: 'Dear {{ recipient.name }},\n\nit is valid until {{ quote.validUntil }}.\n',
        'zh-CN': '{{ recipient.name }}，您好：\n\n报价有效期至{{ quote.validUntil }}。\n',
      },
    },
    problems: [],
  });
});

const faulty = test.macro({
  exec(t, from: string, to: string, code: string, line: number, column: number) {
    t.true(GOOD.includes(from));
    const errors = parseTemplate(GOOD.replace(from, to), 'hello.yaml').problems.filter((p) => p.severity === 'error');
    const [first] = errors;
    t.deepEqual(
      [first?.code, first?.place?.file, first?.place?.line, first?.place?.column],
      [code, 'hello.yaml', line, column],
    );
  },
  title: (title = '', _from: string, _to: string, code: string) =>
    `${title} is ${code}, with its line and column in the file`,
});
test(
  'an unknown variable in a block',
  faulty,
  'until {{ quote.validUntil }}',
  'until {{ quote.valid }}',
  'template.unknown_variable',
  12,
  26,
);
test(
  'an unknown variable in Chinese',
  faulty,
  '至{{ quote.validUntil }}',
  '至{{ quote.valid }}',
  'template.unknown_variable',
  16,
  14,
);
test(
  'an unknown variable in a quoted subject',
  faulty,
  'Quote {{ quote.number',
  'Quote {{ quote.numbr',
  'template.unknown_variable',
  6,
  17,
);
test('an unclosed if', faulty, 'it is valid', '{% if owner.name %}it is valid', 'template.syntax', 12, 5);
test('a forbidden tag', faulty, 'it is valid', '{% include "x" %}it is valid', 'template.tag_forbidden', 12, 5);
test('a need that is not declared', faulty, '[quote]', '[dates]', 'template.need_missing', 6, 17);
test('an unknown need', faulty, '[quote]', '[quotes]', 'template.field', 4, 9);
test('an unknown audience', faulty, 'for: client', 'for: everybody', 'template.field', 3, 6);
test('an id that is not the file’s name', faulty, 'template: hello', 'template: hallo', 'template.field', 2, 11);
test('an unknown field', faulty, 'needs:', 'subjects: x\nneeds:', 'template.field_unknown', 4, 1);
test('a third language', faulty, 'body:\n', 'body:\n  de: x\n', 'template.field_unknown', 9, 3);
test('a language that is missing', faulty, '  zh-CN: "报价{{ quote.number }}"\n', '', 'template.field', 2, 1);
test(
  'a subject without quotes that begins with braces',
  faulty,
  "'Quote {{ quote.number }}'",
  '{{ quote.number }}',
  'template.quotes',
  6,
  7,
);
test('a doubled key', faulty, 'for: client', 'for: client\nfor: team', 'yaml.duplicate_key', 4, 1);

test('loading names the problems of all files at once', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-templates-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'hello.yaml'), GOOD);
  t.deepEqual(
    loadShippedTemplates(folder).map((x) => x.id),
    ['hello'],
  );
  writeFileSync(join(folder, 'other.yaml'), GOOD);
  writeFileSync(join(folder, 'third.yaml'), 'template: [');
  const error = t.throws(() => loadShippedTemplates(folder), { instanceOf: PerennialError });
  t.deepEqual(
    error?.problems.map((p) => p.place?.file),
    ['other.yaml', 'third.yaml'],
  );
});
