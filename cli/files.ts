import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { excerpt, fileReason, PerennialError } from '../domain/errors/index.ts';
import { saysTheSame } from '../operations/export/same-file.ts';

/** A text file named on the command line. Throws `cli.file`. */
export async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw PerennialError.of('cli.file', { file: excerpt(file), reason: fileReason(reasonOf(error)) });
  });
}

/** The name of a file as the API takes it, for the places of what is wrong in it: at most 200 characters, none of them odd. */
export function fileName(file: string): string {
  const name = file.length > 200 ? basename(file) : file;
  return name.replaceAll(/\p{Cc}/gu, ' ').slice(-200);
}

/** Throws `cli.file_write`. */
export async function writeBytes(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(file, bytes).catch((error: unknown) => {
    throw PerennialError.of('cli.file_write', { file: excerpt(file), reason: fileReason(reasonOf(error)) });
  });
}

/**
 * Writes a file without ever replacing one: where the name is taken by other bytes it is numbered, `list-2.xlsx`.
 * Resolves to the name that was used. Throws `cli.file_write`.
 */
export async function writeBeside(file: string, bytes: Uint8Array): Promise<string> {
  const { ext, dir, name } = parse(file);
  for (let count = 1; ; count += 1) {
    const target = count === 1 ? file : join(dir, `${name}-${count}${ext}`);
    try {
      await writeFile(target, bytes, { flag: 'wx' });
      return target;
    } catch (error) {
      if (reasonOf(error) !== 'EEXIST') {
        throw PerennialError.of('cli.file_write', { file: excerpt(target), reason: fileReason(reasonOf(error)) });
      }
      // The same list again has the same faults: one file is enough.
      const there = await readFile(target).catch(() => undefined);
      if (there !== undefined && saysTheSame(there, bytes)) return target;
    }
  }
}

/** `ENOENT` and the like: short, and the same in every language. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
