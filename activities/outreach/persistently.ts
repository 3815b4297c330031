import { setTimeout as pause } from 'node:timers/promises';

const PAUSES_MS = [100, 300, 1000, 3000, 5000, 10_000, 20_000] as const;

/**
 * Does a write until it is acknowledged, for about 40 seconds and the patience of the database driver at
 * each try; then throws the last error. Only for writes that may be done twice.
 */
export async function persistently<T>(write: () => Promise<T>): Promise<T> {
  for (const ms of PAUSES_MS) {
    try {
      return await write();
    } catch {
      await pause(ms);
    }
  }
  return write();
}
