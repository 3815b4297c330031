import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { Webhook } from 'standardwebhooks';
import { startOutbox } from '../../operations/outside/outbox.ts';
import { cardMaker } from '../../api/outgoing-card.ts';
import { createPerform } from '../../activities/perform/perform.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { decision, factEntry, freshWorld, witness, withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { eventually } from '../helpers/eventually.ts';
import { keyRing } from '../operations/events/inbox-world.ts';
import { openSink, OWN_MACHINE } from '../operations/outside/outside-world.ts';
import { giveAccounts, openApi, PUBLIC_URL } from './api-world.ts';
import type { Answer, Api, Caller } from './api-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

interface World extends Api {
  readonly ops: Caller;
  readonly woken: { count: number };
}

async function open(t: ExecutionContext<MongoContext>): Promise<World> {
  const db = await freshWorld(t);
  await giveAccounts({ db }, ['ops@example.com', 'li@example.com']);
  const { dataDir } = t.context.mongo;
  const context = {
    db,
    dataDir,
    env: {},
    keyRing: keyRing(),
    config: { temporal: {} },
  } as unknown as OperationsContext;
  const woken = { count: 0 };
  const api = await openApi(context, { outside: OWN_MACHINE }, { onOutgoing: () => void (woken.count += 1) });
  t.teardown(() => api.close());
  return { ...api, ops: await api.as('ops@example.com'), woken };
}

const WISH = { name: 'CRM', kind: 'webhook', url: 'http://127.0.0.1:9/in?token=abc' };
const code = (answer: Answer) => (answer.body as { code?: unknown } | undefined)?.code;

async function made(world: World, wish: object = WISH): Promise<{ id: string; secret: string | null }> {
  const answer = await world.ops.post('/v1/channels', wish);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  const { channel, secret } = answer.body as { channel: { id: string }; secret: string | null };
  return { id: channel.id, secret };
}

test('a secret is told once, and neither it nor the whole address is shown or stored in the clear', async (t) => {
  const world = await open(t);
  const { id, secret } = await made(world);
  t.regex(secret ?? '', /^whsec_[A-Za-z0-9+/]{43}=$/);
  const read = await world.ops.get(`/v1/channels/${id}`);
  t.like(read.body, { url: 'http://127.0.0.1:9/in?…', types: null, disabledAt: null });
  const rotated = await world.ops.post(`/v1/channels/${id}/secrets`, {});
  t.is(rotated.status, 201);
  t.is(
    (await world.ops.get(`/v1/channels/${id}`)).body &&
      (rotated.body as { channel: { secrets: unknown[] } }).channel.secrets.length,
    2,
  );
  const seen = JSON.stringify([
    (await world.ops.get('/v1/channels')).body,
    await world.context.db.channels.find().lean(),
  ]);
  for (const hidden of [secret?.slice(6) ?? '?', 'token=abc', 'whsec_']) t.false(seen.includes(hidden), hidden);
  const chat = await made(world, { ...WISH, kind: 'slack' });
  t.is(chat.secret, null);
  t.like((await world.ops.get(`/v1/channels/${chat.id}`)).body, { url: 'http://127.0.0.1:9/…' });
  t.deepEqual(world.faults, []);
});

test('B067: an address of an inner network is refused by name, at making and at changing', async (t) => {
  const world = await open(t);
  const { id } = await made(world);
  const bad = [
    'http://169.254.169.254/',
    'http://[::ffff:10.0.0.1]/',
    'https://167772161/',
    'https://0xa.1/',
    'https://a@10.0.0.1/',
    'file:///etc/passwd',
    'gopher://x/',
    'https://hooks.example.com:25/',
    'https://hooks.example.com:27017/',
    'https://metadata.google.internal',
    'https://localhost./',
  ];
  for (const url of bad) {
    const answer = await world.ops.post('/v1/channels', { ...WISH, url });
    t.is(answer.status, 422, url);
    t.is(code(answer), 'url.forbidden', url);
    const changed = await world.ops.send('PATCH', `/v1/channels/${id}`, { url }, { 'if-match': '*' });
    t.is(code(changed), 'url.forbidden', url);
  }
  const chat = await world.ops.post('/v1/channels', { ...WISH, kind: 'feishu', url: 'https://8.8.8.8/' });
  t.is(code(chat), 'channel.host');
  t.is(code(await world.ops.post('/v1/channels', { ...WISH, secret: 'a-secret-of-one' })), 'channel.secret');
  t.is(await world.context.db.channels.countDocuments(), 1);
});

