import anyTest from 'ava';
import type { TestFn } from 'ava';
import { PerennialError } from '../../domain/errors/index.ts';
import { eraseClient } from '../../operations/erase-client.ts';
import type { Database } from '../../schemas/connection.ts';
import { RENEWAL_ROW, seedWorld } from '../activities/outreach/outreach-world.ts';
import { freshDatabase, NOW, withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { CLIENT, CONTRACT, RENEWAL } from '../helpers/world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

/** Stands wherever somebody may have written of a person of the client. */
const WORD = 'Zoe <zoe@example.org>';
const WHY = { rule: 'dates.amended', inputs: { reason: WORD, note: WORD, days: 3 } };

/** Rows of every collection, with a person's name wherever one may stand. */
async function writeOfZoe(db: Database): Promise<void> {
  const common = { renewalId: RENEWAL, contractId: CONTRACT.id, clientId: CLIENT.id };
  const insert = (
    name: keyof Database & ('tasks' | 'approvals' | 'communications' | 'sends' | 'savePlans'),
    row: object,
  ) => db[name].collection.insertOne({ _id: `${name}-1`, ...common, ...row } as never);
  await seedWorld(db);
  await db.contracts.updateOne(
    { _id: CONTRACT.id },
    { $set: { extra: { remarks: WORD, healthScore: 40 }, imported: { term: 1, remarks: WORD, contacts: ['digest'] } } },
  );
  const closed = { outcome: 'lost', at: NOW, cause: 'price', detail: null, competitor: WORD, finalAmount: null };
  await db.renewals.updateOne({ _id: RENEWAL }, { $set: { phase: 'closed', 'state.closed': closed } });
  await insert('communications', { note: WORD, promise: WORD, nextStep: WORD });
  await insert('tasks', { note: WORD, why: WHY });
  await insert('approvals', {
    comment: WORD,
    quote: { number: 'Q-1', reason: WORD },
    decisions: [{ by: 'per_1', note: WORD }],
    why: WHY,
  });
  await insert('savePlans', { status: 'closed', why: WHY });
  await insert('sends', {
    answer: { code: 550, text: `no such user ${WORD}`, at: NOW },
    moves: [{ to: 'refused', note: WORD }],
    context: { task: { reason: { en: WORD, 'zh-CN': WORD } }, approval: { reason: WORD }, stage: 'contact' },
  });
}

/** The whole database as text. */
async function everything(db: Database): Promise<string> {
  const collections = (await db.connection.db?.collections()) ?? [];
  const rows = await Promise.all(collections.map((collection) => collection.find().toArray()));
  return JSON.stringify(rows);
}

test('after an erasure no name and no address of the client’s people stands anywhere; the rest stays', async (t) => {
  const db = await freshDatabase(t);
  await writeOfZoe(db);
  t.true((await everything(db)).split(WORD).length > 15, 'there is something to erase');
  await eraseClient(db, CLIENT.id, NOW);
  const left = await everything(db);
  t.notRegex(left, /zoe|bo@example|digest"\]/i);
  t.true(left.includes(CLIENT.name));
  t.like(await db.contracts.findById(CONTRACT.id).lean(), { extra: { healthScore: 40 }, imported: { term: 1 } });
  t.like(await db.tasks.findById('tasks-1').lean(), { why: { rule: 'dates.amended', inputs: { days: 3 } } });
  t.like(await db.sends.findById('sends-1').lean(), { answer: { code: 550 }, context: { stage: 'contact' } });
  await t.notThrowsAsync(eraseClient(db, CLIENT.id, NOW), 'done again it changes nothing');
});

test('another client keeps its people', async (t) => {
  const db = await freshDatabase(t);
  await writeOfZoe(db);
  await eraseClient(db, 'cli_2', NOW);
  t.is((await db.clients.findById(CLIENT.id).lean())?.contacts.length, 2);
  t.true((await everything(db)).includes(WORD));
});

for (const [what, change] of [
  ['is open', { phase: 'open' }],
  ['has yet to open', { phase: 'scheduled' }],
  ['closed, but for the term before', { phase: 'closed', term: RENEWAL_ROW.term - 1 }],
] as const) {
  test(`a client whose renewal ${what} is not erased`, async (t) => {
    const db = await freshDatabase(t);
    await writeOfZoe(db);
    await db.renewals.updateOne({ _id: RENEWAL }, { $set: change });
    const before = await everything(db);
    const error = await t.throwsAsync(eraseClient(db, CLIENT.id, NOW), { instanceOf: PerennialError });
    t.like(error.problems[0], { code: 'client.renewals_open', params: { numbers: CONTRACT.number } });
    t.is(await everything(db), before);
  });
}

test('a client whose renewal of an earlier term still collects its money is not erased', async (t) => {
  const db = await freshDatabase(t);
  await writeOfZoe(db);
  const earlier = { ...RENEWAL_ROW, _id: `${CONTRACT.id}-earlier`, term: RENEWAL_ROW.term - 1, phase: 'open' as const };
  await db.renewals.collection.insertOne(earlier as never);
  const error = await t.throwsAsync(eraseClient(db, CLIENT.id, NOW), { instanceOf: PerennialError });
  t.like(error.problems[0], { code: 'client.renewals_open', params: { numbers: CONTRACT.number } });
});
