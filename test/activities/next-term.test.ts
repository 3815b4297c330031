import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createStartNextTerm } from '../../activities/next-term.ts';
import { createOpenSavePlan } from '../../activities/save-plan.ts';
import { civilDate } from '../../domain/time/index.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { RENEWAL } from '../helpers/world.ts';
import { freshWorld, NOW, withMongo, witness } from './store-world.ts';
import type { MongoContext } from './store-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const why = { rule: 'test', inputs: {} };
const nextTerm = {
  renewalId: RENEWAL,
  contractId: 'ctr_1',
  term: 1,
  now: NOW,
  effect: {
    kind: 'start next term' as const,
    id: `${RENEWAL}/next-term`,
    why,
    term: 2,
    startDate: civilDate('2027-06-01'),
    endDate: civilDate('2028-05-31'),
    noticeDate: null,
    termMonths: 12,
    amount: { minor: 13_000_000, currency: 'CNY' },
    paymentDays: 45,
  },
};

test('a contract moves to its next term, keeps the old one, and its renewal is started', async (t) => {
  const db = await freshWorld(t);
  const { deps, started } = witness(db);
  await createStartNextTerm(deps)(nextTerm);
  const contract = await db.contracts.findOne({ _id: 'ctr_1' }).lean<ContractDoc>();
  t.like(contract, {
    term: 2,
    endDate: '2028-05-31',
    amount: { minor: 13_000_000 },
    target: { minor: 13_000_000 },
    paymentDays: 45,
    knownSince: NOW,
    number: 'C-1',
  });
  t.is(contract?.terms.length, 1);
  t.like(contract?.terms[0], { term: 1, endDate: '2027-05-31', amount: { minor: 12_000_000 }, endedAt: NOW });
  t.deepEqual(started, ['ctr_1 2']);
});

test('the imported health score stays with the term it was of; remarks go along', async (t) => {
  const db = await freshWorld(t);
  const extra = { healthScore: 30, remarks: 'ask for Bo' };
  await db.contracts.updateOne({ _id: 'ctr_1' }, { $set: { extra, scoredAt: NOW } });
  await createStartNextTerm(witness(db).deps)(nextTerm);
  const contract = await db.contracts.findOne({ _id: 'ctr_1' }).lean<ContractDoc>();
  t.deepEqual(contract?.extra, { remarks: 'ask for Bo' });
  t.is(contract?.scoredAt, null);
});

test('started twice, at the same time or again, there is one next term', async (t) => {
  const db = await freshWorld(t);
  const { deps, started } = witness(db);
  const start = createStartNextTerm(deps);
  await Promise.all([start(nextTerm), start(nextTerm), start(nextTerm)]);
  await start(nextTerm);
  const contract = await db.contracts.findOne({ _id: 'ctr_1' }).lean<ContractDoc>();
  t.is(contract?.term, 2);
  t.is(contract?.terms.length, 1);
  // The start itself is asked for each time: it is what heals a crash in between.
  t.is(started.length, 4);
});

test('killed before the renewal was started: the next attempt starts it', async (t) => {
  const db = await freshWorld(t);
  const dead = witness(db, { startRenewal: () => Promise.reject(new Error('killed')) });
  await t.throwsAsync(createStartNextTerm(dead.deps)(nextTerm), { message: 'killed' });
  const { deps, started } = witness(db);
  await createStartNextTerm(deps)(nextTerm);
  t.deepEqual(started, ['ctr_1 2']);
  t.is((await db.contracts.findOne({ _id: 'ctr_1' }).lean<ContractDoc>())?.terms.length, 1);
});

test("a term that does not follow on the contract's own is refused", async (t) => {
  const db = await freshWorld(t);
  const { deps, started } = witness(db);
  const error = await t.throwsAsync(
    createStartNextTerm(deps)({ ...nextTerm, effect: { ...nextTerm.effect, term: 4 } }),
  );
  t.is(error?.message, 'store.term_moved');
  t.deepEqual(started, []);
});

const openPlan = (renewalId: string) => ({
  renewalId,
  contractId: 'ctr_1',
  term: 1,
  now: NOW,
  effect: {
    kind: 'open save plan' as const,
    id: `${renewalId}/save/1`,
    why,
    savePlanId: `${renewalId}/save/1`,
    cause: 'price',
    ruleId: 'flagged',
  },
});

test('a save plan is opened once, told to the owner and started', async (t) => {
  const db = await freshWorld(t);
  const { deps, started, dispatched } = witness(db);
  const open = createOpenSavePlan(deps);
  const id = `${RENEWAL}/save/1`;
  t.deepEqual(await open(openPlan(RENEWAL)), { savePlanId: id, opened: true });
  t.deepEqual(await open(openPlan(RENEWAL)), { savePlanId: id, opened: true });
  t.is(await db.savePlans.countDocuments(), 1);
  t.deepEqual([...new Set(started)], [id]);
  t.deepEqual([...new Set(dispatched)], [`${id}/mail/li`]);
});

test('of two contracts of one client that open a plan at once, one does and both name it', async (t) => {
  const db = await freshWorld(t);
  const { deps } = witness(db);
  const open = createOpenSavePlan(deps);
  const results = await Promise.all([
    open(openPlan(RENEWAL)),
    open(openPlan('renewal:ctr_2:1')),
    open(openPlan('renewal:ctr_3:1')),
  ]);
  t.is(results.filter((result) => result.opened).length, 1);
  t.is(new Set(results.map((result) => result.savePlanId)).size, 1);
  t.is(await db.savePlans.countDocuments({ status: 'open' }), 1);
});

test('a plan that was closed since is not opened again by a late attempt', async (t) => {
  const db = await freshWorld(t);
  const open = createOpenSavePlan(witness(db).deps);
  await open(openPlan(RENEWAL));
  await db.savePlans.updateOne({ _id: `${RENEWAL}/save/1` }, { $set: { status: 'closed', closedAt: NOW } });
  await open(openPlan(RENEWAL));
  t.is(await db.savePlans.countDocuments({ status: 'open' }), 0);
});
