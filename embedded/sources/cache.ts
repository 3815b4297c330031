import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { Environment } from '../progress.ts';
import { isRunning } from '../supervisor/process-identity.ts';
import type { BinarySpec, Host } from './binary-spec.ts';

/** What stands in `installed.json` of a cached binary; its presence means that the folder is complete. */
export interface Installed {
  /** Name of the program file below the folder, and its size in bytes. */
  readonly program: string;
  readonly size: number;
  /** Folder of shared libraries below the folder. */
  readonly libraries?: string;
}

export interface CachedBinary {
  readonly path: string;
  readonly libraries?: string;
}

/** The folder for downloaded binaries: `PERENNIAL_CACHE`, else `~/.cache/perennial`. */
export function cacheFolder(env: Environment): string {
  const named = env['PERENNIAL_CACHE'];
  if (named !== undefined && named !== '') return resolve(named);
  return join(env['HOME'] ?? homedir(), '.cache', 'perennial');
}

export function cacheKey(spec: BinarySpec, version: string, host: Host): string {
  return `${spec.program}-${version}-${host.platform}-${host.arch}`;
}

/** A complete entry of the cache, or undefined. The size is compared: a full disk may have cut the file. */
export async function lookInCache(cache: string, key: string): Promise<CachedBinary | undefined> {
  const folder = join(cache, key);
  const installed = await readInstalled(folder);
  if (installed === undefined) return undefined;
  const path = join(folder, installed.program);
  const size = await stat(path).then(
    (found) => found.size,
    () => -1,
  );
  if (size !== installed.size) return undefined;
  return installed.libraries === undefined ? { path } : { path, libraries: join(folder, installed.libraries) };
}

/**
 * Fills an entry: `fill` writes into a folder of its own, which is renamed into place when complete. A process that is
 * killed half-way leaves only that folder, and of two processes at once the later takes what the first put there.
 */
export async function installInCache(
  cache: string,
  key: string,
  fill: (staging: string) => Promise<Omit<Installed, 'size'>>,
): Promise<CachedBinary> {
  await makeFolder(cache);
  await removeAbandoned(cache);
  const staging = join(cache, `.filling-${process.pid}-${randomUUID()}`);
  await mkdir(staging, { mode: 0o700 });
  try {
    const made = await fill(staging);
    const program = join(staging, made.program);
    await flush(program);
    const installed: Installed = { ...made, size: (await stat(program)).size };
    await writeFile(join(staging, 'installed.json'), `${JSON.stringify(installed, null, 2)}\n`);
    await moveIntoPlace(staging, cache, key);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  const cached = await lookInCache(cache, key);
  if (cached === undefined) throw new Error(`the cache entry ${key} is incomplete`);
  return cached;
}

async function moveIntoPlace(staging: string, cache: string, key: string): Promise<void> {
  const target = join(cache, key);
  try {
    await rename(staging, target);
  } catch (error) {
    if (!hasCode(error, ['ENOTEMPTY', 'EEXIST', 'EPERM'])) throw error;
    // Someone else was first. Theirs is kept if complete; a damaged one makes room.
    if ((await lookInCache(cache, key)) !== undefined) return;
    await rename(target, `${staging}-damaged`);
    await rename(staging, target);
    await rm(`${staging}-damaged`, { recursive: true, force: true });
  }
}

async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = /^\.filling-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isRunning({ pid: Number(pid), started: null })) continue;
    await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function readInstalled(folder: string): Promise<Installed | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'installed.json'), 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('program' in value) || typeof value.program !== 'string') return undefined;
    if (!('size' in value) || typeof value.size !== 'number') return undefined;
    const entry = { program: value.program, size: value.size };
    return 'libraries' in value && typeof value.libraries === 'string'
      ? { ...entry, libraries: value.libraries }
      : entry;
  } catch {
    // Absent or torn: either way it is not a complete entry.
    return undefined;
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
