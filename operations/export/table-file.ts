import { moneyDigits, minorDigits } from '../../domain/money/index.ts';
import type { Money } from '../../domain/money/index.ts';
import type { Locale, LocalText } from '../../domain/text.ts';
import { writeCsv } from './csv.ts';
import { writeXlsx } from './xlsx.ts';

export type TableFormat = 'csv' | 'xlsx';

/** A cell with its meaning. Dates are `YYYY-MM-DD`; null is an empty cell. */
export type OutCell =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string; readonly format?: string }
  | { readonly kind: 'date'; readonly text: string }
  | null;

export interface WrittenFile {
  readonly name: string;
  readonly format: TableFormat;
  readonly bytes: Uint8Array;
}

export interface OutColumn {
  readonly key: string;
  readonly header: LocalText;
  readonly kind: 'text' | 'date' | 'money' | 'number';
}

/** What a row may hold under a column's key: text for `text` and `date`, {@link Money} for `money`. */
export type OutValue = string | number | boolean | Money | null | undefined;

export interface TableToWrite {
  readonly name: string;
  readonly columns: readonly OutColumn[];
  readonly rows: readonly Readonly<Record<string, OutValue>>[];
  readonly format: TableFormat;
  readonly locale: Locale;
  readonly sheet?: string;
}

/**
 * Writes a table as CSV (UTF-8 with a byte order mark, so that spreadsheet programs in China open it right) or
 * .xlsx with real dates and numbers. Texts that would be run as formulas are escaped. Money is written as a plain
 * number; where the currencies of a table differ, give the currency a text column of its own.
 */
export async function writeTable(table: TableToWrite): Promise<WrittenFile> {
  const header = table.columns.map((column) => column.header[table.locale]);
  const rows = table.rows.map((row) => table.columns.map((column) => outCell(column.kind, row[column.key])));
  return await writeCells(table.name, table.format, header, rows, table.sheet);
}

/** Writes cells that are ready. `name` comes without an ending. */
export async function writeCells(
  name: string,
  format: TableFormat,
  header: readonly string[],
  rows: readonly (readonly OutCell[])[],
  sheet?: string,
): Promise<WrittenFile> {
  switch (format) {
    case 'csv':
      return { name: `${name}.csv`, format, bytes: writeCsv(header, rows) };
    case 'xlsx':
      return { name: `${name}.xlsx`, format, bytes: await writeXlsx(header, rows, sheet) };
    default:
      return format satisfies never;
  }
}

const isMoney = (value: OutValue): value is Money => typeof value === 'object' && value !== null;

function outCell(kind: OutColumn['kind'], value: OutValue): OutCell {
  if (value === null || value === undefined || value === '') return null;
  if (isMoney(value)) {
    const digits = minorDigits(value.currency);
    return { kind: 'number', text: moneyDigits(value), format: digits === 0 ? '#,##0' : `#,##0.${'0'.repeat(digits)}` };
  }
  const text = String(value);
  switch (kind) {
    case 'date':
      return { kind: 'date', text };
    case 'number':
    case 'money':
      return typeof value === 'number' && Number.isFinite(value) ? { kind: 'number', text } : { kind: 'text', text };
    case 'text':
      return { kind: 'text', text };
    default:
      return kind satisfies never;
  }
}
