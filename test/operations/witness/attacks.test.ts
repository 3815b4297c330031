import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY_HEAD, linkAll } from '../../../domain/history/index.ts';
import type { ChainEntry } from '../../../domain/history/index.ts';
import { instant } from '../../../domain/time/index.ts';
import { readWitness, writeHeads } from '../../../operations/witness/head-file.ts';
import { verifyAll } from '../../../operations/witness/verify-all.ts';
import type { HistoryFault, Verification } from '../../../operations/witness/verify-all.ts';
import type { Database } from '../../../schemas/connection.ts';
import { raw } from '../../../schemas/raw.ts';
import { sha256 } from '../../../schemas/sealing.ts';
import { RING, startStore, withStore } from '../../workflows/store.ts';
import type { StoreContext } from '../../workflows/store.ts';
import { smoothly } from '../../workflows/stories.ts';

const test = anyTest as TestFn<StoreContext>;
withStore(test);

const HOURS = ['08', '09', '10'].map((hour) => instant(`2038-06-01T${hour}:05:00.000Z`));
const at = (hour: number) => HOURS[hour] as (typeof HOURS)[number];

interface Scene {
  readonly db: Database;
  readonly id: string;
  readonly folder: string;
  verify(): Promise<Verification>;
}

/** A renewal that has gone some of its way, and a head file from the middle of it and one from its end. */
async function scene(t: ExecutionContext<StoreContext>): Promise<Scene> {
  const { db, worker, start } = await startStore(t, { encrypted: true });
  const folder = await mkdtemp(join(tmpdir(), 'perennial-heads-'));
  const run = await start();
  t.teardown(async () => {
    await worker.client.workflow.getHandle(run.id).terminate('the test ends here');
    await rm(folder, { recursive: true, force: true });
  });
  const [first, second, third] = smoothly();
  if (first === undefined || second === undefined || third === undefined) throw new Error('a story');
  await run.command(first);
  await writeHeads(db, RING, folder, at(0));
  await run.command(second);
  await run.command(third);
  await writeHeads(db, RING, folder, at(1));
  const mine = await db.historyHeads.find().lean();
  t.is(mine.length, 1);
  const verify = async () => {
    const all = await verifyAll(db, { heads: await readWitness(RING, folder), temporal: worker.client });
    // The server is shared by all tests of the file; their books are not.
    return { ...all, faults: all.faults.filter(({ renewalId }) => renewalId === run.id) };
  };
  const clean = await verify();
  t.deepEqual(clean.faults, [], 'sound before the attack');
  t.deepEqual(clean.problems, []);
  t.is(clean.witnessed.headFiles, 1);
  t.true(clean.witnessed.workflows >= 1);
  return { db, id: run.id, folder, verify };
}

async function chainOf(db: Database, id: string): Promise<ChainEntry[]> {
  const docs = await db.history.find({ renewalId: id }).sort({ seq: 1 }).lean();
  return docs.map(({ _id, ...entry }) => entry as unknown as ChainEntry);
}

/** What somebody can do who has the database and the product's code: all hashes fit again, and so does the head. */
async function chainAnew(db: Database, id: string, entries: readonly ChainEntry[]): Promise<void> {
  const { entries: anew, head } = linkAll(
    EMPTY_HEAD,
    entries.map(({ seq: _seq, prev: _prev, hash: _hash, ...content }) => content),
    sha256,
  );
  await db.history.deleteMany({ renewalId: id });
  await raw(db.history).insertMany(anew.map((entry) => ({ _id: `${id}#${entry.seq}`, ...entry })));
  await raw(db.historyHeads).updateOne({ _id: id }, { $set: head });
}

const brief = (faults: readonly HistoryFault[]) =>
  faults.map(({ foundBy, fault, seq }) => `${foundBy}: ${fault} at ${seq}`);

const attack = test.macro({
  async exec(
    t: ExecutionContext<StoreContext>,
    _what: string,
    forge: (scene: Scene, chain: ChainEntry[]) => Promise<unknown>,
    expected: (chain: ChainEntry[]) => readonly string[],
  ) {
    const there = await scene(t);
    const chain = await chainOf(there.db, there.id);
    t.true(chain.length > 6, `${chain.length} entries`);
    await forge(there, chain);
    const { faults } = await there.verify();
    const found = brief(faults);
    for (const one of expected(chain)) t.true(found.includes(one), `${one} is not in ${found.join('; ')}`);
  },
  title: (_, what) => `${what}: named with its place`,
});

