import { readFileSync } from 'node:fs';
import test from 'ava';
import { LOCALES } from '../../domain/text.ts';
import type { Locale } from '../../domain/text.ts';
import { MAIL_VARIABLES, NEEDS, sampleModel, VARIABLE_PATHS } from '../../mail/model.ts';
import { checkTemplate, variablesOf, withDays } from '../../mail/render/check.ts';
import { OWN_FILTERS } from '../../mail/render/liquid.ts';
import { renderMail } from '../../mail/render/render.ts';
import { loadShippedTemplates } from '../../mail/templates.ts';
import type { ShippedTemplate } from '../../mail/templates.ts';

const TEMPLATES = loadShippedTemplates();

const CLIENT = [
  'confirmation-request',
  'invoice-sent',
  'legal-notice',
  'meeting-invitation',
  'opt-out-window',
  'payment-overdue',
  'payment-reminder',
  'quote-expiring',
  'quote-follow-up',
  'quote-sent',
  'renewal-expired',
  'renewal-final-reminder',
  'renewal-intro',
  'renewal-reminder',
  'renewal-thanks',
  'renewal-value-review',
  'service-suspension',
];
const TEAM = [
  'internal-approval',
  'internal-approval-question',
  'internal-approval-reminder',
  'internal-data-needed',
  'internal-escalation',
  'internal-reply-received',
  'internal-save-plan',
  'internal-task',
  'internal-warning',
];

function shipped(id: string): ShippedTemplate {
  const found = TEMPLATES.find((template) => template.id === id);
  if (found === undefined) throw new Error(`no template ${id}`);
  return found;
}

function render(id: string, days: number, locale: Locale) {
  const template = shipped(id);
  // A legal notice speaks of the notice deadline where there is one.
  const needs = id === 'legal-notice' ? [...template.needs, 'notice' as const] : template.needs;
  return renderMail(template, withDays(sampleModel(needs), days), locale);
}

test('all templates are there, for clients and for the team', (t) => {
  const ids = (audience: string) => TEMPLATES.filter((x) => x.audience === audience).map((x) => x.id);
  t.deepEqual(ids('client').sort(), CLIENT);
  t.deepEqual(ids('team').sort(), TEAM);
});

