import anyTest from 'ava';
import type { TestFn } from 'ava';
import { importFile } from '../../../operations/import/import-file.ts';
import type { ImportReport } from '../../../operations/import/import-file.ts';
import { importStore } from '../../../operations/store/contract-store.ts';
import type { StoredTerm } from '../../../operations/store/contract-store.ts';
import { listPeople } from '../../../operations/store/queries.ts';
import { teamStore } from '../../../operations/store/team-store.ts';
import type { ClientDoc } from '../../../schemas/client.ts';
import { clientToDomain } from '../../../schemas/client.ts';
import type { Database } from '../../../schemas/connection.ts';
import type { ContractDoc } from '../../../schemas/contract.ts';
import { contractToDomain } from '../../../schemas/contract.ts';
import type { ZoneId } from '../../../domain/time/index.ts';
import { at } from '../../helpers/world.ts';
import { freshDatabase, NOW, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const TEAM = `name,email,roles,manager
Wang,wang@example.com,sales-manager,
Li,li@example.com,sales-rep,wang@example.com
`;
const HEADER = 'contract number,client,owner,contact name,contact email,product,start date,end date,amount,currency';
const ROWS = [
  'C-1,Example Harbor,li@example.com,Zoe,zoe@example.org,Suite,2026-06-01,2027-05-31,120000,CNY',
  'C-2,Example Harbor,li@example.com,Bo,bo@example.org,Suite,2026-07-01,2027-06-30,60000,CNY',
  'C-3,Example Bay,li@example.com,An,an@example.org,Basic,2026-08-01,2027-07-31,9000,CNY',
];

const settings = { zone: 'Asia/Shanghai' as ZoneId, calendarId: 'cn', currency: 'CNY' };

async function importText(
  db: Database,
  text: string,
  onStored?: (stored: readonly StoredTerm[]) => Promise<void>,
  now = NOW,
): Promise<ImportReport> {
  const store = importStore(db, onStored === undefined ? { now } : { now, onStored });
  const input = { name: 'table.csv', bytes: Buffer.from(text, 'utf8') };
  return importFile(input, { store, teamStore: teamStore(db), people: await listPeople(db), settings, now });
}

async function imported(db: Database, rows: readonly string[] = ROWS): Promise<ImportReport> {
  await importText(db, TEAM);
  return importText(db, [HEADER, ...rows].join('\n'));
}

const contracts = (db: Database) => db.contracts.find().sort({ number: 1 }).lean<ContractDoc[]>();
const clients = (db: Database) => db.clients.find().sort({ name: 1 }).lean<ClientDoc[]>();

test('a team is imported, each with the manager the table names', async (t) => {
  const db = await freshDatabase(t);
  const report = await importText(db, TEAM);
  t.deepEqual(report.problems, []);
  t.like(report.counts, { new: 2 });
  const [li, wang] = await listPeople(db);
  t.like(li, { name: 'Li', email: 'li@example.com', roles: ['sales-rep'], active: true });
  t.is(li?.manager, wang?.id);
  t.like((await importText(db, TEAM)).counts, { new: 0, changed: 0, same: 2 });
});

test('contracts are imported with their clients; two contracts of a client share it and its contacts', async (t) => {
  const db = await freshDatabase(t);
  const report = await imported(db);
  t.deepEqual(report.problems, []);
  t.like(report.counts, { new: 3, wrong: 0 });
  const [first, second] = await contracts(db);
  t.is(first?.clientId, second?.clientId);
  t.like(first && contractToDomain(first), {
    number: 'C-1',
    term: 1,
    endDate: '2027-05-31',
    knownSince: NOW,
    amount: { minor: 12_000_000, currency: 'CNY' },
    target: { minor: 12_000_000 },
  });
  const [bay, harbor] = await clients(db);
  t.is(bay?.name, 'Example Bay');
  t.deepEqual(harbor && clientToDomain(harbor).contacts.map((c) => c.email), ['zoe@example.org', 'bo@example.org']);
});

test('the same file again changes nothing, not even a byte', async (t) => {
  const db = await freshDatabase(t);
  await imported(db);
  const before = [await contracts(db), await clients(db)];
  t.like((await imported(db)).counts, { new: 0, changed: 0, same: 3 });
  t.deepEqual([await contracts(db), await clients(db)], before);
});

test('two imports of one file at the same time give each record once', async (t) => {
  const db = await freshDatabase(t);
  await importText(db, TEAM);
  const text = [HEADER, ...ROWS].join('\n');
  await Promise.all([importText(db, text), importText(db, text), importText(db, text)]);
  t.is(await db.contracts.countDocuments(), 3);
  t.is(await db.clients.countDocuments(), 2);
});

test('a changed row changes its contract only; id, term and first knowledge stay', async (t) => {
  const db = await freshDatabase(t);
  await imported(db);
  const [before] = await contracts(db);
  const changed = ROWS[0]?.replace('2027-05-31', '2027-06-15').replace('120000', '130000') ?? '';
  const report = await importText(db, [HEADER, changed, ...ROWS.slice(1)].join('\n'), undefined, at('2027-02-05'));
  t.like(report.counts, { changed: 1, same: 2 });
  const [after] = await contracts(db);
  t.like(after, {
    _id: before?._id,
    knownSince: NOW,
    term: 1,
    endDate: '2027-06-15',
    amount: { minor: 13_000_000 },
    target: { minor: 13_000_000 },
    amendedAt: null,
  });
});

test('a number in another case is the same contract', async (t) => {
  const db = await freshDatabase(t);
  await imported(db);
  t.like(
    (
      await imported(
        db,
        ROWS.map((row) => row.replace(/^C/, 'c')),
      )
    ).counts,
    { new: 0, same: 3 },
  );
  t.is(await db.contracts.countDocuments(), 3);
});

test('what a table does not say of a client stays: tier, suppressed contacts, contacts it leaves out', async (t) => {
  const db = await freshDatabase(t);
  await imported(db);
  const harbor = (await clients(db))[1];
  const contacts = harbor?.contacts.map((c) => ({ ...c, suppressed: { reason: 'bounce' as const, at: NOW } }));
  await db.clients.updateOne({ _id: harbor?._id ?? '' }, { $set: { tier: 'A', contacts } });
  await imported(db, [
    ...ROWS,
    'C-4,Example  Harbor,li@example.com,Zoe Q,zoe@example.org,Basic,2026-07-01,2027-06-30,60000,CNY',
  ]);
  const after = (await clients(db))[1];
  t.is(await db.clients.countDocuments(), 2);
  t.is(after?.tier, 'A');
  t.deepEqual(
    after?.contacts.map((c) => [c.id, c.name, c.suppressed?.reason]),
    [
      [harbor?.contacts[0]?.id, 'Zoe Q', 'bounce'],
      [harbor?.contacts[1]?.id, 'Bo', 'bounce'],
    ],
  );
});

test('what was stored is told, so that renewals can be started; new and changed, not the same', async (t) => {
  const db = await freshDatabase(t);
  await importText(db, TEAM);
  const told: StoredTerm[] = [];
  const listen = async (stored: readonly StoredTerm[]) => void told.push(...stored);
  await importText(db, [HEADER, ...ROWS].join('\n'), listen);
  t.deepEqual(
    told.map((one) => [one.term, one.action]),
    [
      [1, 'new'],
      [1, 'new'],
      [1, 'new'],
    ],
  );
  told.length = 0;
  await importText(db, [HEADER, ROWS[0]?.replace('120000', '1'), ROWS[1]].join('\n'), listen);
  t.is(told.length, 1);
  t.like(told[0], { contractId: (await contracts(db))[0]?._id ?? '', term: 1, action: 'changed' });
  t.deepEqual(
    told[0]?.changes.map((change) => change.field),
    ['amount', 'target'],
  );
});
