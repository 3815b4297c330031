import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { ROLES } from '../../domain/people/types.ts';
import { CONTACT_ROLES } from '../../domain/people/contract.ts';
import { CONDITIONS, STOP_EVENTS } from '../../domain/playbook/types.ts';
import { SUPERSEDE_REASONS, TASK_KINDS } from '../../domain/renewal/effects.ts';
import { CHANNELS, PAYMENT_METHODS, SAVE_OUTCOMES } from '../../domain/renewal/facts.ts';
import { OUTCOMES, PHASES } from '../../domain/renewal/state.ts';
import { describePlace, ERROR_TABLE } from '../../domain/errors/index.ts';
import type { ErrorEntry } from '../../domain/errors/index.ts';
import { ERROR_NAMES } from '../../domain/errors/names.ts';
import { LOCALES } from '../../domain/text.ts';
import type { Locale } from '../../domain/text.ts';
import { ROW_STATUSES } from '../../domain/renewal/view.ts';
import { formats } from '../../i18n/format.ts';
import { chooseLocale, readable, translator } from '../../i18n/index.ts';
import { Teller } from '../../i18n/story.ts';
import * as en from '../../i18n/en/index.ts';
import * as zh from '../../i18n/zh-CN/index.ts';
import { commands, events } from '../../workflows/renewal/messages.ts';
import { SEND_STATES } from '../../schemas/send.ts';

type Catalogue = Readonly<Record<string, string>>;
const english: Readonly<Record<string, Catalogue>> = { ...en };
const chinese: Readonly<Record<string, Catalogue>> = { ...zh };

const stem = (key: string): string => key.replace(/_(one|other)$/, '');
const keysOf = (catalogue: Catalogue): string[] => [...new Set(Object.keys(catalogue).map(stem))].sort();
const holesOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].sort();

for (const [name, catalogue] of Object.entries(english)) {
  test(`catalogue ${name} has the same keys in both languages`, (t) => {
    t.deepEqual(keysOf(chinese[name] ?? {}), keysOf(catalogue));
  });

  test(`catalogue ${name} has the same placeholders in both languages`, (t) => {
    for (const [key, text] of Object.entries(chinese[name] ?? {})) {
      const source = catalogue[key] ?? '';
      t.deepEqual(holesOf(text), holesOf(source), `${name}:${key}`);
    }
  });

  test(`catalogue ${name} has no empty text, and its Chinese is Chinese`, (t) => {
    for (const [key, text] of Object.entries(catalogue)) t.not(text, '', `${name}:${key}`);
    const sameInBoth =
      /^(source\.services|doctor\.node|actor\.engine|list\.|colon$|words$|outreach\.superseded$|.*examples$)/;
    for (const [key, text] of Object.entries(chinese[name] ?? {})) {
      if (!sameInBoth.test(key)) t.regex(text, /[\u3001\u4e00-\u9fff\uff1b]/, `${name}:${key}`);
    }
  });
}

/** Every Chinese text that a person can meet. */
const chineseTexts: readonly (readonly [where: string, text: string])[] = [
  ...Object.entries(chinese).flatMap(([name, catalogue]) =>
    Object.entries(catalogue).map(([key, text]) => [`${name}:${key}`, text] as const),
  ),
  ...Object.entries(ERROR_TABLE as Readonly<Record<string, ErrorEntry>>).flatMap(([code, { what, fix }]) => [
    [`${code} what`, what['zh-CN']] as const,
    [`${code} fix`, fix['zh-CN']] as const,
  ]),
  ...Object.entries(ERROR_NAMES).map(([name, text]) => [name, text['zh-CN']] as const),
];

