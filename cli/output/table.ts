import Table from 'cli-table3';
import type { Style } from './style.ts';
import { longestWord, shorten, textWidth, wrap } from './width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Takes what is left when the table is too wide; otherwise a column is as wide as its longest cell. */
  readonly flexible?: boolean;
  /** Narrowest useful width of a flexible column. */
  readonly min?: number;
  /** May be left out where the window is too narrow; the highest number goes first. */
  readonly spare?: number;
}

/** A cell and, apart from it, how it is painted: widths are counted without colour codes. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

type Row = readonly (Cell | string)[];

/**
 * A table that fits into `width` columns, without lines between rows so that many rows stay readable and
 * a script can still cut it. Flexible columns are wrapped (`boxed`) or cut. Where even that is too wide, spare
 * columns are left out, and in the end each row becomes a block of lines.
 */
export function renderTable(
  allColumns: readonly Column[],
  rows: readonly Row[],
  options: { readonly width: number; readonly style: Style; readonly boxed?: boolean },
): string {
  const boxed = options.boxed === true;
  const { columns, cells } = fitting(allColumns, rows.map(cellsOf), options.width, boxed);
  if (narrowest(columns, cells, boxed) > options.width) return blocks(allColumns, rows.map(cellsOf), options);
  const widths = columnWidths(columns, cells, options.width, boxed);
  const table = new Table({
    head: columns.map((column, i) => options.style.bold(shorten(column.title, widths[i] ?? 1))),
    colAligns: columns.map((column) => column.align ?? 'left'),
    // Two more than the text: cli-table3 counts its own padding.
    ...(boxed ? { colWidths: widths.map((width) => width + 2) } : {}),
    style: {
      head: [],
      border: [],
      ...(boxed ? { compact: true } : { 'padding-left': 0, 'padding-right': 2 }),
    },
    chars: boxed ? BOX : PLAIN,
  });
  for (const row of cells) {
    table.push(
      row.map((cell, i) => {
        const width = widths[i] ?? 1;
        const lines = boxed ? wrap(cell.text, width) : [shorten(cell.text, width)];
        return lines.map((line) => (cell.paint ? cell.paint(line) : line)).join('\n');
      }),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function cellsOf(row: Row): readonly Cell[] {
  return row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell));
}

/** The columns that have room, without the spare ones where there is too little. */
function fitting(
  columns: readonly Column[],
  cells: readonly (readonly Cell[])[],
  width: number,
  boxed: boolean,
): { readonly columns: readonly Column[]; readonly cells: readonly (readonly Cell[])[] } {
  if (narrowest(columns, cells, boxed) <= width) return { columns, cells };
  const spare = Math.max(0, ...columns.map((column) => column.spare ?? 0));
  if (spare === 0) return { columns, cells };
  const kept = columns.map((column) => (column.spare ?? 0) < spare);
  return fitting(
    columns.filter((_, i) => kept[i]),
    cells.map((row) => row.filter((_, i) => kept[i])),
    width,
    boxed,
  );
}

/** Each row as a block: its first cell, and below it the others with their titles. */
function blocks(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, style }: { readonly width: number; readonly style: Style },
): string {
  const label = Math.max(...columns.slice(1).map(({ title }) => textWidth(title)));
  return rows
    .map(([first, ...others]) => {
      const head = wrap(first?.text ?? '', width).map((line) => style.bold(line));
      const fields = others.flatMap(({ text, paint }, i) => {
        if (text.trim() === '') return [];
        const title = columns[i + 1]?.title ?? '';
        return wrap(text, Math.max(8, width - label - 4)).map((line, n) => {
          const named = n === 0 ? style.dim(title) + ' '.repeat(label - textWidth(title)) : ' '.repeat(label);
          return `  ${named}  ${paint ? paint(line) : line}`;
        });
      });
      return [...head, ...fields].join('\n');
    })
    .join('\n');
}

/** The least width in which a table can be shown: boxed ones break no word, others cut flexible cells. */
function narrowest(columns: readonly Column[], rows: readonly (readonly Cell[])[], boxed: boolean): number {
  return sum(floors(columns, rows, boxed)) + between(columns, boxed);
}

function floors(columns: readonly Column[], rows: readonly (readonly Cell[])[], boxed: boolean): readonly number[] {
  return longestCells(columns, rows).map((longest, i) => {
    const column = columns[i];
    if (column?.flexible !== true) return longest;
    const least = Math.min(longest, column.min ?? 6);
    if (!boxed) return least;
    const words = [column.title, ...rows.map((row) => row[i]?.text ?? '')].map(longestWord);
    return Math.max(least, ...words);
  });
}

/** Whether a boxed table has room without breaking a word. */
export function boxFits(columns: readonly Column[], rows: readonly Row[], width: number): boolean {
  return narrowest(columns, rows.map(cellsOf), true) <= width;
}

/** How wide a boxed table is if nothing is wrapped. */
export function boxedWidth(columns: readonly Column[], rows: readonly Row[]): number {
  return sum(longestCells(columns, rows.map(cellsOf))) + between(columns, true);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Columns taken by lines and blanks. */
function between(columns: readonly Column[], boxed: boolean): number {
  return boxed ? columns.length * 3 + 1 : columns.length * 2;
}

function longestCells(columns: readonly Column[], rows: readonly (readonly Cell[])[]): readonly number[] {
  return columns.map((column, i) =>
    Math.max(
      textWidth(column.title),
      ...rows.map((row) => Math.max(...(row[i]?.text ?? '').split('\n').map(textWidth))),
    ),
  );
}

function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  boxed: boolean,
): readonly number[] {
  const longest = longestCells(columns, rows);
  const least = floors(columns, rows, boxed);
  let over = sum(longest) + between(columns, boxed) - width;
  const widths = [...longest];
  // The widest flexible column gives first, so that none is starved while another is roomy.
  while (over > 0) {
    const widest = columns
      .map((column, i) => ({
        i,
        room: column.flexible === true ? (widths[i] ?? 0) - (least[i] ?? 0) : 0,
        now: widths[i] ?? 0,
      }))
      .filter(({ room }) => room > 0)
      .sort((a, b) => b.now - a.now)[0];
    if (widest === undefined) break;
    widths[widest.i] = widest.now - 1;
    over -= 1;
  }
  return widths;
}

const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

const BOX = {
  top: '─',
  'top-mid': '┬',
  'top-left': '┌',
  'top-right': '┐',
  bottom: '─',
  'bottom-mid': '┴',
  'bottom-left': '└',
  'bottom-right': '┘',
  left: '│',
  'left-mid': '├',
  mid: '─',
  'mid-mid': '┼',
  right: '│',
  'right-mid': '┤',
  middle: '│',
};
