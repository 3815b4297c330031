import type { Catalogues, Translator } from '../i18n/index.ts';
import { choiceList, wordChoices } from './choices.ts';
import type { CommandSpec, OptionSpec } from './command-spec.ts';
import { optionName } from './command-spec.ts';
import { textWidth, wrap } from './output/width.ts';
import type { Style } from './output/style.ts';
import { GLOBAL_OPTIONS } from './prelude.ts';
import { GROUPS, REGISTRY } from './registry.ts';

const HELP: keyof Catalogues = 'help';

interface Page {
  readonly t: Translator;
  readonly style: Style;
  readonly width: number;
}

/** How a command is written: `perennial quote issue <renewal> [options]`. */
export function usageOf(spec: CommandSpec, t?: Translator): string {
  const args = (spec.args ?? []).map((arg) => (arg.optional === true ? `[${arg.name}]` : `<${arg.name}>`));
  const required = (spec.options ?? []).filter((option) => option.required === true).map((option) => option.flags);
  const more = (spec.options ?? []).some((option) => option.required !== true)
    ? [`[${t?.('help:usage.options') ?? 'options'}]`]
    : [];
  return [
    'perennial',
    spec.path,
    ...args,
    ...required,
    ...(spec.run ? more : [...more, `<${t?.('help:usage.command') ?? 'command'}>`]),
  ]
    .join(' ')
    .replace('  ', ' ');
}

/** Help of one command: examples first, because that is what people look for. */
export function commandHelp(spec: CommandSpec, children: readonly CommandSpec[], page: Page): string {
  const { t } = page;
  const text = (key: string) => t.code(HELP, key);
  const parts = [capital(text(spec.path), t)];
  if (t.has(HELP, `${spec.path}.more`)) parts.push(wrap(text(`${spec.path}.more`), page.width).join('\n'));
  parts.push(
    section(
      'examples',
      text(`${spec.path}.examples`)
        .split('\n')
        .map((line) => `  ${example(line, page)}`),
      page,
    ),
  );
  parts.push(section('usage', [`  ${usageOf(spec, t)}`], page));
  if (spec.where !== undefined) parts.push(text(`where.${spec.where}`));
  if (children.length > 0) {
    parts.push(
      section(
        'commands',
        rows(
          children.map((child) => [child.path, text(child.path)]),
          page,
        ),
        page,
      ),
    );
  }
  const args = (spec.args ?? []).map((arg): Row => {
    const choices = arg.choices ? ` (${t('help:choices', { values: arg.choices.join(', ') })})` : '';
    return [`<${arg.name}>`, text(`arg.${arg.text ?? arg.name}`) + choices];
  });
  if (args.length > 0) parts.push(section('arguments', rows(args, page), page));
  const options = (spec.options ?? []).map((option): Row => [option.flags, optionText(option, t)]);
  if (options.length > 0) parts.push(section('options', rows(options, page), page));
  parts.push(section('global', rows(globals(t), page), page));
  return `${parts.join('\n\n')}\n`;
}

/** The page behind `perennial --help`: all commands by what they are for. */
export function overview(page: Page): string {
  const { t, style } = page;
  const parts = [
    wrap(t('help:about'), page.width).join('\n'),
    section(
      'examples',
      t('help:about.examples')
        .split('\n')
        .map((line) => `  ${example(line, page)}`),
      page,
    ),
    ...GROUPS.map((group) => {
      const entries = REGISTRY.filter((entry) => entry.group === group);
      const title = style.bold(t.code(HELP, `title.${group}`));
      return [
        title,
        ...rows(
          entries.map((entry) => [entry.name, t.code(HELP, entry.name)]),
          page,
        ),
      ].join('\n');
    }),
    section('global', rows([...globals(t), ['-V, --version', t('help:opt.version')]], page), page),
    t('help:more.hint', { command: '<command>' }),
  ];
  return `${parts.join('\n\n')}\n`;
}

type Row = readonly [term: string, text: string];

function globals(t: Translator): readonly Row[] {
  return GLOBAL_OPTIONS.map((flags): Row => [flags, t.code(HELP, `opt.${optionName(flags)}`)]);
}

function optionText(option: OptionSpec, t: Translator): string {
  const notes = [
    ...(option.choices ? [t('help:choices', { values: choicesOf(option, t) })] : []),
    ...(option.fallback !== undefined ? [t('help:default', { value: option.fallback })] : []),
  ];
  const text = t.code(HELP, `opt.${option.text ?? optionName(option.flags)}`);
  return notes.length === 0 ? text : `${text} (${notes.join('; ')})`;
}

function choicesOf({ vocabulary, choices = [] }: OptionSpec, t: Translator): string {
  return vocabulary === undefined ? choices.join(', ') : choiceList(t, wordChoices(vocabulary, choices));
}

function section(title: string, lines: readonly string[], page: Page): string {
  return [page.style.bold(page.t.code(HELP, `title.${title}`)), ...lines].join('\n');
}

/** Two columns; the text is wrapped beside its term. */
function rows(list: readonly Row[], page: Page): string[] {
  const left = Math.min(30, Math.floor(page.width * 0.4), Math.max(...list.map(([term]) => textWidth(term))));
  return list.flatMap(([term, text]) => {
    const lines = wrap(text, Math.max(12, page.width - left - 4));
    const fits = textWidth(term) <= left;
    const head = fits ? [] : [`  ${page.style.accent(term)}`];
    return [
      ...head,
      ...lines.map((line, i) => {
        const label = i === 0 && fits ? page.style.accent(term) + ' '.repeat(left - textWidth(term)) : ' '.repeat(left);
        return `  ${label}  ${line}`;
      }),
    ];
  });
}

/** The remark behind `#` steps back. */
function example(line: string, page: Page): string {
  const cut = line.search(/\s#\s/);
  return cut < 0 ? line : line.slice(0, cut) + page.style.dim(line.slice(cut));
}

function capital(text: string, t: Translator): string {
  return t.locale === 'en' ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
