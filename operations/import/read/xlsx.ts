import { excerpt, PerennialError } from '../../../domain/errors/index.ts';
import { LIMITS } from '../limits.ts';
import { cellText } from '../table.ts';
import type { Cell, RawRow, Table } from '../table.ts';
import { COLUMNS, ROWS, tooMuch } from './csv.ts';
import { zipKind } from './file-type.ts';
import type { Source } from './source.ts';
import { readDateStyles, readRelations, readSharedStrings, readWorkbook } from './xlsx-parts.ts';
import { readSheetRows } from './xlsx-sheet.ts';
import { XmlError } from './xml.ts';
import { unzip, zipDirectory } from './zip.ts';
import type { ZipEntry } from './zip.ts';

/**
 * Opens a workbook: its first visible sheet that holds anything, or the sheet that was chosen. We read the parts
 * ourselves because the guard against bombs and entities needs them unpacked anyway, and because readers at hand
 * drop what an import must tell: cells in error, cached results of formulas, exact digits, date systems.
 * @throws PerennialError `xlsx.*`, `file.type`, `import.empty`, `import.limit`
 */
export async function openXlsx(source: Source, chosen: { sheet?: string } = {}): Promise<Table> {
  const file = source.name;
  if (source.size > LIMITS.xlsxBytes) throw tooMuch(file, '字节数/bytes', source.size, LIMITS.xlsxBytes);
  const parts = openParts(file, await source.bytes());
  try {
    return readTable(file, parts, chosen.sheet);
  } catch (error) {
    if (error instanceof XmlError)
      throw PerennialError.of('xlsx.corrupt', { reason: excerpt(error.message) }, { file });
    throw error;
  }
}

type Parts = (name: string) => string | undefined;

function openParts(file: string, bytes: Uint8Array): Parts {
  const entries = zipDirectory(file, bytes);
  const kind = zipKind([...entries.keys()]);
  if (kind !== 'xlsx') throw PerennialError.of('file.type', { name: excerpt(file), got: kind.name }, { file });
  const read = (entry: ZipEntry) => {
    const data = unzip(file, bytes, entry);
    if (data[0] === 0xff || data[0] === 0xfe) {
      throw PerennialError.of('xlsx.corrupt', { reason: `${excerpt(entry.name)}: UTF-16` }, { file });
    }
    const xml = data.toString('utf8');
    if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) {
      throw PerennialError.of('xlsx.xml_entity', { value: excerpt(entry.name) }, { file });
    }
    return xml;
  };
  return (name) => {
    const entry = entries.get(name);
    return entry === undefined ? undefined : read(entry);
  };
}

function readTable(file: string, parts: Parts, wanted: string | undefined): Table {
  const workbook = readWorkbook(parts('xl/workbook.xml') ?? '');
  const relations = readRelations(parts('xl/_rels/workbook.xml.rels') ?? '');
  const strings = readSharedStrings(parts('xl/sharedStrings.xml') ?? '');
  const dateStyles = readDateStyles(parts('xl/styles.xml') ?? '');
  const found = workbook.sheets.map((s) => s.name);
  const sheets = workbook.sheets.filter((s) => (wanted === undefined ? !s.hidden : s.name === wanted));
  if (wanted !== undefined && sheets.length === 0) {
    throw PerennialError.of('xlsx.sheet', { value: excerpt(wanted), found: excerpt(found.join(', ')) }, { file });
  }
  for (const sheet of sheets) {
    const xml = parts(relations.get(sheet.relation) ?? '');
    if (xml === undefined) continue;
    const rows: RawRow[] = [];
    readSheetRows(xml, {
      strings,
      dateStyles,
      onRow(row) {
        if (row.cells.every((cell) => cellText(cell).trim() === '')) return;
        if (rows.length > LIMITS.xlsxRows) throw tooMuch(file, ROWS, `> ${LIMITS.xlsxRows}`, LIMITS.xlsxRows);
        if (row.cells.length > LIMITS.columns) {
          throw tooMuch(file, COLUMNS, row.cells.length, LIMITS.columns, row.row);
        }
        rows.push(row);
      },
    });
    const [first, ...rest] = rows;
    if (first === undefined) continue;
    const header = first.cells.map((cell) => cellText(cell));
    return {
      file,
      format: 'xlsx',
      sheet: sheet.name,
      date1904: workbook.date1904,
      headerRow: first.row,
      header,
      rows: walk(rest, header.length),
    };
  }
  throw PerennialError.of('import.empty', { name: excerpt(file) }, { file });
}

async function* walk(rows: readonly RawRow[], width: number): AsyncGenerator<RawRow> {
  for (const { row, cells } of rows) yield await Promise.resolve({ row, cells: fit(cells, width) });
}

/** A worksheet leaves empty cells out; notes to the right of the table are no part of it. */
function fit(cells: readonly Cell[], width: number): readonly Cell[] {
  if (cells.length === width) return cells;
  return Array.from({ length: width }, (_, i) => cells[i] ?? '');
}
