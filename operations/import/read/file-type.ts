export type FileType = { readonly is: 'xlsx' | 'csv' } | { readonly is: 'other'; readonly name: string };

const startsWith = (head: Uint8Array, bytes: readonly number[]) => bytes.every((b, i) => head[i] === b);

const ascii = (head: Uint8Array, from: number, to: number) => Buffer.from(head.subarray(from, to)).toString('latin1');

/** Binary formats that are met under the name of a table, by their first bytes. */
const SIGNATURES: readonly (readonly [readonly number[], string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], 'PNG'],
  [[0xff, 0xd8, 0xff], 'JPEG'],
  [[0x47, 0x49, 0x46, 0x38], 'GIF'],
  [[0x25, 0x50, 0x44, 0x46], 'PDF'],
  [[0x1f, 0x8b], 'gzip'],
  [[0x52, 0x61, 0x72, 0x21], 'RAR'],
  [[0x37, 0x7a, 0xbc, 0xaf], '7z'],
  [[0xd0, 0xcf, 0x11, 0xe0], '.xls'],
];

/** Says by content, never by name, what a file is. A zip is taken for a workbook until its directory is read. */
export function fileType(head: Uint8Array): FileType {
  for (const [bytes, name] of SIGNATURES) if (startsWith(head, bytes)) return { is: 'other', name };
  if (startsWith(head, [0x50, 0x4b])) {
    // An OpenDocument file names itself in its first, unpacked entry.
    return ascii(head, 30, 90).startsWith('mimetypeapplication/vnd.oasis.opendocument')
      ? { is: 'other', name: '.ods' }
      : { is: 'xlsx' };
  }
  const text = ascii(head, 0, 512)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase();
  if (/^<(!doctype html|html|head|body|table|meta)\b/.test(text)) return { is: 'other', name: 'HTML' };
  if (text.startsWith('<?xml')) return { is: 'other', name: 'XML' };
  if (/^[[{]\s*["{[\]}]/.test(text)) return { is: 'other', name: 'JSON' };
  return { is: 'csv' };
}

/** Parts whose presence tells what else a zip may be. */
export function zipKind(names: readonly string[]): 'xlsx' | { readonly name: string } {
  const has = (start: string) => names.some((n) => n.startsWith(start));
  if (names.includes('xl/workbook.xml')) return 'xlsx';
  if (has('xl/workbook.bin')) return { name: '.xlsb' };
  if (has('word/')) return { name: '.docx' };
  if (has('ppt/')) return { name: '.pptx' };
  if (has('Index/') || has('Index.zip')) return { name: '.numbers' };
  return { name: 'zip' };
}
