import { excerpt, problem } from '../../../domain/errors/index.ts';
import type { Problem } from '../../../domain/errors/index.ts';

/** Anything that needs a closer look: almost no cell holds one of these. */
const SUSPECT =
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]/;

const BIDI_OR_INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/;

const codePoint = (char: string) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * What is wrong with the characters of a text: control characters, halves of surrogate pairs, non-characters
 * (`text.invalid_char`); invisible ones and those that turn the reading direction (`text.bidi_control`).
 * Joiners stay allowed, because emoji and Persian need them. Line breaks only where `lines` says so.
 */
export function checkCharacters(text: string, lines: boolean): Problem | undefined {
  if (!SUSPECT.test(text)) return undefined;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (BIDI_OR_INVISIBLE.test(char)) {
      return problem('text.bidi_control', { value: excerpt(text), char: codePoint(char) });
    }
    const breaks = char === '\n' || char === '\r' || char === '\t';
    const control = code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029;
    const broken =
      (code >= 0xd800 && code <= 0xdfff) || (code >= 0xfff9 && code <= 0xffff) || (code & 0xfffe) === 0xfffe;
    if ((control && !(breaks && lines)) || broken) {
      return problem('text.invalid_char', { value: excerpt(text), char: codePoint(char) });
    }
  }
  return undefined;
}

const segmenter = new Intl.Segmenter();

/** Length as a reader counts it. A family emoji is one. */
export function graphemes(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count++;
  return count;
}

export function checkLength(text: string, max: number, field: string): Problem | undefined {
  // A grapheme has at least one unit, so a short text needs no counting.
  if (text.length <= max) return undefined;
  const got = graphemes(text);
  return got <= max ? undefined : problem('text.too_long', { field, got, max });
}

const trimPadding = (text: string) => text.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '');

/** A visible character of ASCII, as nearly every cell begins and ends with one. */
function isPlainAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code > 0x20 && code < 0x7f;
}

/**
 * A cell as it was meant: without blanks and invisible padding at both ends, and without the apostrophe that an
 * export puts before a text which a spreadsheet program would run as a formula.
 */
export function cleanCell(text: string): string {
  const trimmed = isPlainAt(text, 0) && isPlainAt(text, text.length - 1) ? text : trimPadding(text);
  return /^'[=+\-@\t\r\0\uff1d\uff0b\uff0d\uff20]/.test(trimmed) ? trimmed.slice(1) : trimmed;
}
