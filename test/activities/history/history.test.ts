import anyTest from 'ava';
import type { TestFn } from 'ava';
import { appendHistory, verifyHistory } from '../../../activities/history/index.ts';
import type { ChainFault } from '../../../domain/history/index.ts';
import type { LogEntry } from '../../../domain/renewal/effects.ts';
import type { Database } from '../../../schemas/connection.ts';
import type { HistoryDoc } from '../../../schemas/history.ts';
import { createClientKeys } from '../../../schemas/sealing.ts';
import { eraseClient } from '../../../operations/erase-client.ts';
import { history, lastEffects, verifyHistory as verifyForPeople } from '../../../operations/store/queries.ts';
import { RENEWAL } from '../../helpers/world.ts';
import { effectEntry, factEntry, freshDatabase, NOW, withMongo } from '../store-world.ts';
import type { MongoContext } from '../store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const facts = (...ids: readonly string[]): LogEntry[] =>
  ids.map((id) => factEntry('communication logged', { channel: 'call', note: `secret of ${id}` }, id));

async function append(
  db: Database,
  entries: readonly LogEntry[],
  renewalId = RENEWAL,
  clientId = 'cli_1',
): Promise<number> {
  const keys = createClientKeys(db);
  return db.transaction((session) =>
    appendHistory(db, keys, session, { renewalId, clientId, playbook: null, entries }),
  );
}

test('entries stand in the order they came, are readable, and their chain is sound', async (t) => {
  const db = await freshDatabase(t);
  t.is(await append(db, facts('a', 'b')), 2);
  t.is(await append(db, facts('c')), 1);
  const read = await history(db, RENEWAL);
  t.deepEqual(
    read.map((e) => [e.seq, e.entryId, e.detail['note']]),
    [
      [1, 'a', 'secret of a'],
      [2, 'b', 'secret of b'],
      [3, 'c', 'secret of c'],
    ],
  );
  t.deepEqual(
    read.map((e) => e.seq),
    [1, 2, 3],
  );
  t.deepEqual(
    (await history(db, RENEWAL, { after: 1, limit: 1 })).map((e) => e.entryId),
    ['b'],
  );
  t.like(await verifyHistory(db, RENEWAL), { ok: true, entries: 3 });
});

test('the same entry again is a no-op, in one batch and in two', async (t) => {
  const db = await freshDatabase(t);
  t.is(await append(db, facts('a', 'a', 'b')), 2);
  const [head] = await db.historyHeads.find().lean();
  t.is(await append(db, facts('b', 'a')), 0);
  t.deepEqual(await db.historyHeads.findOne().lean(), head ?? null);
  t.is(await append(db, facts('a', 'c')), 1);
  t.like(await verifyHistory(db, RENEWAL), { ok: true, entries: 3 });
});

test('what people wrote is not stored in the clear', async (t) => {
  const db = await freshDatabase(t);
  await append(db, facts('a'));
  const stored = await db.history.findOne().lean<HistoryDoc>();
  t.notRegex(JSON.stringify(stored), /secret/);
  t.is(stored?.detail['channel'], 'call');
});

test('an entry with odd text keeps its hash: half characters, fields without a value, keys with dots and dollars', async (t) => {
  const db = await freshDatabase(t);
  const detail = {
    odd: 'a\ud800',
    gone: undefined,
    'key.with.dot': 1,
    $dollar: -0,
    deep: [{ big: Number.MAX_SAFE_INTEGER }, null],
  };
  await append(db, [factEntry('world changed', detail, 'odd')]);
  t.like(await verifyHistory(db, RENEWAL), { ok: true, entries: 1 });
});

test('twenty that append at once all get a place and the chain holds', async (t) => {
  const db = await freshDatabase(t);
  await Promise.all(Array.from({ length: 20 }, (_, i) => append(db, facts(`fact-${i}`, 'shared'))));
  t.like(await verifyHistory(db, RENEWAL), { ok: true, entries: 21 });
});

test('a transaction that fails leaves neither entry nor head nor key', async (t) => {
  const db = await freshDatabase(t);
  const keys = createClientKeys(db);
  const failing = db.transaction(async (session) => {
    await appendHistory(db, keys, session, {
      renewalId: RENEWAL,
      clientId: 'cli_1',
      playbook: null,
      entries: facts('a'),
    });
    throw new Error('stop');
  });
  await t.throwsAsync(failing, { message: 'stop' });
  t.is(await db.history.countDocuments(), 0);
  t.is(await db.historyHeads.countDocuments(), 0);
  t.is(await db.clientKeys.countDocuments(), 0);
});

test('erasing a client leaves the chain sound and its words unreadable; other clients are not touched', async (t) => {
  const db = await freshDatabase(t);
  await append(db, facts('a', 'b'));
  await append(db, facts('x'), 'renewal:ctr_2:1', 'cli_2');
  await eraseClient(db, 'cli_1', NOW);
  t.like(await verifyHistory(db, RENEWAL), { ok: true, entries: 2 });
  t.deepEqual(
    (await history(db, RENEWAL)).map((e) => e.detail),
    [
      { channel: 'call', note: { erased: true } },
      { channel: 'call', note: { erased: true } },
    ],
  );
  t.is((await history(db, 'renewal:ctr_2:1'))[0]?.detail['note'], 'secret of x');
});

test('what is written after an erasure has a key of its own and is readable', async (t) => {
  const db = await freshDatabase(t);
  await append(db, facts('a'));
  await eraseClient(db, 'cli_1', NOW);
  await append(db, facts('b'));
  t.deepEqual(
    (await history(db, RENEWAL)).map((e) => e.detail['note']),
    [{ erased: true }, 'secret of b'],
  );
  t.like(await verifyHistory(db, RENEWAL), { ok: true, entries: 2 });
});

