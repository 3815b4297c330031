import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createPerform } from '../../../activities/perform/perform.ts';
import type { Effect } from '../../../domain/renewal/effects.ts';
import { civilDate } from '../../../domain/time/index.ts';
import type { CivilDate, Instant } from '../../../domain/time/index.ts';
import {
  countRenewals,
  countSends,
  findPerson,
  findRenewal,
  listApprovals,
  listRenewals,
  listSends,
  listStalled,
  listTasks,
  nextWakes,
  personByEmail,
  taskDueDates,
  tasksFor,
  workOfRole,
} from '../../../operations/store/queries.ts';
import { trustedFilter } from '../../../operations/store/trusted-filter.ts';
import type { RenewalListRequest } from '../../../operations/store/queries.ts';
import { seedDocuments } from '../../../operations/store/seed-documents.ts';
import type { Database } from '../../../schemas/connection.ts';
import { at, CLIENT, LADDER, PLAYBOOK, RENEWAL } from '../../helpers/world.ts';
import { decision, freshDatabase, freshWorld, NOW, VIEW, withMongo, witness } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const why = { rule: 'test', inputs: {} };

/** Rows of the read model; every third one stalled, every second one of another owner, some without an end date. */
async function fill(db: Database, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, i) => {
    const stalledSince = i % 3 === 0 ? at(`2027-01-${String(10 + (i % 5)).padStart(2, '0')}`) : null;
    return {
      _id: `renewal:ctr_${i}:1`,
      contractId: `ctr_${i}`,
      term: 1,
      clientId: CLIENT.id,
      clientName: 'Example Harbor',
      contractNumber: `C-${i}`,
      tier: 'B' as const,
      ownerId: i % 2 === 0 ? 'li' : 'wang',
      amount: { minor: i, currency: 'CNY' },
      target: { minor: i, currency: 'CNY' },
      endDate: i % 7 === 0 ? null : civilDate(`2027-0${1 + (i % 4)}-15`),
      phase: i % 5 === 0 ? ('closed' as const) : ('open' as const),
      stage: i % 5 === 0 ? null : 'contact',
      atRisk: i % 2 === 0,
      paused: false,
      outcome: null,
      nextAt: null,
      wakeAt: i % 5 === 0 ? null : at('2027-02-10', 9 + (i % 3)),
      stalledSince,
      view: VIEW,
      state: decision().decision.state,
      decidedAt: NOW,
    };
  });
  await db.renewals.insertMany(rows);
}

async function walk(db: Database, request: RenewalListRequest): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = await listRenewals(db, { ...request, ...(after === undefined ? {} : { after }) });
    ids.push(...page.items.map((row) => row._id));
    after = page.next;
  }
  return ids;
}

for (const descending of [false, true]) {
  for (const sort of ['endDate', 'stalledSince', 'wakeAt', 'contractNumber'] as const) {
    test(`walking the pages by ${sort}${descending ? ' backwards' : ''} meets each row once, in order`, async (t) => {
      const db = await freshDatabase(t);
      await fill(db, 23);
      const ids = await walk(db, { sort, descending, limit: 4 });
      const whole = await listRenewals(db, { sort, descending, limit: 100 });
      t.deepEqual(
        ids,
        whole.items.map((row) => row._id),
      );
      t.is(new Set(ids).size, 23);
      const values = whole.items.map((row) => row[sort] ?? '');
      t.deepEqual(
        values,
        [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1)),
      );
    });
  }
}

test('filters narrow the list together', async (t) => {
  const db = await freshDatabase(t);
  await fill(db, 23);
  const filters = {
    ownerId: 'li',
    phase: 'open',
    endsFrom: '2027-02-01' as CivilDate,
    endsTo: '2027-03-31' as CivilDate,
  } as const;
  const { items } = await listRenewals(db, { filters });
  t.true(items.length > 0);
  t.true(
    items.every(
      (row) =>
        row.ownerId === 'li' &&
        row.phase === 'open' &&
        row.endDate !== null &&
        row.endDate >= '2027-02-01' &&
        row.endDate <= '2027-03-31',
    ),
  );
  const counted = await countRenewals(db, { ownerId: 'li', phase: 'open' });
  t.is(counted.total, (await listRenewals(db, { filters: { ownerId: 'li', phase: 'open' }, limit: 100 })).items.length);
});

