import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PerennialError } from '../../domain/errors/index.ts';
import { makeFolder } from '../make-folder.ts';
import { identityOf, isRunning, toIdentity } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only one that runs services on the folder; creates the folder (private to this user).
 *
 * The lock is the file `lock.<n>` with the highest n. Who finds it dead makes `lock.<n+1>`, which only one can; nobody
 * ever takes a dead lock away before holding a living one, so two can't both find the place empty.
 * @throws PerennialError `services.folder_in_use` with the other's pid; `services.folder_unwritable`.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const draft = join(folder, `.lock-${process.pid}-${randomUUID()}`);
  try {
    await makeFolder(folder);
    await writeFile(draft, JSON.stringify(identityOf(process.pid) ?? { pid: process.pid, started: null }));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw PerennialError.of('services.folder_unwritable', { folder, detail });
  }
  try {
    for (;;) {
      const locks = await locksIn(folder);
      refuseIfHeld(folder, locks);
      const mine = join(folder, `lock.${Math.max(0, ...locks.map(({ number }) => number)) + 1}`);
      if (!(await tryLink(draft, mine))) continue;
      // Looked at again with ours in place: had others come and gone in between, we might have counted wrongly.
      const others = (await locksIn(folder)).filter(({ file }) => file !== mine);
      try {
        refuseIfHeld(folder, others);
      } catch (error) {
        await rm(mine, { force: true });
        throw error;
      }
      for (const { file } of others) await rm(file, { force: true });
      return { release: () => rm(mine, { force: true }) };
    }
  } finally {
    await rm(draft, { force: true });
  }
}

interface Lock {
  readonly file: string;
  readonly number: number;
  readonly holder: ProcessIdentity | undefined;
}

function refuseIfHeld(folder: string, locks: readonly Lock[]): void {
  for (const { holder } of locks) {
    if (holder !== undefined && isRunning(holder)) {
      throw PerennialError.of('services.folder_in_use', { folder, pid: holder.pid });
    }
  }
}

async function locksIn(folder: string): Promise<Lock[]> {
  const locks: Lock[] = [];
  for (const name of await readdir(folder)) {
    const number = /^lock\.(\d+)$/.exec(name)?.[1];
    if (number === undefined) continue;
    const file = join(folder, name);
    locks.push({ file, number: Number(number), holder: await readHolder(file) });
  }
  return locks;
}

/** A hard link appears whole, and only where the name is free: nobody ever sees half a lock. */
async function tryLink(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return toIdentity(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
