import { excerpt, problem, warning } from '../../../domain/errors/index.ts';
import type { Place, Problem } from '../../../domain/errors/index.ts';
import { fromExcelSerial, parseDateCell } from '../../../domain/time/index.ts';
import type { CivilDate, DateOrder } from '../../../domain/time/index.ts';
import { fieldsOf } from '../headers.ts';
import type { ColumnMapping, Mapping } from '../headers.ts';
import { cellText } from '../table.ts';
import type { RawRow, Table } from '../table.ts';
import { checkCharacters, checkLength, cleanCell } from './text.ts';

/** What the rows of one file share. */
export class FileColumns {
  readonly place: { readonly file: string; readonly sheet?: string };
  readonly date1904: boolean;
  readonly #columns: ReadonlyMap<string, ColumnMapping>;
  readonly #mapping: Mapping;
  readonly #said = new Set<string>();

  constructor(table: Pick<Table, 'file' | 'sheet' | 'date1904'>, mapping: Mapping) {
    this.place = table.sheet === undefined ? { file: table.file } : { file: table.file, sheet: table.sheet };
    this.date1904 = table.date1904;
    this.#mapping = mapping;
    this.#columns = new Map(mapping.columns.map((c) => [c.field, c]));
  }

  column(field: string): ColumnMapping | undefined {
    return this.#columns.get(field);
  }

  /** The name of a field for an error, told in the reader's language; the place has the header as the file has it. */
  label(field: string): string {
    return Object.hasOwn(fieldsOf(this.#mapping.kind), field) ? `@field.${field}` : field;
  }

  /** True the first time: a column of 5,000 formulas gives one warning. */
  once(matter: string): boolean {
    if (this.#said.has(matter)) return false;
    this.#said.add(matter);
    return true;
  }
}

/** Reads the cells of one row by field, and gathers what is wrong with them, each problem with its place. */
export class RowCells<F extends string> {
  readonly problems: Problem[] = [];
  readonly #file: FileColumns;
  readonly #row: RawRow;
  readonly #wrong = new Set<F>();

  constructor(file: FileColumns, row: RawRow) {
    this.#file = file;
    this.#row = row;
  }

  get failed(): boolean {
    return this.#wrong.size > 0;
  }

  isWrong(field: F): boolean {
    return this.#wrong.has(field);
  }

  column(field: F): ColumnMapping | undefined {
    return this.#file.column(field);
  }

  label(field: F): string {
    return this.#file.label(field);
  }

  place(field: F): Place {
    const column = this.column(field);
    const at = { ...this.#file.place, row: this.#row.row };
    return column === undefined ? at : { ...at, column: column.column, field: column.header };
  }

  fail(field: F, what: Problem): undefined {
    this.#wrong.add(field);
    this.problems.push(problem(what.code, what.params, this.place(field)));
    return undefined;
  }

  warn(field: F, code: Problem['code'], params: Problem['params']): void {
    this.problems.push(warning(code, params, this.place(field)));
  }

  /** The cell as clean text; undefined where it is empty, missing, or in error (which is reported). */
  raw(field: F): string | undefined {
    const column = this.column(field);
    const cell = column && this.#row.cells[column.column - 1];
    if (column === undefined || cell === undefined) return undefined;
    const text = cleanCell(cellText(cell));
    if (text === '') return undefined;
    if (typeof cell === 'string') return text;
    if (cell.kind === 'error') return this.fail(field, problem('xlsx.cell_error', { value: excerpt(text) }));
    if (cell.formula === true && this.#file.once(`formula ${column.column}`)) {
      this.warn(field, 'xlsx.formula', { value: excerpt(text) });
    }
    if (cell.kind === 'number') return plainNumber(text);
    if (cell.kind !== 'date') return text;
    const date = fromExcelSerial(Number(text), { date1904: this.#file.date1904 });
    return date.ok ? date.value : text;
  }

  /** Was the cell a number in a workbook (so that leading zeros cannot be in it)? */
  isNumberCell(field: F): boolean {
    const column = this.column(field);
    const cell = column && this.#row.cells[column.column - 1];
    return typeof cell === 'object' && cell.kind === 'number';
  }

  /** Warns about something that concerns the whole column at its first row only. */
  warnOnce(field: F, code: Problem['code'], params: Problem['params']): void {
    if (this.#file.once(`${code} ${field}`)) this.warn(field, code, params);
  }

  text(field: F, max: number, lines = false): string | undefined {
    const text = this.raw(field);
    if (text === undefined) return undefined;
    const bad = checkCharacters(text, lines) ?? checkLength(text, max, this.label(field));
    return bad ? this.fail(field, bad) : text;
  }

  /** A text that must be there. */
  required(field: F, max: number): string | undefined {
    const text = this.text(field, max);
    if (text === undefined && !this.isWrong(field)) {
      this.fail(field, problem('field.missing', { field: this.label(field) }));
    }
    return text;
  }

  date(field: F, order: DateOrder | undefined): CivilDate | undefined {
    const column = this.column(field);
    const cell = column && this.#row.cells[column.column - 1];
    if (column === undefined || cell === undefined) return undefined;
    // In a column of dates a bare number of a workbook is a date whose format got lost.
    if (typeof cell === 'object' && (cell.kind === 'date' || cell.kind === 'number')) {
      const serial = Number(cell.text);
      const compact = cell.kind === 'number' && /^(19|20|21)\d{6}$/.test(cell.text);
      const read = compact ? parseDateCell(cell.text) : fromExcelSerial(serial, { date1904: this.#file.date1904 });
      this.raw(field);
      return read.ok ? read.value : this.fail(field, read.problem);
    }
    const text = this.raw(field);
    if (text === undefined) return undefined;
    const declared = column.unit.order ?? order;
    const read = parseDateCell(text, declared === undefined ? {} : { order: declared });
    return read.ok ? read.value : this.fail(field, read.problem);
  }

  /** A whole number; a unit behind it (天, months) is read over. */
  whole(field: F, min: number, max: number): number | undefined {
    const text = this.raw(field);
    if (text === undefined) return undefined;
    const digits = /^([+-]?\d{1,9})(?:\.0+)?\s*(?:天|日|个月|月|分|days?|months?|mo|d|m)?$/i.exec(
      text.normalize('NFKC'),
    )?.[1];
    const value = digits === undefined ? Number.NaN : Number(digits);
    if (value >= min && value <= max) return value;
    return this.fail(field, problem('number.format', { value: excerpt(text), min, max }));
  }

  choice<T>(field: F, words: ReadonlyMap<string, T>, choices: string): T | undefined {
    const text = this.raw(field);
    if (text === undefined) return undefined;
    const value = words.get(wordKey(text));
    if (value !== undefined) return value;
    return this.fail(field, problem('field.choice', { value: excerpt(text), field: this.label(field), choices }));
  }
}

/** How words of a choice are compared. */
export const wordKey = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-_]/g, '');

/** Spreadsheet programs store 1234.56 as 1234.5599999999999 and large numbers with an exponent. */
function plainNumber(text: string): string {
  if (/^-?\d{1,15}$/.test(text)) return text;
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  const rounded = Number(value.toPrecision(15));
  return Math.abs(rounded) < 1e21 && Number.isInteger(rounded) ? BigInt(rounded).toString() : String(rounded);
}
