import { isMap, isScalar, isSeq } from 'yaml';
import type { Node } from 'yaml';
import { compileCondition } from '../../expressions/index.ts';
import type { Scope } from '../../expressions/index.ts';
import { nearNames } from '../../expressions/near-names.ts';
import { excerpt } from '../../errors/index.ts';
import { LOCALES } from '../../text.ts';
import type { LocalText } from '../../text.ts';
import type { Path, ReadContext } from './context.ts';
import { Fault } from './phrases.ts';
import { FORBIDDEN_NAMES, offsetInScalar, startOf } from './source.ts';

/** A JSON Schema, as far as we write it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * One kind of value of the format: how it is read from YAML and how it is described to editors. `read`
 * gives undefined after it has reported what is wrong.
 */
export interface Kind<T> {
  read(node: Node, path: Path, context: ReadContext): T | undefined;
  readonly schema: JsonSchema;
  /** How the value looks in YAML, on one line. */
  readonly example: string;
}

/** The raw source of a node, as an error may show it. */
export function shown(node: Node, context: ReadContext): string {
  const from = startOf(node);
  return excerpt(context.source.slice(from, node.range?.[1] ?? from).split('\n')[0] ?? '');
}

function wrongType(node: Node, want: string, path: Path, context: ReadContext): undefined {
  if (context.spoilt.has(node)) return undefined;
  const from = startOf(node);
  const raw = context.source.slice(from, node.range?.[1] ?? from);
  // "name:x" with a full-width colon is one text to YAML.
  const colon = /^[A-Za-z -]+：/.exec(raw);
  if (colon) return context.report('yaml.syntax.fullwidth', {}, from + colon[0].length - 1, path);
  return context.report('type', { value: shown(node, context), want }, from, path);
}

/** The text of a scalar; reports anything else. */
function textOf(node: Node, want: string, path: Path, context: ReadContext): string | undefined {
  if (isScalar(node) && typeof node.value === 'string' && !context.spoilt.has(node)) {
    if (node.value.trim() !== '') return node.value;
    return context.report('text.empty', {}, startOf(node), path);
  }
  return wrongType(node, want, path, context);
}

/** One line of text. */
export function text(maxLength: number, example: string): Kind<string> {
  return {
    schema: { type: 'string', minLength: 1, maxLength },
    example,
    read(node, path, context) {
      const value = textOf(node, `"${example}"`, path, context);
      if (value === undefined || value.length <= maxLength) return value?.trim();
      const params = { what: context.placeOf(path).field ?? '', count: value.length, max: maxLength };
      return context.report('playbook.limit', params, startOf(node), path);
    },
  };
}

/** An id: lower-case letters, digits, dashes. */
export function id(example: string): Kind<string> {
  return {
    schema: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,59}$' },
    example,
    read(node, path, context) {
      const value = textOf(node, example, path, context);
      if (value === undefined) return undefined;
      if (!/^[a-z][a-z0-9-]{0,59}$/.test(value)) {
        return context.report('step.id_syntax', { value: excerpt(value) }, startOf(node), path);
      }
      return FORBIDDEN_NAMES.includes(value)
        ? context.report('key.forbidden', { key: value }, startOf(node), path)
        : value;
    },
  };
}

/** A text in every language: `{ en: …, zh-CN: … }`. */
export function localText(maxLength: number): Kind<LocalText> {
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(LOCALES.map((l) => [l, { type: 'string', minLength: 1, maxLength }])),
      required: [...LOCALES],
      additionalProperties: false,
    },
    example: '{ en: First contact, zh-CN: 初步沟通 }',
    read(node, path, context) {
      if (!isMap(node)) return wrongType(node, '{ en: …, zh-CN: … }', path, context);
      const found = readKeys(node, LOCALES, path, context);
      const texts: Partial<Record<(typeof LOCALES)[number], string>> = {};
      for (const locale of LOCALES) {
        const value = found.get(locale);
        if (value === undefined) context.report('language.missing', { language: locale }, startOf(node), path);
        else texts[locale] = text(maxLength, 'abc').read(value, [...path, locale], context);
      }
      const { en, 'zh-CN': zh } = texts;
      return en === undefined || zh === undefined ? undefined : { en, 'zh-CN': zh };
    },
  };
}

/** A phrase with a parser of its own. Plain numbers are shown to it as text, so that it can name the missing unit. */
export function phrase<T>(parse: (text: string) => T | Fault, examples: readonly string[], pattern?: string): Kind<T> {
  const example = examples[0] ?? '';
  return {
    schema: { type: 'string', ...(pattern === undefined ? {} : { pattern }), examples },
    example,
    read(node, path, context) {
      if (isScalar(node) && typeof node.value === 'number' && !context.spoilt.has(node)) {
        return settle(parse(node.source ?? String(node.value)), node, path, context);
      }
      const value = textOf(node, `"${example}"`, path, context);
      return value === undefined ? undefined : settle(parse(value), node, path, context);
    },
  };
}

