import { CsvError, parse } from 'csv-parse/sync';
import type { Place } from '../../domain/errors/index.ts';
import { excerpt, problem } from '../../domain/errors/index.ts';
import type { RawDay, RawFile } from './file-rows.ts';

type Column = 'date' | 'kind' | 'name' | 'nameZh';

const HEADERS: Readonly<Record<string, Column>> = {
  date: 'date',
  day: 'date',
  日期: 'date',
  kind: 'kind',
  type: 'kind',
  类型: 'kind',
  name: 'name',
  name_en: 'name',
  'name en': 'name',
  英文名: 'name',
  英文名称: 'name',
  name_zh: 'nameZh',
  'name zh': 'nameZh',
  'name_zh-cn': 'nameZh',
  中文名: 'nameZh',
  中文名称: 'nameZh',
  名称: 'nameZh',
};

/** One record with the line it ends on, counted in the whole file. */
interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Rows of a CSV with the columns date, kind, name and name_zh (or their Chinese headers), in any order. */
export function readCsv(text: string, file: string): RawFile {
  const header = text.slice(0, text.search(/\r|\n|$/));
  const count = (sign: string) => header.split(sign).length;
  const delimiter = [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
  let records: readonly CsvRecord[];
  try {
    const options = { bom: true, info: true, delimiter, relax_column_count: true, skip_empty_lines: true } as const;
    records = parse(text, options) as unknown as readonly CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error['lines'] ?? 1);
    const place = { file, line };
    return {
      days: [],
      covers: [],
      problems: [problem('calendar.file_syntax', { detail: excerpt(error.message) }, place)],
    };
  }
  const [first, ...rows] = records;
  const headers = (first?.record ?? []).map((cell) => cell.trim());
  const columns = new Map<Column, number>();
  headers.forEach((cell, i) => {
    const column = HEADERS[cell.normalize('NFKC').toLowerCase()];
    if (column !== undefined && !columns.has(column)) columns.set(column, i);
  });
  const missing = (['date', 'kind'] as const).filter((column) => !columns.has(column));
  if (missing.length > 0) {
    const found = excerpt(headers.join(', '));
    const problems = missing.map((column) => problem('calendar.columns', { column, found }, { file, line: 1 }));
    return { days: [], covers: [], problems };
  }
  const days = rows.map(({ record, info }): RawDay => {
    const at = (column: Column) => record[columns.get(column) ?? -1] ?? '';
    const placeOf = (field: 'date' | 'kind' | 'name'): Place => {
      const column = columns.get(field) ?? columns.get('nameZh') ?? 0;
      return { file, line: info.lines, field: headers[column] ?? field };
    };
    return { line: info.lines, date: at('date'), kind: at('kind'), name: at('name'), nameZh: at('nameZh'), placeOf };
  });
  return { days, covers: [], problems: [] };
}
