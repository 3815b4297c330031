import anyTest from 'ava';
import type { TestFn } from 'ava';
import type { Database } from '../../schemas/connection.ts';
import { isDuplicateKey, refusedBy } from '../../schemas/transaction.ts';
import { freshDatabase, withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const setting = (db: Database, _id: string, value: unknown = 1) => db.settings.insertMany([{ _id, value }]);
const ids = async (db: Database) => (await db.settings.find().sort({ _id: 1 }).lean()).map((doc) => doc._id);

test('a rival that wrote our own key first makes the work run again, which then finds it', async (t) => {
  const db = await freshDatabase(t);
  await setting(db, 'ours');
  let attempts = 0;
  await db.transaction(async (session) => {
    attempts += 1;
    await db.settings.insertMany([{ _id: `attempt-${attempts}`, value: 1 }], { session });
    if (attempts === 1) await db.settings.insertMany([{ _id: 'ours', value: 2 }], { session });
  });
  t.is(attempts, 2);
  t.deepEqual(await ids(db), ['attempt-2', 'ours']);
});

test('a duplicate that stays is thrown, names its index, and leaves nothing', async (t) => {
  const db = await freshDatabase(t);
  await setting(db, 'ours');
  const error = await t.throwsAsync(
    db.transaction(async (session) => {
      await db.settings.insertMany([{ _id: 'half', value: 1 }], { session });
      await db.settings.insertMany([{ _id: 'ours', value: 2 }], { session });
    }),
  );
  t.true(isDuplicateKey(error));
  t.is(refusedBy(error), '_id_');
  t.deepEqual(await ids(db), ['ours']);
});

test('any other error is thrown at once', async (t) => {
  const db = await freshDatabase(t);
  let attempts = 0;
  const failing = db.transaction(async () => {
    attempts += 1;
    throw new Error('no');
  });
  await t.throwsAsync(failing, { message: 'no' });
  t.is(attempts, 1);
});

test('thirty that change one document at once are served one after the other, none lost', async (t) => {
  const db = await freshDatabase(t);
  await setting(db, 'counter', 0);
  await Promise.all(
    Array.from({ length: 30 }, () =>
      db.transaction(async (session) => {
        const doc = await db.settings.findOne({ _id: 'counter' }, null, { session }).lean<{ value: number }>();
        await db.settings.updateOne({ _id: 'counter' }, { $set: { value: (doc?.value ?? 0) + 1 } }, { session });
      }),
    ),
  );
  t.is((await db.settings.findOne({ _id: 'counter' }).lean<{ value: number }>())?.value, 30);
});
