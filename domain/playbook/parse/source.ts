import { CST, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument, Scalar } from 'yaml';
import type { Node, YAMLMap } from 'yaml';
import { excerpt } from '../../errors/index.ts';
import { ReadContext } from './context.ts';

export const MAX_BYTES = 256 * 1024;
export const MAX_NESTING = 32;

/** Names that reach into every JavaScript object; no key and no id may carry one. */
export const FORBIDDEN_NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
];

/** The root map of a document and its context. `root` is null when nothing can be read; the problems say why. */
export interface Source {
  readonly root: YAMLMap | null;
  readonly context: ReadContext;
}

/**
 * Reads YAML down to a tree of nodes that is safe to walk: limited in size and depth, one document, no
 * tags, no aliases, no doubled or dangerous keys, no number that a double cannot hold.
 */
export function readSource(text: string, file: string | undefined): Source {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = new LineCounter();
  const context = new ReadContext(source, lines, file);
  const bytes = utf8Length(source);
  if (bytes > MAX_BYTES) {
    context.report('playbook.too_large', { size: Math.ceil(bytes / 1024), max: MAX_BYTES / 1024 }, 0);
    return { root: null, context };
  }
  // Line starts are needed before the parser has run, for what is found in the raw text.
  lines.addNewLine(0);
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) lines.addNewLine(at + 1);

  if (tooDeep(source, context)) return { root: null, context };
  const document = parseDocument<Node>(source, {
    uniqueKeys: false,
    prettyErrors: false,
    strict: true,
    // "silent" would also keep quiet about a second document.
    logLevel: 'error',
    version: '1.2',
  });
  if (document.errors.length > 0) {
    reportSyntax(source, document.errors, context);
    return { root: null, context };
  }
  const contents = document.contents;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    context.report('playbook.empty', {}, 0);
    return { root: null, context };
  }
  inspect(contents, context);
  if (!isMap(contents)) {
    if (!context.spoilt.has(contents)) reportNotAMap(contents, context);
    return { root: null, context };
  }
  return { root: contents, context };
}

function reportNotAMap(node: Node, context: ReadContext): void {
  const at = startOf(node);
  const raw = context.source.slice(at, node.range?.[1] ?? at);
  if (raw.includes('：')) context.report('yaml.syntax.fullwidth', {}, at + raw.indexOf('：'));
  else context.report('type', { value: excerpt(raw), want: 'key: …' }, at);
}

/** UTF-8 length without an encoder, which is not part of the language. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Each half of a surrogate pair counts two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

/** The parser recurses: depth is counted on the tokens before it sees the text. */
function tooDeep(source: string, context: ReadContext): boolean {
  let flow = 0;
  let compact = 0;
  let offset = 0;
  for (const token of new Lexer().lex(source)) {
    const type = CST.tokenType(token);
    if (type === 'flow-seq-start' || type === 'flow-map-start') flow++;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') flow--;
    else if (type === 'newline') compact = 0;
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') compact++;
    if (flow > MAX_NESTING || compact > MAX_NESTING) {
      context.report('yaml.depth', { max: MAX_NESTING }, Math.min(offset, source.length));
      return true;
    }
    if (!CONTROL_TOKENS.includes(token)) offset += token.length;
  }
  return false;
}

/** Tokens of the lexer that stand for no text. */
const CONTROL_TOKENS: readonly string[] = [CST.BOM, CST.DOCUMENT, CST.FLOW_END, CST.SCALAR];

function reportSyntax(
  source: string,
  errors: readonly { readonly code: string; readonly message: string; readonly pos: readonly [number, number] }[],
  context: ReadContext,
): void {
  const slips = [...rawSlips(source)];
  for (const { code, offset } of slips) context.report(code, {}, offset);
  const [slip] = slips;
  const echoes = slip === undefined ? Infinity : source.lastIndexOf('\n', slip.offset);
  for (const error of errors) {
    const at = Math.min(error.pos[0], source.length);
    // What the parser says about a line with a slip, and about all below it, is only the echo.
    if (at >= echoes) continue;
    if (error.code === 'MULTIPLE_DOCS') context.report('yaml.multiple_documents', {}, at);
    else if (error.code === 'TAB_AS_INDENT') context.report('yaml.syntax.tab', {}, at);
    else if (error.code === 'TAG_RESOLVE_FAILED')
      context.report('yaml.tag', { value: excerpt(lineOf(source, at)) }, at);
    else context.report('yaml.syntax', { detail: excerpt(error.message.split('\n')[0] ?? error.code) }, at);
  }
}

