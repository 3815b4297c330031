import anyTest from 'ava';
import type { TestFn } from 'ava';
import { addMs } from '../../../domain/time/index.ts';
import { EVENT_TYPES } from '../../../domain/events/index.ts';
import { NOW, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { Caller } from '../api-world.ts';
import type { Answer } from '../api-world.ts';
import { openEventsApi } from './events-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const EVENT = {
  id: 'e-1',
  type: 'payment.received',
  occurredAt: addMs(NOW, -3_600_000),
  subject: { contractNumber: 'C-1' },
  data: { amount: { minor: 100, currency: 'CNY' }, receivedOn: '2027-02-01' },
};

function code(answer: Answer): unknown {
  return (answer.body as { code?: unknown }).code;
}

interface Result {
  readonly id: string;
  readonly result: string;
  readonly errors: readonly { code: string; field?: string }[];
}
const results = (answer: Answer) => (answer.body as { items: Result[] }).items;

test.serial('each event is answered by itself: accepted, doubled, or wrong with the path of every fault', async (t) => {
  const api = await openEventsApi(t, NOW);
  const events = [
    EVENT,
    EVENT,
    { ...EVENT, id: 'e-2', data: { amount: { minor: '100', currency: 'CNY' }, receivedOn: '2027-02-30', extra: 1 } },
    { ...EVENT, id: 'e-3', type: 'payment.recieved' },
    { ...EVENT, id: 'e-4', subject: { contractNumber: 'C-1', clientId: 'cli_1' } },
    { ...EVENT, id: 'e-5', subject: {} },
    { ...EVENT, id: 'e-6', occurredAt: addMs(NOW, 6 * 60_000) },
    { ...EVENT, id: 'e-7', tenantId: 'x' },
    { ...EVENT, id: 'e-8', subject: { contractNumber: { $ne: null } } },
    'e-9',
    null,
  ];
  const answer = await api.ops.post('/v1/events', { source: 'erp', events });
  t.is(answer.status, 202, JSON.stringify(answer.body));
  t.like(answer.body, { accepted: 1, duplicates: 1, invalid: 9 });
  const told = results(answer);
  t.deepEqual(
    told.map(({ result }) => result),
    ['accepted', 'duplicate', ...Array.from({ length: 9 }, () => 'invalid')],
  );
  const faults = told.map(({ errors }) => errors.map((one) => `${one.code} ${one.field ?? ''}`));
  t.deepEqual(faults[2]?.toSorted(), [
    'date.invalid data.receivedOn',
    'field.type data.amount.minor',
    'field.unknown data.extra',
  ]);
  t.deepEqual(faults[3], ['choice.unknown type']);
  t.deepEqual(faults.slice(4, 8), [
    ['event.subject subject'],
    ['event.subject subject'],
    ['event.future occurredAt'],
    ['field.unknown tenantId'],
  ]);
  t.deepEqual(faults[8], ['field.type subject.contractNumber']);
  t.deepEqual([faults[9], faults[10]], [['body.type '], ['body.type ']]);
  t.is(await api.context.db.inbox.countDocuments(), 1);
  const again = await api.ops.post('/v1/events', { source: 'erp', events: [EVENT] });
  t.like(again.body, { accepted: 0, duplicates: 1 });
  const elsewhere = await api.ops.post('/v1/events', { source: 'bank', events: [EVENT] });
  t.like(elsewhere.body, { accepted: 1, duplicates: 0 });
  t.is(api.woken.count, 2);
});

test.serial('at most 500 at once, and nobody speaks in the name of a source that signs', async (t) => {
  const api = await openEventsApi(t, NOW);
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ ...EVENT, id: `e-${i}` }));
  t.like((await api.ops.post('/v1/events', { events: many(500) })).body, { accepted: 500 });
  t.is(code(await api.ops.post('/v1/events', { events: many(501) })), 'field.range');
  t.is(code(await api.ops.post('/v1/events', { events: [] })), 'field.range');
  t.is((await api.ops.post('/v1/events', { source: 'src_abc', events: [EVENT] })).status, 422);
  t.is(code(await api.ops.post('/v1/events', { event: EVENT })), 'field.absent');
});

