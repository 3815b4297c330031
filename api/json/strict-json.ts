import { excerpt, PerennialError } from '../../domain/errors/index.ts';

/** Bounds of a JSON body; more of either is an attack or a mistake, never a form that a person filled in. */
export const JSON_LIMITS = { depth: 32, keys: 10_000 } as const;

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * JSON as `JSON.parse` reads it, without what parsers read differently: a key given twice, numbers that lose digits,
 * and keys that reach for prototypes. Built-in parsing first: it is fast and finds what is no JSON at all.
 *
 * Throws {@link PerennialError} `json.syntax`, `json.duplicate_key`, `json.key`, `json.number`, `json.text`, `json.depth`,
 * `json.keys`, each with line and column.
 */
export function parseStrictJson(text: string): unknown {
  // Depth and keys are bounded before anything is built: a body of brackets alone must not cost a stack.
  scan(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const offset = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length);
    throw PerennialError.of('json.syntax', { found: excerpt(text.slice(offset, offset + 12)) }, placeOf(text, offset));
  }
}

interface Open {
  /** Keys so far; null for an array. */
  readonly keys: Set<string> | null;
  /** In an object: the next text is a key. */
  expectsKey: boolean;
}

/** One walk over the tokens. What is no JSON is left for `JSON.parse` to refuse. */
function scan(text: string): void {
  const open: Open[] = [];
  let keys = 0;
  let i = 0;
  while (i < text.length) {
    const char = text.charCodeAt(i);
    const top = open.at(-1);
    if (char === 0x7b || char === 0x5b) {
      open.push({ keys: char === 0x7b ? new Set() : null, expectsKey: char === 0x7b });
      if (open.length > JSON_LIMITS.depth) throw at('json.depth', { max: JSON_LIMITS.depth }, text, i);
      i += 1;
    } else if (char === 0x7d || char === 0x5d) {
      open.pop();
      i += 1;
    } else if (char === 0x22) {
      const end = endOfText(text, i);
      checkText(text, i, end);
      if (top?.keys && top.expectsKey) {
        keys += 1;
        if (keys > JSON_LIMITS.keys) throw at('json.keys', { max: JSON_LIMITS.keys }, text, i);
        checkKey(top.keys, text, i, end);
        top.expectsKey = false;
      }
      i = end;
    } else if (char === 0x2c) {
      if (top?.keys) top.expectsKey = true;
      i += 1;
    } else if (char === 0x2d || (char >= 0x30 && char <= 0x39)) {
      i = checkNumber(text, i);
    } else i += 1;
  }
}

/** Offset after the closing quote, or of the end where there is none. */
function endOfText(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === 0x5c) i += 1;
    else if (char === 0x22) return i + 1;
  }
  return text.length;
}

/** Half a character (`"\\ud800"` alone) is text in no encoding: each reader would store something else for it. */
function checkText(text: string, start: number, end: number): void {
  const raw = text.slice(start, end);
  if (!/\\u[dD][89a-fA-F]/.test(raw)) return;
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return;
  }
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) throw at('json.text', {}, text, start);
}

function checkKey(known: Set<string>, text: string, start: number, end: number): void {
  let key: unknown;
  try {
    key = JSON.parse(text.slice(start, end));
  } catch {
    return;
  }
  if (typeof key !== 'string') return;
  if (FORBIDDEN.has(key)) throw at('json.key', { key: excerpt(key) }, text, start);
  if (known.has(key)) throw at('json.duplicate_key', { key: excerpt(key) }, text, start);
  known.add(key);
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function checkNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  const [found] = NUMBER.exec(text) ?? [];
  if (found === undefined) return start + 1;
  const value = Number(found);
  const lost =
    !Number.isFinite(value) ||
    Object.is(value, -0) ||
    // So small that nothing is left of it.
    (value === 0 && /[1-9]/.test(found.split(/e/i)[0] ?? '')) ||
    (Number.isInteger(value) && !Number.isSafeInteger(value));
  if (lost) throw at('json.number', { found: excerpt(found) }, text, start);
  return start + found.length;
}

function at(
  code: 'json.text' | 'json.depth' | 'json.keys' | 'json.key' | 'json.duplicate_key' | 'json.number',
  params: Readonly<Record<string, string | number>>,
  text: string,
  offset: number,
): PerennialError {
  return PerennialError.of(code, params, placeOf(text, offset));
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
