import anyTest from 'ava';
import type { TestFn } from 'ava';
import type { QuoteStatus } from '../../operations/store/quote-statuses.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SavePlanDoc } from '../../schemas/save-plan.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import { factEntry, decision, withMongo, witness, OPENED } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { createPerform } from '../../activities/perform/perform.ts';
import { quote } from '../activities/perform/effects.ts';
import { at, quote as terms, RENEWAL } from '../helpers/world.ts';
import { codeOf, itemsOf, of, recordsWorld } from './records-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const QUOTE = `/v1/renewals/${encodeURIComponent(RENEWAL)}/quote`;
const PLAN = '/v1/save-plans/';

/** Quotes of other renewals, one of each status, issued day after day; those of `wang` are not for a rep to see. */
async function quotes(db: Database): Promise<void> {
  const renewal = await db.renewals.findOne({ _id: RENEWAL }).lean<RenewalDoc>();
  if (renewal?.state.quote == null) throw new Error('no quote');
  const then = at('2027-02-20');
  const marks: readonly (readonly [QuoteStatus, object])[] = [
    ['waiting', {}],
    ['approved', { approvedAt: then }],
    ['accepted', { approvedAt: then, expiredAt: then, acceptedAt: then }],
    ['declined', { approvedAt: then, declinedAt: then }],
    ['rejected', { rejectedAt: then }],
    ['expired', { approvedAt: then, expiredAt: then }],
  ];
  const { state } = renewal;
  await db.renewals.deleteMany({});
  await db.renewals.insertMany([
    ...marks.map(([status, mark], i) => ({
      ...renewal,
      _id: `renewal:ctr_${status}:1`,
      contractId: `ctr_${status}`,
      clientId: i === 0 ? 'cli_2' : 'cli_1',
      ownerId: status === 'expired' ? 'wang' : 'li',
      state: { ...state, quote: { ...state.quote, issuedAt: at(`2027-02-0${i + 1}`), ...mark } },
    })),
    { ...renewal, _id: 'renewal:ctr_none:1', contractId: 'ctr_none', state: { ...state, quote: null } },
  ]);
}

async function plans(db: Database): Promise<void> {
  const client = await db.clients.findOne({ _id: 'cli_1' }).lean<ClientDoc>();
  if (client === null) throw new Error('no client');
  const other = { ...client, _id: 'cli_2', name: 'Other', nameKey: 'other', ownerId: 'wang', contacts: [] };
  await db.clients.insertMany([other]);
  const plan: SavePlanDoc = {
    _id: `${RENEWAL}/save/1`,
    clientId: 'cli_1',
    contractId: 'ctr_1',
    renewalId: RENEWAL,
    cause: 'price',
    ruleId: 'low-health',
    status: 'closed',
    openedAt: at('2027-01-04'),
    closedAt: at('2027-01-20'),
    outcome: 'saved',
    why: { rule: 'risk.rule', inputs: {} },
  };
  const open = { status: 'open', closedAt: null, outcome: null } as const;
  await db.savePlans.insertMany([
    plan,
    { ...plan, ...open, _id: `${RENEWAL}/save/2`, openedAt: at('2027-02-01'), cause: 'value' },
    {
      ...plan,
      ...open,
      _id: 'renewal:ctr_2:1/save/1',
      clientId: 'cli_2',
      renewalId: 'renewal:ctr_2:1',
      openedAt: at('2026-12-01'),
    },
  ]);
}

/** Does something, and gives how the database found what was asked of a collection. */
async function plansOf(db: Database, collection: string, work: () => Promise<unknown>): Promise<readonly string[]> {
  await db.connection.db?.command({ profile: 2 });
  await work();
  await db.connection.db?.command({ profile: 0 });
  const looked = await db.connection
    .collection('system.profile')
    .find({ ns: `${db.connection.name}.${collection}`, op: 'query' })
    .toArray();
  return looked.map(({ planSummary, hasSortStage }) => `${String(planSummary)}${hasSortStage === true ? ' SORT' : ''}`);
}

/** Read through an index, in its order. */
const INDEXED = /^IXSCAN \{[^}]*\}$/;

