import { mongo } from 'mongoose';
import type { Model } from 'mongoose';
import { raw } from '../../schemas/raw.ts';

const DUPLICATE_KEY = 11_000;

/**
 * Inserts the documents whose unique keys nobody has yet, and leaves those that are there alone, also where a
 * rival inserts the same ones at this moment. Plain inserts: they take half the time of upserts. The documents go
 * to the driver as they are, without the defaults and checks of the schema: they must be whole.
 *
 * @returns the places in `docs` of those that were inserted
 */
export async function insertMissing<D extends { readonly _id: string }>(
  model: Model<D>,
  docs: readonly D[],
): Promise<ReadonlySet<number>> {
  const inserted = new Set(docs.keys());
  if (docs.length === 0) return inserted;
  try {
    await raw(model).insertMany(docs as readonly mongo.OptionalUnlessRequiredId<D>[], { ordered: false });
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
    const refused = [error.writeErrors].flat();
    if (refused.length === 0 || refused.some((one) => one.code !== DUPLICATE_KEY)) throw error;
    // Written, and not by a majority: nobody knows whether it stays.
    if (error.result.getWriteConcernError() !== undefined) throw error;
    for (const { index } of refused) inserted.delete(index);
  }
  return inserted;
}
