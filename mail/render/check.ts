import { excerpt, PerennialError, problem, warning } from '../../domain/errors/index.ts';
import type { Place, Problem } from '../../domain/errors/index.ts';
import type { MailTemplate } from '../../domain/playbook/types.ts';
import { LOCALES } from '../../domain/text.ts';
import type { Locale } from '../../domain/text.ts';
import { isVariable, MAIL_VARIABLES, NEEDS, sampleModel } from '../model.ts';
import type { MailModel, Need, VariablePath } from '../model.ts';
import { LiquidFault, readLiquid, unknownVariable } from './liquid.ts';
import type { LiquidText } from './liquid.ts';
import { isAllowedLink } from './markdown.ts';
import { renderMail } from './render.ts';

export const TEXT_FIELDS = ['subject', 'body'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** A template that also says what must be known before it is used. Without `needs` that part is not checked. */
export type CheckedTemplate = MailTemplate & { readonly needs?: readonly Need[] };

/** Where line and column of one text of the template stand in its file. */
export type Locate = (field: `${TextField}.${Locale}`, line: number, column: number) => Place;

/** Days around the thresholds where a text changes its words. */
const TRIAL_DAYS = [30, 2, 1, 0, -1, -5] as const;

/**
 * Everything that is wrong with a template, before anything is sent with it: `template.text_missing`,
 * `template.syntax`, `template.tag_forbidden`, `template.unknown_variable`, `template.link_forbidden`,
 * `template.need_missing`, `template.limit`, and `subject.empty` or `mail.empty` where it prints nothing;
 * as a warning `template.languages_differ`. Places count lines and columns within the text that
 * `field` names, unless `locate` maps them into a file.
 */
export function checkTemplate(template: CheckedTemplate, locate: Locate = withinField): Problem[] {
  const texts = new Map<`${TextField}.${Locale}`, LiquidText>();
  const problems: Problem[] = [];
  for (const field of TEXT_FIELDS) {
    for (const locale of LOCALES) {
      const key = `${field}.${locale}` as const;
      const read = readText(template[field][locale], key, locate);
      if (read.text !== null) texts.set(key, read.text);
      problems.push(...read.problems);
    }
  }
  for (const [key, text] of texts) problems.push(...variableProblems(text, key, template.needs, locate));
  for (const field of TEXT_FIELDS) problems.push(...differences(field, texts));
  if (problems.some((p) => p.severity === 'error')) return problems;
  return [...problems, ...trials(template, locate)];
}

/** The variables that a template reads in either language; text that cannot be parsed reads nothing. */
export function variablesOf(template: MailTemplate): ReadonlySet<VariablePath> {
  const paths = TEXT_FIELDS.flatMap((field) =>
    LOCALES.flatMap((locale) => readText(template[field][locale], `${field}.${locale}`, withinField).text?.reads ?? []),
  );
  return new Set(paths.flatMap(({ path }) => (path !== null && isVariable(path) ? [path] : [])));
}

function withinField(field: string, line: number, column: number): Place {
  return { field, line, column };
}

function readText(
  source: string,
  field: `${TextField}.${Locale}`,
  locate: Locate,
): { readonly text: LiquidText | null; readonly problems: readonly Problem[] } {
  if (source.trim() === '') {
    return { text: null, problems: [problem('template.text_missing', { field }, locate(field, 1, 1))] };
  }
  try {
    return { text: readLiquid(source, {}), problems: linkProblems(source, field, locate) };
  } catch (error) {
    if (error instanceof LiquidFault) return { text: null, problems: [relocate(error.problem, field, locate)] };
    throw error;
  }
}

function relocate(found: Problem, field: `${TextField}.${Locale}`, locate: Locate): Problem {
  return { ...found, place: locate(field, found.place?.line ?? 1, found.place?.column ?? 1) };
}

/** Links and pictures whose target the mail would not carry: Markdown would print their source instead. */
function linkProblems(source: string, field: `${TextField}.${Locale}`, locate: Locate): Problem[] {
  if (field.startsWith('subject')) return [];
  return [...source.matchAll(/(!?)\[[^\]\n]{0,300}\]\(\s*<?([^\s)>]*)/g)].flatMap((match) => {
    const [, picture = '', target = ''] = match;
    // A value in the target is encoded when the mail is rendered; here a letter stands for it.
    const plain = target.replace(/\{\{.*/, 'x');
    if (picture === '' && (isAllowedLink(plain) || isOurAddress(source, match))) return [];
    const before = source.slice(0, match.index).split('\n');
    const place = locate(field, before.length, (before.at(-1)?.length ?? 0) + 1);
    return [problem('template.link_forbidden', { target: excerpt(target) }, place)];
  });
}

/** A target that is a variable of ours for addresses, and nothing else. */
function isOurAddress(source: string, match: RegExpMatchArray): boolean {
  const from = match.index ?? 0;
  const [, path] = /^\[[^\]\n]{0,300}\]\(\{\{\s?([\w.]{1,80})\s?\}\}\)/.exec(source.slice(from, from + 500)) ?? [];
  return path !== undefined && isVariable(path) && MAIL_VARIABLES[path].kind === 'link';
}

function variableProblems(
  text: LiquidText,
  field: `${TextField}.${Locale}`,
  needs: readonly Need[] | undefined,
  locate: Locate,
): Problem[] {
  return text.reads.flatMap(({ path, source, line, column }) => {
    const place = locate(field, line, column);
    if (path === null || !isVariable(path)) return [unknownVariable(source, place)];
    const { need } = MAIL_VARIABLES[path];
    if (needs === undefined || need === null || needs.includes(need) || text.optional.has(path)) return [];
    return [problem('template.need_missing', { name: path, need }, place)];
  });
}

function differences(field: TextField, texts: ReadonlyMap<string, LiquidText>): Problem[] {
  const [en, zh] = LOCALES.map((locale) => texts.get(`${field}.${locale}`));
  if (en === undefined || zh === undefined) return [];
  const read = (text: LiquidText) => new Set(text.reads.map((r) => r.source));
  const onlyIn = (a: LiquidText, b: LiquidText) => [...read(a)].filter((name) => !read(b).has(name));
  const [onlyEn, onlyZh] = [onlyIn(en, zh), onlyIn(zh, en)];
  if (onlyEn.length === 0 && onlyZh.length === 0) return [];
  const list = (names: readonly string[]) => (names.length === 0 ? '—' : names.join(', '));
  return [warning('template.languages_differ', { field, en: list(onlyEn), zh: list(onlyZh) }, { field })];
}

/**
 * Renders the sample around each threshold, with no more than the template says it needs: this finds what
 * reading cannot, loops without end and texts that vanish.
 */
function trials(template: CheckedTemplate, locate: Locate): Problem[] {
  const found = new Map<string, Problem>();
  for (const locale of LOCALES) {
    for (const days of TRIAL_DAYS) {
      for (const p of trial(template, withDays(sampleModel(template.needs ?? NEEDS), days), locale)) {
        const field = p.place?.field;
        const known = TEXT_FIELDS.map((f) => `${f}.${locale}` as const).find((f) => f === field) ?? `body.${locale}`;
        found.set(`${p.code} ${known}`, relocate(p, known, locate));
      }
      // One text without end is enough: each further trial would take its whole time again.
      if ([...found.values()].some((p) => p.code === 'template.limit')) return [...found.values()];
    }
  }
  return [...found.values()];
}

function trial(template: MailTemplate, model: MailModel, locale: Locale): readonly Problem[] {
  try {
    return renderMail(template, model, locale).warnings;
  } catch (error) {
    if (error instanceof PerennialError) return error.problems;
    throw error;
  }
}

/** The sample, as many days before its dates; the dates themselves stay as they are. */
export function withDays(model: MailModel, days: number): MailModel {
  const { contract, invoice } = model;
  return {
    ...model,
    contract: {
      ...contract,
      ...(contract?.daysUntilEnd === undefined ? {} : { daysUntilEnd: days }),
      ...(contract?.daysUntilNotice === undefined ? {} : { daysUntilNotice: days }),
    },
    ...(invoice === undefined ? {} : { invoice: { ...invoice, daysLate: -days } }),
  };
}
