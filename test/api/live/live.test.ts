import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { mongo } from 'mongoose';
import { liveRoutes } from '../../../api/routes/live.ts';
import { liveOf, serveLive } from '../../../api/live/index.ts';
import { LIVE_DEFAULTS } from '../../../api/live/hub.ts';
import { idToPlace, placeToId } from '../../../api/live/place.ts';
import { LiveReader } from '../../../api/live/reader.ts';
import { rightsOf } from '../../../domain/access/index.ts';
import { fromMs } from '../../../domain/time/index.ts';
import type { Principal } from '../../../operations/accounts/principal.ts';
import type { Database } from '../../../schemas/connection.ts';
import { raw } from '../../../schemas/raw.ts';
import { RENEWAL_ROW } from '../../activities/outreach/outreach-world.ts';
import { freshWorld, NOW, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { CLIENT, PEOPLE } from '../../helpers/world.ts';
import { EventReader, listen, RING, tokenOf } from '../socket-world.ts';
import type { Listening } from '../socket-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

interface World {
  readonly db: Database;
  readonly api: Listening;
  readonly open: (secret: string, headers?: Readonly<Record<string, string>>) => Promise<EventReader>;
}

async function world(t: ExecutionContext<MongoContext>): Promise<World> {
  const db = await freshWorld(t);
  const api = await listen({ db }, liveRoutes);
  const readers: EventReader[] = [];
  t.teardown(async () => {
    for (const reader of readers) reader.close();
    await api.close();
  });
  const open = async (secret: string, headers = {}) => {
    const reader = await EventReader.open(api.url, secret, headers);
    readers.push(reader);
    return reader;
  };
  return { db, api, open };
}

let rows = 0;
async function addRenewal(db: Database, ownerId: string, more: object = {}): Promise<string> {
  const _id = `renewal:ctr_live_${(rows += 1)}:1`;
  await raw(db.renewals).insertOne({ ...RENEWAL_ROW, _id, contractId: `ctr_live_${rows}`, ownerId, ...more });
  return _id;
}

/** Everybody sees this one: where it comes, all before it has been told. */
async function mark(db: Database): Promise<string> {
  return addRenewal(db, 'li', { stage: 'mark' });
}

test('a renewal, a task, an approval, a mail and a job are told to whoever may see them, in order', async (t) => {
  const { db, open } = await world(t);
  const reader = await open(await tokenOf(db, 'li'));
  t.is(reader.status, 200);
  const id = await addRenewal(db, 'li');
  const common = { renewalId: id, contractId: 'c', clientId: CLIENT.id, ownerId: 'li' };
  await db.tasks.collection.insertOne({
    _id: 'task-1',
    ...common,
    kind: 'reply',
    state: 'open',
    note: 'secret',
  } as never);
  await db.tasks.collection.updateOne({ _id: 'task-1' as never }, { $set: { note: 'no news' } });
  await db.tasks.collection.updateOne({ _id: 'task-1' as never }, { $set: { state: 'done' } });
  await db.approvals.collection.insertOne({ _id: 'appr-1', ...common, status: 'waiting', people: ['wang'] } as never);
  await db.approvals.collection.updateOne({ _id: 'appr-1' as never }, { $set: { decisions: [] } });
  await db.approvals.collection.updateOne(
    { _id: 'appr-1' as never },
    { $push: { decisions: { by: 'wang' } as never } },
  );
  // A mail does not say who looks after its client.
  const mail = { _id: 'mail-1', renewalId: id, clientId: CLIENT.id, state: 'planned', template: 'x' };
  await db.sends.collection.insertOne(mail as never);
  await db.sends.collection.updateOne({ _id: 'mail-1' as never }, { $set: { state: 'sent' } });
  await db.jobs.collection.insertOne({ _id: 'job-1', by: 'li', kind: 'bulk', done: 1, total: 3 } as never);
  await db.jobs.collection.insertOne({ _id: 'job-2', by: 'wang', kind: 'bulk', done: 1 } as never);
  await db.jobs.collection.insertOne({ _id: 'job-3', by: null, kind: 'follow-up', done: 0, total: 9 } as never);
  // That its holder is still there is no news.
  await db.jobs.collection.updateOne({ _id: 'job-1' as never }, { $set: { leaseUntil: 'later' } });
  const last = await mark(db);
  const told: string[] = [];
  for (let one = await reader.next(); one !== undefined; one = await reader.next()) {
    t.notRegex(JSON.stringify(one), /secret|no news/);
    told.push(
      `${one.event} ${String(one.data['state'] ?? one.data['status'] ?? one.data['done'] ?? one.data['phase'])}`,
    );
    if (one.data['id'] === last) break;
  }
  t.deepEqual(told, [
    'renewal open',
    'task open',
    'task done',
    'approval waiting',
    'approval waiting',
    'approval waiting',
    'mail planned',
    'mail sent',
    'job 1',
    'renewal open',
  ]);
});

test('nobody is told of a colleague’s clients, their tasks and mails; a manager is', async (t) => {
  const { db, open } = await world(t);
  const [rep, manager] = [await open(await tokenOf(db, 'li')), await open(await tokenOf(db, 'wang'))];
  const other = await addRenewal(db, 'wang');
  await db.clients.collection.insertOne({ _id: 'cli_w', ownerId: 'wang', name: 'w', nameKey: 'w' } as never);
  await db.sends.collection.insertOne({ _id: 'mail-w', clientId: 'cli_w', state: 'planned' } as never);
  await db.tasks.collection.insertOne({
    _id: 'task-w',
    ownerId: 'wang',
    state: 'open',
    assignee: { kind: 'person', id: 'wang' },
  } as never);
  const last = await mark(db);
  t.is((await rep.next())?.data['id'], last);
  const seen = [await manager.next(), await manager.next(), await manager.next()].map((one) => one?.data['id']);
  t.deepEqual(seen, [other, 'mail-w', 'task-w']);
});

test('nobody without an account gets a stream, and nobody more than a few', async (t) => {
  const { db, open } = await world(t);
  t.is((await open('prn_nobody_nobody_nobody_nobody')).status, 401);
  const secret = await tokenOf(db, 'li');
  const opened: EventReader[] = [];
  for (let i = 0; i < LIVE_DEFAULTS.streamsPerPerson; i += 1) opened.push(await open(secret));
  t.deepEqual([...new Set(opened.map(({ status }) => status))], [200]);
  t.is((await open(secret)).status, 429);
  t.is((await open(await tokenOf(db, 'wang'))).status, 200, 'others have their own');
});

test('a stream that broke goes on after the last event, without a gap and without a doublet', async (t) => {
  const { db, open } = await world(t);
  const secret = await tokenOf(db, 'li');
  const first = await open(secret);
  const a = await addRenewal(db, 'li');
  t.is((await first.next())?.data['id'], a);
  const { lastId } = first;
  first.close();
  await first.rest();
  const missed = [await addRenewal(db, 'li'), await addRenewal(db, 'wang'), await addRenewal(db, 'li')];
  const second = await open(secret, { 'last-event-id': lastId });
  const later = await addRenewal(db, 'li');
  const told = [await second.next(), await second.next(), await second.next()].map((one) => one?.data['id']);
  t.deepEqual(told, [missed[0], missed[2], later]);
});

test('a quiet stream tells where it stands, so that it goes on from there', async (t) => {
  const { db, open } = await world(t);
  const secret = await tokenOf(db, 'li');
  const first = await open(secret);
  const id = await first.placed();
  t.truthy(id);
  first.close();
  const missed = await addRenewal(db, 'li');
  const second = await open(secret, { 'last-event-id': id });
  t.is((await second.next())?.data['id'], missed);
});

for (const [what, forge] of [
  ['of long ago', (place: string) => placeToId(RING, `8200000001${place.slice(10)}`)],
  ['that is no place', () => placeToId(RING, '82FF')],
  ['that was not given out here', () => 'k1~' + 'A'.repeat(80)],
  ['of a key that is gone', (place: string) => placeToId(RING, place).replace('k1~', 'k9~')],
  ['that is anything', () => 'hello'],
] as const) {
  test(`an id ${what} means: read the pages anew; the stream goes on from now`, async (t) => {
    const { db, open } = await world(t);
    const secret = await tokenOf(db, 'li');
    const known = idToPlace(RING, await (await open(secret)).placed()) ?? '';
    const reader = await open(secret, { 'last-event-id': forge(known) });
    t.like(await reader.next(), { event: 'reset', id: '' });
    const id = await addRenewal(db, 'li');
    t.is((await reader.next())?.data['id'], id);
  });
}

test('an id says nothing of the records it stands for', async (t) => {
  const { db, open } = await world(t);
  const reader = await open(await tokenOf(db, 'li'));
  await addRenewal(db, 'wang');
  await mark(db);
  const id = (await reader.next())?.id ?? '';
  const place = idToPlace(RING, id) ?? '';
  t.true(Buffer.from(place, 'hex').includes('renewal:'), 'the place does');
  t.false(Buffer.from(id.slice(3), 'base64url').includes('renewal:'));
  t.is(idToPlace(RING, `${id.slice(0, -2)}AA`), undefined);
});

/** What takes somebody's rights away, while a stream is open. */
const TAKEN: readonly (readonly [string, (db: Database) => Promise<unknown>])[] = [
  ['the token is revoked', (db) => db.tokens.updateMany({ personId: 'li' }, { $set: { revokedAt: NOW } })],
  ['the token runs out', (db) => db.tokens.updateMany({ personId: 'li' }, { $set: { expiresAt: fromMs(Date.now()) } })],
  ['the account is disabled', (db) => db.accounts.updateOne({ _id: 'li' }, { $set: { disabledAt: NOW } })],
  ['the person leaves', (db) => db.people.updateOne({ _id: 'li' }, { $set: { active: false } })],
];
for (const [what, take] of TAKEN) {
  test(`within five seconds after ${what} the stream ends`, async (t) => {
    const { db, open } = await world(t);
    const secret = await tokenOf(db, 'li');
    const reader = await open(secret);
    await reader.placed();
    const began = performance.now();
    await take(db);
    t.deepEqual(await reader.rest(), []);
    t.true(performance.now() - began < 5000, `${performance.now() - began} ms`);
    t.is((await open(secret)).status, 401);
  });
}

test('a right that is taken away is gone within five seconds, and the stream goes on with those that are left', async (t) => {
  const { db, api, open } = await world(t);
  const reader = await open(await tokenOf(db, 'wang'));
  await reader.placed();
  const theirs = await addRenewal(db, 'li');
  t.is((await reader.next())?.data['id'], theirs);
  const began = performance.now();
  await db.people.updateOne({ _id: 'li' }, { $set: { manager: 'chen' } });
  // Told of what she still sees; of Li's clients until the change has reached the stream, and no longer.
  let sawLi = began;
  for (;;) {
    await addRenewal(db, 'li');
    const own = await addRenewal(db, 'wang');
    const told: unknown[] = [];
    while (told.at(-1) !== own) told.push((await reader.next())?.data['id']);
    if (told.length === 1) break;
    sawLi = performance.now();
    if (sawLi - began > 5000) break;
  }
  t.true(sawLi - began < 5000, `${sawLi - began} ms`);
  t.is(liveOf(api.deps).open, 1);
});

test('while nobody can say what the reader may see, the stream ends', async (t) => {
  const { db, api } = await world(t);
  const find = db.tokens.findOne.bind(db.tokens);
  const secret = await tokenOf(db, 'li');
  const reader = await EventReader.open(api.url, secret);
  await reader.placed();
  const began = performance.now();
  (db.tokens as { findOne: unknown }).findOne = () => {
    throw new Error('away');
  };
  t.teardown(() => void ((db.tokens as { findOne: unknown }).findOne = find));
  await reader.rest();
  // Last vouched for just before it was away, believed for four seconds, looked at every two.
  t.true(performance.now() - began < 8000);
});

const PRINCIPAL: Principal = {
  person: PEOPLE['li'] as Principal['person'],
  roles: ['sales-rep'],
  rights: rightsOf({ personId: 'li', roles: ['sales-rep'], owners: [] }),
  standsFor: [],
  by: { kind: 'token', id: 'tok_1' },
  scopes: null,
};

test('whoever reads too slowly loses what waits, is told so, and the stream ends', async (t) => {
  const reader = new LiveReader(PRINCIPAL, { ...LIVE_DEFAULTS, waiting: 50 }, (place) => place);
  const event = (place: string) => ({
    place,
    type: 'renewal' as const,
    data: { id: 'x'.repeat(2000) },
    record: { ownerId: 'li' },
  });
  for (let i = 0; i < 500; i += 1) reader.tell(event(String(i)));
  const chunks: string[] = [];
  for await (const chunk of reader) chunks.push(String(chunk));
  const text = chunks.join('');
  t.true(text.length < 200_000, `${text.length} characters were kept`);
  t.true(text.endsWith('id: \nevent: reset\ndata: {"reason":"slow"}\n\n'), text.slice(-200));
});

test('a page that stops reading is dropped with a reset, and costs others nothing', async (t) => {
  const { db, api, open } = await world(t);
  const secret = await tokenOf(db, 'li');
  const [slow, quick] = [await open(secret), await open(secret)];
  await slow.placed();
  await quick.placed();
  slow.pause();
  // Larger than any buffer of a socket.
  const stage = 'x'.repeat(400_000);
  let told = 0;
  while (liveOf(api.deps).open === 2 || told < 20) {
    const id = await addRenewal(db, 'li', { stage });
    t.is((await quick.next())?.data['id'], id);
    told += 1;
    if (told === 60) break;
  }
  slow.resume();
  const rest = await slow.rest();
  t.true(rest.length < told, `${rest.length} of ${told}`);
  t.is(rest.at(-1)?.event, 'reset');
});

test('a stop ends all streams, and none is left', async (t) => {
  const db = await freshWorld(t);
  const api = await listen({ db }, liveRoutes);
  const secret = await tokenOf(db, 'li');
  const readers = await Promise.all([1, 2, 3].map(() => EventReader.open(api.url, secret)));
  await Promise.all(readers.map((reader) => reader.placed()));
  const hub = liveOf(api.deps);
  await api.close();
  for (const reader of readers) t.deepEqual(await reader.rest(), []);
  t.is(hub.open, 0);
  t.deepEqual(api.faults, []);
});

test('streams of one process share one watch on the database', async (t) => {
  const { db, open } = await world(t);
  const before = await cursors(db);
  const secret = await tokenOf(db, 'li');
  for (let i = 0; i < 5; i += 1) await (await open(secret)).placed();
  t.is((await cursors(db)) - before, 1);
  t.is(typeof serveLive, 'function');
});

async function cursors(db: Database): Promise<number> {
  const admin = db.connection.getClient().db('admin', { readConcern: new mongo.ReadConcern('local') });
  const all = { $currentOp: { allUsers: true, idleCursors: true } };
  const ops = await admin.aggregate<{ ns?: string; cursor?: { originatingCommand?: unknown } }>([all]).toArray();
  const watching = (op: { cursor?: { originatingCommand?: unknown } }) =>
    JSON.stringify(op.cursor?.originatingCommand ?? '').includes('$changeStream');
  return ops.filter((op) => op.ns?.startsWith(`${db.connection.name}.`) && watching(op)).length;
}
