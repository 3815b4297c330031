import anyTest from 'ava';
import type { TestFn } from 'ava';
import { PerennialError } from '../../domain/errors/index.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';
import { findActor, findRenewal, neighbourTerms } from '../../operations/find.ts';
import { connect } from '../../schemas/connection.ts';
import type { Database } from '../../schemas/connection.ts';
import { openTestMongo } from '../helpers/services.ts';
import type { TestMongo } from '../helpers/services.ts';

const test = anyTest as TestFn<{ mongo: TestMongo; db: Database }>;
const AT = '2026-11-23T01:00:00.000Z' as Instant;
const CNY = { minor: 100, currency: 'CNY' };

async function addContract(db: Database, number: string, terms: number): Promise<void> {
  const id = `ctr_${number.toLowerCase()}`;
  const endDate = '2027-01-01' as CivilDate;
  await db.contracts.collection.insertOne({ _id: id as never, number, numberKey: number.toLowerCase(), term: terms });
  for (let term = 1; term <= terms; term += 1) {
    const doc = { contractId: id, term, clientId: 'cli', contractNumber: number, endDate, amount: CNY, decidedAt: AT };
    await db.renewals.collection.insertOne({ _id: `renewal:${id}:${term}` as never, ...doc });
  }
}

test.before(async (t) => {
  const mongo = await openTestMongo();
  const db = await connect(mongo.uri);
  t.context = { mongo, db };
  await addContract(db, 'HT-2026-0001', 2);
  await addContract(db, 'HT-2026-0002', 1);
  await addContract(db, 'HT-2026', 1);
  await addContract(db, 'A.*B', 1);
  const person = { name: '李婷', roles: ['sales-rep'], manager: null, locale: 'zh-CN', zone: 'Asia/Shanghai' };
  await db.people.collection.insertMany([
    { _id: 'per_li' as never, email: 'Li@example.com', emailKey: 'li@example.com', active: true, ...person },
    { _id: 'per_gone' as never, email: 'gone@example.com', emailKey: 'gone@example.com', active: false, ...person },
  ]);
});

test.after.always(async (t) => {
  await t.context.db?.close();
  await t.context.mongo?.close();
});

const found = [
  ['renewal:ctr_ht-2026-0001:1', 'renewal:ctr_ht-2026-0001:1', 'a renewal id is that renewal, also of an earlier term'],
  ['HT-2026-0001', 'renewal:ctr_ht-2026-0001:2', 'a contract number is the latest term'],
  [' ht-2026-0002 ', 'renewal:ctr_ht-2026-0002:1', 'case and outer blanks do not matter'],
  ['ＨＴ-2026-0002', 'renewal:ctr_ht-2026-0002:1', 'full-width letters are the same'],
  ['HT-2026', 'renewal:ctr_ht-2026:1', 'a whole number wins over longer ones that begin with it'],
  ['HT-2026-0001'.slice(0, 12), 'renewal:ctr_ht-2026-0001:2', 'the whole number again'],
  ['A.', 'renewal:ctr_a.*b:1', 'a beginning that only one has is enough, and is no pattern'],
] as const;
for (const [text, id, title] of found) {
  test(title, async (t) => {
    t.is((await findRenewal(t.context.db, text))._id, id);
  });
}

test('a beginning that several have is refused with their numbers', async (t) => {
  const error = await t.throwsAsync(findRenewal(t.context.db, 'HT-2026-000'), { instanceOf: PerennialError });
  t.is(error?.problems[0]?.code, 'cli.ambiguous');
  t.is(error?.problems[0]?.params['matches'], 'HT-2026-0001, HT-2026-0002');
});

for (const text of ['', 'HT-9', '.*', 'renewal:none:1', '{"$gt":""}']) {
  test(`${JSON.stringify(text)} is not found`, async (t) => {
    const error = await t.throwsAsync(findRenewal(t.context.db, text), { instanceOf: PerennialError });
    t.is(error?.problems[0]?.code, 'renewal.not_found');
  });
}

test('people act under their e-mail, in any case', async (t) => {
  t.is((await findActor(t.context.db, 'LI@example.com')).id, 'per_li');
});

test('nobody acts as somebody unknown, or who has left', async (t) => {
  await t.throwsAsync(findActor(t.context.db, 'nobody@example.com'), { message: 'cli.actor_unknown' });
  await t.throwsAsync(findActor(t.context.db, 'gone@example.com'), { message: 'cli.actor_inactive' });
});

test('a term knows the one before it with its outcome, and the one after it', async (t) => {
  const { db } = t.context;
  const contractId = 'ctr_ht-2026-0001';
  await db.renewals.collection.updateOne({ _id: `renewal:${contractId}:1` as never }, { $set: { outcome: 'renewed' } });
  t.deepEqual(await neighbourTerms(db, { contractId, term: 2 }), {
    earlier: { id: `renewal:${contractId}:1`, term: 1, outcome: 'renewed' },
    later: null,
  });
  t.deepEqual(await neighbourTerms(db, { contractId, term: 1 }), {
    earlier: null,
    later: { id: `renewal:${contractId}:2`, term: 2 },
  });
});
