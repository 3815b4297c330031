import { mongo } from 'mongoose';
import type { ClientSession, Connection } from 'mongoose';

/** How often a transaction that met a rival's document under its own key is run again. */
const ATTEMPTS_ON_DUPLICATE = 5;

/**
 * One transaction, all or nothing. The driver runs `work` again on a write conflict and repeats a commit whose
 * outcome is not known. A duplicate key (E11000) is run again too: a rival wrote the same id just before, and the
 * next run finds it there and leaves it alone. A duplicate that stays is a real one and is thrown.
 */
export async function runTransaction<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connection.transaction(work, {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority', journal: true },
        readPreference: 'primary',
      });
    } catch (error) {
      if (!isDuplicateKey(error) || attempt >= ATTEMPTS_ON_DUPLICATE) throw error;
    }
  }
}

/** True where a unique index refused a write, alone or within a bulk write. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === 11_000;
}

/** Name of the unique index that refused a write; undefined for any other error. */
export function refusedBy(error: unknown): string | undefined {
  if (!isDuplicateKey(error)) return undefined;
  return /index: (\S+)/.exec((error as Error).message)?.[1];
}
