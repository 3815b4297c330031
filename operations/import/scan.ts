import { problem } from '../../domain/errors/index.ts';
import type { Place, Problem } from '../../domain/errors/index.ts';
import { KeyIndex } from './key-index.ts';
import { LIMITS } from './limits.ts';
import { ProblemLog } from './problem-log.ts';
import type { ReadRow } from './rows/contract-row.ts';
import { cellText } from './table.ts';
import type { RawRow, Table } from './table.ts';

/** A row that could be read; it may still turn out wrong beside the others. */
export interface ScannedRow<R> {
  readonly row: number;
  readonly value: R;
}

export interface Scan<R> {
  readonly log: ProblemLog;
  readonly rows: number;
  /** The rows that could be read, once more: from memory for a usual file, read again for a huge one. */
  values(): AsyncIterable<ScannedRow<R>>;
  /** All rows as they stand in the file, read again. */
  raw(): AsyncIterable<RawRow>;
}

export interface ScanSteps<R> {
  /** Opens the table afresh; the first one is already open. */
  readonly reopen: () => Promise<Table>;
  readonly read: (raw: RawRow) => ReadRow<R>;
  /** Place of the key in a row. */
  readonly keyPlace: (row: number) => Place;
  /** What shows only when all rows are known; for files that stay in memory. */
  readonly across?: (rows: readonly R[]) => readonly Problem[];
  readonly perRow?: (value: R) => readonly Problem[];
  readonly onRow?: (rows: number) => void;
}

/**
 * Reads all rows before any is stored, so that a broken quotation mark on the last line, or a number that comes
 * twice, is known in time. Up to {@link LIMITS.keptRows} parsed rows stay in memory.
 */
export async function scanRows<R>(table: Table, steps: ScanSteps<R>): Promise<Scan<R>> {
  const log = new ProblemLog();
  const keys = new KeyIndex();
  const width = table.header.length;
  let kept: ScannedRow<R>[] | undefined = [];
  let rows = 0;
  for await (const raw of table.rows) {
    rows++;
    const read = readRow(table, width, raw, steps.read);
    log.add(read.problems, raw.row);
    if (read.value !== undefined && steps.perRow) log.add(steps.perRow(read.value), raw.row);
    if (read.key !== undefined) keys.add(raw.row, read.key);
    if (kept !== undefined && kept.length >= LIMITS.keptRows) kept = undefined;
    if (read.value !== undefined) kept?.push({ row: raw.row, value: read.value });
    if (rows % 1000 === 0) steps.onRow?.(rows);
  }
  steps.onRow?.(rows);
  for (const found of [...keys.duplicates(steps.keyPlace), ...keys.lostZeros(steps.keyPlace)]) {
    log.add([found], found.place?.row ?? 0);
  }
  if (steps.across && kept) {
    for (const found of steps.across(kept.map((k) => k.value))) log.add([found], found.place?.row ?? 0);
  }
  const inMemory = kept;
  return {
    log,
    rows,
    values: () => (inMemory === undefined ? readAgain(width, steps) : walk(inMemory)),
    raw: () => rawRows(steps),
  };
}

async function* walk<R>(rows: readonly ScannedRow<R>[]): AsyncGenerator<ScannedRow<R>> {
  for (const row of rows) yield await Promise.resolve(row);
}

async function* readAgain<R>(width: number, steps: ScanSteps<R>): AsyncGenerator<ScannedRow<R>> {
  const table = await steps.reopen();
  for await (const raw of table.rows) {
    const { value } = readRow(table, width, raw, steps.read);
    if (value !== undefined) yield { row: raw.row, value };
  }
}

async function* rawRows<R>(steps: ScanSteps<R>): AsyncGenerator<RawRow> {
  yield* (await steps.reopen()).rows;
}

/** A row that is longer than the header has slipped: none of its cells can be trusted. Missing last cells are empty. */
function readRow<R>(table: Table, width: number, raw: RawRow, read: (raw: RawRow) => ReadRow<R>): ReadRow<R> {
  const { cells } = raw;
  const extra = cells.length > width && cells.slice(width).some((cell) => cellText(cell).trim() !== '');
  if (extra) {
    const place = table.sheet === undefined ? { file: table.file } : { file: table.file, sheet: table.sheet };
    return { problems: [problem('csv.columns', { want: width, got: cells.length }, { ...place, row: raw.row })] };
  }
  return read(raw);
}
