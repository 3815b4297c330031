import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { trusted } from 'mongoose';
import { createPerform } from '../../../activities/perform/perform.ts';
import { addMs } from '../../../domain/time/index.ts';
import type { Instant } from '../../../domain/time/index.ts';
import { changeChannel, createChannel, rotateChannelSecret } from '../../../operations/outside/channels.ts';
import type { ChannelContext, ChannelWish } from '../../../operations/outside/channels.ts';
import { deliverDue } from '../../../operations/outside/deliver.ts';
import type { DeliverContext } from '../../../operations/outside/deliver.ts';
import { replayDelivery, testChannel } from '../../../operations/outside/deliveries.ts';
import { OutboxReader } from '../../../operations/outside/reader.ts';
import type { Reply } from '../../../operations/outside/sender.ts';
import type { DeliveryDoc } from '../../../schemas/channel.ts';
import type { Database } from '../../../schemas/connection.ts';
import { RENEWAL_ROW } from '../../activities/outreach/outreach-world.ts';
import { decision, factEntry, freshWorld, NOW, witness, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { RENEWAL } from '../../helpers/world.ts';
import { keyRing } from '../events/inbox-world.ts';
import { OWN_MACHINE } from './outside-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const HOUR = 3_600_000;

interface World {
  readonly db: Database;
  readonly clock: { now: Instant };
  readonly channels: ChannelContext;
  readonly reader: OutboxReader;
  readonly faults: unknown[];
  /** What arrived, and how it is answered. */
  readonly sent: { id: string; body: Readonly<Record<string, unknown>>; signatures: number; url: string }[];
  answer: (id: string) => Reply;
  readonly context: DeliverContext;
  /** A fact in the books of the renewal. */
  happens(name: string, id: string): Promise<void>;
  /** Reads until nothing new comes. */
  read(): Promise<void>;
  send(): Promise<void>;
  deliveries(): Promise<readonly DeliveryDoc[]>;
}

const ok = (): Reply => ({ answered: true, status: 200, body: 'thanks', retryAfterMs: null });
const status = (code: number): Reply => ({ answered: true, status: code, body: 'no', retryAfterMs: null });

async function open(t: ExecutionContext<MongoContext>): Promise<World> {
  const db = await freshWorld(t);
  const { _id, ...row } = RENEWAL_ROW;
  await db.renewals.updateOne({ _id }, { $set: row }, { upsert: true });
  const clock = { now: NOW };
  const ring = keyRing();
  const faults: unknown[] = [];
  const now = () => clock.now;
  const perform = createPerform(witness(db).deps);
  const reader = new OutboxReader(db, { now, holder: 'here', waitMs: 10, onFault: (error) => faults.push(error) });
  t.teardown(() => reader.close());
  const world: World = {
    db,
    clock,
    faults,
    reader,
    channels: { db, keyRing: ring, allowance: OWN_MACHINE },
    sent: [],
    answer: ok,
    context: {
      db,
      keyRing: ring,
      now,
      chance: () => 0,
      holder: 'here',
      onFault: (error) => faults.push(error),
      cardOf: async () => ({ title: 'a', lines: [], link: { label: 'b', url: 'https://c' }, urgent: false }),
      post: async ({ headers, body, url }) => {
        const id = headers['webhook-id'] ?? '';
        const signatures = (headers['webhook-signature'] ?? '').split(' ').length;
        world.sent.push({ id, body: JSON.parse(body) as World['sent'][number]['body'], signatures, url });
        return world.answer(id);
      },
    },
    happens: (name, id) => perform(decision({ log: [factEntry(name, {}, id, clock.now)], now: clock.now })),
    read: async () => {
      while ((await reader.look()) ?? 0);
    },
    send: async () => {
      while ((await deliverDue(world.context)) > 0);
    },
    deliveries: () => db.deliveries.find().sort({ sequence: 1, _id: 1 }).lean<DeliveryDoc[]>(),
  };
  return world;
}

const wish = (more: Partial<ChannelWish> = {}): ChannelWish => ({
  name: 'CRM',
  kind: 'webhook',
  url: 'http://127.0.0.1:9/in',
  locale: 'en',
  ...more,
});

async function webhook(world: World, more: Partial<ChannelWish> = {}) {
  return (await createChannel(world.channels, wish(more), 'ops', world.clock.now)).channel;
}

test('what happens after a channel was made goes out in order, once, whoever reads it again', async (t) => {
  const world = await open(t);
  await world.happens('quote issued', 'before');
  await webhook(world);
  // Nobody reads yet: nothing is lost.
  await world.happens('quote accepted', 'f1');
  await world.happens('reply received', 'of no interest');
  await world.happens('invoice issued', 'f2');
  await world.read();
  const [place] = await world.db.settings.find({ _id: 'outbox place' }).lean();
  await world.happens('payment received', 'f3');
  await world.read();
  await world.send();
  const types = () => world.sent.map(({ body }) => body['type']);
  t.deepEqual(types(), ['quote.accepted', 'invoice.issued', 'payment.received']);
  t.like(world.sent[0]?.body, { version: 1, timestamp: NOW, data: { renewalId: RENEWAL, term: 1, sequence: 2 } });
  // The process died before it had noted how far it was.
  await world.reader.close();
  await world.db.settings.replaceOne({ _id: 'outbox place' }, place);
  await world.read();
  await world.send();
  t.is(types().length, 3);
  t.deepEqual(world.faults, []);
});

test('each channel gets the types it asks for, under the same id of the event', async (t) => {
  const world = await open(t);
  await webhook(world, { url: 'http://127.0.0.1:9/all' });
  await webhook(world, { url: 'http://127.0.0.1:9/some', types: ['payment.received'] });
  await world.happens('invoice issued', 'f1');
  await world.happens('payment received', 'f2');
  await world.read();
  await world.send();
  const at = (path: string) => world.sent.filter(({ url }) => url.endsWith(path));
  t.is(at('/all').length, 2);
  t.is(at('/some').length, 1);
  t.is(at('/some')[0]?.id, at('/all')[1]?.id);
});

test('a fact that fails is tried ten times over 75 hours, and later ones of its renewal wait for it', async (t) => {
  const world = await open(t);
  await webhook(world);
  await world.happens('invoice issued', 'f1');
  await world.happens('payment received', 'f2');
  await world.read();
  world.answer = () => status(500);
  await world.send();
  t.is(world.sent.length, 1);
  world.clock.now = addMs(NOW, 4999);
  await world.send();
  t.is(world.sent.length, 1);
  world.clock.now = addMs(NOW, 5000);
  await world.send();
  t.is(world.sent.length, 2);
  const [first] = await world.deliveries();
  t.like(first, { state: 'waiting', attempts: 2 });
  t.is(first?.tries.length, 2);
  t.like(first?.tries[0], { status: 500, fault: 'status 500', answer: 'no' });
  world.answer = ok;
  world.clock.now = addMs(NOW, HOUR);
  await world.send();
  t.deepEqual(
    world.sent.map(({ body }) => body['type']),
    ['invoice.issued', 'invoice.issued', 'invoice.issued', 'payment.received'],
  );
  t.is(new Set(world.sent.slice(0, 3).map(({ id }) => id)).size, 1);
});

test('a channel through which nothing gets for 75 hours is switched off, and operations have a task', async (t) => {
  const world = await open(t);
  const { _id } = await webhook(world);
  await world.happens('invoice issued', 'f1');
  await world.read();
  world.answer = () => ({ answered: false, fault: 'no connection' });
  for (let hour = 0; hour <= 80; hour += 1) {
    world.clock.now = addMs(NOW, hour * HOUR);
    await world.happens('payment received', `p${hour}`);
    await world.read();
    await world.send();
  }
  // Thousands of facts do not each find out that nobody is there: it rests between.
  t.true(world.sent.length < 400, String(world.sent.length));
  const channel = await world.db.channels.findOne({ _id }).lean();
  t.is(channel?.disabledBecause, 'failing');
  const task = await world.db.tasks.findOne({ _id: `channel-off/${_id}` }).lean();
  t.like(task, { state: 'open', kind: 'channel off', assignee: { kind: 'role', role: 'ops' } });
  t.is(await world.db.deliveries.countDocuments({ state: 'waiting' }), 0);
  const held = await world.db.deliveries.countDocuments({ state: 'held' });
  t.true(held > 0);
  t.is((await world.db.audit.findOne({ name: 'channel switched off' }).lean())?.target?.id, _id);
  world.answer = ok;
  await changeChannel(world.channels, _id, { disabled: false }, 'ops', world.clock.now);
  await world.send();
  t.is(await world.db.deliveries.countDocuments({ state: 'held' }), 0);
  t.is(await world.db.deliveries.countDocuments({ state: 'delivered' }), held);
  t.is((await world.db.tasks.findOne({ _id: `channel-off/${_id}` }).lean())?.state, 'done');
});

test('410 switches a channel off at once; nothing is told it until it is on again', async (t) => {
  const world = await open(t);
  const { _id } = await webhook(world);
  await world.happens('invoice issued', 'f1');
  await world.read();
  world.answer = () => status(410);
  await world.send();
  t.like(await world.db.channels.findOne({ _id }).lean(), { disabledBecause: 'gone', disabledAt: NOW });
  await world.happens('payment received', 'meanwhile');
  await world.read();
  await world.send();
  t.is(world.sent.length, 1);
  // A test goes out all the same, and says how it is.
  world.answer = ok;
  const tried = await testChannel(world.db, _id, world.clock.now);
  await world.send();
  t.like(await world.db.deliveries.findOne({ _id: tried._id }).lean(), { state: 'delivered', type: 'channel.test' });
  await changeChannel(world.channels, _id, { disabled: false }, 'ops', world.clock.now);
  await world.read();
  await world.happens('quote accepted', 'after');
  await world.read();
  await world.send();
  t.deepEqual(
    world.sent.map(({ body }) => body['type']),
    ['invoice.issued', 'channel.test', 'invoice.issued', 'quote.accepted'],
  );
});

test('a fact that the other side never takes is given up after its attempts, the others go on', async (t) => {
  const world = await open(t);
  await webhook(world);
  await world.happens('invoice issued', 'poison');
  await world.read();
  const poison = (await world.deliveries())[0];
  world.answer = (id) => (id === poison?.eventId ? status(400) : ok());
  const tests = await world.db.channels.findOne().lean();
  for (let hour = 0; hour <= 84; hour += 1) {
    world.clock.now = addMs(NOW, hour * HOUR);
    await testChannel(world.db, tests?._id ?? '', world.clock.now);
    await world.send();
    await world.send();
  }
  const [given] = await world.db.deliveries.find({ _id: poison?._id ?? '' }).lean<DeliveryDoc[]>();
  t.like(given, { state: 'dead', attempts: 10, nextAt: null });
  t.is(tests?.disabledAt, null);
  world.answer = ok;
  const { _id: channel = '' } = tests ?? {};
  await replayDelivery(world.db, channel, poison?._id ?? '', world.clock.now);
  await t.throwsAsync(replayDelivery(world.db, channel, poison?._id ?? '', world.clock.now), {
    message: /delivery.state/,
  });
  await world.send();
  t.like(await world.db.deliveries.findOne({ _id: poison?._id ?? '' }).lean(), { state: 'delivered', replays: 1 });
  t.is(world.sent.at(-1)?.id, poison?.eventId);
});

test('while a secret changes, deliveries are signed with both for a day', async (t) => {
  const world = await open(t);
  const { _id } = await webhook(world);
  const { secret } = await rotateChannelSecret(world.channels, _id, undefined, world.clock.now);
  t.regex(secret ?? '', /^whsec_/);
  const signatures = async (hours: number) => {
    world.clock.now = addMs(NOW, hours * HOUR);
    await testChannel(world.db, _id, world.clock.now);
    await world.send();
    return world.sent.at(-1)?.signatures;
  };
  t.is(await signatures(1), 2);
  t.is(await signatures(25), 1);
  const stored = JSON.stringify(await world.db.channels.find().lean());
  t.false(stored.includes(secret?.slice(6) ?? '?'));
  t.false(stored.includes('whsec_'));
});

test('a chat group gets one message at a time, and one that has its limit is left in peace', async (t) => {
  const world = await open(t);
  await webhook(world, { kind: 'dingtalk', secret: 'SECabcdefgh', types: ['invoice.issued', 'payment.received'] });
  await world.happens('invoice issued', 'f1');
  await world.happens('payment received', 'f2');
  await world.read();
  world.answer = () => ({ answered: true, status: 200, body: '{"errcode":130101}', retryAfterMs: null });
  await world.send();
  world.clock.now = addMs(NOW, HOUR / 12);
  await world.send();
  t.is(world.sent.length, 1);
  t.is((await world.deliveries())[0]?.attempts, 0);
  world.answer = () => ({ answered: true, status: 200, body: '{"errcode":0}', retryAfterMs: null });
  world.clock.now = addMs(NOW, HOUR / 6);
  await world.send();
  t.is(world.sent.length, 2);
  world.clock.now = addMs(world.clock.now, 3100);
  await world.send();
  t.is(world.sent.length, 3);
  t.regex(world.sent[2]?.url ?? '', /[?&]sign=/);
});

test('where the log does not reach back to the place, what was missed is found in the histories', async (t) => {
  const world = await open(t);
  const begun = world.clock.now;
  world.clock.now = addMs(begun, -1);
  await world.happens('quote issued', 'before');
  world.clock.now = begun;
  await webhook(world);
  await world.read();
  await world.reader.close();
  await world.happens('invoice issued', 'missed');
  // A place of another database, which this one cannot find.
  const token = '82000000010000000129295A1004';
  await world.db.settings.updateOne({ _id: 'outbox place' }, { $set: { value: { token, at: begun } } });
  await world.read();
  t.is(world.faults.length, 1);
  await world.happens('payment received', 'next');
  await world.read();
  await world.send();
  t.deepEqual(
    world.sent.map(({ body }) => body['type']),
    ['invoice.issued', 'payment.received'],
  );
});

test('one process reads at a time, and another goes on when it is gone', async (t) => {
  const world = await open(t);
  await webhook(world);
  await world.read();
  const other = new OutboxReader(world.db, {
    now: () => world.clock.now,
    holder: 'there',
    waitMs: 10,
    onFault: (error) => t.fail(String(error)),
  });
  t.teardown(() => other.close());
  t.is(await other.look(), undefined);
  await world.happens('invoice issued', 'f1');
  await world.reader.close();
  t.is(await other.look(), 1);
  t.is(await world.db.deliveries.countDocuments({ nextAt: trusted({ $type: 'string' }) }), 1);
});