for (const template of TEMPLATES) {
  test(`${template.id}: no problem and no warning, and it needs what it says`, (t) => {
    t.deepEqual(checkTemplate(template), []);
    const read = new Set([...variablesOf(template)].flatMap((path) => MAIL_VARIABLES[path].need ?? []));
    for (const need of template.needs) t.true(read.has(need), `declares ${need} and never reads it`);
  });

  test(`${template.id}: reads right in both languages, on any day, with no more than it needs`, (t) => {
    for (const locale of LOCALES) {
      for (const days of [30, 1, 0, -5]) {
        const { subject, text, html, warnings } = render(template.id, days, locale);
        const where = `${locale}, ${days} days`;
        t.deepEqual(warnings, [], where);
        for (const part of [subject, text, html]) {
          t.notRegex(part, /\{\{|\{%|[\uE000\uE001]|undefined|null|NaN|\[object/, where);
        }
        for (const part of [subject, text])
          t.notRegex(part, /\S {2,}|\( | \)| [,.;:!?，。；：！？]|，，|。。|\*\*/, where);
        t.notRegex(html, /<(p|li|strong)\b[^>]*>\s*<\/\1>/, where);
        t.regex(text, locale === 'en' ? /^(Dear|Hello) Chen Jing,\n\n/ : /^陈静，您好：\n\n/, where);
        t.notRegex(
          text,
          locale === 'zh-CN' ? /[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]/ : /[\u3000-\u9fff]/,
          where,
        );
        t.notRegex(text, /(?<!\d)1 (days|months)|-\d+ (day|天)|-\d+天/, where);
        t.true(
          text.includes(
            locale === 'en' ? '\n--\nContract HT-2025-0188 · Li Na' : '\n--\n合同编号：HT-2025-0188 · 李娜',
          ),
          where,
        );
      }
    }
  });
}

const sentence = test.macro({
  exec(t, id: string, days: number, locale: Locale, expected: RegExp) {
    const { subject, text } = render(id, days, locale);
    t.regex(`${subject}\n${text}`, expected);
  },
  title: (_, id: string, days: number, locale: Locale) => `${id} with ${days} days, ${locale}: says when`,
});
test(sentence, 'renewal-reminder', 30, 'en', /ends in 30 days\n.*ends in 30 days, on 1 December 2026\..*enough time/s);
test(sentence, 'renewal-reminder', 1, 'en', /contract ends tomorrow\n.*Little time is left/s);
test(sentence, 'renewal-reminder', 0, 'en', /contract ends today\n.*ends today, on 1 December 2026/s);
test(sentence, 'renewal-reminder', -5, 'en', /contract ended 5 days ago\n/);
test(sentence, 'renewal-reminder', 30, 'zh-CN', /合同将在30天后到期\n.*将于2026年12月1日（30天后）到期/s);
test(sentence, 'renewal-reminder', 1, 'zh-CN', /合同将于明天到期\n/);
test(sentence, 'renewal-reminder', 0, 'zh-CN', /合同将于今天到期\n.*（今天）到期/s);
test(sentence, 'renewal-reminder', -5, 'zh-CN', /合同已于5天前到期\n.*已于2026年12月1日（5天前）到期/s);
test(sentence, 'renewal-expired', -1, 'en', /has ended\n.*ended yesterday/s);
test(sentence, 'renewal-expired', -1, 'zh-CN', /合同已到期\n.*（昨天）到期/s);
test(sentence, 'payment-overdue', -1, 'en', /due on 31 December 2026 and is now 1 day late/);
test(sentence, 'payment-overdue', -5, 'zh-CN', /现已逾期5天/);
test(sentence, 'payment-reminder', 1, 'en', /is due tomorrow, on 31 December 2026/);
test(sentence, 'payment-reminder', -1, 'en', /was due yesterday, on 31 December 2026/);
test(sentence, 'legal-notice', 1, 'zh-CN', /书面通知须于2026年11月15日（明天）当日或之前送达我方/);
test(sentence, 'legal-notice', -1, 'zh-CN', /通知截止日已过/);
test(sentence, 'opt-out-window', 0, 'en', /in writing by 15 November 2026 \(today\)/);

test('a notice about a contract that names no notice deadline speaks of the end only', (t) => {
  const [en, zh] = (['en', 'zh-CN'] as const).map((locale) =>
    renderMail(shipped('legal-notice'), sampleModel(['dates']), locale),
  );
  t.is(en?.subject, 'Notice about contract HT-2025-0188');
  t.regex(en?.text ?? '', /Current term: 2 December 2025 to 1 December 2026\n+What follows after/);
  t.is(zh?.subject, '合同 HT-2025-0188 事项通知');
  t.notRegex(`${en?.text} ${zh?.text}`, /notice:|giving notice|通知截止日/);
});

test('a quote without a discount does not speak of one', (t) => {
  const model = sampleModel(['dates', 'quote']);
  const plain = { ...model, quote: { ...model.quote, discountPercent: 0, termMonths: 1 } };
  t.regex(renderMail(shipped('quote-sent'), plain, 'en').text, /- Term: 1 month\n- Price: ¥113,400\.00\n/);
  t.regex(renderMail(shipped('quote-sent'), plain, 'zh-CN').text, /- 续费金额：¥113,400\.00\n/);
});

test('mails that may go out before a quote is issued read nothing of it', (t) => {
  for (const id of [
    'renewal-intro',
    'renewal-value-review',
    'renewal-reminder',
    'renewal-final-reminder',
    'renewal-expired',
    'legal-notice',
    'opt-out-window',
    'meeting-invitation',
  ]) {
    t.false(shipped(id).needs.includes('quote'), id);
  }
});

test('the warning to the owner can do without blocker and money, and the parked renewal without dates', (t) => {
  const { stage, since } = sampleModel(['escalation']).escalation ?? {};
  const bare = { ...sampleModel([]), escalation: { stage, since } };
  t.notRegex(renderMail(shipped('internal-warning'), bare, 'zh-CN').text, /停滞原因/);
  t.false(shipped('internal-data-needed').needs.includes('dates'));
});

test('the list of variables in the templates’ own documentation is complete', (t) => {
  const readme = readFileSync(new URL('../../playbooks/templates/README.md', import.meta.url), 'utf8');
  for (const path of VARIABLE_PATHS) {
    const { label, need } = MAIL_VARIABLES[path];
    const row = `| \`${path}\` | ${need ?? '–'} | ${label.en} | ${label['zh-CN']} |`;
    t.true(readme.replace(/ +/g, ' ').includes(row), row);
  }
  for (const name of [...Object.keys(OWN_FILTERS), ...NEEDS]) t.true(readme.includes(`\`${name}\``), name);
});

test('in a Chinese subject a name or number that may be Latin never touches a Chinese character', (t) => {
  for (const { id, subject } of TEMPLATES) {
    const touching =
      /[\p{Script=Han}]\{\{ (client\.name|\w+\.number) \}\}|\{\{ (client\.name|\w+\.number) \}\}\p{Script=Han}/u;
    t.notRegex(subject['zh-CN'], touching, id);
  }
});
