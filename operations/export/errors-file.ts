import { explain } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import { fromExcelSerial } from '../../domain/time/index.ts';
import { ERROR_COLUMNS } from '../import/fields.ts';
import { LIMITS } from '../import/limits.ts';
import { cellText } from '../import/table.ts';
import type { Cell, RawRow, Table } from '../import/table.ts';
import { writeCells } from './table-file.ts';
import type { OutCell, WrittenFile } from './table-file.ts';

/**
 * The wrong rows of an import in the columns they came in, with what is wrong and how to mend it at the right.
 * .xlsx when the input was one, CSV otherwise. Importing it again reads over the two added columns.
 */
export class ErrorsFile {
  readonly #table: Table;
  readonly #locale: Locale;
  readonly #rows: (readonly OutCell[])[] = [];
  readonly #keep: readonly number[];

  constructor(table: Table, locale: Locale) {
    this.#table = table;
    this.#locale = locale;
    // An errors file that is imported with errors again must not grow two more columns.
    const ours: readonly string[] = ERROR_COLUMNS;
    this.#keep = table.header.flatMap((header, i) => (ours.includes(header.trim()) ? [] : [i]));
  }

  get full(): boolean {
    return this.#rows.length >= LIMITS.reportedRows;
  }

  add(raw: RawRow, problems: readonly Problem[]): void {
    const cells = this.#keep.map((i) => this.#cell(raw.cells[i]));
    const told = problems.map((p) => ({ ...explain(p, this.#locale), field: p.place?.field }));
    const what = told.map(({ what, field }) => (field === undefined ? what : `${field}: ${what}`)).join('\n');
    const fix = [...new Set(told.map((t) => t.fix))].join('\n');
    this.#rows.push([...cells, { kind: 'text', text: what }, { kind: 'text', text: fix }]);
  }

  async write(): Promise<WrittenFile> {
    const { file, format, sheet, header } = this.#table;
    // What is still wrong in a mended errors file belongs to the same list.
    const name = `${file.replace(/\.[^.]*$/, '').replace(/-errors(-\d+)?$/, '')}-errors`;
    const headers = this.#keep.map((i) => header[i] ?? '');
    return await writeCells(name, format, [...headers, ...ERROR_COLUMNS], this.#rows, sheet);
  }

  /** A cell as it came: mending one cell must not change the others. */
  #cell(cell: Cell | undefined): OutCell {
    const text = cellText(cell);
    if (cell === undefined || text === '') return null;
    if (typeof cell === 'string') return { kind: 'text', text };
    switch (cell.kind) {
      case 'number':
        return Number.isFinite(Number(text)) ? { kind: 'number', text } : { kind: 'text', text };
      case 'date': {
        const date = fromExcelSerial(Number(text), { date1904: this.#table.date1904 });
        return date.ok ? { kind: 'date', text: date.value } : { kind: 'number', text };
      }
      case 'text':
      case 'boolean':
      case 'error':
        return { kind: 'text', text };
      default:
        return cell.kind satisfies never;
    }
  }
}
