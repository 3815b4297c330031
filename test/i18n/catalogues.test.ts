import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { ROLES } from '../../domain/people/types.ts';
import { CONTACT_ROLES } from '../../domain/people/contract.ts';
import { CONDITIONS, STOP_EVENTS } from '../../domain/playbook/types.ts';
import { SUPERSEDE_REASONS, TASK_KINDS } from '../../domain/renewal/effects.ts';
import { CHANNELS, SAVE_OUTCOMES } from '../../domain/renewal/facts.ts';
import { OUTCOMES, PHASES } from '../../domain/renewal/state.ts';
import type { Locale } from '../../domain/text.ts';
import { ROW_STATUSES } from '../../domain/renewal/view.ts';
import { chooseLocale, readable, translator } from '../../i18n/index.ts';
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
    const sameInBoth = /^(source\.services|doctor\.node|actor\.engine|list\.|words$|outreach\.superseded$|.*examples$)/;
    for (const [key, text] of Object.entries(chinese[name] ?? {})) {
      if (!sameInBoth.test(key)) t.regex(text, /[\u3001\u4e00-\u9fff\uff1b]/, `${name}:${key}`);
    }
  });
}

test('Chinese texts use full-width punctuation between Chinese characters', (t) => {
  for (const [name, catalogue] of Object.entries(chinese)) {
    for (const [key, text] of Object.entries(catalogue)) {
      t.notRegex(text, /[\u4e00-\u9fff][,;:?!]/, `${name}:${key}`);
    }
  }
});

const VOCABULARIES: readonly (readonly [prefix: string, codes: readonly string[]])[] = [
  ['phase', PHASES],
  ['outcome', OUTCOMES],
  ['status', ROW_STATUSES],
  ['role', ROLES],
  ['contact', CONTACT_ROLES],
  ['channel', CHANNELS],
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
