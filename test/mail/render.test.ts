import test from 'ava';
import * as fc from 'fast-check';
import { PerennialError } from '../../domain/errors/index.ts';
import type { MailTemplate } from '../../domain/playbook/types.ts';
import type { Locale } from '../../domain/text.ts';
import type { CivilDate } from '../../domain/time/types.ts';
import { sampleModel } from '../../mail/model.ts';
import type { MailModel } from '../../mail/model.ts';
import { checkTemplate } from '../../mail/render/check.ts';
import { renderMail, SUBJECT_LIMIT } from '../../mail/render/render.ts';

const SAMPLE = sampleModel();

function template(body: string, subject = 'About {{ contract.number }}'): MailTemplate {
  return { id: 'sample', subject: { en: subject, 'zh-CN': subject }, body: { en: body, 'zh-CN': body } };
}

function render(body: string, model: MailModel = SAMPLE, locale: Locale = 'en') {
  return renderMail(template(body), model, locale);
}

function problemsOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof PerennialError) return error.problems;
    throw error;
  }
  return [];
}

const withClient = (name: string): MailModel => ({ ...SAMPLE, client: { name } });

test('dates and money are written as the recipient writes them', (t) => {
  const body = '{{ contract.endDate }} / {{ contract.amount }} / {{ meeting.time }}';
  t.regex(render(body).text, /^1 December 2026 \/ ¥120,000\.00 \/ 10:00$/m);
  t.regex(render(body, SAMPLE, 'zh-CN').text, /^2026年12月1日 \/ ¥120,000\.00 \/ 10:00$/m);
});

test('a text that exists in both languages is taken in the recipient’s', (t) => {
  t.regex(render('In {{ renewal.stage }}', SAMPLE, 'zh-CN').text, /In 初步沟通/);
  t.regex(render('In {{ renewal.stage }}').text, /In First contact/);
});

const distance = test.macro({
  exec(t, days: number, en: string, zh: string) {
    const model: MailModel = { ...SAMPLE, contract: { ...SAMPLE.contract, daysUntilEnd: days } };
    const body = '[{{ contract.daysUntilEnd | relative_day }}]';
    t.true(render(body, model).text.startsWith(`[${en}]`));
    t.true(render(body, model, 'zh-CN').text.startsWith(`[${zh}]`));
  },
  title: (_, days: number, en: string, zh: string) => `${days} days from today read “${en}” and “${zh}”`,
});
test(distance, 30, 'in 30 days', '30天后');
test(distance, 2, 'in 2 days', '2天后');
test(distance, 1, 'tomorrow', '明天');
test(distance, 0, 'today', '今天');
test(distance, -1, 'yesterday', '昨天');
test(distance, -5, '5 days ago', '5天前');

test('the HTML is one document in the recipient’s language that fetches nothing', (t) => {
  const { html } = render('Hello', SAMPLE, 'zh-CN');
  t.regex(html, /^<!DOCTYPE html>\n<html lang="zh-CN"/);
  t.regex(html, /max-width:600px/);
  t.regex(html, /PingFang SC/);
  t.regex(html, /prefers-color-scheme:dark/);
  t.notRegex(html, /<img|<link|<script|url\(|@import|src=/i);
});

test('the footer gives the contract’s number and who wrote it, in both parts', (t) => {
  const { html, text } = render('Hello');
  t.true(text.endsWith('\n\n--\nContract HT-2025-0188 · Li Na <li.na@example.com>\n'));
  t.true(html.includes('Contract HT-2025-0188 · Li Na &lt;li.na@example.com&gt;'));
});

test('text and HTML come from the same Markdown', (t) => {
  const body = '# Head\n\nOne **bold** word\nnext line\n\n- a\n- b\n  1. c\n\n> said\n\n[site](https://example.com/x)';
  const { html, text } = render(body);
  t.is(
    text.split('\n\n--')[0],
    'Head\n\nOne bold word\nnext line\n\n- a\n- b\n  1. c\n\n> said\n\nsite (https://example.com/x)',
  );
  for (const tag of ['<h1 ', '<strong>bold</strong>', '<br>', '<ul ', '<ol ', '<blockquote '])
    t.true(html.includes(tag), tag);
  t.regex(html, /<a href="https:\/\/example\.com\/x"[^>]*>site<\/a>/);
});

const literal = test.macro({
  exec(t, value: string, html: string) {
    const mail = render('For {{ client.name }}.', withClient(value));
    t.true(mail.html.includes(`For ${html}.</p>`), mail.html);
    t.true(mail.text.startsWith(`For ${value}.`), mail.text);
  },
  title: (_, value: string) => `B089: the value ${value} stays text`,
});
test(literal, '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;');
test(literal, '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;');
test(literal, '[x](javascript:alert(1))', '[x](javascript:alert(1))');
test(literal, '[x](https://evil.example)', '[x](https://evil.example)');
test(literal, 'https://evil.example', 'https://evil.example');
test(literal, '**bold** and # head', '**bold** and # head');
test(literal, '{{ owner.email }} {% if x %}', '{{ owner.email }} {% if x %}');
test(literal, '\uE0000\uE001', '\uE0000\uE001');
test(literal, `"quoted" & 'single'`, '&quot;quoted&quot; &amp; &#39;single&#39;');

test('B089: whatever a value holds, it comes out as the same text and adds no markup', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (raw) => {
      const value = `x${raw.replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '')}x`;
      const { html, text } = render('{{ client.name }}', withClient(value));
      const escaped = value
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');
      return html.includes(`<p style="margin:0 0 16px">${escaped}</p>`) && text.startsWith(`${value.trim()}\n`);
    }),
  );
  t.pass();
});

