import { excerpt, PerennialError } from '../../../domain/errors/index.ts';
import type { Delimiter, Table } from '../table.ts';
import { openCsv } from './csv.ts';
import { fileType } from './file-type.ts';
import { openSource } from './source.ts';
import type { ImportInput } from './source.ts';
import { openXlsx } from './xlsx.ts';

/** What a reader of a file may set where the guess is wrong. */
export interface OpenOptions {
  readonly sheet?: string;
  readonly delimiter?: Delimiter;
}

/**
 * Opens a CSV or .xlsx file, told apart by content.
 * @throws PerennialError with `file.type`, `import.*`, `csv.*`, `xlsx.*`; the place names the file.
 */
export async function openTable(input: ImportInput, options: OpenOptions = {}): Promise<Table> {
  const source = await openSource(input);
  const file = source.name;
  if (source.size === 0) throw PerennialError.of('import.empty', { name: excerpt(file) }, { file });
  const type = fileType(source.head);
  switch (type.is) {
    case 'xlsx':
      return await openXlsx(source, options.sheet === undefined ? {} : { sheet: options.sheet });
    case 'csv':
      return await openCsv(source, options.delimiter === undefined ? {} : { delimiter: options.delimiter });
    case 'other': {
      const encrypted = type.name === '.xls' && isEncryptedWorkbook(await source.bytes());
      if (encrypted) throw PerennialError.of('xlsx.encrypted', {}, { file });
      throw PerennialError.of('file.type', { name: excerpt(file), got: type.name }, { file });
    }
    default:
      return type satisfies never;
  }
}

/** A workbook with a password is an OLE file that names its stream in UTF-16. */
function isEncryptedWorkbook(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(
    Buffer.from('EncryptedPackage', 'utf16le'),
  );
}
