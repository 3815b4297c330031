import { parse } from 'csv-parse';
import { CsvError } from 'csv-parse';

import { excerpt, PerennialError } from '../../../domain/errors/index.ts';
import { LIMITS } from '../limits.ts';
import type { Delimiter, Encoding, RawRow, Table } from '../table.ts';
import { detectDelimiter, firstRecord } from './delimiter.ts';
import { detectEncoding } from './encoding.ts';
import type { Source } from './source.ts';

/**
 * Opens a CSV file: finds encoding and delimiter, reads the header, and streams the rows.
 * @throws PerennialError `csv.*`, `import.empty`, `import.limit`; those of later rows while `rows` is walked.
 */
export async function openCsv(source: Source, chosen: { delimiter?: Delimiter } = {}): Promise<Table> {
  const encoding = await detectEncoding(source);
  const start = new TextDecoder(encoding).decode(source.head, { stream: true });
  const first = firstRecord(start);
  if (first.trim() === '')
    throw PerennialError.of('import.empty', { name: excerpt(source.name) }, { file: source.name });
  const delimiter = chosen.delimiter ?? detectDelimiter(start);
  // A table of one column is no table we know; another character between the headers is the likely reason.
  if (delimiter === undefined && /[\uff0c\uff1b|、:]/.test(first)) {
    throw PerennialError.of('csv.delimiter', { value: excerpt(first) }, { file: source.name, row: 1 });
  }
  const records = readRecords(source, encoding, delimiter ?? ',');
  const header = await records.next();
  if (header.done === true) {
    throw PerennialError.of('import.empty', { name: excerpt(source.name) }, { file: source.name });
  }
  const cells = header.value.cells as readonly string[];
  return {
    file: source.name,
    format: 'csv',
    encoding,
    delimiter: delimiter ?? ',',
    date1904: false,
    headerRow: header.value.row,
    header: dropEmptyEnd(cells),
    rows: records,
  };
}

/** Spreadsheet programs write the used width: trailing columns without any header. */
function dropEmptyEnd(cells: readonly string[]): readonly string[] {
  let width = cells.length;
  while (width > 0 && cells[width - 1]?.trim() === '') width--;
  return cells.slice(0, width);
}

async function* readRecords(
  source: Source,
  encoding: Encoding,
  delimiter: Delimiter,
): AsyncGenerator<RawRow, undefined> {
  const parser = parse({
    delimiter,
    bom: true,
    // All three, because files joined from several systems mix their line ends.
    record_delimiter: ['\r\n', '\n', '\r'],
    // Cells like 5" pipe are read as a spreadsheet program reads them.
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: LIMITS.recordBytes,
  });
  const fed = feed(source, encoding, parser);
  // The failure of the feeder reaches the reader through the parser, which it destroys.
  fed.catch(() => undefined);
  let row = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row++;
      if (cells.every((cell) => cell.trim() === '')) continue;
      checkLimits(source.name, row, cells);
      yield { row, cells };
    }
    await fed;
  } catch (error) {
    throw explainCsvError(error, source.name, row);
  } finally {
    parser.destroy();
  }
}

async function feed(source: Source, encoding: Encoding, parser: ReturnType<typeof parse>): Promise<void> {
  const decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding);
  try {
    for await (const chunk of source.chunks()) {
      for (let at = 0; at < chunk.length; at += 256 * 1024) {
        const part = chunk.subarray(at, at + 256 * 1024);
        if (parser.destroyed) return;
        const flowing = parser.write(decoder ? decoder.decode(part, { stream: true }) : part);
        if (!flowing) await drained(parser);
      }
    }
    if (decoder) parser.write(decoder.decode());
    parser.end();
  } catch (error) {
    parser.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function drained(parser: ReturnType<typeof parse>): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      parser.off('drain', go);
      parser.off('close', go);
      resolve();
    };
    parser.on('drain', go);
    parser.on('close', go);
    if (parser.destroyed) go();
  });
}

function checkLimits(file: string, row: number, cells: readonly string[]): void {
  // The header is a row too.
  if (row > LIMITS.csvRows + 1) throw tooMuch(file, ROWS, row - 1, LIMITS.csvRows);
  if (cells.length > LIMITS.columns) throw tooMuch(file, COLUMNS, cells.length, LIMITS.columns, row);
  const long = cells.findIndex((cell) => cell.length > LIMITS.cellLength);
  if (long < 0) return;
  const length = cells[long]?.length ?? 0;
  throw tooMuch(file, '单元格字符数/characters in a cell', length, LIMITS.cellLength, row, long + 1);
}

/** What is counted, in both languages: a parameter has no language of its own. */
export const ROWS = '行数/rows';
export const COLUMNS = '列数/columns';

/** The `import.limit` problem as an error. */
export function tooMuch(
  file: string,
  what: string,
  got: number | string,
  max: number | string,
  row?: number,
  column?: number,
) {
  const place = { file, ...(row === undefined ? {} : { row }), ...(column === undefined ? {} : { column }) };
  return PerennialError.of('import.limit', { what, got, max }, place);
}

function explainCsvError(error: unknown, file: string, row: number): unknown {
  if (!(error instanceof CsvError)) return error;
  // Rows still waiting in the stream are lost with the error; the parser's own count knows them.
  const records: unknown = error['records'];
  const at = typeof records === 'number' ? records + 1 : row + 1;
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return tooMuch(file, '单行字节数/bytes in a row', `> ${LIMITS.recordBytes}`, LIMITS.recordBytes, at);
  }
  const quote = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_INVALID_CLOSING_QUOTE';
  return quote ? PerennialError.of('csv.quote', {}, { file, row: at }) : error;
}
