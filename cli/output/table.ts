import Table from 'cli-table3';
import type { Style } from './style.ts';
import { shorten, textWidth, wrap } from './width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Takes what is left when the table is too wide; otherwise a column is as wide as its longest cell. */
  readonly flexible?: boolean;
  /** Narrowest useful width of a flexible column. */
  readonly min?: number;
}

/** A cell and, apart from it, how it is painted: widths are counted without colour codes. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/**
 * A table that fits into `width` columns, without lines between rows so that many rows stay readable and
 * a script can still cut it. Flexible columns are wrapped (`boxed`) or cut.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly (Cell | string)[])[],
  options: { readonly width: number; readonly style: Style; readonly boxed?: boolean },
): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)));
  const widths = columnWidths(columns, cells, options.width, options.boxed === true);
  const table = new Table({
    head: columns.map((column, i) => options.style.bold(shorten(column.title, widths[i] ?? 1))),
    colAligns: columns.map((column) => column.align ?? 'left'),
    // Two more than the text: cli-table3 counts its own padding.
    ...(options.boxed === true ? { colWidths: widths.map((width) => width + 2) } : {}),
    style: {
      head: [],
      border: [],
      ...(options.boxed === true ? { compact: true } : { 'padding-left': 0, 'padding-right': 2 }),
    },
    chars: options.boxed === true ? BOX : PLAIN,
  });
  for (const row of cells) {
    table.push(
      row.map((cell, i) => {
        const width = widths[i] ?? 1;
        const lines =
          options.boxed === true
            ? wrap(cell.text, width).map((line) => shorten(line, width))
            : [shorten(cell.text, width)];
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

/** How wide a boxed table is if nothing is wrapped. */
export function boxedWidth(columns: readonly Column[], rows: readonly (readonly (Cell | string)[])[]): number {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)));
  return sum(longestCells(columns, cells)) + between(columns, true);
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
  let over = sum(longest) + between(columns, boxed) - width;
  const widths = [...longest];
  // The widest flexible column gives first, so that none is starved while another is roomy.
  while (over > 0) {
    const widest = columns
      .map((column, i) => ({
        i,
        room: column.flexible === true ? (widths[i] ?? 0) - (column.min ?? 6) : 0,
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