test('quotes: each with how it stands and what was issued before; a rep sees those of the own clients; an index finds them', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  const rep = of(world, 'sales-rep');
  const issued = (number: string) => ({
    ...factEntry('quote issued', { quote: { ...terms(1500), number } }),
    id: `fact-${number}`,
  });
  await createPerform(witness(db).deps)(
    decision({
      now: at('2027-02-02'),
      log: [issued('Q-1'), issued('Q-2')],
      view: { stage: 'quote' },
      state: { ...OPENED, quote: { ...quote, number: 'Q-2', revision: 2 } },
    }),
  );
  const answer = await rep.get(QUOTE);
  t.like(answer.body, { number: 'Q-2', revision: 2, status: 'waiting' });
  const { earlier } = answer.body as { earlier: readonly object[] };
  t.is(earlier.length, 1);
  t.like(earlier[0], { number: 'Q-1', revision: 1, issuedBy: 'li', amount: terms(1500).amount });
  t.is((await rep.get(QUOTE, { 'if-none-match': String(answer.headers['etag']) })).status, 304);
  t.is((await world.stranger.get(QUOTE)).status, 404);
  await quotes(db);
  const none = await rep.get('/v1/renewals/renewal:ctr_none:1/quote', { 'accept-language': 'zh-CN' });
  t.is(none.status, 404);
  t.regex(JSON.stringify(none.body), /报价/);
  const first = await rep.get('/v1/quotes?limit=3');
  const { next } = first.body as { next: string };
  const second = await rep.get(`/v1/quotes?limit=3&after=${next}`);
  t.deepEqual(
    [...itemsOf(first), ...itemsOf(second)].map(({ status }) => status),
    ['rejected', 'declined', 'accepted', 'approved', 'waiting'],
  );
  t.like(second.body, { next: null });
  t.like(itemsOf(first)[0], { number: 'Q-2', revision: 2, contractNumber: 'C-1', ownerId: 'li' });
  t.deepEqual(itemsOf(await world.stranger.get('/v1/quotes')), []);
  const director = of(world, 'director');
  t.is(itemsOf(await director.get('/v1/quotes')).length, 6);
  for (const status of ['waiting', 'approved', 'accepted', 'declined', 'rejected', 'expired']) {
    const found = itemsOf(await director.get(`/v1/quotes?status=${status}`));
    t.deepEqual(
      found.map((one) => [one['renewalId'], one['status']]),
      [[`renewal:ctr_${status}:1`, status]],
    );
  }
  const count = async (query: string) => itemsOf(await director.get(`/v1/quotes?${query}`)).length;
  t.is(await count('clientId=cli_2'), 1);
  t.is(await count('ownerId=wang'), 1);
  const { validUntil } = terms(1500);
  t.is(await count(`validFrom=${validUntil}&validTo=${validUntil}`), 6);
  t.is(await count('validFrom=2099-01-01'), 0);
  t.is(await count('validTo=2001-01-01'), 0);
  t.is((await director.get('/v1/quotes?status=lost')).status, 422);
  t.is((await director.get('/v1/quotes?after=nonsense')).status, 400);
  const found = await plansOf(db, 'renewals', async () => {
    for (const caller of [rep, director]) await caller.get('/v1/quotes');
  });
  t.is(found.length, 2);
  for (const plan of found) t.regex(plan, INDEXED);
});

test('save plans: the latest first, each with its measures; only those of clients that one may see; an index finds them', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  await plans(db);
  const ids = async (role: 'sales-rep' | 'director', query = '') =>
    itemsOf(await of(world, role).get(`/v1/save-plans${query}`)).map(({ id }) => id);
  t.deepEqual(await ids('sales-rep'), [`${RENEWAL}/save/2`, `${RENEWAL}/save/1`]);
  t.deepEqual(await ids('director'), [`${RENEWAL}/save/2`, `${RENEWAL}/save/1`, 'renewal:ctr_2:1/save/1']);
  t.deepEqual(itemsOf(await world.stranger.get('/v1/save-plans')), []);
  t.deepEqual(await ids('sales-rep', '?status=open'), [`${RENEWAL}/save/2`]);
  t.deepEqual(await ids('sales-rep', '?outcome=saved'), [`${RENEWAL}/save/1`]);
  t.deepEqual(await ids('sales-rep', '?cause=value'), [`${RENEWAL}/save/2`]);
  t.deepEqual(await ids('sales-rep', '?clientId=cli_2'), []);
  t.deepEqual(await ids('director', '?ownerId=wang'), ['renewal:ctr_2:1/save/1']);
  t.deepEqual(await ids('director', '?renewalId=renewal:ctr_2:1'), ['renewal:ctr_2:1/save/1']);
  const page = await of(world, 'director').get('/v1/save-plans?limit=2');
  const { next } = page.body as { next: string };
  t.deepEqual(await ids('director', `?limit=2&after=${next}`), ['renewal:ctr_2:1/save/1']);
  const id = `${RENEWAL}/save/1`;
  const path = PLAN + encodeURIComponent(id);
  const [task] = await db.tasks.find().lean<TaskDoc[]>();
  if (task === undefined) throw new Error('no task');
  await db.tasks.insertMany([{ ...task, _id: `${id}/review-usage`, kind: 'save action', step: 'review-usage' }]);
  const rep = of(world, 'sales-rep');
  const answer = await rep.get(path, { 'accept-language': 'zh-CN' });
  t.like(answer.body, {
    id,
    clientName: 'Example Harbor',
    cause: 'price',
    causeText: '价格',
    concessionCapPercent: 10,
  });
  const { actions } = answer.body as { actions: readonly object[] };
  t.is(actions.length, 1);
  t.like(actions[0], { action: 'review-usage', state: 'open' });
  t.is(
    (await rep.get(path, { 'if-none-match': String(answer.headers['etag']), 'accept-language': 'zh-CN' })).status,
    304,
  );
  for (const [caller, wanted] of [
    [world.stranger, path],
    [rep, PLAN + encodeURIComponent('renewal:ctr_2:1/save/1')],
    [rep, PLAN + encodeURIComponent('renewal:nothing:1/save/1')],
    [rep, `${PLAN}nothing`],
  ] as const) {
    const missing = await caller.get(wanted);
    t.is(missing.status, 404, wanted);
  }
  t.is(codeOf(await world.stranger.get(path)), 'resource.not_found');
  const found = await plansOf(db, 'savePlans', async () => {
    for (const caller of [rep, of(world, 'director')]) {
      await caller.get('/v1/save-plans');
      await caller.get('/v1/save-plans?status=open');
    }
  });
  t.is(found.length, 4);
  for (const plan of found) t.regex(plan, INDEXED);
});
