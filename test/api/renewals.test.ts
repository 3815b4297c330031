import anyTest from 'ava';
import type { TestFn } from 'ava';
import { randomUUID } from 'node:crypto';
import { trusted } from 'mongoose';
import { ROUTES } from '../../api/routes/index.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Answer, Api } from './api-world.ts';
import { closeStackWorld, openStackWorld } from './stack-world.ts';
import type { StackWorld } from './stack-world.ts';

const test = anyTest as TestFn<StackWorld>;

const TEAM = ['gm', 'chen', 'wang', 'li', 'anna', 'zhao', 'sun', 'ops'];

test.before(async (t) => {
  t.timeout(3 * 60_000);
  t.context = await openStackWorld(12, TEAM);
});
test.after.always(async (t) => closeStackWorld(t.context));

interface Item {
  readonly id: string;
  readonly ownerId: string;
  readonly phase: string;
}

function items(answer: Answer): readonly Item[] {
  return (answer.body as { items: readonly Item[] }).items;
}

function code(answer: Answer): unknown {
  return (answer.body as { code?: unknown }).code;
}

async function ownerOf(api: Api, email: string): Promise<string> {
  return (await api.context.db.people.findOne({ email }).lean())?._id ?? '';
}

test.serial(
  'a rep sees the own clients, a manager those of the team, nobody without an account anything',
  async (t) => {
    const { api } = t.context;
    const all = await api.context.db.renewals.find().lean<RenewalDoc[]>();
    const seen = async (email: string) => items(await (await api.as(email)).get('/v1/renewals'));
    const li = await ownerOf(api, 'li@example.com');
    const own = await seen('li@example.com');
    t.true(own.length > 0);
    t.deepEqual([...new Set(own.map((one) => one.ownerId))], [li]);
    t.is(own.length, all.filter((one) => one.ownerId === li).length);
    t.is((await seen('chen@example.com')).length, all.length);
    const team = await seen('wang@example.com');
    t.is(team.length, all.length);
    const refused = await api.nobody.get('/v1/renewals');
    t.is(refused.status, 401);
    t.is(code(refused), 'access.unauthenticated');
  },
);

test.serial('a colleague’s renewal is not there: the same answer as for one that never was', async (t) => {
  const { api } = t.context;
  const li = await ownerOf(api, 'li@example.com');
  const other = await api.context.db.renewals.findOne({ ownerId: trusted({ $ne: li }) }).lean<RenewalDoc>();
  const rep = await api.as('li@example.com');
  const hidden = await rep.get(`/v1/renewals/${encodeURIComponent(other?._id ?? '')}`);
  const never = await rep.get('/v1/renewals/renewal:ctr_none:1');
  t.is(hidden.status, 404);
  t.is(code(hidden), 'resource.not_found');
  t.is(never.status, 404);
  t.is(code(never), code(hidden));
  const done = await rep.post(`/v1/renewals/${encodeURIComponent(other?._id ?? '')}/risk`, { cause: 'price' });
  t.is(done.status, 404);
});

test.serial(
  'a quote with a discount: the rep issues it, may not steer, and the manager decides on the figures seen',
  async (t) => {
    const { api } = t.context;
    const rep = await api.as('li@example.com');
    const mine = items(await rep.get('/v1/renewals?phase=open'))[0];
    t.truthy(mine);
    const path = `/v1/renewals/${encodeURIComponent(mine?.id ?? '')}`;
    const key = randomUUID();
    const quote = { discountBasisPoints: 1800, reason: 'three years' };
    const issued = await rep.post(`${path}/quotes`, quote, { 'idempotency-key': key });
    t.is(issued.status, 200, JSON.stringify(issued.body));
    const again = await rep.post(`${path}/quotes`, quote, { 'idempotency-key': key });
    t.deepEqual(again.body, issued.body);
    t.is(again.headers['idempotent-replayed'], 'true');
    const otherwise = await rep.post(`${path}/quotes`, { ...quote, reason: 'else' }, { 'idempotency-key': key });
    t.is(otherwise.status, 422);
    t.is(code(otherwise), 'idempotency.mismatch');

    const shown = (await rep.get(path)).body as { quote: { revision: number; discountBasisPoints: number } };
    t.is(shown.quote.discountBasisPoints, 1800);
    t.is(shown.quote.revision, 1);
    const own = await rep.post(`${path}/approvals/discount-10-20`, { decision: 'approve', revision: 1 });
    t.true([403, 404].includes(own.status), JSON.stringify(own.body));
    const paused = await rep.post(`${path}/pause`, { reason: 'holiday' });
    t.is(paused.status, 403);
    t.is(code(paused), 'access.forbidden');

    const waiting = await api.context.db.approvals.findOne({ renewalId: mine?.id ?? '' }).lean();
    const manager = await api.as('wang@example.com');
    const decided = await manager.post(`${path}/approvals/${waiting?.rule}`, { decision: 'approve', revision: 1 });
    t.is(decided.status, 200, JSON.stringify(decided.body));
    const wrong = await manager.post(`${path}/approvals/${waiting?.rule}`, { decision: 'approve', revision: 7 });
    t.is(wrong.status, 404);
  },
);

test.serial('what may be done says who may: finance records money and quotes nothing', async (t) => {
  const { api } = t.context;
  const finance = await api.as('sun@example.com');
  const one = items(await finance.get('/v1/renewals?phase=open'))[0];
  const path = `/v1/renewals/${encodeURIComponent(one?.id ?? '')}`;
  const refused = await finance.post(`${path}/quotes`, {}, { 'accept-language': 'zh-CN' });
  t.is(refused.status, 403);
  const { title, detail } = refused.body as { title: string; detail: string };
  t.regex(title, /财务/);
  t.regex(detail, /销售代表/);
});

test.serial('history is read in order, in the caller’s language, page by page, and verifies', async (t) => {
  const { api } = t.context;
  const director = await api.as('chen@example.com');
  const one = items(await director.get('/v1/renewals?phase=open'))[0];
  const path = `/v1/renewals/${encodeURIComponent(one?.id ?? '')}/history`;
  const first = (await director.get(`${path}?limit=2`)).body as {
    items: { seq: number; text: string }[];
    next: string;
  };
  t.deepEqual(
    first.items.map(({ seq }) => seq),
    [1, 2],
  );
  const second = (await director.get(`${path}?limit=2&after=${first.next}`)).body as typeof first;
  t.is(second.items[0]?.seq, 3);
  const verified = await director.get(`${path}/verify`);
  t.like(verified.body, { ok: true, fault: null });
});

test.serial('nothing went wrong on our side meanwhile', (t) => {
  t.deepEqual(t.context.api.faults, []);
  t.true(ROUTES.length > 20);
});
