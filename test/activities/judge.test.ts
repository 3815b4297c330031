import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createJudge } from '../../activities/judge.ts';
import { createSnapshotLoader } from '../../activities/world/load-snapshot.ts';
import { digestOf } from '../../domain/history/index.ts';
import { decide } from '../../domain/renewal/decide.ts';
import { newRenewalState } from '../../domain/renewal/state.ts';
import { seedDocuments } from '../../operations/store/seed-documents.ts';
import {
  CLIENT,
  command,
  CONTRACT,
  LADDER,
  PEOPLE,
  PLAIN_CALENDAR,
  PLAYBOOK,
  quote,
  RENEWAL,
  SAVE_PLANS,
  snapshot,
} from '../helpers/world.ts';
import { freshWorld, NOW, OPENED, withMongo, witness } from './store-world.ts';
import type { MongoContext } from './store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const request = { renewalId: RENEWAL, contractId: CONTRACT.id, term: 1, state: OPENED, now: NOW };
const scheduled = { ...request, state: newRenewalState(RENEWAL) };

test('the world is read as it was written', async (t) => {
  const db = await freshWorld(t);
  const read = await createSnapshotLoader(witness(db).deps)(request);
  t.deepEqual(read.contract, CONTRACT);
  t.deepEqual(read.client, CLIENT);
  t.deepEqual(read.people, PEOPLE);
  t.deepEqual(read.playbook?.definition, PLAYBOOK);
  t.deepEqual(read.ladder, LADDER);
  t.deepEqual(read.savePlans, SAVE_PLANS);
  t.deepEqual(read.teamCalendar, PLAIN_CALENDAR);
  t.deepEqual(Object.keys(read.zones), ['Asia/Shanghai']);
  t.is(read.clientSavePlan, null);
});

test("the judgement is the core's own, on the world as it is", async (t) => {
  const db = await freshWorld(t);
  const judge = createJudge(witness(db).deps);
  const facts = [command('quote issued', NOW, 'li', { quote: quote(1500) }, 'cmd_q')];
  const judged = await judge({ ...request, facts });
  const loaded = await createSnapshotLoader(witness(db).deps)(request);
  const decided = decide(OPENED, facts, loaded, NOW);
  t.deepEqual(judged, { ...decided, digest: digestOf(decided.state) });
  t.true(judged.effects.some((effect) => effect.kind === 'request approval'));
  t.deepEqual(decide(OPENED, facts, snapshot(), NOW).effects, judged.effects);
});

test('before opening, of the playbooks that apply the one of highest priority is taken', async (t) => {
  const db = await freshWorld(t);
  const load = createSnapshotLoader(witness(db).deps);
  const playbook = (id: string, priority: number, applies: string) => ({
    definition: { ...PLAYBOOK, id, priority, applies },
  });
  await seedDocuments(
    db,
    {
      playbooks: [
        playbook('for-a', 50, 'client.tier == "A"'),
        playbook('for-b', 20, 'client.tier == "B" && contract.amount >= 100000.0'),
        playbook('b-too', 20, 'client.tier == "B"'),
        playbook('for-soon', 90, 'contract.daysUntilEnd < 30'),
      ],
    },
    NOW,
  );
  t.is((await load(scheduled)).playbook?.id, 'b-too');
  await db.clients.updateOne({ _id: CLIENT.id }, { $set: { tier: 'A' } });
  t.is((await load(scheduled)).playbook?.id, 'for-a');
});

test('a contract without an end date meets no rule about days', async (t) => {
  const db = await freshWorld(t);
  await seedDocuments(
    db,
    { playbooks: [{ definition: { ...PLAYBOOK, id: 'soon', priority: 9, applies: 'contract.daysUntilEnd < 30' } }] },
    NOW,
  );
  await db.contracts.updateOne({ _id: CONTRACT.id }, { $set: { endDate: null } });
  t.is((await createSnapshotLoader(witness(db).deps)(scheduled)).playbook?.id, 'test');
});