test('a value of several lines keeps its lines and brings no control characters along', (t) => {
  const { html, text } = render('Why: {{ task.reason }}', {
    ...SAMPLE,
    task: { reason: 'one\r\ntwo\u0007 \u202Ethree' },
  });
  t.regex(html, /Why: one<br>two {3}three/);
  t.true(text.startsWith('Why: one\ntwo   three'));
});

const link = test.macro({
  exec(t, source: string, expected: RegExp) {
    t.regex(render(source).html, expected);
  },
  title: (_, source: string) => `the link ${source} is followed or shown, never harmful`,
});
test(link, '[mail](mailto:{{ owner.email }})', /<a href="mailto:li\.na@example\.com"/);
test(link, '[x](javascript:alert)', />\[x\]\(javascript:alert\)</);
test(link, '[x](data:text/html,y)', />\[x\]\(data:text\/html,y\)</);
test(link, '[x](file:///etc/passwd)', />\[x\]\(file:\/\/\/etc\/passwd\)</);
test(link, '[x](JaVaScRiPt:alert)', />\[x\]\(JaVaScRiPt:alert\)</);
test(link, '<script>x</script>', /&lt;script&gt;x&lt;\/script&gt;/);

test('a value inside a link target can neither choose the scheme nor add a recipient', (t) => {
  const evil = (name: string) => ({ ...SAMPLE, client: { name } });
  t.notRegex(render('[x]({{ client.name }})', evil('javascript:alert(1)')).html, /<a /);
  t.notRegex(render('[x]({{ client.name }})', evil('https://evil.example')).html, /<a /);
  const mail = render('[x](mailto:{{ client.name }})', evil('a@b.example?bcc=c@d.example&subject=x">')).html;
  t.regex(mail, /href="mailto:a@b\.example%3Fbcc%3Dc@d\.example%26subject%3Dx%22%3E"/);
});

test('B090: a line break in the subject becomes a space', (t) => {
  const mail = renderMail(template('x', 'For {{ client.name }}\nnow'), withClient('A\r\nBcc: x@y.example'), 'en');
  t.is(mail.subject, 'For A Bcc: x@y.example now');
});

test('B090: a long subject is cut at 200 characters as people count them, with a warning', (t) => {
  const family = '👨‍👩‍👧‍👦';
  const mail = renderMail(template('x', family.repeat(500)), SAMPLE, 'en');
  t.is(mail.subject, `${family.repeat(SUBJECT_LIMIT - 1)}…`);
  t.deepEqual(
    mail.warnings.map((w) => [w.code, w.severity]),
    [['subject.cut', 'warning']],
  );
  const exact = renderMail(template('x', family.repeat(SUBJECT_LIMIT)), SAMPLE, 'en');
  t.is(exact.subject, family.repeat(SUBJECT_LIMIT));
  t.deepEqual(exact.warnings, []);
});

test('B090: a subject of nothing but spaces holds the mail', (t) => {
  t.deepEqual(
    problemsOf(() =>
      renderMail(template('x', ' \t{% if contract.daysUntilEnd > 99 %}y{% endif %}\n'), SAMPLE, 'en'),
    ).map((p) => p.code),
    ['subject.empty'],
  );
});

const missing = test.macro({
  exec(t, body: string, model: MailModel, name: string) {
    const problems = problemsOf(() => render(body, model));
    t.deepEqual(
      problems.map((p) => [p.code, p.params.name, p.params.template]),
      [['template.missing_value', name, 'sample']],
    );
  },
  title: (title) => `B091: ${title} holds the mail and names the value`,
});
const { contract } = SAMPLE;
test('a name that is not there', missing, 'Dear {{ recipient.name }},', { ...SAMPLE, recipient: {} }, 'recipient.name');
test(
  'a name that is null',
  missing,
  'Dear {{ recipient.name }},',
  { ...SAMPLE, recipient: { name: null } },
  'recipient.name',
);
test(
  'a name of spaces',
  missing,
  'Dear {{ recipient.name }},',
  { ...SAMPLE, recipient: { name: ' \u3000\n' } },
  'recipient.name',
);
test('a whole group', missing, '{{ quote.number }}', { ...SAMPLE, quote: undefined }, 'quote.number');
test(
  'not-a-number',
  missing,
  '{{ contract.daysUntilEnd }}',
  { ...SAMPLE, contract: { ...contract, daysUntilEnd: Number.NaN } },
  'contract.daysUntilEnd',
);
// Liquid compares a missing number silently as false: the mail would say the wrong thing.
test(
  'a number that is only compared',
  missing,
  '{% if contract.daysUntilEnd > 1 %}soon{% else %}today{% endif %}',
  { ...SAMPLE, contract: { number: 'N' } },
  'contract.daysUntilEnd',
);
test(
  'a value read outside of the test for it',
  missing,
  '{% if contract.noticeDate %}a{% endif %}{{ contract.noticeDate }}',
  { ...SAMPLE, contract: { number: 'N' } },
  'contract.noticeDate',
);

