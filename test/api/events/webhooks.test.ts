import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { addMs, toMs } from '../../../domain/time/index.ts';
import type { InboxDoc } from '../../../schemas/inbox.ts';
import { NOW, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { PUBLIC_URL } from '../api-world.ts';
import type { Answer } from '../api-world.ts';
import { openEventsApi } from './events-world.ts';
import type { EventsApi } from './events-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

interface Source {
  readonly id: string;
  readonly secret: string;
}

async function source(api: EventsApi, more: Readonly<Record<string, unknown>> = {}): Promise<Source> {
  const body = { name: 'CRM', verification: 'standard webhooks', mapping: 'generic', ...more };
  const answer = await api.ops.post('/v1/sources', body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  const made = answer.body as { secret: string; source: { id: string } };
  return { id: made.source.id, secret: made.secret };
}

const EVENT = {
  id: 'e-1',
  type: 'health.scored',
  occurredAt: addMs(NOW, -3_600_000),
  subject: { contractNumber: 'C-1' },
  data: { score: 62 },
};

interface Sending {
  readonly id?: string;
  readonly at?: number;
  readonly body?: string;
  readonly sent?: string | Buffer;
  readonly secret?: string;
  readonly signature?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function seconds(): number {
  return Math.floor(toMs(NOW) / 1000);
}

function deliver(api: EventsApi, { id, secret }: Source, sending: Sending = {}): Promise<Answer> {
  const { body = JSON.stringify(EVENT), at = seconds() } = sending;
  const messageId = sending.id ?? `msg_${randomUUID()}`;
  const signed = new Webhook(sending.secret ?? secret).sign(messageId, new Date(at * 1000), body);
  return api.nobody.send('POST', `/v1/webhooks/${id}`, sending.sent ?? body, {
    'webhook-id': messageId,
    'webhook-timestamp': String(at),
    'webhook-signature': sending.signature ?? signed,
    ...sending.headers,
  });
}

function code(answer: Answer): unknown {
  return (answer.body as { code?: unknown } | undefined)?.code;
}

function refused(t: ExecutionContext, answer: Answer, status: number, wanted: string): void {
  t.is(answer.status, status, JSON.stringify(answer.body));
  t.is(code(answer), wanted);
}

const stored = (api: EventsApi) => api.context.db.inbox.find().lean<InboxDoc[]>();

test.serial('a signed delivery is stored before it is answered, and whoever tells it is woken', async (t) => {
  const api = await openEventsApi(t, NOW);
  const crm = await source(api);
  const answer = await deliver(api, crm);
  t.is(answer.status, 202);
  t.deepEqual(answer.body, { duplicate: false, stale: false, accepted: 1, ignored: 0, faulty: 0 });
  const [event] = await stored(api);
  t.like(event, { source: crm.id, eventId: 'e-1', type: 'health.scored', state: 'received', data: { score: 62 } });
  t.is(api.woken.count, 1);
  t.deepEqual(api.faults, []);
});

test.serial(
  'B056: no, a short, a long, an unknown or a wrong signature, and the eleventh, are refused alike',
  async (t) => {
    const api = await openEventsApi(t, NOW);
    const crm = await source(api);
    const id = 'msg_1';
    const right = new Webhook(crm.secret).sign(id, new Date(seconds() * 1000), JSON.stringify(EVENT));
    const junk = `v1,${Buffer.alloc(32, 7).toString('base64')}`;
    const wrong = [
      '',
      'v1',
      'v1,',
      'v1,AAAA',
      right.slice(0, 20),
      `${right}AAAA`,
      right.replace('v1,', 'v2,'),
      right.replace('v1,', 'v1a,'),
      `v1,${'A'.repeat(5000)}`,
      junk,
      `${Array.from({ length: 10 }, () => junk).join(' ')} ${right}`,
      Array.from({ length: 50 }, () => junk).join(' '),
    ];
    for (const signature of wrong) refused(t, await deliver(api, crm, { id, signature }), 401, 'webhook.signature');
    const bare = await api.nobody.send('POST', `/v1/webhooks/${crm.id}`, EVENT, {
      'webhook-id': id,
      'webhook-timestamp': String(seconds()),
    });
    refused(t, bare, 401, 'webhook.signature');
    t.deepEqual(await stored(api), []);
    t.is((await deliver(api, crm, { id, signature: `${junk} v2,x ${right}` })).status, 202);
    const traffic = (await api.ops.get(`/v1/sources/${crm.id}/traffic`)).body;
    t.like(traffic, { accepted: 1, refused: wrong.length + 1, lastRefusal: 'webhook.signature' });
  },
);

test.serial('B057: a body that differs in one space is refused', async (t) => {
  const api = await openEventsApi(t, NOW);
  const crm = await source(api);
  const body = JSON.stringify(EVENT);
  refused(t, await deliver(api, crm, { body, sent: `${body} ` }), 401, 'webhook.signature');
  refused(t, await deliver(api, crm, { body, sent: body.replace('62', '63') }), 401, 'webhook.signature');
});

test.serial('B058: a timestamp that is none, in milliseconds, or more than five minutes off is refused', async (t) => {
  const api = await openEventsApi(t, NOW);
  const crm = await source(api);
  const at = seconds();
  for (const text of ['abc', '-1', '', `${at}.0`, `0x${at.toString(16)}`, `${at}abc`, String(at * 1000)]) {
    const answer = await deliver(api, crm, { headers: { 'webhook-timestamp': text } });
    refused(t, answer, 400, 'webhook.timestamp');
  }
  for (const off of [-301, 301, -86_400])
    refused(t, await deliver(api, crm, { at: at + off }), 400, 'webhook.timestamp');
  for (const off of [-299, 299]) t.is((await deliver(api, crm, { at: at + off })).status, off < 0 ? 202 : 200);
});

test.serial(
  'B059: a delivery without an id, with a point in it, or with one of five kilobytes is refused',
  async (t) => {
    const api = await openEventsApi(t, NOW);
    const crm = await source(api);
    for (const id of ['a.b', 'x'.repeat(5000), 'a b', '']) {
      refused(t, await deliver(api, crm, { id: 'msg', headers: { 'webhook-id': id } }), 400, 'webhook.id');
    }
  },
);

test.serial('B060: a delivery that was taken before is answered as a duplicate, and counts once', async (t) => {
  const api = await openEventsApi(t, NOW);
  const crm = await source(api);
  t.is((await deliver(api, crm, { id: 'msg_1' })).status, 202);
  const again = await deliver(api, crm, { id: 'msg_1', at: seconds() + 60 });
  t.is(again.status, 200);
  t.like(again.body, { duplicate: true });
  const sameEvent = await deliver(api, crm, { id: 'msg_2' });
  t.is(sameEvent.status, 200);
  t.like(sameEvent.body, { duplicate: true });
  const many = await Promise.all(
    Array.from({ length: 20 }, () => deliver(api, crm, { id: 'msg_3', body: JSON.stringify({ ...EVENT, id: 'e-3' }) })),
  );
  t.is(many.filter(({ status }) => status === 202).length, 1);
  t.is((await stored(api)).length, 2);
});

test.serial('B061: a type that we do not know is stored and ignored, so that nobody sends it again', async (t) => {
  const api = await openEventsApi(t, NOW);
  const crm = await source(api);
  const answer = await deliver(api, crm, { body: JSON.stringify({ ...EVENT, type: 'weather.changed' }) });
  t.is(answer.status, 202);
  t.like(answer.body, { accepted: 0, ignored: 1 });
  const [event] = await stored(api);
  t.like(event, { state: 'ignored', type: null, foreignType: 'weather.changed', problem: { code: 'event.unmapped' } });
});

test.serial(
  'what a rule wants and cannot read is kept for a person, who mends the mapping and has it read anew',
  async (t) => {
    const api = await openEventsApi(t, NOW);
    const crm = await source(api);
    const answer = await deliver(api, crm, { body: JSON.stringify({ ...EVENT, data: { score: '62' } }) });
    t.like(answer.body, { accepted: 0, faulty: 1 });
    const [event] = await stored(api);
    t.like(event, { state: 'dead', problem: { code: 'field.type', place: { field: 'data.score' } } });
    const mappingText = [
      'mapping: own',
      'version: 1',
      'name: { en: Own, zh-CN: 自有 }',
      'rules:',
      '  - when: { type: health.scored }',
      '    event: health.scored',
      '    subject: [contractNumber: { path: subject.contractNumber }]',
      '    data: { score: { path: data.score, as: number } }',
    ].join('\n');
    const path = `/v1/sources/${crm.id}`;
    const { headers } = await api.ops.get(path);
    const changed = await api.ops.send(
      'PATCH',
      path,
      { mapping: 'custom', mappingText },
      { 'if-match': String(headers['etag']) },
    );
    t.is(changed.status, 200, JSON.stringify(changed.body));
    const retried = await api.ops.post(`/v1/events/${event?._id}/retry`);
    t.is(retried.status, 200, JSON.stringify(retried.body));
    t.like(retried.body, { state: 'received', type: 'health.scored', data: { score: 62 }, problem: null });
  },
);

test.serial(
  'B063: a signature of one source opens no other, and an unknown or switched-off source answers the same',
  async (t) => {
    const api = await openEventsApi(t, NOW);
    const [a, b] = [await source(api), await source(api)];
    refused(t, await deliver(api, b, { secret: a.secret }), 401, 'webhook.signature');
    const unknown = await deliver(api, { id: 'src_AAAAAAAAAAAA', secret: a.secret });
    refused(t, unknown, 401, 'webhook.signature');
    t.like(await api.context.db.audit.findOne({ name: 'deliveries refused' }).lean(), { target: { id: b.id } });
    const path = `/v1/sources/${a.id}`;
    const { headers } = await api.ops.get(path);
    await api.ops.send('PATCH', path, { disabled: true }, { 'if-match': String(headers['etag']) });
    refused(t, await deliver(api, a), 401, 'webhook.signature');
    t.deepEqual(await stored(api), []);
  },
);

test.serial('B064: too much, compressed, or of another type is refused before it is read', async (t) => {
  const api = await openEventsApi(t, NOW);
  const crm = await source(api);
  refused(t, await deliver(api, crm, { body: `"${'x'.repeat(5 * 1024 * 1024)}"` }), 413, 'body.too_large');
  const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024));
  const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
  refused(t, await deliver(api, crm, { sent: bomb, headers }), 415, 'body.media_type');
  const text = await deliver(api, crm, { headers: { 'content-type': 'text/plain' } });
  refused(t, text, 415, 'body.media_type');
});

test.serial('B065: a key given twice is refused, because parsers differ in which one they take', async (t) => {
  const api = await openEventsApi(t, NOW);
  const crm = await source(api);
  const body = JSON.stringify(EVENT).replace('"score":62', '"score":62,"score":10');
  refused(t, await deliver(api, crm, { body }), 400, 'json.duplicate_key');
  refused(t, await deliver(api, crm, { body: '{"a":' }), 400, 'json.syntax');
});

test.serial('B066: an older word after a newer one that was told is answered as stale', async (t) => {
  const api = await openEventsApi(t, NOW);
  const crm = await source(api);
  const dates = (id: string, hour: number, endDate: string) =>
    JSON.stringify({
      ...EVENT,
      id,
      type: 'contract.dates_changed',
      occurredAt: addMs(NOW, (hour - 24) * 3_600_000),
      data: { endDate },
    });
  await deliver(api, crm, { body: dates('new', 5, '2027-08-31') });
  await api.context.db.inbox.updateOne({ eventId: 'new' }, { $set: { state: 'told', nextAt: null } });
  const answer = await deliver(api, crm, { body: dates('old', 4, '2027-07-31') });
  t.is(answer.status, 200);
  t.like(answer.body, { stale: true, accepted: 0 });
  t.like(await api.context.db.inbox.findOne({ eventId: 'old' }).lean(), { state: 'ignored', nextAt: null });
  t.like((await deliver(api, crm, { body: dates('newest', 6, '2027-09-30') })).body, { stale: false, accepted: 1 });
});

test.serial(
  'while a secret changes two hold, then only the new one; neither stands in the database in the clear',
  async (t) => {
    const api = await openEventsApi(t, NOW);
    const crm = await source(api);
    const rotated = await api.ops.post(`/v1/sources/${crm.id}/secrets`, { overlapHours: 1 });
    t.is(rotated.status, 201);
    const { secret } = rotated.body as { secret: string };
    const event = (id: string) => JSON.stringify({ ...EVENT, id });
    t.is((await deliver(api, crm, { body: event('1') })).status, 202);
    t.is((await deliver(api, { ...crm, secret }, { body: event('2') })).status, 202);
    const later = addMs(NOW, 2 * 3_600_000);
    api.clock.now = () => later;
    const at = Math.floor(toMs(later) / 1000);
    refused(t, await deliver(api, crm, { body: event('3'), at }), 401, 'webhook.signature');
    t.is((await deliver(api, { ...crm, secret }, { body: event('4'), at })).status, 202);
    const kept = JSON.stringify(await api.context.db.sources.find().lean());
    t.false(kept.includes(secret.slice(6)) || kept.includes(crm.secret.slice(6)));
    const shown = JSON.stringify([
      (await api.ops.get('/v1/sources')).body,
      (await api.ops.get(`/v1/sources/${crm.id}`)).body,
    ]);
    t.false(shown.includes('whsec_') || shown.includes('sealed'));
  },
);

test.serial('HubSpot signs in its own way, over method, address, body and time', async (t) => {
  const api = await openEventsApi(t, NOW);
  const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
  const hub = await source(api, { verification: 'hubspot', mapping: 'hubspot', secret });
  const body = JSON.stringify([
    {
      eventId: 100,
      subscriptionId: 1,
      portalId: 9,
      appId: 3,
      occurredAt: toMs(NOW),
      subscriptionType: 'ticket.creation',
      attemptNumber: 0,
      objectId: 17,
      changeSource: 'CRM',
    },
  ]);
  const send = (at: number, sent = body) => {
    const signature = createHmac('sha256', secret)
      .update(`POST${PUBLIC_URL}/v1/webhooks/${hub.id}${body}${at}`)
      .digest('base64');
    return api.nobody.send('POST', `/v1/webhooks/${hub.id}`, sent, {
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': String(at),
    });
  };
  refused(t, await send(toMs(NOW), `${body} `), 401, 'webhook.signature');
  refused(t, await send(toMs(NOW) - 301_000), 400, 'webhook.timestamp');
  t.is((await send(toMs(NOW))).status, 202);
  t.like((await stored(api))[0], { type: 'complaint.opened', subject: { reference: 'ticket/17' } });
  const retried = body.replace('"attemptNumber":0', '"attemptNumber":1');
  const signature = createHmac('sha256', secret)
    .update(`POST${PUBLIC_URL}/v1/webhooks/${hub.id}${retried}${toMs(NOW)}`)
    .digest('base64');
  const again = await api.nobody.send('POST', `/v1/webhooks/${hub.id}`, retried, {
    'x-hubspot-signature-v3': signature,
    'x-hubspot-request-timestamp': String(toMs(NOW)),
  });
  t.like(again.body, { duplicate: true });
});

test.serial('a sender that cannot sign sends the secret, in a header or where its mapping says', async (t) => {
  const api = await openEventsApi(t, NOW);
  const zoho = await source(api, { verification: 'token', mapping: 'zoho' });
  t.true(zoho.secret.length <= 50);
  const body = (token: string) => ({
    server_time: toMs(NOW),
    affected_values: [{ record_id: '5725767000003000010', values: { Stage: 'Closed Won' } }],
    query_params: {},
    module: 'Deals',
    resource_uri: 'https://www.zohoapis.com/crm/v8/Deals',
    ids: ['5725767000003000010'],
    affected_fields: [],
    operation: 'update',
    channel_id: '1000000068001',
    token,
  });
  const path = `/v1/webhooks/${zoho.id}`;
  refused(t, await api.nobody.send('POST', path, body('wrong')), 401, 'webhook.signature');
  t.is((await api.nobody.send('POST', path, body(zoho.secret))).status, 202);
  t.like((await stored(api))[0], { type: 'contract.signed', subject: { reference: 'Deals/5725767000003000010' } });
  t.is((await api.nobody.send('POST', path, { ...body(zoho.secret), module: 'Leads' })).status, 202);
  const kept = JSON.stringify(await stored(api));
  t.true(kept.includes('Leads'));
  t.false(kept.includes(zoho.secret));
  const other = await api.nobody.send(
    'POST',
    path,
    { ...body('–'), server_time: toMs(NOW) - 1 },
    { 'x-perennial-token': zoho.secret },
  );
  t.is(other.status, 202);
});
