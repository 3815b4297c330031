import writeXlsxFile from 'write-excel-file/node';
import type { Cell } from 'write-excel-file/node';

import { epochMs } from './day.ts';
import { escapeFormula } from './formula.ts';
import type { OutCell } from './table-file.ts';

/** Bytes of a workbook with one sheet: bold header that stays in view, real dates and numbers. */
export async function writeXlsx(
  header: readonly string[],
  rows: readonly (readonly OutCell[])[],
  sheet = 'Sheet1',
): Promise<Uint8Array> {
  const data: Cell[][] = [
    header.map((text) => ({ type: String, value: escapeFormula(text), fontWeight: 'bold' }) as const),
    ...rows.map((row) => row.map(toCell)),
  ];
  const columns = header.map((text, i) => ({ width: widthOf(text, rows, i) }));
  return await writeXlsxFile(data, { sheet: sheetName(sheet), columns, stickyRowsCount: 1 }).toBuffer();
}

function toCell(cell: OutCell): Cell {
  if (cell === null) return null;
  switch (cell.kind) {
    case 'text':
      return { type: String, value: escapeFormula(cell.text) };
    case 'date':
      return { type: Date, value: new Date(epochMs(cell.text)), format: 'yyyy-mm-dd' };
    case 'number': {
      const value = Number(cell.text);
      // Beyond 15 digits a workbook would round: such a number stays a text.
      if (cell.text.replace(/\D/g, '').length > 15) return { type: String, value: cell.text };
      return cell.format === undefined ? { type: Number, value } : { type: Number, value, format: cell.format };
    }
    default:
      return cell satisfies never;
  }
}

/** Width in characters by header and the first rows; a Chinese character takes two. */
function widthOf(header: string, rows: readonly (readonly OutCell[])[], column: number): number {
  const texts = [header, ...rows.slice(0, 50).map((row) => row[column]?.text ?? '')];
  const widths = texts.map((text) =>
    Array.from(text).reduce((n, c) => n + ((c.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0),
  );
  return Math.min(60, Math.max(8, ...widths) + 2);
}

/** Names of sheets have at most 31 characters and none of these. */
const sheetName = (name: string) =>
  name
    .replace(/[\\/?*[\]:]/g, ' ')
    .slice(0, 31)
    .trim() || 'Sheet1';
