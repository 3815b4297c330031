import anyTest from 'ava';
import type { TestFn } from 'ava';
import { PerennialError } from '../../domain/errors/index.ts';
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