test("people's words in a reason are sealed like those in the detail", async (t) => {
  const db = await freshDatabase(t);
  const why = { rule: 'dates.amended', inputs: { from: '2027-05-31', reason: 'Zoe asked for it' } };
  await append(db, [{ ...factEntry('dates amended', {}, 'amend'), why }]);
  t.notRegex(JSON.stringify(await db.history.findOne().lean()), /Zoe/);
  t.deepEqual((await history(db, RENEWAL))[0]?.why, why);
});

test('a ciphertext moved to another entry does not open, and hides no other entry', async (t) => {
  const db = await freshDatabase(t);
  await append(db, facts('a', 'b'));
  const first = await db.history.findOne({ entryId: 'a' }).lean<HistoryDoc>();
  await db.history.collection.updateOne({ entryId: 'b' }, { $set: { detail: first?.detail } });
  const read = await history(db, RENEWAL);
  t.deepEqual(
    read.map((e) => [e.entryId, e.unreadable ?? false, e.detail['note']]),
    [
      ['a', false, 'secret of a'],
      ['b', true, undefined],
    ],
  );
  t.like(await verifyHistory(db, RENEWAL), { ok: false, fault: 'edited', seq: 2 });
});

test('an entry that was edited beyond reading is marked, hides no other, and is no last effect', async (t) => {
  const db = await freshDatabase(t);
  const effect = { kind: 'end escalations', id: 'e1', why: { rule: 'x', inputs: {} }, stage: null } as const;
  await append(db, [...facts('a', 'b', 'c', 'd'), effectEntry(effect), effectEntry({ ...effect, id: 'e2' })]);
  const edit = (entryId: string, change: Record<string, unknown>) =>
    db.history.collection.updateOne({ entryId }, { $set: change });
  await edit('a', { 'detail.channel': new Date(0) });
  await edit('b', { detail: null });
  await edit('c', { at: new Date(0), clientId: 5 });
  await edit('e2', { at: new Date() });
  await db.history.collection.updateOne({ entryId: 'd' }, { $unset: { actor: '', why: '' } });
  t.deepEqual(
    (await history(db, RENEWAL)).map((e) => [e.entryId, e.unreadable ?? false]),
    [
      ['a', true],
      ['b', true],
      ['c', true],
      ['d', true],
      ['e1', false],
      ['e2', true],
    ],
  );
  t.deepEqual(
    (await lastEffects(db)).map((e) => e.entryId),
    ['e1'],
  );
  t.like((await verifyForPeople(db, RENEWAL)).problem, { code: 'history.edited', params: { seq: 1 } });
});

test('the last effects of all renewals come latest first', async (t) => {
  const db = await freshDatabase(t);
  const effect = { kind: 'end escalations', id: 'e1', why: { rule: 'x', inputs: {} }, stage: null } as const;
  await append(db, [...facts('a'), effectEntry(effect)]);
  await append(
    db,
    [effectEntry({ ...effect, id: 'e2' }, '2027-02-02T02:00:00.000Z' as typeof NOW)],
    'renewal:ctr_2:1',
    'cli_2',
  );
  t.deepEqual(
    (await lastEffects(db)).map((e) => e.entryId),
    ['e2', 'e1'],
  );
});

type Forge = (db: Database) => Promise<unknown>;

/** Raw writes, as somebody with the database's password would do them. */
const attack = test.macro({
  async exec(t, _what: string, forge: Forge, fault: ChainFault, seq: number) {
    const db = await freshDatabase(t);
    await append(db, facts('a', 'b', 'c', 'd', 'e'));
    await forge(db);
    t.like(await verifyHistory(db, RENEWAL), { ok: false, fault, seq });
    const { problem } = await verifyForPeople(db, RENEWAL);
    t.like(problem, { code: `history.${fault.replace(' ', '_')}`, params: { id: RENEWAL, seq } });
  },
  title: (_, what, _forge, fault, seq) => `${what}: named "${fault}" at entry ${seq}`,
});

const raw = (db: Database) => db.history.collection;
const renumber = (db: Database, entryId: string, seq: number) => raw(db).updateOne({ entryId }, { $set: { seq } });

test(
  attack,
  'an entry edited in the database',
  (db) => raw(db).updateOne({ seq: 2 }, { $set: { name: 'forged' } }),
  'edited',
  2,
);
test(attack, 'an entry deleted in the database', (db) => raw(db).deleteOne({ seq: 3 }), 'missing', 3);
test(
  attack,
  'two entries swapped in the database',
  async (db) => {
    await renumber(db, 'b', 99);
    await renumber(db, 'd', 2);
    await renumber(db, 'b', 4);
  },
  'reordered',
  2,
);
test(
  attack,
  'an entry inserted in the database',
  async (db) => {
    for (const [id, seq] of [
      ['e', 6],
      ['d', 5],
      ['c', 4],
    ] as const)
      await renumber(db, id, seq);
    const model = await raw(db).findOne({ seq: 2 });
    await raw(db).insertOne({ ...model, _id: 'forged', entryId: 'forged', seq: 3 } as never);
  },
  'inserted',
  3,
);
test(attack, 'the tail cut off in the database', (db) => raw(db).deleteMany({ seq: { $gt: 3 } }), 'cut', 4);
test(attack, 'the head deleted in the database', (db) => db.historyHeads.deleteOne({ _id: RENEWAL }), 'no head', 5);
