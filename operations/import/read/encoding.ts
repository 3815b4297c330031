import { isUtf8 } from 'node:buffer';
import { PerennialError } from '../../../domain/errors/index.ts';
import type { Encoding } from '../table.ts';
import type { Source } from './source.ts';

/**
 * Finds the encoding of a CSV file by reading all of it: a byte order mark, else zero bytes (UTF-16), else
 * UTF-8 where every byte fits, else GB18030 or Windows-1252 by how the bytes above 127 stand together.
 * @throws PerennialError `csv.encoding` with row and byte where the file is UTF-8 (or GB18030) with a broken place.
 */
export async function detectEncoding(source: Source): Promise<Encoding> {
  const { head } = source;
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return await strictUtf8(source);
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const zeros = zeroBytes(head);
  if (zeros) return zeros;
  if (await isWholeUtf8(source)) return 'utf-8';
  const scan = new ByteScan();
  for await (const chunk of source.chunks()) scan.push(chunk);
  scan.end();
  // Text in another encoding rarely holds a single valid UTF-8 sequence; a damaged UTF-8 file holds mostly these.
  if (scan.valid > scan.invalid) throw undecodable(source, scan, 'UTF-8');
  if (scan.pairs >= scan.singles) {
    if (await decodes(source, 'gb18030')) return 'gb18030';
    throw undecodable(source, scan, 'UTF-8, GB18030');
  }
  return 'windows-1252';
}

async function strictUtf8(source: Source): Promise<Encoding> {
  if (await isWholeUtf8(source)) return 'utf-8';
  const scan = new ByteScan();
  for await (const chunk of source.chunks()) scan.push(chunk);
  scan.end();
  throw undecodable(source, scan, 'UTF-8');
}

/** The check that nearly every file passes, done by the platform; where it fails the bytes are looked at one by one. */
async function isWholeUtf8(source: Source): Promise<boolean> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of source.chunks()) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = completeEnd(bytes);
    if (!isUtf8(bytes.subarray(0, end))) return false;
    rest = bytes.subarray(end);
  }
  return rest.length === 0;
}

/** Where a character begins whose last bytes come with the next chunk; else the end. */
function completeEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0x80 && byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function undecodable(source: Source, scan: ByteScan, encoding: string): PerennialError {
  const byte = `0x${scan.firstByte.toString(16).padStart(2, '0')}`;
  return PerennialError.of(
    'csv.encoding',
    { byte, offset: scan.firstOffset, encoding },
    { file: source.name, row: scan.firstRow },
  );
}

/** Latin text in UTF-16 has a zero in nearly every second byte. */
function zeroBytes(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  let even = 0;
  let odd = 0;
  const length = Math.min(head.length, 4096);
  for (let i = 0; i < length; i++) {
    if (head[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  const many = length / 8;
  if (odd > many && even <= odd / 8) return 'utf-16le';
  if (even > many && odd <= even / 8) return 'utf-16be';
  return undefined;
}

async function decodes(source: Source, encoding: 'gb18030'): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of source.chunks()) decoder.decode(chunk, { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** Walks bytes once: checks UTF-8, counts rows outside quotation marks, and tells pairs of high bytes from single ones. */
class ByteScan {
  valid = 0;
  invalid = 0;
  /** Two bytes above 160 together, as Chinese text in GB2312 has them. */
  pairs = 0;
  /** A byte above 127 alone, as accented letters in Latin-1 stand. */
  singles = 0;
  firstOffset = 0;
  firstRow = 1;
  firstByte = 0;
  private offset = 0;
  private row = 1;
  private quoted = false;
  private pending = 0;
  private min = 0x80;
  private max = 0xbf;
  private run = 0;

  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte < 0x80) {
        if (this.pending > 0) this.bad(byte);
        if (this.run > 0) this.endRun();
        if (byte === 0x22) this.quoted = !this.quoted;
        else if (byte === 0x0a && !this.quoted) this.row++;
      } else {
        this.run++;
        this.high(byte);
      }
      this.offset++;
    }
  }

  end(): void {
    if (this.pending > 0) this.bad(0);
    this.endRun();
  }

  private endRun(): void {
    this.pairs += Math.floor(this.run / 2);
    this.singles += this.run % 2;
    this.run = 0;
  }

  private high(byte: number): void {
    if (this.pending > 0) {
      if (byte >= this.min && byte <= this.max) {
        this.pending--;
        this.min = 0x80;
        this.max = 0xbf;
        if (this.pending === 0) this.valid++;
        return;
      }
      this.bad(byte);
    }
    if (byte >= 0xc2 && byte <= 0xdf) this.expect(1);
    else if (byte >= 0xe0 && byte <= 0xef) this.expect(2, byte === 0xe0 ? 0xa0 : 0x80, byte === 0xed ? 0x9f : 0xbf);
    else if (byte >= 0xf0 && byte <= 0xf4) this.expect(3, byte === 0xf0 ? 0x90 : 0x80, byte === 0xf4 ? 0x8f : 0xbf);
    else this.bad(byte);
  }

  private expect(pending: number, min = 0x80, max = 0xbf): void {
    this.pending = pending;
    this.min = min;
    this.max = max;
  }

  private bad(byte: number): void {
    if (this.invalid === 0) {
      this.firstOffset = this.offset;
      this.firstRow = this.row;
      this.firstByte = byte;
    }
    this.invalid++;
    this.expect(0);
  }
}