test('where no playbook applies there is none', async (t) => {
  const db = await freshWorld(t);
  await db.playbooks.updateMany({}, { $set: { status: 'retired' } });
  t.is((await createSnapshotLoader(witness(db).deps)(scheduled)).playbook, null);
});

test('after opening the pinned version stays, whatever is published later', async (t) => {
  const db = await freshWorld(t);
  const load = createSnapshotLoader(witness(db).deps);
  await seedDocuments(db, { playbooks: [{ definition: { ...PLAYBOOK, priority: 99 } }] }, NOW);
  t.is((await load(request)).playbook?.version, 1);
  t.is((await load(scheduled)).playbook?.version, 2);
  await db.playbooks.updateMany({}, { $set: { status: 'retired' } });
  t.is((await load(request)).playbook?.version, 1);
});

test('what changes is seen at once: client, contract, team, a new calendar version', async (t) => {
  const db = await freshWorld(t);
  const load = createSnapshotLoader(witness(db).deps);
  await load(request);
  await db.clients.updateOne({ _id: CLIENT.id }, { $set: { ownerId: 'wang' } });
  await db.people.updateOne({ _id: 'li' }, { $set: { active: false } });
  await seedDocuments(db, { calendars: [{ ...PLAIN_CALENDAR, workWeek: [1, 2, 3] }] }, NOW);
  const again = await load(request);
  t.is(again.client.ownerId, 'wang');
  t.is(again.people['li']?.active, false);
  t.like(again.teamCalendar, { version: 2, workWeek: [1, 2, 3] });
});

test("a save plan of another contract of the client is seen, the renewal's own is not", async (t) => {
  const db = await freshWorld(t);
  const load = createSnapshotLoader(witness(db).deps);
  const plan = {
    clientId: CLIENT.id,
    contractId: 'ctr_1',
    cause: 'price',
    ruleId: 'flagged',
    openedAt: NOW,
    why: { rule: 'x', inputs: {} },
  };
  await db.savePlans.collection.insertOne({ ...plan, _id: 'own', renewalId: RENEWAL, status: 'open' } as never);
  t.is((await load(request)).clientSavePlan, null);
  await db.savePlans.collection.deleteMany({});
  await db.savePlans.collection.insertOne({
    ...plan,
    _id: 'other',
    renewalId: 'renewal:ctr_2:1',
    status: 'open',
  } as never);
  t.deepEqual((await load(request)).clientSavePlan, { id: 'other', cause: 'price' });
});

test('the renewal of a past term looks at that term', async (t) => {
  const db = await freshWorld(t);
  const { term, startDate, endDate, noticeDate, termMonths, amount, target, paymentDays, knownSince } = CONTRACT;
  const past = {
    term,
    startDate,
    endDate,
    noticeDate,
    termMonths,
    amount,
    target,
    paymentDays,
    knownSince,
    endedAt: NOW,
  };
  await db.contracts.updateOne({ _id: CONTRACT.id }, { $set: { term: 2, endDate: '2028-05-31', terms: [past] } });
  const read = await createSnapshotLoader(witness(db).deps)(request);
  t.like(read.contract, { term: 1, endDate });
});

const missing = test.macro({
  async exec(t, _what: string, remove: (db: Awaited<ReturnType<typeof freshWorld>>) => Promise<unknown>, code: string) {
    const db = await freshWorld(t);
    await remove(db);
    const error = await t.throwsAsync(createJudge(witness(db).deps)({ ...request, facts: [] }));
    t.is(error?.message, code);
  },
  title: (_, what, _remove, code) => `half a world is no world: ${what} gives ${code}`,
});
test(missing, 'no contract', (db) => db.contracts.deleteMany({}), 'store.contract_missing');
test(missing, 'no client', (db) => db.clients.deleteMany({}), 'store.client_missing');
test(missing, 'no calendar', (db) => db.calendars.deleteMany({}), 'store.calendar_missing');
test(missing, 'the pinned version gone', (db) => db.playbooks.deleteMany({}), 'store.version_missing');
