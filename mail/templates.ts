import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMap, isScalar, isSeq } from 'yaml';
import type { Scalar, YAMLMap } from 'yaml';
import { excerpt, PerennialError, problem } from '../domain/errors/index.ts';
import type { Place, Problem } from '../domain/errors/index.ts';
import { isNode, offsetInScalar, readSource, startOf } from '../domain/playbook/parse/source.ts';
import type { Source } from '../domain/playbook/parse/source.ts';
import type { MailTemplate } from '../domain/playbook/types.ts';
import { LOCALES } from '../domain/text.ts';
import { NEEDS } from './model.ts';
import type { Need } from './model.ts';
import { checkTemplate, TEXT_FIELDS } from './render/check.ts';
import type { Locate } from './render/check.ts';

export const AUDIENCES = ['client', 'team'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** A template as its file says it: who reads it, and what must be known before it may be used. */
export interface ShippedTemplate extends MailTemplate {
  readonly audience: Audience;
  readonly needs: readonly Need[];
}

const FIELDS = ['template', 'for', 'needs', ...TEXT_FIELDS] as const;
const SHIPPED = fileURLToPath(new URL('../playbooks/templates/', import.meta.url));

/**
 * The shipped templates, ordered by id. Throws PerennialError with every problem of every file, each with
 * file, line and column; warnings alone do not throw.
 *
 * @param folder where `<id>.yaml` files stand; the product's own where left out
 */
export function loadShippedTemplates(folder: string = SHIPPED): readonly ShippedTemplate[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const read = files.sort().map((name) => parseTemplate(readFileSync(join(folder, name), 'utf8'), name));
  const errors = read.flatMap((r) => r.problems).filter((p) => p.severity === 'error');
  if (errors.length > 0) throw new PerennialError(errors);
  return read.flatMap((r) => (r.template === null ? [] : [r.template]));
}

/**
 * Reads and checks one template file. `template` is null where its shape cannot be read.
 *
 * @param file its name, `<id>.yaml`: the id in the text must be the same
 */
export function parseTemplate(
  text: string,
  file: string,
): { readonly template: ShippedTemplate | null; readonly problems: readonly Problem[] } {
  const unquoted = unquotedBraces(text, file);
  if (unquoted.length > 0) return { template: null, problems: unquoted };
  const source = readSource(text, file);
  const { root, context } = source;
  if (root === null || context.problems.length > 0) return { template: null, problems: context.problems };
  const reader = new FieldReader(source, root);
  const id = basename(file, '.yaml');
  reader.onlyFields(root, FIELDS, '');
  reader.word(root, 'template', [id]);
  const audience = reader.word(root, 'for', AUDIENCES);
  const needs = reader.words(root, 'needs', NEEDS);
  const subject = reader.localText('subject');
  const body = reader.localText('body');
  if (reader.problems.length > 0 || audience === null || needs === null || subject === null || body === null) {
    return { template: null, problems: reader.problems };
  }
  const template: ShippedTemplate = { id, audience, needs, subject, body };
  return { template, problems: checkTemplate(template, reader.locate) };
}

/** YAML takes a leading brace for a map of its own, and its complaint would not help anybody. */
function unquotedBraces(text: string, file: string): Problem[] {
  return text.split('\n').flatMap((line, index) => {
    const match = /^( +(?:en|zh-CN): +)\{[{%]/.exec(line);
    if (match === null) return [];
    const place = { file, line: index + 1, column: (match[1]?.length ?? 0) + 1 };
    return [problem('template.quotes', { source: excerpt(line.trim()) }, place)];
  });
}

class FieldReader {
  readonly problems: Problem[] = [];
  readonly #source: Source;
  readonly #root: YAMLMap;
  readonly #texts = new Map<string, Scalar>();

  constructor(source: Source, root: YAMLMap) {
    this.#source = source;
    this.#root = root;
  }

  /** Finds line and column of a text of the template again in its file. */
  readonly locate: Locate = (field, line, column) => {
    const node = this.#texts.get(field);
    const { context } = this.#source;
    if (node === undefined) return context.placeAt(startOf(this.#root), [field]);
    const before = String(node.value)
      .split('\n')
      .slice(0, line - 1);
    const index = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    return context.placeAt(offsetInScalar(node, index, context.source), [field]);
  };

  onlyFields(map: YAMLMap, known: readonly string[], prefix: string): void {
    for (const { key } of map.items) {
      if (!isScalar(key) || known.includes(String(key.value))) continue;
      const place = this.#source.context.placeAt(startOf(key));
      const params = { field: prefix + String(key.value), known: known.join(', ') };
      this.problems.push(problem('template.field_unknown', params, place));
    }
  }

  word<T extends string>(map: YAMLMap, field: string, allowed: readonly T[]): T | null {
    const node = map.get(field, true);
    const found = allowed.find((word) => isScalar(node) && node.value === word);
    return found ?? this.#fault(field, node, allowed.join(' | '));
  }

  words<T extends string>(map: YAMLMap, field: string, allowed: readonly T[]): readonly T[] | null {
    const node: unknown = map.get(field, true);
    const expected = `[${allowed.join(', ')}]`;
    if (!isSeq(node)) return this.#fault(field, node, expected);
    const found: T[] = [];
    for (const item of node.items) {
      const word = allowed.find((w) => isScalar(item) && item.value === w);
      if (word === undefined) return this.#fault(field, item, expected);
      found.push(word);
    }
    return found;
  }

  localText(field: (typeof TEXT_FIELDS)[number]): MailTemplate['subject'] | null {
    const map: unknown = this.#root.get(field, true);
    if (!isMap(map)) return this.#fault(field, map, LOCALES.join(', '));
    this.onlyFields(map, LOCALES, `${field}.`);
    const [en, zh] = LOCALES.map((locale) => this.#text(map, field, locale));
    return typeof en === 'string' && typeof zh === 'string' ? { en, 'zh-CN': zh } : null;
  }

  #text(map: YAMLMap, field: string, locale: string): string | null {
    const node: unknown = map.get(locale, true);
    const key = `${field}.${locale}`;
    if (!isScalar(node) || typeof node.value !== 'string') return this.#fault(key, node, `"${locale} …"`);
    this.#texts.set(key, node);
    return node.value;
  }

  #fault(field: string, node: unknown, expected: string): null {
    const place: Place = this.#source.context.placeAt(isNode(node) ? startOf(node) : startOf(this.#root));
    this.problems.push(problem('template.field', { field, expected }, place));
    return null;
  }
}
