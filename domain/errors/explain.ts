import { fill } from '../text.ts';
import type { Locale } from '../text.ts';
import type { ErrorEntry } from './entry.ts';
import type { Place, Problem } from './problem.ts';
import { ERROR_NAMES } from './names.ts';
import { ERROR_TABLE } from './table.ts';

/** A problem in the reader's language. `where` is empty where no place is known. */
export interface Explanation {
  readonly code: string;
  readonly what: string;
  readonly where: string;
  readonly fix: string;
}

export function explain(problem: Problem, locale: Locale): Explanation {
  const entry: ErrorEntry = ERROR_TABLE[problem.code];
  const params = named(problem.params, locale);
  return {
    code: problem.code,
    what: fill(entry.what[locale], params),
    where: problem.place ? describePlace(problem.place, locale) : '',
    fix: fill(entry.fix[locale], params),
  };
}

const WORDS = {
  en: {
    sheet: 'sheet',
    row: 'row',
    line: 'line',
    column: 'column',
    field: 'field',
    option: 'option',
    between: ' ',
    separator: ', ',
  },
  'zh-CN': {
    sheet: '工作表',
    row: '行',
    line: '行',
    column: '列',
    field: '字段',
    option: '选项',
    between: ' ',
    separator: '，',
  },
} as const;

/** "contracts.xlsx, row 7, field 到期日". */
export function describePlace(place: Place, locale: Locale): string {
  const w = WORDS[locale];
  const ordinal = (word: string, n: number) => (locale === 'zh-CN' ? `第 ${n} ${word}` : `${word} ${n}`);
  const parts: string[] = [];
  if (place.file !== undefined) parts.push(place.file);
  if (place.sheet !== undefined) parts.push(`${w.sheet}${w.between}${place.sheet}`);
  if (place.row !== undefined) parts.push(ordinal(w.row, place.row));
  if (place.line !== undefined) parts.push(ordinal(w.line, place.line));
  if (place.column !== undefined) parts.push(ordinal(w.column, place.column));
  if (place.field !== undefined) {
    const word = place.field.startsWith('--') ? w.option : w.field;
    parts.push(`${word}${w.between}${place.field}`);
  }
  return parts.join(w.separator);
}

/** Params that begin with `@` are names from the catalogue; several are separated by commas. */
function named(params: Problem['params'], locale: Locale): Problem['params'] {
  const name = (text: string) =>
    text.startsWith('@') ? (ERROR_NAMES[text.slice(1)]?.[locale] ?? text.slice(1)) : text;
  const comma = locale === 'zh-CN' ? '、' : ', ';
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      typeof value === 'string' && value.startsWith('@') ? value.split(', ').map(name).join(comma) : value,
    ]),
  );
}
