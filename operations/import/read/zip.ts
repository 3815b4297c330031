import { inflateRawSync } from 'node:zlib';

import { excerpt, PerennialError } from '../../../domain/errors/index.ts';
import { LIMITS } from '../limits.ts';

/** One entry of a zip's central directory. Sizes are bytes. */
export interface ZipEntry {
  readonly name: string;
  readonly packed: number;
  readonly unpacked: number;
  readonly method: number;
  readonly offset: number;
}

const END = 0x06054b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;

const corrupt = (file: string, reason: string) => PerennialError.of('xlsx.corrupt', { reason }, { file });

/**
 * Reads the directory of a zip and refuses what no spreadsheet program writes, before a byte is unpacked:
 * too many parts, too large once unpacked, paths that leave the archive, encryption, zip64, overlaps.
 */
export function zipDirectory(file: string, bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end < 0) throw corrupt(file, 'no directory');
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (count > LIMITS.xlsxEntries) {
    throw PerennialError.of('xlsx.entries', { got: count, max: LIMITS.xlsxEntries }, { file });
  }
  const entries = new Map<string, ZipEntry>();
  let at = start;
  let unpacked = 0;
  let packed = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== DIRECTORY) throw corrupt(file, 'directory');
    const nameLength = view.getUint16(at + 28, true);
    const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw corrupt(file, 'directory');
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString('utf8');
    checkName(file, name);
    if ((view.getUint16(at + 8, true) & 1) === 1) throw PerennialError.of('xlsx.encrypted', {}, { file });
    const entry: ZipEntry = {
      name,
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    if (entry.packed === 0xffffffff || entry.unpacked === 0xffffffff) throw corrupt(file, 'zip64');
    if (entries.has(name)) throw corrupt(file, `two parts named ${excerpt(name)}`);
    entries.set(name, entry);
    unpacked += entry.unpacked;
    packed += entry.packed;
    at = next;
  }
  // Entries that share the same packed bytes are how a small file claims a huge content.
  if (packed > bytes.length) throw corrupt(file, 'parts overlap');
  if (unpacked > LIMITS.xlsxUnpackedBytes) throw tooLarge(file, unpacked);
  return entries;
}

/** The end record stands at the end, before a comment of at most 64 KB. */
function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let i = view.byteLength - 22; i >= lowest; i--) if (view.getUint32(i, true) === END) return i;
  return -1;
}

function checkName(file: string, name: string): void {
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  const odd = name.startsWith('/') || /(^|[/\\])\.\.([/\\]|$)|\\|^[a-zA-Z]:|[\u0000-\u001f]/.test(name);
  if (odd) throw PerennialError.of('xlsx.path', { value: excerpt(name) }, { file });
}

const megabytes = (n: number) => Math.ceil(n / (1024 * 1024));

function tooLarge(file: string, bytes: number): PerennialError {
  const params = { got: megabytes(bytes), max: megabytes(LIMITS.xlsxUnpackedBytes) };
  return PerennialError.of('xlsx.unpacked_size', params, { file });
}

/** Unpacks one entry; an entry that holds more than its directory says is refused at that size. */
export function unzip(file: string, bytes: Uint8Array, entry: ZipEntry): Buffer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = entry.offset;
  if (at + 30 > bytes.length || view.getUint32(at, true) !== LOCAL) throw corrupt(file, excerpt(entry.name));
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  const packed = bytes.subarray(start, start + entry.packed);
  if (packed.length !== entry.packed) throw corrupt(file, `${excerpt(entry.name)} is cut off`);
  if (entry.method === 0) return Buffer.from(packed);
  if (entry.method !== 8) throw corrupt(file, `${excerpt(entry.name)}: method ${entry.method}`);
  try {
    const data = inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.unpacked) });
    if (data.length === entry.unpacked) return data;
  } catch {
    // Damaged data and data that are longer than declared end the same way: below.
  }
  throw corrupt(file, `${excerpt(entry.name)} does not unpack to its declared size`);
}