test('only operations and administrators have channels', async (t) => {
  const world = await open(t);
  const { id } = await made(world);
  const rep = await world.as('li@example.com');
  for (const path of ['/v1/channels', `/v1/channels/${id}`, `/v1/channels/${id}/deliveries`]) {
    t.is((await rep.get(path)).status, 403, path);
  }
  t.is((await rep.post('/v1/channels', WISH)).status, 403);
  t.is((await rep.post(`/v1/channels/${id}/test`)).status, 403);
  const unknown = await world.ops.get('/v1/channels/chn_none/deliveries');
  t.is(unknown.status, 404);
  const names = await world.context.db.audit.distinct('name');
  t.true(names.includes('channel made'));
});

test('a fact goes out signed to a real server and as a card to a chat group, and can be sent again', async (t) => {
  const world = await open(t);
  const { db } = world.context;
  const sink = await openSink(t);
  const group = await openSink(t);
  group.answer = (_taken, response) => void response.writeHead(200).end('{"errcode":0,"errmsg":"ok"}');
  const { id, secret } = await made(world, { ...WISH, url: sink.url });
  await made(world, { name: '续费群', kind: 'wecom', url: group.url, locale: 'zh-CN', types: ['quote.accepted'] });
  const faults: unknown[] = [];
  const outbox = startOutbox(world.context, {
    now: world.clock.now,
    allowance: OWN_MACHINE,
    cardOf: cardMaker(db, PUBLIC_URL),
    onFault: (error) => faults.push(error),
  });
  t.teardown(() => outbox.stop());
  const perform = createPerform(witness(db).deps);
  await perform(decision({ log: [factEntry('quote accepted', { note: 'secret words' })] }));
  await eventually('both have it', () => sink.taken.length === 1 && group.taken.length === 1);
  const [webhook] = sink.taken;
  const headers = webhook?.headers as Record<string, string>;
  t.like(new Webhook(secret ?? '').verify(webhook?.body ?? '', headers), { type: 'quote.accepted' });
  t.false(webhook?.body.includes('secret words'));
  t.regex(group.taken[0]?.body ?? '', /客户已接受报价.*C-1.*\/renewals\/renewal%3A/);
  const list = () => world.ops.get(`/v1/channels/${id}/deliveries`);
  const first = await eventually('it is noted', async () => {
    const { items } = (await list()).body as { items: { id: string; state: string; tries: { status: number }[] }[] };
    return items[0]?.state === 'delivered' && items[0];
  });
  t.is(first.tries[0]?.status, 204);
  const path = `/v1/channels/${id}/deliveries/${first.id}`;
  t.is((await world.ops.post(`${path}/replay`)).status, 202);
  outbox.wake();
  await eventually('it has it again', () => sink.taken.length === 2);
  t.is(sink.taken[1]?.headers['webhook-id'], headers['webhook-id']);
  await eventually(
    'that is noted',
    async () => ((await world.ops.get(path)).body as { doneAt: unknown }).doneAt !== null,
  );
  t.like((await world.ops.get(path)).body, { state: 'delivered', replays: 1 });
  sink.answer = (_taken, response) =>
    void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end('x'.repeat(5000));
  const tried = (await world.ops.post(`/v1/channels/${id}/test`)).body as { id: string };
  t.true(world.woken.count >= 2);
  outbox.wake();
  const failed = await eventually('the test is over', async () => {
    const delivery = (await world.ops.get(`/v1/channels/${id}/deliveries/${tried.id}`)).body as {
      state: string;
      tries: { status: number; answer: string }[];
    };
    return delivery.state === 'dead' && delivery;
  });
  t.is(failed.tries[0]?.status, 302);
  t.is(failed.tries[0]?.answer.length, 1024);
  t.like((await world.ops.get(`/v1/channels/${id}/traffic`)).body, { failures: 0, dead: 1, waiting: 0 });
  const off = await world.ops.send('PATCH', `/v1/channels/${id}`, { disabled: true }, { 'if-match': '*' });
  t.like(off.body, { disabledBecause: 'person' });
  t.is(code(await world.ops.post(`${path}/replay`)), 'channel.off');
  t.is((await world.ops.send('DELETE', `/v1/channels/${id}`)).status, 204);
  t.is(await db.deliveries.countDocuments({ channel: id }), 0);
  t.deepEqual([...world.faults, ...faults], []);
});