test('counts add up', async (t) => {
  const db = await freshDatabase(t);
  await fill(db, 23);
  t.deepEqual(await countRenewals(db), {
    total: 23,
    phases: { closed: 5, open: 18 },
    stages: { contact: 18 },
    atRisk: 12,
    paused: 0,
    stalled: 8,
  });
});

test('what stands still comes oldest first, and what wakes next comes first', async (t) => {
  const db = await freshDatabase(t);
  await fill(db, 23);
  const stalled = (await listStalled(db, { limit: 100 })).items.map((row) => row.stalledSince ?? '');
  t.is(stalled.length, 8);
  t.deepEqual(stalled, [...stalled].sort());
  const wakes = (await nextWakes(db, 5)).map((row) => row.wakeAt as Instant);
  t.is(wakes.length, 5);
  t.true(wakes.every((wake) => wake <= at('2027-02-10', 9)));
});

test('a mark of a page that is not ours is refused', async (t) => {
  const db = await freshDatabase(t);
  for (const after of [
    '',
    'x',
    Buffer.from('{"$gt":1}').toString('base64url'),
    Buffer.from('[{"$gt":1},"a"]').toString('base64url'),
  ]) {
    const error = await t.throwsAsync(listRenewals(db, { after }));
    t.is(error?.message, 'store.cursor');
  }
});

test("a renewal is found by its id, its contract's number in any case, and its contract's id; else it is said", async (t) => {
  const db = await freshWorld(t);
  await createPerform(witness(db).deps)(decision());
  for (const text of [RENEWAL, 'C-1', ' c-1 ', 'C-1', 'ctr_1']) t.is((await findRenewal(db, text))._id, RENEWAL);
  t.is((await t.throwsAsync(findRenewal(db, 'C-9')))?.message, 'renewal.not_found');
});

test('of several terms the newest renewal is found by number', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  await perform(decision());
  await perform({ ...decision(), renewalId: 'renewal:ctr_1:2', term: 2 });
  t.is((await findRenewal(db, 'C-1')).term, 2);
});

const task = (
  id: string,
  assignee: Extract<Effect, { kind: 'open task' }>['assignee'],
  due = '2027-02-03',
): Effect => ({
  kind: 'open task',
  id,
  why,
  stage: 'contact',
  step: 'call',
  task: 'step',
  assignee,
  dueAt: at(due),
  notify: false,
});

test('a person sees their own tasks and those of their roles, by due date', async (t) => {
  const db = await freshWorld(t);
  await createPerform(witness(db).deps)(
    decision({
      effects: [
        task('t1', { kind: 'person', id: 'zhao' }, '2027-02-09'),
        task('t2', { kind: 'role', role: 'legal' }, '2027-02-05'),
        task('t3', { kind: 'role', role: 'finance' }),
        task('t4', { kind: 'person', id: 'li' }),
      ],
    }),
  );
  const ids = async (request: Parameters<typeof tasksFor>[2]) =>
    (await tasksFor(db, 'zhao', request)).items.map((one) => one._id);
  t.deepEqual(await ids({}), ['t2', 't1']);
  t.deepEqual(await ids({ ownOnly: true }), ['t1']);
  t.deepEqual(await ids({ dueBefore: at('2027-02-06') }), ['t2']);
  t.deepEqual(await ids({ state: 'done' }), []);
  t.deepEqual((await tasksFor(db, 'nobody')).items, []);
});

test('a role means everybody with that role, by name or not, and all due dates are counted', async (t) => {
  const db = await freshWorld(t);
  await createPerform(witness(db).deps)(
    decision({
      effects: [
        task('t1', { kind: 'person', id: 'zhao' }, '2027-02-09'),
        task('t2', { kind: 'role', role: 'legal' }, '2027-02-05'),
        task('t3', { kind: 'role', role: 'finance' }),
      ],
    }),
  );
  const legal = trustedFilter(await workOfRole(db, 'legal'));
  t.deepEqual(
    (await listTasks(db, { limit: 1 }, legal)).items.map((one) => one._id),
    ['t2'],
  );
  const dates = await taskDueDates(db, {}, legal);
  t.deepEqual([...dates].sort(), [at('2027-02-05'), at('2027-02-09')]);
});

