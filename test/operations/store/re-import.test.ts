import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createStartNextTerm } from '../../../activities/next-term.ts';
import { createPerform } from '../../../activities/perform/perform.ts';
import { civilDate } from '../../../domain/time/index.ts';
import type { Instant, ZoneId } from '../../../domain/time/index.ts';
import { importFile } from '../../../operations/import/import-file.ts';
import type { ImportReport } from '../../../operations/import/import-file.ts';
import type { ImportStore } from '../../../operations/import/plan.ts';
import { importStore } from '../../../operations/store/contract-store.ts';
import { listPeople } from '../../../operations/store/queries.ts';
import { teamStore } from '../../../operations/store/team-store.ts';
import type { ClientDoc } from '../../../schemas/client.ts';
import type { Database } from '../../../schemas/connection.ts';
import type { ContractDoc } from '../../../schemas/contract.ts';
import { renewalId } from '../../../workflows/renewal/messages.ts';
import { at } from '../../helpers/world.ts';
import { decision, freshDatabase, NOW, witness, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const TEAM = 'name,email,roles\nLi,li@example.com,sales-rep\n';
const HEADER =
  'contract number,client,owner,contact name,contact email,contact role,start date,end date,amount,currency,health score';
const FIRST = 'C-1,Example Harbor,li@example.com,Zoe,zoe@example.org,decision-maker,2026-06-01,2027-05-31,1000,CNY,70';
const SECOND = FIRST.replace('C-1', 'C-2').replace('Zoe,zoe@', 'Bo,bo@');
const settings = { zone: 'Asia/Shanghai' as ZoneId, calendarId: 'cn' };

async function take(
  db: Database,
  rows: readonly string[],
  wrap: (store: ImportStore) => ImportStore = (store) => store,
  now: Instant = NOW,
): Promise<ImportReport> {
  if ((await db.people.countDocuments()) === 0) await take1(db, TEAM);
  return take1(db, [HEADER, ...rows].join('\n'), wrap, now);
}

async function take1(db: Database, text: string, wrap = (store: ImportStore) => store, now: Instant = NOW) {
  const input = { name: 'table.csv', bytes: Buffer.from(text, 'utf8') };
  const store = wrap(importStore(db, { now }));
  return importFile(input, { store, teamStore: teamStore(db), people: await listPeople(db), settings, now });
}

async function contractOf(db: Database): Promise<ContractDoc> {
  const contract = await db.contracts.findOne({ number: 'C-1' }).lean<ContractDoc>();
  if (contract === null) throw new Error('not stored');
  return contract;
}

async function contactsOf(db: Database): Promise<ClientDoc['contacts']> {
  return (await db.clients.findOne().lean<ClientDoc>())?.contacts ?? [];
}

async function renew(db: Database): Promise<void> {
  const { _id } = await contractOf(db);
  const effect = {
    kind: 'start next term' as const,
    id: `${renewalId(_id, 1)}/next-term`,
    why: { rule: 'test', inputs: {} },
    term: 2,
    startDate: civilDate('2027-06-01'),
    endDate: civilDate('2028-05-31'),
    noticeDate: null,
    termMonths: 12,
    amount: { minor: 130_000, currency: 'CNY' },
    paymentDays: 45,
  };
  const input = { renewalId: renewalId(_id, 1), contractId: _id, term: 1, now: NOW, effect };
  await createStartNextTerm(witness(db).deps)(input);
}

/** A command moved the end of the contract, accepted at `now` by the clock of its renewal. */
async function amend(db: Database, endDate: string, now: Instant, id = 'cmd_1'): Promise<void> {
  const { _id } = await contractOf(db);
  const renewal = renewalId(_id, 1);
  const why = { rule: 'dates.amended', inputs: {} };
  const dates = { endDate: civilDate(endDate), noticeDate: null };
  const effect = { kind: 'amend contract' as const, id: `${renewal}/amend/${id}`, why, ...dates };
  await createPerform(witness(db).deps)({
    ...decision({ effects: [effect], now }),
    renewalId: renewal,
    contractId: _id,
  });
}

test('the same list again does not undo dates that a command has amended since', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  await amend(db, '2027-08-31', at('2027-02-02'));
  t.like((await take(db, [FIRST])).counts, { changed: 0, same: 1 });
  t.is((await contractOf(db)).endDate, civilDate('2027-08-31'));
});

test('a list that changes the price leaves the amended dates alone', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  await amend(db, '2027-08-31', at('2027-02-02'));
  const report = await take(db, [FIRST.replace('1000', '2000')]);
  t.deepEqual(
    report.changes[0]?.changes.map((change) => change.field),
    ['amount', 'target'],
  );
  t.like(await contractOf(db), { endDate: '2027-08-31', amount: { minor: 200_000 } });
});

test('a list that came to say what a command had set is remembered: said again later, it is old', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  await amend(db, '2027-05-20', at('2027-02-02'));
  const caughtUp = FIRST.replace('2027-05-31', '2027-05-20');
  t.like((await take(db, [caughtUp])).counts, { same: 1 });
  await amend(db, '2027-09-30', at('2027-02-03'), 'cmd_2');
  t.like((await take(db, [caughtUp])).counts, { changed: 0, same: 1 });
  t.is((await contractOf(db)).endDate, civilDate('2027-09-30'));
});

test('a command that is accepted after an import wins, however far ahead the importing clock was', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  await take(db, [FIRST.replace('2027-05-31', '2027-06-15')], undefined, at('2030-01-01'));
  await amend(db, '2027-08-31', at('2027-02-02'));
  t.is((await contractOf(db)).endDate, civilDate('2027-08-31'));
});

