import { mongo } from 'mongoose';
import type { Model } from 'mongoose';

const DUPLICATE_KEY = 11_000;

/**
 * Inserts the documents whose unique keys nobody has yet, and leaves those that are there alone, also where a
 * rival inserts the same ones at this moment. Plain inserts: they take half the time of upserts.
 *
 * @returns the places in `docs` of those that were inserted
 */
export async function insertMissing<D extends object>(
  model: Pick<Model<D>, 'collection'>,
  docs: readonly D[],
): Promise<ReadonlySet<number>> {
  const inserted = new Set(docs.keys());
  if (docs.length === 0) return inserted;
  try {
    await model.collection.insertMany([...docs] as never[], { ordered: false });
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
    const refused = [error.writeErrors].flat();
    if (refused.length === 0 || refused.some((one) => one.code !== DUPLICATE_KEY)) throw error;
    for (const { index } of refused) inserted.delete(index);
  }
  return inserted;
}
