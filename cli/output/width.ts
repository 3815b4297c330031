/** Columns that a text takes on a terminal: Chinese characters and emoji take two, marks and colour codes none. */
export function textWidth(text: string): number {
  let width = 0;
  // oxlint-disable-next-line no-control-regex -- colour codes begin with one
  for (const char of text.replaceAll(/\u001b\[[0-9;]*m/g, '')) width += charWidth(char.codePointAt(0) ?? 0);
  return width;
}

const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function charWidth(code: number): number {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if ((code >= 0x300 && code <= 0x36f) || code === 0x200b || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f))
    return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** The text in exactly `width` columns: filled with blanks, or cut with an ellipsis. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = shorten(text, width);
  const blanks = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return align === 'left' ? cut + blanks : blanks + cut;
}

/** At most `width` columns, never cut inside a character. Only for texts without colour codes. */
export function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const next = textWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept.trimEnd()}…`;
}

/** Lines of at most `width` columns; Chinese breaks anywhere but before closing punctuation, other texts at blanks. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

const CLOSING = /^[，。；：！？、）》”’…,.;:!?)]/;

function wrapLine(line: string, width: number): readonly string[] {
  const pieces = (line.match(/[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+/gu) ?? []).flatMap(
    (piece) => (textWidth(piece) > width && piece.trim() !== '' ? chopped(piece, width) : [piece]),
  );
  const lines: string[] = [];
  let current: string[] = [];
  for (const piece of pieces) {
    const tooLong = textWidth(current.join('')) + textWidth(piece) > width;
    if (tooLong && current.some((part) => part.trim() !== '')) {
      // A line never begins with a closing sign: the character before it comes along.
      const along =
        CLOSING.test(piece) && current.length > 1 && current.at(-1)?.trim() !== '' ? current.splice(-1) : [];
      lines.push(current.join('').trimEnd());
      current = [...along, ...(piece.trim() === '' ? [] : [piece])];
    } else current.push(piece);
  }
  lines.push(current.join('').trimEnd());
  return lines;
}

/** A word that is longer than a line, in parts of `width` columns; colour codes stay whole. */
function chopped(word: string, width: number): readonly string[] {
  const parts: string[] = [];
  let part = '';
  // oxlint-disable-next-line no-control-regex -- colour codes begin with one
  for (const [piece] of word.matchAll(/\u001b\[[0-9;]*m|[^\u001b]/gu)) {
    if (part !== '' && textWidth(part) + textWidth(piece) > width) {
      parts.push(part);
      part = '';
    }
    part += piece;
  }
  return [...parts, part];
}

/** Width of the longest word: a cell that is narrower would break in the middle of it. */
export function longestWord(text: string): number {
  const words = text.match(/[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+/gu) ?? [];
  return Math.max(0, ...words.map(textWidth));
}

/**
 * Long lines broken so that none is wider than the window. What follows a break stands under the text behind a
 * label, or a little to the right.
 */
export function fold(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (textWidth(line) <= width ? [line] : foldLine(line, width)))
    .join('\n');
}

function foldLine(line: string, width: number): readonly string[] {
  const body = line.trimStart();
  const lead = ' '.repeat(Math.min(line.length - body.length, Math.floor(width / 3)));
  // oxlint-disable-next-line no-control-regex -- colour codes begin with one
  const label = /^\S.*?\s{2,}(?:\u001b\[[0-9;]*m\s*)*(?=\S)/.exec(body)?.[0] ?? '';
  const named = label !== '' && textWidth(label) <= width * 0.4;
  const hang = lead + ' '.repeat(named ? textWidth(label) : 2);
  const rest = named ? body.slice(label.length) : body;
  const first = lead + (named ? label : '');
  return wrap(rest, Math.max(8, width - hang.length)).map((part, i) => (i === 0 ? first : hang) + part);
}

/** A line with colour codes cut to `width` columns, colours ended. */
export function cropLine(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  let used = 0;
  let kept = '';
  // oxlint-disable-next-line no-control-regex -- colour codes begin with one
  for (const [piece] of line.matchAll(/\u001b\[[0-9;]*m|[^\u001b]/gu)) {
    const next = used + textWidth(piece);
    if (next > width - 1) break;
    kept += piece;
    used = next;
  }
  return `${kept}…\u001b[0m`;
}