test('every missing value is named at once', (t) => {
  const problems = problemsOf(() => render('{{ quote.number }} {{ invoice.number }} {{ quote.number }}', {}));
  t.deepEqual(
    problems.map((p) => p.params.name),
    ['contract.number', 'quote.number', 'invoice.number'],
  );
});

test('a value that the template tests for may be missing', (t) => {
  const body = 'Ends.{% if contract.noticeDate %} Notice by {{ contract.noticeDate }}.{% endif %}';
  t.true(render(body).text.startsWith('Ends. Notice by 15 November 2026.'));
  const model: MailModel = { ...SAMPLE, contract: { ...contract, noticeDate: null } };
  t.true(render(body, model).text.startsWith('Ends.\n'));
  t.true(render('{{ task.reason | default: "no reason" }}', { ...SAMPLE, task: {} }).text.startsWith('no reason\n'));
});

test('B092: a body that comes out empty holds the mail', (t) => {
  t.deepEqual(
    problemsOf(() => render('{% if contract.daysUntilEnd > 99 %}x{% endif %}\n\n')).map((p) => p.code),
    ['mail.empty'],
  );
});

test('B092: a mail over 1 MB is held', (t) => {
  const big: MailModel = { ...SAMPLE, task: { reason: 'x'.repeat(1_000_001) } };
  t.deepEqual(
    problemsOf(() => render('{{ task.reason }}', big)).map((p) => p.code),
    ['mail.too_large'],
  );
  const twice: MailModel = { ...SAMPLE, task: { reason: 'x'.repeat(600_000) } };
  t.deepEqual(
    problemsOf(() => render('{{ task.reason }}', twice)).map((p) => p.code),
    ['mail.too_large'],
  );
});

test('B092: a loop that repeats a long value is held, in body and subject, before it fills the memory', (t) => {
  const big: MailModel = { ...SAMPLE, task: { reason: 'x'.repeat(500_000) } };
  const loop = '{% for i in (1..3000) %}{{ task.reason }}{% endfor %}';
  t.deepEqual(
    problemsOf(() => render(loop, big)).map((p) => p.code),
    ['mail.too_large'],
  );
  t.deepEqual(
    problemsOf(() => renderMail(template('x', loop), big, 'en')).map((p) => p.code),
    ['mail.too_large'],
  );
});

const patient = test.macro({
  exec(t, text: string) {
    const before = performance.now();
    render('{{ task.reason }}', { ...SAMPLE, task: { reason: text } });
    problemsOf(() => render(text.slice(0, 50_000)));
    checkTemplate(template(text.slice(0, 50_000)));
    t.true(performance.now() - before < 5000);
  },
  title: (_, text: string) =>
    `endless ${JSON.stringify(text.slice(0, 4))} takes no endless time, as value and as template`,
});
for (const piece of [
  ' ',
  'a',
  '[',
  '*',
  '`',
  '(',
  '<',
  '> ',
  '- ',
  '\n',
  '![',
  '{% if ',
  '{{',
  'a | ',
  '\\',
  '&',
  '_a_',
]) {
  test(patient, `x${piece.repeat(100_000 / piece.length)}`);
}

test('B088: no template reaches the prototype or an unknown variable, also when it was never checked', (t) => {
  for (const body of [
    '{{ contract.constructor }}',
    '{{ __proto__ }}',
    '{{ contract.__proto__ }}',
    '{{ contract[client.name] }}',
    '{{ contract }}',
  ]) {
    t.deepEqual(
      problemsOf(() => render(body)).map((p) => p.code),
      ['template.unknown_variable'],
      body,
    );
  }
});

test('the same data give the same mail', (t) => {
  t.deepEqual(render('{{ client.name }} {{ contract.endDate }}'), render('{{ client.name }} {{ contract.endDate }}'));
});

test('a date is written out for every month', (t) => {
  const on = (endDate: string, locale: Locale) =>
    render(
      '{{ contract.endDate }}',
      { ...SAMPLE, contract: { ...contract, endDate: endDate as CivilDate } },
      locale,
    ).text.split('\n')[0];
  t.is(on('2028-02-29', 'en'), '29 February 2028');
  t.is(on('2028-02-29', 'zh-CN'), '2028年2月29日');
  t.is(on('2026-10-01', 'en'), '1 October 2026');
});
