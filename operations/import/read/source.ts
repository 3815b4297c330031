import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';

import { excerpt, fileReason, PerennialError } from '../../../domain/errors/index.ts';

/** A file to import: a path, or bytes that are already here (an upload) with the name they came under. */
export type ImportInput = string | { readonly name: string; readonly bytes: Uint8Array };

/** An opened input. `chunks` may be walked several times: a large CSV file is never held in memory. */
export interface Source {
  readonly name: string;
  readonly size: number;
  readonly head: Uint8Array;
  chunks(): AsyncIterable<Uint8Array>;
  bytes(): Promise<Uint8Array>;
}

const HEAD = 64 * 1024;

export async function openSource(input: ImportInput): Promise<Source> {
  return typeof input === 'string' ? await openPath(input) : openBytes(input.name, input.bytes);
}

function openBytes(name: string, bytes: Uint8Array): Source {
  return {
    name,
    size: bytes.length,
    head: bytes.subarray(0, HEAD),
    async *chunks() {
      yield await Promise.resolve(bytes);
    },
    bytes: () => Promise.resolve(bytes),
  };
}

async function openPath(path: string): Promise<Source> {
  const name = basename(path);
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(HEAD, size)), 0, Math.min(HEAD, size), 0);
      return {
        name,
        size,
        head: buffer.subarray(0, bytesRead),
        chunks: () => createReadStream(path, { highWaterMark: 256 * 1024 }),
        async bytes() {
          const parts: Uint8Array[] = [];
          for await (const part of createReadStream(path)) parts.push(part as Uint8Array);
          return Buffer.concat(parts);
        },
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw PerennialError.of('import.file', { name: excerpt(name), reason: fileReason(reason) });
  }
}