function settle<T>(parsed: T | Fault, node: Node, path: Path, context: ReadContext): T | undefined {
  if (!(parsed instanceof Fault)) return parsed;
  return context.report(parsed.code, parsed.params, startOf(node), path);
}

/** One of a fixed set of words. */
export function choice<const T extends string>(values: readonly T[]): Kind<T> {
  const kind = phrase<T>(
    (written) => {
      const word = written.trim().toLowerCase();
      const found = values.find((value) => value === word);
      if (found !== undefined) return found;
      const near = nearNames(written, values);
      return new Fault('choice.unknown', {
        value: excerpt(written),
        near: near.nearest ?? '–',
        known: values.join(', '),
      });
    },
    [values[0] ?? ''],
  );
  return { ...kind, schema: { enum: [...values] } };
}

export const yesNo: Kind<boolean> = {
  schema: { type: 'boolean' },
  example: 'true',
  read(node, path, context) {
    if (isScalar(node) && typeof node.value === 'boolean') return node.value;
    return wrongType(node, 'true / false', path, context);
  },
};

export function integer(min: number, max: number): Kind<number> {
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    example: String(Math.max(min, 10)),
    read(node, path, context) {
      const value: unknown = isScalar(node) ? node.value : undefined;
      if (typeof value !== 'number' || !Number.isInteger(value)) return wrongType(node, '123', path, context);
      if (value >= min && value <= max) return value;
      return context.spoilt.has(node)
        ? undefined
        : context.report('number.range', { value: shown(node, context), min, max }, startOf(node), path);
    },
  };
}

/** A CEL condition; its faults point into the text. */
export function condition(scope: Scope, example: string): Kind<string> {
  return {
    schema: { type: 'string', maxLength: 2_048, examples: [example] },
    example,
    read(node, path, context) {
      if (isScalar(node) && typeof node.value === 'boolean') return String(node.value);
      const value = textOf(node, example, path, context);
      if (value === undefined || !isScalar(node)) return undefined;
      const result = compileCondition(value, scope);
      if (result.ok) return value.trim();
      for (const fault of result.faults) {
        const params = { ...fault.params, column: fault.from + 1 };
        context.report(fault.code, params, offsetInScalar(node, fault.from, context.source), path);
      }
      return undefined;
    },
  };
}

/** A list of values of one kind. `single` also takes the bare value for a list of one. */
export function list<T>(item: Kind<T>, options: { min?: number; max: number; single?: boolean }): Kind<readonly T[]> {
  const { min = 0, max, single = false } = options;
  const array = { type: 'array', items: item.schema, minItems: min, maxItems: max };
  return {
    schema: single ? { anyOf: [array, item.schema] } : array,
    example: `[${item.example}]`,
    read(node, path, context) {
      if (!isSeq(node)) {
        if (!single) return wrongType(node, '- …', path, context);
        const only = item.read(node, [...path, 0], context);
        return only === undefined ? undefined : [only];
      }
      if (node.items.length > max) {
        const params = { what: context.placeOf(path).field ?? '', count: node.items.length, max };
        return context.report('playbook.limit', params, startOf(node), path);
      }
      if (node.items.length < min) {
        return context.report('type', { value: '[]', want: `[${item.example}]` }, startOf(node), path);
      }
      const values: T[] = [];
      let whole = true;
      for (const [index, entry] of node.items.entries()) {
        const at = [...path, index];
        const value = readChild(item, entry, startOf(node), at, context);
        if (value === undefined) whole = false;
        else values.push(value);
      }
      return whole ? values : undefined;
    },
  };
}

/** Reads a value that may be missing altogether (`key:` with nothing behind it). */
export function readChild<T>(
  kind: Kind<T>,
  node: unknown,
  at: number,
  path: Path,
  context: ReadContext,
): T | undefined {
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) {
    // An alias; it is reported where the tree was inspected.
    return undefined;
  }
  if (context.spoilt.has(node)) return undefined;
  context.remember(path, node.range?.[0] ?? at);
  return kind.read(node, path, context);
}

const SECRET = /pass(?:word|wd)|secret|token|api[-_ ]?key|private[-_ ]?key|credential/i;

/** The values of a map by key; unknown keys are reported with the names they may have been meant for. */
export function readKeys(
  node: Node,
  known: readonly string[],
  path: Path,
  context: ReadContext,
): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>();
  if (!isMap(node)) return found;
  for (const pair of node.items) {
    const key: unknown = pair.key;
    if (!isScalar(key) || typeof key.value !== 'string' || context.spoilt.has(key)) continue;
    const name = key.value;
    const at = startOf(key);
    if (!known.includes(name)) {
      const near = nearNames(name, known);
      const params = { key: excerpt(name), near: near.nearest ?? '–', known: near.ordered.join(', ') };
      // The value of a secret is never shown, and neither is it repeated by a more telling message.
      if (SECRET.test(name)) context.report('field.secret', { key: excerpt(name) }, at, [...path, name]);
      else context.report('field.unknown', params, at, [...path, name]);
      continue;
    }
    const value: unknown = pair.value;
    if (isScalar(value) || isMap(value) || isSeq(value)) found.set(name, value);
  }
  return found;
}
