import { readFile, writeFile } from 'node:fs/promises';
import { excerpt, PerennialError } from '../domain/errors/index.ts';

/** A text file named on the command line. Throws `cli.file`. */
export async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw PerennialError.of('cli.file', { file: excerpt(file), reason: reasonOf(error) });
  });
}

/** Throws `cli.file_write`. */
export async function writeBytes(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(file, bytes).catch((error: unknown) => {
    throw PerennialError.of('cli.file_write', { file: excerpt(file), reason: reasonOf(error) });
  });
}

/** `ENOENT` and the like: short, and the same in every language. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
