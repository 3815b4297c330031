import { stringify } from 'csv-stringify/sync';

import { escapeFormula } from './formula.ts';
import type { OutCell } from './table-file.ts';

/** CSV bytes: UTF-8 with a byte order mark, comma, CRLF. */
export function writeCsv(header: readonly string[], rows: readonly (readonly OutCell[])[]): Uint8Array {
  const records = rows.map((row) => row.map(cellText));
  const text = stringify([header.map(escapeFormula), ...records], {
    bom: true,
    record_delimiter: 'windows',
    // Left alone, a bare line feed in a cell is not quoted where records end with CRLF.
    quoted_match: /[\r\n]/,
  });
  return Buffer.from(text, 'utf8');
}

function cellText(cell: OutCell): string {
  if (cell === null) return '';
  return cell.kind === 'text' ? escapeFormula(cell.text) : cell.text;
}
