import { Liquid } from 'liquidjs';
import type { Template } from 'liquidjs';
import { excerpt, problem } from '../../domain/errors/index.ts';
import type { Place, Problem } from '../../domain/errors/index.ts';
import { nearNames } from '../../domain/expressions/near-names.ts';
import type { Locale } from '../../domain/text.ts';
import { dayCount, relativeDay } from '../format.ts';
import { VARIABLE_PATHS } from '../model.ts';

/** Longest text of one language, in characters. */
export const TEMPLATE_LIMIT = 100_000;

export const ALLOWED_TAGS = ['if', 'unless', 'case', 'for', 'break', 'continue', 'assign', 'comment', '#'] as const;

/** The clock (`date`), unescaped output (`raw`) and everything that builds markup or queries stay out. */
export const ALLOWED_FILTERS = [
  'abs',
  'append',
  'at_least',
  'at_most',
  'capitalize',
  'ceil',
  'concat',
  'default',
  'divided_by',
  'downcase',
  'first',
  'floor',
  'join',
  'last',
  'minus',
  'modulo',
  'plus',
  'prepend',
  'remove',
  'replace',
  'round',
  'size',
  'split',
  'strip',
  'times',
  'truncate',
  'upcase',
] as const;

/** Our own filters: `{{ contract.daysUntilEnd | relative_day }}` → "in 30 days", `| day_count` → "30 days". */
export const OWN_FILTERS = { relative_day: relativeDay, day_count: dayCount } as const;

const STANDARD_TAGS: ReadonlySet<string> = new Set(Object.keys(new Liquid().tags));

export interface LiquidText {
  readonly source: string;
  readonly reads: readonly Read[];
  /** Paths that the template tests for (`{% if x.y %}`, `| default:`) and may therefore be missing. */
  readonly optional: ReadonlySet<string>;
}

/** One place where a template reads data. `path` is null where it is computed (`contract[x]`). */
export interface Read {
  readonly path: string | null;
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/**
 * A Liquid engine that reaches nothing: no files, no clock, no partials, no prototypes, and bounded time,
 * memory and text. `emit` gets each value that the template prints and returns what stands in its place.
 */
function createLiquid(locale: Locale, emit: (value: string) => string): Liquid {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    lenientIf: true,
    // An empty store instead of the file system. Without it `include` would look on the disk.
    templates: {},
    parseLimit: TEMPLATE_LIMIT,
    renderLimit: 250,
    memoryLimit: 2_000_000,
    outputEscape: (value: unknown) => emit(printed(value)),
  });
  keepOnly(liquid.tags, ALLOWED_TAGS);
  keepOnly(liquid.filters, ALLOWED_FILTERS);
  for (const [name, filter] of Object.entries(OWN_FILTERS)) {
    liquid.registerFilter(name, (value: unknown) => filter(Number(value), locale));
  }
  return liquid;
}

function keepOnly(record: Record<string, unknown>, names: readonly string[]): void {
  for (const name of Object.keys(record)) if (!names.includes(name)) delete record[name];
}

function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(printed).join('') : '';
}

/** Renders a text that {@link readLiquid} has accepted. Throws {@link LiquidFault}. */
export function renderLiquid(text: LiquidText, scope: object, locale: Locale, emit: (value: string) => string): string {
  const liquid = createLiquid(locale, emit);
  try {
    return String(liquid.renderSync(liquid.parse(text.source), scope));
  } catch (error) {
    throw new LiquidFault(faultOf(error, {}));
  }
}

/** A template that cannot be run, with the place in its text. Callers turn it into a PerennialError with more context. */
export class LiquidFault extends Error {
  readonly problem: Problem;
  /** Set where a variable had no value. */
  readonly variable: string | undefined;
  constructor(fault: { readonly problem: Problem; readonly variable?: string }) {
    super(fault.problem.code);
    this.name = 'LiquidFault';
    this.problem = fault.problem;
    this.variable = fault.variable;
  }
}

/** Parses one text and lists what it reads. Throws {@link LiquidFault}; `place` is where the text stands. */
export function readLiquid(source: string, place: Place): LiquidText {
  const liquid = createLiquid('en', (value) => value);
  try {
    const templates = liquid.parse(source);
    return { source, reads: readsOf(liquid, templates), optional: optionalPaths(source) };
  } catch (error) {
    throw new LiquidFault(faultOf(error, place));
  }
}

function readsOf(liquid: Liquid, templates: Template[]): Read[] {
  const { globals } = liquid.analyzeSync(templates, { partials: false });
  return Object.values(globals)
    .flat()
    .map((variable) => ({
      path: variable.segments.every((s) => typeof s === 'string') ? variable.segments.join('.') : null,
      source: variable.toString(),
      line: variable.location.row,
      column: variable.location.col,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

// The look-behind and the fixed words keep both patterns linear on any text.
function optionalPaths(source: string): ReadonlySet<string> {
  const tested = source.matchAll(/\{%-?\s*(?:if|elsif|unless)\s+([\w.]+)\s*-?%\}/g);
  const defaulted = source.matchAll(/(?<![\w.])([\w.]+)\s*\|\s*default\s*:/g);
  return new Set([...tested, ...defaulted].map((match) => match[1] ?? ''));
}

export function unknownVariable(name: string, place: Place): Problem {
  const near = nearNames(name, VARIABLE_PATHS).ordered.slice(0, 3).join(', ');
  return problem('template.unknown_variable', { name: excerpt(name), near }, place);
}

/** The parts of LiquidJS errors that are read here; they are not exported as types. */
interface LiquidErrorParts {
  readonly message: string;
  readonly token?: { getText?(): string; getPosition?(): readonly [number, number]; readonly name?: string };
  readonly originalError?: { readonly message: string; readonly variableName?: string };
}

function faultOf(error: unknown, place: Place): { readonly problem: Problem; readonly variable?: string } {
  if (!(error instanceof Error)) throw error;
  const { token, originalError, message } = error as LiquidErrorParts;
  const cause = originalError?.message ?? message;
  const [line, column] = token?.getPosition?.() ?? [];
  const at: Place = line === undefined || column === undefined ? place : { ...place, line, column };
  const source = excerpt(token?.getText?.() ?? cause);
  if (cause.endsWith('limit exceeded')) return { problem: problem('template.limit', { limit: TEMPLATE_LIMIT }, at) };
  if (originalError?.variableName !== undefined) {
    const variable = originalError.variableName;
    return { problem: unknownVariable(variable, at), variable };
  }
  const tag = token?.name;
  if (tag !== undefined && cause === `tag "${tag}" not found` && STANDARD_TAGS.has(tag)) {
    return { problem: problem('template.tag_forbidden', { tag, allowed: ALLOWED_TAGS.join(', ') }, at) };
  }
  if (token === undefined) throw error;
  const filters = [...ALLOWED_FILTERS, ...Object.keys(OWN_FILTERS)].join(', ');
  return { problem: problem('template.syntax', { source, filters }, at) };
}
