import anyTest from 'ava';
import type { TestFn } from 'ava';
import { trusted } from 'mongoose';
import type { ZoneId } from '../../../domain/time/index.ts';
import { importFile } from '../../../operations/import/import-file.ts';
import type { ImportReport } from '../../../operations/import/import-file.ts';
import { importStore } from '../../../operations/store/contract-store.ts';
import type { StoredTerm } from '../../../operations/store/contract-store.ts';
import { listPeople } from '../../../operations/store/queries.ts';
import { teamStore } from '../../../operations/store/team-store.ts';
import type { ClientDoc } from '../../../schemas/client.ts';
import type { Database } from '../../../schemas/connection.ts';
import type { ContractDoc } from '../../../schemas/contract.ts';
import { freshDatabase, NOW, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const TEAM = 'name,email,roles\nLi,li@example.com,sales-rep\nBo,bo@example.com,sales-rep\n';
const HEADER =
  'contract number,client,tier,owner,contact name,contact email,start date,end date,amount,currency,product,health score,remarks,stage';
const settings = { zone: 'Asia/Shanghai' as ZoneId, calendarId: 'cn' };

interface RowOf {
  readonly client?: string;
  readonly tier?: string;
  readonly contact?: string;
  readonly amount?: number;
  readonly more?: string;
}

/** Ten contracts a client, each with a contact of its own, where nothing else is said. */
function row(i: number, { client = `Client ${i % 250}`, tier = '', contact, amount = 1000, more = ',,' }: RowOf = {}) {
  const name = contact ?? `zoe-${i}`;
  return `C-${i},${client},${tier},li@example.com,${name},${name}@example.org,2026-06-01,2027-05-31,${amount},CNY,Suite,${more}`;
}

const rows = (from: number, to: number, over?: RowOf) =>
  Array.from({ length: to - from }, (_, i) => row(from + i, over));

async function take(
  db: Database,
  lines: readonly string[],
  onStored?: (stored: readonly StoredTerm[]) => Promise<void>,
): Promise<ImportReport> {
  if ((await db.people.countDocuments()) === 0) await read(db, TEAM);
  return read(db, [HEADER, ...lines].join('\n'), onStored);
}

async function read(db: Database, text: string, onStored?: (stored: readonly StoredTerm[]) => Promise<void>) {
  const store = importStore(db, { now: NOW, ...(onStored === undefined ? {} : { onStored }) });
  const input = { name: 'table.csv', bytes: Buffer.from(text, 'utf8') };
  return importFile(input, { store, teamStore: teamStore(db), people: await listPeople(db), settings, now: NOW });
}

const contracts = (db: Database) => db.contracts.find().sort({ _id: 1 }).lean<ContractDoc[]>();
const clients = (db: Database) => db.clients.find().sort({ nameKey: 1 }).lean<ClientDoc[]>();
const clientsOf = async (db: Database) => new Map((await clients(db)).map((one) => [one._id, one]));
const addresses = (client: ClientDoc | undefined) => client?.contacts.map((one) => one.email) ?? [];

/** The same database, but something happens before each insert into one of its collections. */
function beforeInserts(db: Database, into: 'clients' | 'contracts', work: () => Promise<void>): Database {
  const proxied = <T extends object>(target: T, key: string, value: unknown): T =>
    new Proxy(target, {
      get(of, name) {
        if (name === key) return value;
        const found: unknown = Reflect.get(of, name);
        return typeof found === 'function' ? (found.bind(of) as unknown) : found;
      },
    });
  const { collection } = db[into];
  const insertMany = async (docs: never[], options: object) => {
    await work();
    return collection.insertMany(docs, options);
  };
  return { ...db, [into]: proxied(db[into], 'collection', proxied(collection, 'insertMany', insertMany)) };
}

test('what is stored is what the schema would have made of it, whether a row says much or little', async (t) => {
  const db = await freshDatabase(t);
  const full = row(1, { tier: 'A', more: '70,"price, ""again""",quote' });
  t.like(await take(db, [full, row(2), 'C-3,Bare,,bo@example.com,,,,,5,CNY,Suite,,,']), { counts: { new: 3 } });
  const found = [await clients(db), await contracts(db)] as const;
  t.deepEqual([found[0].length, found[1].length], [3, 3]);
  for (const doc of found[0]) {
    const made = new db.clients(doc);
    await t.notThrowsAsync(made.validate());
    t.deepEqual(made.toObject(), doc);
  }
  for (const doc of found[1]) {
    const made = new db.contracts(doc);
    await t.notThrowsAsync(made.validate());
    t.deepEqual(made.toObject(), doc);
  }
});

test('an import that broke between clients and contracts is finished by running it again', async (t) => {
  const db = await freshDatabase(t);
  await take(db, []);
  const list = rows(0, 2500);
  let inserts = 0;
  const breaking = beforeInserts(db, 'contracts', () => {
    inserts += 1;
    return inserts > 1 ? Promise.reject(new Error('broken')) : Promise.resolve();
  });
  await t.throwsAsync(take(breaking, list), { message: 'broken' });
  t.is(await db.contracts.countDocuments(), 1000);
  const left = await clients(db);
  t.is(left.length, 250);
  t.like((await take(db, list)).counts, { new: 1500, changed: 0, same: 1000 });
  const now = await clients(db);
  t.deepEqual(
    now.map((one) => one._id),
    left.map((one) => one._id),
  );
  for (const client of now) t.is(new Set(addresses(client)).size, 10);
  t.is(now.flatMap(addresses).length, 2500);
  t.like((await take(db, list)).counts, { new: 0, changed: 0, same: 2500 });
  t.deepEqual(await clients(db), now);
});

test('a client that a rival stores at the same moment is kept, and gets what the rows say besides', async (t) => {
  const db = await freshDatabase(t);
  await take(db, []);
  let raced = false;
  const racing = beforeInserts(db, 'clients', async () => {
    if (raced) return;
    raced = true;
    await take(db, [row(0, { client: 'Harbor', tier: 'C', contact: 'an' })]);
  });
  const mine = [
    row(1, { client: 'Harbor', tier: 'A', contact: 'zoe' }),
    row(2, { client: 'Harbor', contact: 'an' }),
    row(3, { client: 'Bay' }),
  ];
  t.like((await take(racing, mine)).counts, { new: 3, wrong: 0 });
  const [bay, harbor, ...others] = await clients(db);
  t.deepEqual(others, []);
  t.is(bay?.name, 'Bay');
  t.is(harbor?.tier, 'A');
  t.deepEqual(addresses(harbor), ['an@example.org', 'zoe@example.org']);
  const of = await contracts(db);
  t.deepEqual(
    of
      .filter((one) => one.clientId === harbor?._id)
      .map((one) => one.number)
      .sort(),
    ['C-0', 'C-1', 'C-2'],
  );
});

test('a contract that a rival stores at the same moment is compared with, not written over', async (t) => {
  const db = await freshDatabase(t);
  await take(db, []);
  let raced = false;
  const racing = beforeInserts(db, 'contracts', async () => {
    if (raced) return;
    raced = true;
    await take(db, [row(1), row(2, { amount: 7 })]);
  });
  const report = await take(racing, rows(0, 4));
  t.like(report.counts, { new: 2, changed: 1, same: 1, wrong: 0 });
  t.deepEqual(
    report.changes.map((one) => [one.row, one.key]),
    [[4, 'C-2']],
  );
  t.is(await db.contracts.countDocuments(), 4);
});

test('three imports of overlapping lists at the same time leave each contract, client and contact once', async (t) => {
  const db = await freshDatabase(t);
  await take(db, []);
  const lists = [rows(0, 2500), rows(1200, 3700), rows(2400, 3700).toReversed()];
  const reports = await Promise.all(lists.map((list) => take(db, list)));
  t.deepEqual(
    reports.flatMap((report) => report.problems),
    [],
  );
  const stored = await contracts(db);
  t.is(stored.length, 3700);
  t.is(
    reports.map((report) => report.counts.new).reduce((a, b) => a + b),
    3700,
  );
  const known = await clientsOf(db);
  t.is(known.size, 250);
  for (const contract of stored) {
    const client = known.get(contract.clientId);
    t.is(client?.name, `Client ${Number(contract.number.slice(2)) % 250}`);
  }
  const all = [...known.values()].flatMap(addresses);
  t.is(new Set(all).size, 3700);
  t.is(all.length, 3700);
  for (const list of lists) t.like((await take(db, list)).counts, { new: 0, changed: 0, same: list.length });
});

test('of two new rows that disagree about their client the later one counts, however far apart they stand', async (t) => {
  const db = await freshDatabase(t);
  const list = [
    row(0, { client: 'Harbor', tier: 'A', contact: 'zoe' }),
    ...rows(1, 1500),
    row(1500, { client: 'Harbor', tier: 'C', contact: 'an' }),
    ...rows(1501, 2900),
    row(2900, { client: 'Harbor', tier: 'B', contact: 'bo' }),
  ];
  await take(db, list);
  const harbor = (await clients(db)).find((one) => one.name === 'Harbor');
  t.is(harbor?.tier, 'B');
  t.deepEqual(addresses(harbor), ['zoe@example.org', 'an@example.org', 'bo@example.org']);
});

test('batches that are written side by side are told of one at a time, each row once', async (t) => {
  const db = await freshDatabase(t);
  const told: string[] = [];
  let telling = 0;
  let most = 0;
  await take(db, rows(0, 3200), async (stored) => {
    telling += 1;
    most = Math.max(most, telling);
    // As starting renewals does: a look at what is stored by now.
    const ids = stored.map((one) => one.contractId);
    told.push(...(await db.contracts.distinct('_id', { _id: trusted({ $in: ids }) })));
    telling -= 1;
  });
  t.is(most, 1);
  t.is(told.length, 3200);
  t.is(new Set(told).size, 3200);
});
