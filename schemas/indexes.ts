import type { Model } from 'mongoose';
import type { Database } from './connection.ts';

/** One index that a schema asks for and the database lacks, or has without the uniqueness that guards a rule. */
export interface MissingIndex {
  readonly collection: string;
  readonly index: string;
  readonly unique: boolean;
}

/**
 * Makes all collections and indexes. The collections first: a transaction that had to create one would meet
 * needless conflicts. Doing it again changes nothing; an index that differs in its options is an error.
 */
export async function ensureIndexes(db: Database): Promise<void> {
  await Promise.all(
    modelsOf(db).map(async (model) => {
      await model.createCollection();
      await model.ensureIndexes();
    }),
  );
}

/**
 * What is missing. Without a unique index a renewal could run twice, so the engine refuses to start where one
 * of these is `unique`; the others only make it slow.
 */
export async function missingIndexes(db: Database): Promise<readonly MissingIndex[]> {
  const found = await Promise.all(modelsOf(db).map(missingIn));
  return found.flat();
}

async function missingIn(model: Model<unknown>): Promise<readonly MissingIndex[]> {
  const exists = await model.db.listCollections();
  const present = exists.some((info) => info.name === model.collection.collectionName)
    ? await model.collection.indexes()
    : [];
  return model.schema.indexes().flatMap(([keys, options]) => {
    const unique = options.unique === true;
    const wanted = JSON.stringify(keys);
    const there = present.some(
      (index) =>
        JSON.stringify(index.key) === wanted &&
        (!unique || index.unique === true) &&
        JSON.stringify(index['partialFilterExpression'] ?? null) ===
          JSON.stringify(options.partialFilterExpression ?? null),
    );
    return there ? [] : [{ collection: model.collection.collectionName, index: options.name ?? wanted, unique }];
  });
}

function modelsOf(db: Database): readonly Model<unknown>[] {
  return Object.values(db.connection.models) as readonly Model<unknown>[];
}