test.serial('a token for events sends them and does nothing else; a rep has no right to', async (t) => {
  const api = await openEventsApi(t, NOW);
  const token = async (scopes: readonly string[]) => {
    const made = await api.ops.post('/v1/tokens', { name: scopes.join(), scopes, expiresAt: null });
    const { secret } = made.body as { secret: string };
    return new Caller(api.app, { authorization: `Bearer ${secret}` });
  };
  const sender = await token(['events']);
  t.is((await sender.post('/v1/events', { events: [EVENT] })).status, 202);
  t.is(code(await sender.get('/v1/events')), 'access.scope');
  t.is(
    code(await sender.post('/v1/sources', { name: 'x', verification: 'token', mapping: 'generic' })),
    'access.scope',
  );
  const reader = await token(['read']);
  t.is(code(await reader.post('/v1/events', { events: [EVENT] })), 'access.scope');
  t.is((await reader.get('/v1/events')).status, 200);
  const rep = await api.as('li@example.com');
  t.is(code(await rep.post('/v1/events', { events: [EVENT] })), 'access.forbidden');
  t.is(code(await rep.get('/v1/sources')), 'access.forbidden');
  t.is((await api.nobody.get('/v1/events')).status, 401);
});

test.serial(
  'what came in is listed page by page, by state and contract, and is retried and discarded by hand',
  async (t) => {
    const api = await openEventsApi(t, NOW);
    const { db } = api.context;
    await api.ops.post('/v1/events', {
      events: [1, 2, 3].map((n) => ({ ...EVENT, id: `e-${n}`, subject: { contractId: 'ctr_1' } })),
    });
    await api.ops.post('/v1/events', { events: [{ ...EVENT, id: 'x', subject: { clientId: 'cli_9' } }] });
    const problem = { code: 'event.contract_unknown', params: { found: 'C-1' }, severity: 'error' };
    await db.inbox.updateOne({ eventId: 'e-1' }, { $set: { state: 'dead', nextAt: null, problem } });
    await db.inbox.updateOne({ eventId: 'e-2' }, { $set: { state: 'told', nextAt: null } });
    const first = (await api.ops.get('/v1/events?limit=3')).body as { items: { eventId: string }[]; next: string };
    const second = (await api.ops.get(`/v1/events?limit=3&after=${first.next}`)).body as typeof first;
    t.deepEqual([...first.items, ...second.items].map(({ eventId }) => eventId).toSorted(), ['e-1', 'e-2', 'e-3', 'x']);
    t.is(((await api.ops.get('/v1/events?contractId=ctr_1')).body as typeof first).items.length, 3);
    const dead = (await api.ops.get('/v1/events?state=dead', { 'accept-language': 'zh-CN' })).body as {
      items: { id: string; problem: { what: string } }[];
    };
    t.is(dead.items.length, 1);
    t.regex(dead.items[0]?.problem.what ?? '', /尚无合同“C-1”/);
    const id = dead.items[0]?.id ?? '';
    t.like((await api.ops.post(`/v1/events/${id}/retry`)).body, {
      state: 'received',
      problem: null,
      nextAt: NOW,
      attempts: 0,
    });
    t.like((await api.ops.post(`/v1/events/${id}/discard`)).body, {
      state: 'ignored',
      problem: { code: 'event.discarded' },
    });
    const told = await db.inbox.findOne({ eventId: 'e-2' }).lean();
    const refused = await api.ops.post(`/v1/events/${told?._id}/retry`);
    t.is(refused.status, 409);
    t.is(code(refused), 'event.state');
    t.is((await api.ops.get('/v1/events/evt_none')).status, 404);
  },
);

