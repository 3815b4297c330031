import anyTest from 'ava';
import type { TestFn } from 'ava';
import { connect } from '../../schemas/connection.ts';
import { ensureIndexes, missingIndexes } from '../../schemas/indexes.ts';
import { refusedBy } from '../../schemas/transaction.ts';
import { freshDatabase, freshWorld, withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

test('a new database lacks every index, and none once they are made', async (t) => {
  const uri = new URL(t.context.mongo.uri);
  uri.pathname = '/empty';
  const db = await connect(uri.href);
  t.context.opened.push(db);
  const missing = await missingIndexes(db);
  t.true(missing.some((one) => one.collection === 'renewals' && one.index === 'one_renewal_per_term' && one.unique));
  t.true(missing.some((one) => one.collection === 'sends'));
  await ensureIndexes(db);
  t.deepEqual(await missingIndexes(db), []);
  await ensureIndexes(db);
  t.deepEqual(await missingIndexes(db), []);
});

test('a dropped unique index is found', async (t) => {
  const db = await freshDatabase(t);
  await db.history.collection.dropIndex('one_entry_per_id');
  t.deepEqual(await missingIndexes(db), [{ collection: 'history', index: 'one_entry_per_id', unique: true }]);
});

test('an index that has lost its uniqueness is found', async (t) => {
  const db = await freshDatabase(t);
  await db.renewals.collection.dropIndex('one_renewal_per_term');
  await db.renewals.collection.createIndex({ contractId: 1, term: 1 }, { name: 'one_renewal_per_term' });
  t.deepEqual(await missingIndexes(db), [{ collection: 'renewals', index: 'one_renewal_per_term', unique: true }]);
});

test('a partial unique index that covers other rows is found', async (t) => {
  const db = await freshDatabase(t);
  await db.savePlans.collection.dropIndex('one_open_plan_per_client');
  await db.savePlans.collection.createIndex(
    { clientId: 1 },
    { name: 'one_open_plan_per_client', unique: true, partialFilterExpression: { status: 'closed' } },
  );
  t.deepEqual(await missingIndexes(db), [{ collection: 'savePlans', index: 'one_open_plan_per_client', unique: true }]);
});

test('a term has at most one renewal, whatever its id', async (t) => {
  const db = await freshWorld(t);
  const row = { contractId: 'ctr_1', term: 1, decidedAt: 'x' };
  await db.renewals.collection.insertOne({ ...row, _id: 'renewal:ctr_1:1' } as never);
  const error = await t.throwsAsync(db.renewals.collection.insertOne({ ...row, _id: 'renewal:other:1' } as never));
  t.is(refusedBy(error), 'one_renewal_per_term');
});

test('a field that no schema knows is an error, not lost', async (t) => {
  const db = await freshWorld(t);
  await t.throwsAsync(db.people.updateOne({ _id: 'li' }, { $set: { nickname: 'x' } }), { name: 'StrictModeError' });
});

test('an operator that came in with a value is only a value', async (t) => {
  const db = await freshWorld(t);
  const fromOutside = JSON.parse('{"$ne":"nobody"}') as string;
  await t.throwsAsync(db.people.findOne({ emailKey: fromOutside }).lean(), { name: 'CastError' });
});