test('Chinese texts use full-width punctuation between Chinese characters', (t) => {
  for (const [where, text] of chineseTexts) {
    // Code, and patterns such as “主机:端口”, are typed as they stand.
    const prose = text.replaceAll(/`[^`]*`|“[^”]*”|\S+:\/\/\S+/g, '');
    t.notRegex(prose, /[\u4e00-\u9fff}）”][,;?!]|[,;?!][\u4e00-\u9fff{（“]/, where);
    t.notRegex(prose, /[\u4e00-\u9fff}]:|:[\u4e00-\u9fff]/, where);
    t.notRegex(prose, /[\u4e00-\u9fff]\([^)]*[\u4e00-\u9fff]|[\u4e00-\u9fff][^(（]*\)(?=[\u4e00-\u9fff])/, where);
  }
});

test('a place in a Chinese error is written with Chinese commas', (t) => {
  const place = { file: 'a.xlsx', sheet: '合同', row: 7, column: 2, field: '到期日' };
  t.is(describePlace(place, 'zh-CN'), 'a.xlsx，工作表 合同，第 7 行，第 2 列，字段 到期日');
  t.is(describePlace(place, 'en'), 'a.xlsx, sheet 合同, row 7, column 2, field 到期日');
});

test('errors and screens call the same thing by the same name', (t) => {
  for (const [name, text] of Object.entries(ERROR_NAMES)) {
    // The catalogue of words files votes under `decision`.
    const key = name.replace(/^approval\./, 'decision.');
    for (const locale of LOCALES) {
      const translate = translator(locale);
      if (translate.has('words', key)) t.is(translate.code('words', key), text[locale], `${locale} ${name}`);
    }
  }
});

test('what comes next has a text for every kind, with and without its values', (t) => {
  for (const locale of LOCALES) {
    const translate = translator(locale);
    const teller = new Teller(translate, formats(locale, 'UTC'));
    const kinds = Object.keys(english['notes'] ?? {}).filter((key) => /^next\.[^.]+$/.test(key));
    t.true(kinds.length > 15);
    for (const kind of kinds) {
      const values = { template: 'renewal-intro', stage: 'quote', level: 'sales-manager' };
      for (const params of [values, {}]) {
        const text = teller.note(kind, params);
        t.notRegex(text, /\{|^next |renewal-intro|sales-manager/, `${locale} ${kind}`);
      }
    }
  }
});

test('every shipped mail template has a name', (t) => {
  const folder = fileURLToPath(new URL('../../playbooks/templates/', import.meta.url));
  const ids = readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -5)] : []));
  t.true(ids.length > 20);
  t.deepEqual(
    ids.filter((id) => !translator('en').has('words', `template.${id}`)),
    [],
  );
});

const VOCABULARIES: readonly (readonly [prefix: string, codes: readonly string[]])[] = [
  ['phase', PHASES],
  ['outcome', OUTCOMES],
  ['status', ROW_STATUSES],
  ['role', ROLES],
  ['contact', CONTACT_ROLES],
  ['channel', CHANNELS],
  ['method', PAYMENT_METHODS],
  ['task', TASK_KINDS],
  ['superseded', SUPERSEDE_REASONS],
  ['save', SAVE_OUTCOMES],
  ['condition', CONDITIONS],
  ['blocker', CONDITIONS],
  ['stop', STOP_EVENTS],
  ['send', SEND_STATES],
];

for (const [prefix, codes] of VOCABULARIES) {
  test(`every ${prefix} has a word`, (t) => {
    const translate = translator('zh-CN');
    t.deepEqual(
      codes.filter((code) => !translate.has('words', `${prefix}.${code}`)),
      [],
    );
  });
}

test('every fact has a line in the story', (t) => {
  const kinds = [...Object.keys(commands), ...Object.keys(events)];
  t.deepEqual(
    kinds.filter((kind) => !translator('en').has('story', `fact.${kind}`)),
    [],
  );
});

test('every reason that the core gives has a text', (t) => {
  const folder = fileURLToPath(new URL('../../domain/renewal/', import.meta.url));
  const sources = readdirSync(folder).map((file) => readFileSync(`${folder}${file}`, 'utf8'));
  const rules = sources.flatMap((source) =>
    [...source.matchAll(/because\(\s*'([^']+)'/g)].map(([, rule]) => rule ?? ''),
  );
  const byDefault = sources.flatMap((source) =>
    [...source.matchAll(/\breason = '([^']+)'/g)].map(([, rule]) => rule ?? ''),
  );
  t.true(byDefault.length > 0);
  rules.push(...byDefault);
  t.true(rules.length > 20);
  t.deepEqual(
    [...new Set(rules)].filter((rule) => !translator('en').has('rules', rule)),
    [],
  );
});

test('an unknown code is shown in a readable form, with its inputs', (t) => {
  t.is(
    translator('en').code('rules', 'stage.moved_on', { stage: 'quote', days: 3 }),
    'stage moved on (stage: quote, days: 3)',
  );
  t.is(readable('x.y'), 'x y');
});

test('a plural is chosen by its count', (t) => {
  const translate = translator('en');
  t.is(translate('cli:days.in', { count: 1 }), 'in 1 day');
  t.is(translate('cli:days.in', { count: 2 }), 'in 2 days');
  t.is(translator('zh-CN')('cli:days.in', { count: 1 }), '1 天后');
});

test('a missing value stays visible', (t) => {
  t.is(translator('en')('cli:did.accept'), 'Recorded: the client of {contract} accepts the quote');
});

const language = test.macro({
  exec(t, option: string | undefined, env: Record<string, string>, expected: Locale) {
    t.is(chooseLocale(option, env), expected);
  },
  title: (_, option: string | undefined, env: Record<string, string>, expected: Locale) =>
    `--lang ${option ?? '–'} with ${JSON.stringify(env)} speaks ${expected}`,
});
test(language, undefined, {}, 'en');
test(language, 'zh', { LANG: 'en_US.UTF-8' }, 'zh-CN');
test(language, undefined, { PERENNIAL_LANG: 'en', LANG: 'zh_CN.UTF-8' }, 'en');
test(language, undefined, { LC_ALL: 'zh_TW.UTF-8', LANG: 'de_DE' }, 'zh-CN');
test(language, undefined, { LC_ALL: '', LANG: 'zh_CN.UTF-8' }, 'zh-CN');
test(language, undefined, { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en');

test('a Latin name is set off from the Chinese beside it, and stays as it was written', (t) => {
  const told = (by: string) => translator('zh-CN')('cli:show.issued', { by, date: '1日', until: '2日' });
  t.is(told('Li Ting'), 'Li Ting 于1日报价，有效期至2日');
  t.is(told('李婷'), '李婷于1日报价，有效期至2日');
  t.is(told('云杉SaaS科技'), '云杉SaaS科技于1日报价，有效期至2日');
});