test('an approval waits for those asked, until they have voted', async (t) => {
  const db = await freshDatabase(t);
  const approval = {
    renewalId: RENEWAL,
    people: ['wang', 'sun'],
    status: 'waiting',
    dueAt: NOW,
    decisions: [{ by: 'sun' }],
  };
  await db.approvals.collection.insertOne({ ...approval, _id: 'a1' } as never);
  t.is((await listApprovals(db, { personId: 'wang' })).items.length, 1);
  t.is((await listApprovals(db, { personId: 'sun' })).items.length, 0);
  t.is((await listApprovals(db)).items.length, 1);
  t.is((await listApprovals(db, { status: 'approved' })).items.length, 0);
});

test('mails are listed latest first and counted by state', async (t) => {
  const db = await freshDatabase(t);
  for (let i = 0; i < 5; i += 1) {
    const row = {
      _id: `s${i}`,
      renewalId: RENEWAL,
      state: i < 2 ? 'unknown' : 'sent',
      dueAt: at(`2027-02-0${i + 1}`),
      audience: 'client',
    };
    await db.sends.collection.insertOne(row as never);
  }
  t.deepEqual(
    (await listSends(db, { states: ['sent'], limit: 2 })).items.map((row) => row._id),
    ['s4', 's3'],
  );
  t.deepEqual(await countSends(db), { unknown: 2, sent: 3 });
});

test('people are found by address in any case, by id and by name; who is not, is told whom the name is like', async (t) => {
  const db = await freshWorld(t);
  await db.people.updateOne({ _id: 'li' }, { $set: { name: 'Li Na' } });
  t.is((await personByEmail(db, ' LI@Example.com '))?.id, 'li');
  for (const who of ['li@example.com', 'li', 'li  na', 'Li Na']) t.is((await findPerson(db, who)).id, 'li');
  const error = await t.throwsAsync(findPerson(db, 'Na'));
  t.like(error, { problems: [{ code: 'store.person_missing', params: { hint: ' (li@example.com)' } }] });
  await db.people.updateOne({ _id: 'wang' }, { $set: { name: 'Li Na' } });
  t.is((await t.throwsAsync(findPerson(db, 'Li Na')))?.message, 'store.person_ambiguous');
});

test('documents become version 1, the same again stays, a change makes the next version and keeps the old', async (t) => {
  const db = await freshDatabase(t);
  const seed = { playbooks: [{ definition: PLAYBOOK }], ladders: [LADDER] };
  const versions = async (change: Parameters<typeof seedDocuments>[1]) =>
    (await seedDocuments(db, change, NOW)).map((one) => [one.kind, one.version, one.written]);
  t.deepEqual(await versions(seed), [
    ['ladder', 1, true],
    ['playbook', 1, true],
  ]);
  t.deepEqual(await versions(seed), [
    ['ladder', 1, false],
    ['playbook', 1, false],
  ]);
  const changed = { ...seed, ladders: [{ ...LADDER, order: 'parallel' as const }] };
  t.deepEqual(await versions(changed), [
    ['ladder', 2, true],
    ['playbook', 1, false],
  ]);
  t.deepEqual(await versions(seed), [
    ['ladder', 3, true],
    ['playbook', 1, false],
  ]);
  t.is(await db.documents.countDocuments({ kind: 'ladder' }), 3);
});

test('documents seeded by several at once are written once', async (t) => {
  const db = await freshDatabase(t);
  const results = await Promise.all(Array.from({ length: 5 }, () => seedDocuments(db, { ladders: [LADDER] }, NOW)));
  t.is(results.flat().filter((one) => one.written).length, 1);
  t.is(await db.documents.countDocuments(), 1);
});

test('the team calendar is set once and then belongs to the company', async (t) => {
  const db = await freshDatabase(t);
  await seedDocuments(db, { teamCalendar: 'cn' }, NOW);
  await seedDocuments(db, { teamCalendar: 'us' }, NOW);
  t.deepEqual(await db.settings.find().lean(), [{ _id: 'team calendar', value: 'cn' }]);
});