/** Slips that YAML answers with a riddle: tabs, no-break spaces and full-width colons where structure is meant. */
function* rawSlips(
  source: string,
): Generator<{ code: `yaml.syntax.${'tab' | 'space' | 'fullwidth'}`; offset: number }> {
  let offset = 0;
  for (const line of source.split('\n')) {
    const tab = /^ *\t+[^\s#]/.exec(line);
    const space = /^[ \t]*[\u00a0\u2000-\u200a\u202f\u3000]/.exec(line);
    const colon = /^\s*(?:- +)?[A-Za-z][A-Za-z -]*：/.exec(line);
    if (tab) yield { code: 'yaml.syntax.tab', offset: offset + line.indexOf('\t') };
    else if (space) yield { code: 'yaml.syntax.space', offset: offset + space[0].length - 1 };
    else if (colon) yield { code: 'yaml.syntax.fullwidth', offset: offset + colon[0].length - 1 };
    offset += line.length + 1;
  }
}

function lineOf(source: string, at: number): string {
  const from = source.lastIndexOf('\n', at - 1) + 1;
  const to = source.indexOf('\n', at);
  return source.slice(from, to === -1 ? undefined : to).trim();
}

/** Walks the whole tree once and marks what no reader should touch. */
function inspect(root: Node, context: ReadContext): void {
  const waiting: { node: Node; depth: number }[] = [{ node: root, depth: 1 }];
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    const { node, depth } = entry;
    const at = startOf(node);
    if (depth > MAX_NESTING) {
      context.report('yaml.depth', { max: MAX_NESTING }, at);
      context.spoilt.add(node);
      continue;
    }
    if (isAlias(node)) {
      context.report('yaml.alias_limit', { value: excerpt(`*${node.source}`) }, at);
      context.spoilt.add(node);
      continue;
    }
    if (node.tag !== undefined) {
      context.report('yaml.tag', { value: excerpt(node.tag) }, at);
      context.spoilt.add(node);
      continue;
    }
    if (isScalar(node)) inspectNumber(node, context);
    else if (isSeq(node)) {
      for (const item of node.items) if (isNode(item)) waiting.push({ node: item, depth: depth + 1 });
    } else if (isMap(node)) {
      inspectKeys(node, context);
      for (const pair of node.items) if (isNode(pair.value)) waiting.push({ node: pair.value, depth: depth + 1 });
    }
  }
}

function inspectNumber(node: Scalar, context: ReadContext): void {
  const value: unknown = node.value;
  if (typeof value !== 'number' && typeof value !== 'bigint') return;
  const fine = Number.isFinite(Number(value)) && Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER;
  if (fine) return;
  const max = Number.MAX_SAFE_INTEGER;
  context.report('number.range', { value: excerpt(node.source ?? String(value)), min: -max, max }, startOf(node));
  context.spoilt.add(node);
}

function inspectKeys(map: YAMLMap, context: ReadContext): void {
  const first = new Map<string, number>();
  for (const pair of map.items) {
    const key: unknown = pair.key;
    if (!isScalar(key) || typeof key.value !== 'string') {
      const at = isNode(key) ? startOf(key) : startOf(map);
      const value = excerpt(context.source.slice(at, at + 40).split('\n')[0]);
      context.report('type', { value, want: 'key: …' }, at);
      continue;
    }
    const at = startOf(key);
    if (FORBIDDEN_NAMES.includes(key.value)) {
      context.report('key.forbidden', { key: key.value }, at);
      context.spoilt.add(key);
    }
    const before = first.get(key.value);
    if (before === undefined) first.set(key.value, at);
    else {
      context.report('yaml.duplicate_key', { key: excerpt(key.value), first: context.placeAt(before).line ?? 1 }, at);
      context.spoilt.add(key);
    }
  }
}

/** Offset of the first character of a node. */
export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

export function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

/**
 * Offset in the source of character `index` of a scalar's value: quoting, escapes and folded lines make
 * the two differ. Exact for plain and quoted text without escapes, else the nearest place before.
 */
export function offsetInScalar(node: Scalar, index: number, source: string): number {
  const value = String(node.value);
  let at = startOf(node);
  const end = node.range?.[1] ?? at;
  if (node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL) at = source.indexOf('\n', at) + 1;
  else if (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE) at += 1;
  for (let i = 0; i <= index && at < end; i++) {
    const wanted = value[i];
    if (wanted === undefined) return at;
    let probe = at;
    while (probe < end && source[probe] !== wanted && !(/\s/.test(wanted) && /\s/.test(source[probe] ?? ''))) probe++;
    if (probe >= end) return at;
    if (i === index) return probe;
    at = probe + 1;
  }
  return Math.min(at, end);
}