test('an amendment that is performed again after an import does not undo the import', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  await amend(db, '2027-08-31', at('2027-02-02'));
  await take(db, [FIRST.replace('2027-05-31', '2027-06-15')]);
  await amend(db, '2027-08-31', at('2027-02-02'));
  t.is((await contractOf(db)).endDate, civilDate('2027-06-15'));
});

test('the same list again changes nothing of a renewed contract; a mended old row is left out with a warning', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  await renew(db);
  const before = await contractOf(db);
  t.like(before, { term: 2, scoredAt: null, extra: null });
  const again = await take(db, [FIRST]);
  t.like(again.counts, { changed: 0, same: 1 });
  t.deepEqual(again.problems, []);
  const mended = await take(db, [FIRST.replace('1000', '2000')]);
  t.like(mended.counts, { changed: 0, same: 1 });
  t.deepEqual(
    mended.problems.map((p) => [p.code, p.severity]),
    [['contract.term_past', 'warning']],
  );
  t.deepEqual(await contractOf(db), before);
});

test('an import that meets the move to the next term is compared again, and misses the new term', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  let raced = false;
  const report = await take(db, [FIRST.replace('1000', '2000')], (store) => ({
    ...store,
    apply: async (batch) => {
      if (!raced) await renew(db);
      raced = true;
      return store.apply(batch);
    },
  }));
  t.like(report.counts, { changed: 0, same: 1, wrong: 0 });
  t.like(report.problems[0], { code: 'contract.term_past' });
  t.like(await contractOf(db), { term: 2, endDate: '2028-05-31', amount: { minor: 130_000 } });
});

test('a row that meets another term each time it is stored is reported and stores nothing', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  const report = await take(db, [FIRST.replace('1000', '2000')], (store) => ({
    ...store,
    existing: async (keys) => {
      const found = [...(await store.existing(keys))];
      return new Map(found.map(([key, stored]) => [key, { ...stored, term: 7 }]));
    },
  }));
  t.like(report.counts, { changed: 0, same: 0, wrong: 1 });
  t.like(report.problems[0], { code: 'contract.changed_meanwhile', place: { row: 2 } });
  t.like(await contractOf(db), { term: 1, amount: { minor: 100_000 } });
});

test('a mail that bounces while a list is imported keeps its flag', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  const suppressed = { reason: 'bounce' as const, at: NOW };
  await take(db, [FIRST.replace('Zoe', 'Zoe Q').replace('2027-05-31', '2027-06-15'), SECOND], (store) => ({
    ...store,
    existing: async (keys) => {
      const existing = await store.existing(keys);
      await db.clients.updateOne(
        { 'contacts.email': 'zoe@example.org' },
        { $set: { 'contacts.0.suppressed': suppressed } },
      );
      return existing;
    },
  }));
  const [zoe, bo] = await contactsOf(db);
  t.like(zoe, { name: 'Zoe Q', suppressed });
  t.like(bo, { name: 'Bo' });
});

test('the corrected address of a contact whose mail bounced takes its place, as a new contact', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST, SECOND]);
  const [before] = await contactsOf(db);
  await db.clients.updateOne({}, { $set: { 'contacts.0.suppressed': { reason: 'bounce', at: NOW } } });
  const corrected = FIRST.replace('zoe@', 'zoe.q@');
  t.like((await take(db, [corrected, SECOND])).counts, { changed: 1, same: 1 });
  const [zoe, bo, ...more] = await contactsOf(db);
  t.deepEqual(more, []);
  t.like(zoe, { name: 'Zoe', email: 'zoe.q@example.org', suppressed: undefined });
  t.not(zoe?.id, before?.id);
  t.is(bo?.name, 'Bo');
  t.like((await take(db, [corrected, SECOND])).counts, { changed: 0, same: 2 });
});

test('who has opted out stays so at a corrected address', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  const suppressed = { reason: 'opt-out' as const, at: NOW };
  await db.clients.updateOne({}, { $set: { 'contacts.0.suppressed': suppressed } });
  await take(db, [FIRST.replace('zoe@', 'zoe.q@')]);
  const contacts = await contactsOf(db);
  t.is(contacts.length, 1);
  t.like(contacts[0], { email: 'zoe.q@example.org', suppressed });
});

test('two imports at once add a contact once', async (t) => {
  const db = await freshDatabase(t);
  await take(db, [FIRST]);
  const more = [FIRST, SECOND, SECOND.replace('C-2', 'C-3')];
  await Promise.all([take(db, more), take(db, more), take(db, more)]);
  t.deepEqual((await contactsOf(db)).map((one) => one.email).sort(), ['bo@example.org', 'zoe@example.org']);
  t.is(await db.contracts.countDocuments(), 3);
});

test('ids of clients, people and contacts tell nothing of them; the same tables in two databases give others', async (t) => {
  const ids = async () => {
    const db = await freshDatabase(t);
    await take(db, [FIRST]);
    const client = await db.clients.findOne().lean<ClientDoc>();
    const [person] = await listPeople(db);
    return [client?._id, client?.contacts[0]?.id, person?.id];
  };
  const [first, second] = [await ids(), await ids()];
  for (const [i, prefix] of ['cli', 'con', 'per'].entries()) {
    t.regex(first[i] ?? '', new RegExp(`^${prefix}_[0-9a-v]{16}$`));
    t.not(first[i], second[i]);
  }
});
