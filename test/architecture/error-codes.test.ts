import test from 'ava';
import { ERROR_TABLE } from '../../domain/errors/index.ts';
import type { ErrorEntry } from '../../domain/errors/entry.ts';
import { ERROR_NAMES } from '../../domain/errors/names.ts';
import { LOCALES } from '../../domain/text.ts';
import { ALLOWED } from '../../domain/renewal/command-checks.ts';
import { OUTCOMES, PHASES } from '../../domain/renewal/state.ts';
import { SAVE_OUTCOMES } from '../../domain/renewal/facts.ts';
import { translator } from '../../i18n/index.ts';
import { sourceFiles } from './source-tree.ts';

const TABLE: Readonly<Record<string, ErrorEntry>> = ERROR_TABLE;
const PRODUCT = sourceFiles(['.ts']).filter(({ path }) => !/^(test|bench|docs)\//.test(path));
const USERS = PRODUCT.filter(({ path }) => !path.startsWith('domain/errors/codes/'));

test('every code of the table is used somewhere', (t) => {
  const text = USERS.map((file) => file.text).join('\n');
  t.deepEqual(
    Object.keys(TABLE).filter((code) => !text.includes(`'${code}'`)),
    [],
  );
});

test('every code that is raised stands in the table', (t) => {
  const raised =
    /\b(?:problem|warning|PerennialError\.of|UsageError\.of|nonRetryable)\(\s*(?:[^'()]*,\s*)?'([a-z_]+\.[a-z_.]+)'/g;
  const unknown = USERS.flatMap(({ path, text }) =>
    [...text.matchAll(raised)].filter(([, code = '']) => !(code in TABLE)).map(([, code]) => `${path}: ${code}`),
  );
  t.deepEqual(unknown, []);
});

test('a code stands in one area file only', (t) => {
  const areas = PRODUCT.filter(({ path }) => path.startsWith('domain/errors/codes/'));
  const keys = areas.flatMap(({ text }) => [...text.matchAll(/^ {2}'?([\w.]+)'?: \{/gm)].map(([, code]) => code ?? ''));
  t.deepEqual(
    keys.filter((code, i) => keys.indexOf(code) !== i),
    [],
  );
  t.is(keys.length, Object.keys(TABLE).length);
});

test('every error says what happened and what to do, in both languages', (t) => {
  const silent = Object.entries(TABLE).flatMap(([code, entry]) =>
    LOCALES.flatMap((locale) =>
      [entry.what[locale], entry.fix[locale]].filter((text) => text.trim() === '').map(() => `${code} ${locale}`),
    ),
  );
  t.deepEqual(silent, []);
});

test('both languages of an error fill in the same values', (t) => {
  const different = Object.entries(TABLE).flatMap(([code, { what, fix }]) =>
    [what, fix].some((text) => placeholders(text.en) !== placeholders(text['zh-CN'])) ? [code] : [],
  );
  t.deepEqual(different, []);
});

test('Chinese texts are Chinese, English ones are not', (t) => {
  const han = /\p{Script=Han}/u;
  const wrong = Object.entries(TABLE).flatMap(([code, { what, fix }]) => [
    ...[what, fix].filter((text) => !han.test(text['zh-CN'])).map(() => `${code} zh-CN`),
    ...[what, fix]
      .filter((text) => han.test(text.en.replaceAll(/["“`][^"”`]*["”`]|\([^)]*\)/g, '')))
      .map(() => `${code} en`),
  ]);
  t.deepEqual(wrong, []);
});

test('what errors name has a name: phases, commands, outcomes', (t) => {
  const names = [
    ...PHASES.map((phase) => `phase.${phase}`),
    ...Object.keys(ALLOWED).map((command) => `command.${command}`),
    ...OUTCOMES.map((outcome) => `outcome.${outcome}`),
    ...SAVE_OUTCOMES.map((outcome) => `save.${outcome}`),
  ];
  t.deepEqual(
    names.filter((name) => ERROR_NAMES[name] === undefined),
    [],
  );
});

test('a phase, an outcome and a save plan’s end are called the same in errors and in lists', (t) => {
  const different = Object.entries(ERROR_NAMES)
    .filter(([key]) => /^(phase|outcome|save)\./.test(key))
    .filter(([key, name]) => LOCALES.some((locale) => translator(locale).code('words', key) !== name[locale]));
  t.deepEqual(
    different.map(([key]) => key),
    [],
  );
});

function placeholders(text: string): string {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([placeholder]) => placeholder))].toSorted().join(' ');
}