const FACT = (chain: readonly ChainEntry[]) => chain.find(({ name }) => name === 'communication logged')?.seq ?? 0;

test(
  attack,
  'an entry edited',
  ({ db, id }) => db.history.collection.updateOne({ renewalId: id, seq: 2 }, { $set: { name: 'forged' } }),
  () => ['chain: edited at 2', 'workflow: unlike workflow at 2'],
);
test(
  attack,
  'an entry deleted',
  ({ db, id }) => db.history.collection.deleteOne({ renewalId: id, seq: 3 }),
  () => ['chain: missing at 3', 'workflow: left out at 3'],
);
test(
  attack,
  'two entries swapped',
  async ({ db, id }) => {
    const set = (from: number, to: number) =>
      db.history.collection.updateOne({ renewalId: id, seq: from }, { $set: { seq: to } });
    await set(2, 99);
    await set(4, 2);
    await set(99, 4);
  },
  () => ['chain: reordered at 2'],
);
test(
  attack,
  'an entry slipped in',
  async ({ db, id }, chain) => {
    const model = chain[1];
    await chainAnew(db, id, [...chain.slice(0, 2), { ...(model as ChainEntry), entryId: 'forged' }, ...chain.slice(2)]);
  },
  () => ['workflow: not decided at 3'],
);
test(
  attack,
  'the tail cut off together with the head',
  async ({ db, id }, chain) => {
    const last = chain.at(-4) as ChainEntry;
    await db.history.collection.deleteMany({ renewalId: id, seq: { $gt: last.seq } });
    await raw(db.historyHeads).updateOne({ _id: id }, { $set: { seq: last.seq, hash: last.hash } });
  },
  (chain) => [`head file: cut at ${chain.length - 2}`, `workflow: left out at ${chain.length - 2}`],
);
test(
  attack,
  'one entry rewritten and everything chained anew with a new head',
  async ({ db, id }, chain) => {
    const seq = FACT(chain);
    await chainAnew(
      db,
      id,
      chain.map((entry) => (entry.seq === seq ? { ...entry, detail: { ...entry.detail, reached: false } } : entry)),
    );
  },
  (chain) => [`workflow: unlike workflow at ${FACT(chain)}`],
);
test(
  attack,
  'one entry left out and everything chained anew',
  async ({ db, id }, chain) =>
    chainAnew(
      db,
      id,
      chain.filter(({ seq }) => seq !== FACT(chain)),
    ),
  (chain) => [`workflow: left out at ${FACT(chain)}`],
);
test(
  attack,
  'the whole renewal left out: entries, head and read model',
  async ({ db, id }) => {
    await db.history.deleteMany({ renewalId: id });
    await db.historyHeads.deleteOne({ _id: id });
    await db.renewals.deleteOne({ _id: id });
  },
  () => ['head file: gone at 1'],
);

test('without the workflow’s history the head files alone name where a chain was written anew', async (t) => {
  const { db, id, folder } = await scene(t);
  const chain = await chainOf(db, id);
  await chainAnew(
    db,
    id,
    chain.map((entry) => (entry.seq === 1 ? { ...entry, name: 'forged' } : entry)),
  );
  const { faults } = await verifyAll(db, { heads: await readWitness(RING, folder) });
  t.is(faults.length, 1);
  t.like(faults[0], { renewalId: id, fault: 'head differs', foundBy: 'head file' });
  t.true((faults[0]?.seq ?? 0) < chain.length, 'the earlier file, not the last');
});

test('a head file that is changed, or gone, is named and bears no witness', async (t) => {
  const { db, folder } = await scene(t);
  const again = await writeHeads(db, RING, folder, at(1));
  t.is(again, null, 'one file an hour');
  const sent: unknown[] = [];
  const receipt = await writeHeads(db, RING, folder, at(2), [async (one) => void sent.push(one)]);
  t.deepEqual(sent, [receipt]);
  t.is(receipt?.count, 0, 'only what has moved');
  const [first = '', second = ''] = (await readdir(folder)).sort();
  const text = await readFile(join(folder, second), 'utf8');
  await writeFile(join(folder, second), text.replace(/"seq":\d+/, '"seq":1'));
  t.deepEqual(
    (await readWitness(RING, folder)).problems.map(({ code, params }) => [code, params]),
    [['witness.damaged', { name: second }]],
  );
  await writeFile(join(folder, second), text);
  await rm(join(folder, first));
  t.deepEqual(
    (await readWitness(RING, folder)).problems.map(({ code, params }) => [code, params]),
    [['witness.missing', { name: second }]],
  );
});
