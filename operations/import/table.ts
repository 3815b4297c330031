/**
 * One cell as read from a file. CSV cells are plain text. Workbook cells that are more than text say so;
 * `text` is then the exact decimal text of a number, `true`/`false`, or the error as shown (`#N/A`).
 */
export type Cell = string | SheetCell;

export interface SheetCell {
  readonly kind: 'text' | 'number' | 'date' | 'boolean' | 'error';
  readonly text: string;
  /** The value is the cached result of a formula. */
  readonly formula?: true;
}

export interface RawRow {
  /** Row in the file as a spreadsheet program counts it, from 1; the header is usually 1. */
  readonly row: number;
  /** As many as the row really has; workbook rows are padded to the header's width. */
  readonly cells: readonly Cell[];
}

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'windows-1252';
export type Delimiter = ',' | ';' | '\t';

/** A table file, opened. `rows` can be walked once; empty rows are left out. */
export interface Table {
  readonly file: string;
  readonly format: 'csv' | 'xlsx';
  readonly encoding?: Encoding;
  readonly delimiter?: Delimiter;
  readonly sheet?: string;
  /** Serial dates of the workbook count from 1904. */
  readonly date1904: boolean;
  readonly headerRow: number;
  readonly header: readonly string[];
  readonly rows: AsyncIterable<RawRow>;
}

export const cellText = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text;
