import { mongo } from 'mongoose';
import type { Model } from 'mongoose';
import { isDuplicateKey } from '../../schemas/transaction.ts';

const ATTEMPTS = 5;

/**
 * Inserts the documents whose unique `key` nobody has yet, and leaves those that are there alone, also where a
 * rival inserts the same ones at this moment.
 *
 * @returns the places in `docs` of those that were inserted
 */
export async function insertMissing<D extends object>(
  model: Model<D>,
  key: keyof D & string,
  docs: readonly D[],
): Promise<ReadonlySet<number>> {
  const inserted = new Set<number>();
  if (docs.length === 0) return inserted;
  const writes = docs.map((doc) => {
    const { [key]: value, ...rest } = doc;
    return { updateOne: { filter: { [key]: value }, update: { $setOnInsert: rest }, upsert: true } };
  }) as unknown as Parameters<Model<D>['bulkWrite']>[0];
  const note = (upsertedIds: Readonly<Record<number, unknown>>): void => {
    for (const place of Object.keys(upsertedIds)) inserted.add(Number(place));
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      note((await model.bulkWrite(writes, { ordered: false, throwOnValidationError: true })).upsertedIds);
      return inserted;
    } catch (error) {
      // Two upserts of one key met: done again, the loser finds the winner's document.
      if (!isDuplicateKey(error) || attempt >= ATTEMPTS) throw error;
      if (error instanceof mongo.MongoBulkWriteError) note(error.upsertedIds);
    }
  }
}