test.serial('a payload is tried against a mapping without being stored; a broken mapping says where', async (t) => {
  const api = await openEventsApi(t, NOW);
  const made = await api.ops.post('/v1/sources', {
    name: 'CRM',
    verification: 'standard webhooks',
    mapping: 'generic',
  });
  const path = `/v1/sources/${(made.body as { source: { id: string } }).source.id}`;
  const tried = await api.ops.post(`${path}/try`, {
    payload: { events: [EVENT, { ...EVENT, type: 'x' }, { ...EVENT, data: {} }] },
  });
  t.is(tried.status, 200, JSON.stringify(tried.body));
  const { items } = tried.body as {
    items: { event: { type: string } | null; ignored: boolean; problems: { code: string }[] }[];
  };
  t.is(items[0]?.event?.type, 'payment.received');
  t.true(items[1]?.ignored);
  t.deepEqual(
    items[2]?.problems.map((one) => one.code),
    ['field.absent', 'field.absent'],
  );
  t.is(await api.context.db.inbox.countDocuments(), 0);
  for (const [text, wanted] of [
    ['mapping: a\nrules: [', 'mapping.text'],
    ['mapping: a\nmapping: b', 'mapping.text'],
    [
      'mapping: a\nversion: 1\nname: { en: A, zh-CN: 甲 }\nrules: [{ take: constructor.prototype(), x: 1 }]',
      'mapping.field',
    ],
    ['a: &a [x]\nb: [*a, *a]', 'mapping.text'],
  ] as const) {
    const answer = await api.ops.post(`${path}/try`, { payload: {}, mappingText: text });
    t.is(answer.status, 422, text);
    t.is(code(answer), wanted, text);
  }
  t.is(
    code(await api.ops.post('/v1/sources', { name: 'x', verification: 'token', mapping: 'nobodys' })),
    'mapping.unknown',
  );
  t.is(
    code(await api.ops.post('/v1/sources', { name: 'x', verification: 'hubspot', mapping: 'hubspot' })),
    'source.secret',
  );
  t.true(((await api.ops.get('/v1/mappings')).body as { items: unknown[] }).items.length >= 5);
});

test.serial('a link says which contract a record is about, and what waited for it is looked at again', async (t) => {
  const api = await openEventsApi(t, NOW);
  const { db } = api.context;
  const made = await api.ops.post('/v1/sources', {
    name: 'CRM',
    verification: 'standard webhooks',
    mapping: 'hubspot',
  });
  const { id } = (made.body as { source: { id: string } }).source;
  await api.ops.post('/v1/events', { source: 'x', events: [{ ...EVENT, subject: { reference: 'deal/7' } }] });
  await db.inbox.updateOne({ eventId: 'e-1' }, { $set: { source: id, state: 'parked', nextAt: addMs(NOW, 9e6) } });
  const path = `/v1/sources/${id}/links/${encodeURIComponent('deal/7')}`;
  t.is((await api.ops.send('PUT', path, { contractNumber: 'C-404' })).status, 404);
  const linked = await api.ops.send('PUT', path, { contractNumber: 'c-1' });
  t.is(linked.status, 200, JSON.stringify(linked.body));
  t.like(linked.body, { reference: 'deal/7', contractId: 'ctr_1' });
  t.is((await db.inbox.findOne({ eventId: 'e-1' }).lean())?.nextAt, NOW);
  t.like((await api.ops.get(`/v1/sources/${id}/links`)).body, { items: [{ reference: 'deal/7' }], next: null });
  t.is((await api.ops.send('DELETE', path)).status, 204);
  t.is((await api.ops.send('DELETE', path)).status, 404);
  t.is((await api.ops.send('DELETE', `/v1/sources/${id}`)).status, 204);
  t.is((await api.ops.get(`/v1/sources/${id}`)).status, 404);
});

test.serial('the list of types is closed, and says what each carries', async (t) => {
  const api = await openEventsApi(t, NOW);
  const { items } = (await api.ops.get('/v1/event-types')).body as {
    items: { type: string; data: { type: string } }[];
  };
  t.deepEqual(
    items.map(({ type }) => type),
    [...EVENT_TYPES],
  );
  t.true(items.every(({ data }) => data.type === 'object'));
  t.deepEqual(api.faults, []);
});
