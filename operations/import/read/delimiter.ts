import type { Delimiter } from '../table.ts';

const CANDIDATES: readonly Delimiter[] = [',', ';', '\t'];

/**
 * The delimiter that divides the header into the most cells (quotation marks respected); one that divides the
 * second line as often goes before one that does not. Undefined where none of them occurs in the header.
 */
export function detectDelimiter(text: string): Delimiter | undefined {
  const header = firstRecord(text);
  const after = text.slice(text.indexOf(header) + header.length);
  const second = firstRecord(after);
  let best: { delimiter: Delimiter; steady: boolean; count: number } | undefined;
  for (const delimiter of CANDIDATES) {
    const count = countOutsideQuotes(header, delimiter);
    if (count === 0) continue;
    const steady = countOutsideQuotes(second, delimiter) === count;
    if (best === undefined || (steady && !best.steady) || (steady === best.steady && count > best.count)) {
      best = { delimiter, steady, count };
    }
  }
  return best?.delimiter;
}

function countOutsideQuotes(record: string, delimiter: string): number {
  let quoted = false;
  let count = 0;
  for (const char of record) {
    if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) count++;
  }
  return count;
}

/** The first line that holds anything, up to its line break outside quotation marks. */
export function firstRecord(text: string): string {
  const start = text.search(/[^\s,;]/);
  if (start < 0) return '';
  const lineStart = Math.max(text.lastIndexOf('\n', start), text.lastIndexOf('\r', start)) + 1;
  let quoted = false;
  for (let i = lineStart; i < text.length; i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '\n' || char === '\r')) return text.slice(lineStart, i);
  }
  return text.slice(lineStart);
}
