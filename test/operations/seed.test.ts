import anyTest from 'ava';
import type { TestFn } from 'ava';
import { PerennialError } from '../../domain/errors/index.ts';
import { queueJob } from '../../operations/jobs/queue.ts';
import { prepareDatabase } from '../../operations/seed.ts';
import { freshDatabase, NOW, withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

test('the shipped documents are published once; a second start writes nothing', async (t) => {
  const db = await freshDatabase(t);
  const first = await prepareDatabase(db, NOW);
  t.true(first.some((one) => one.kind === 'playbook' && one.written));
  t.true(first.some((one) => one.kind === 'calendar' && one.id === 'cn'));
  t.deepEqual(await prepareDatabase(db, NOW), []);
  t.is(await db.playbooks.countDocuments({}), 4);
});

test('a start is refused where a unique index cannot be made, and the error names it', async (t) => {
  const db = await freshDatabase(t);
  const { collection } = db.renewals;
  await collection.dropIndexes();
  const twice = { contractId: 'ctr_1', term: 1 };
  await collection.insertMany([
    { _id: 'a' as never, ...twice },
    { _id: 'b' as never, ...twice },
  ]);
  const error = await t.throwsAsync(prepareDatabase(db, NOW), { instanceOf: PerennialError });
  t.like(error?.problems[0], {
    code: 'store.index_missing',
    params: { collection: 'renewals', index: 'one_renewal_per_term' },
  });
});

test('jobs of an older form go, with their indexes and files; newer ones stay', async (t) => {
  const db = await freshDatabase(t);
  const { connection } = db;
  await connection.collection('auditJobs').insertOne({ kind: 'history export', state: 'waiting' });
  await connection.collection('exports.files').insertOne({ filename: 'exp_1' });
  await db.jobs.collection.dropIndexes();
  await db.jobs.collection.createIndex({ state: 1, internal: 1 }, { name: 'of_person' });
  await db.jobs.collection.insertOne({ action: { kind: 'poke' }, state: 'running', internal: false });
  await prepareDatabase(db, NOW);
  const names = (await connection.listCollections()).map(({ name }) => name);
  t.false(names.includes('auditJobs'));
  t.false(names.includes('exports.files'));
  t.is(await db.jobs.countDocuments({}), 0);
  await queueJob(db, { id: 'job_1', kind: 'head witness', by: null, input: {} }, NOW);
  await prepareDatabase(db, NOW);
  t.is(await db.jobs.countDocuments({}), 1);
});
