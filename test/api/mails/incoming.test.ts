import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { Webhook } from 'standardwebhooks';
import { toMs } from '../../../domain/time/index.ts';
import { RENEWAL_ROW } from '../../activities/outreach/outreach-world.ts';
import { NOW, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { RENEWAL } from '../../helpers/world.ts';
import { letter } from '../../mail/incoming/write-mail.ts';
import type { Answer } from '../api-world.ts';
import { openEventsApi } from '../events/events-world.ts';
import type { EventsApi } from '../events/events-world.ts';

const test = (anyTest as TestFn<MongoContext>).serial;
withMongo(anyTest as TestFn<MongoContext>);

interface Source {
  readonly id: string;
  readonly secret: string;
}

async function mailSource(api: EventsApi, verification = 'standard webhooks'): Promise<Source> {
  const answer = await api.ops.post('/v1/sources', { name: 'Mail in', verification, mapping: 'mail' });
  const made = answer.body as { secret: string; source: { id: string; url: string } };
  return { id: made.source.id, secret: made.secret };
}

let deliveries = 0;

function signed({ secret }: Source, body: Buffer, type: string): Record<string, string> {
  const id = `msg_${(deliveries += 1)}`;
  const at = new Date(toMs(NOW));
  return {
    'content-type': type,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(toMs(NOW) / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

function deliver(
  api: EventsApi,
  source: Source,
  raw: Buffer,
  type: 'message/rfc822' | 'application/json',
): Promise<Answer> {
  const body = type === 'message/rfc822' ? raw : Buffer.from(JSON.stringify({ raw: raw.toString('base64') }));
  return api.nobody.send('POST', `/v1/webhooks/${source.id}/mail`, body, signed(source, body, type));
}

async function openWorld(t: ExecutionContext<MongoContext>): Promise<EventsApi> {
  const api = await openEventsApi(t, NOW);
  await api.context.db.renewals.collection.replaceOne({ _id: RENEWAL } as never, { ...RENEWAL_ROW }, { upsert: true });
  return api;
}

const code = ({ body }: Answer) => (body as { code?: unknown } | undefined)?.code;
const known = letter({ from: 'Zoe <zoe@example.org>', text: '请发报价。' });
const unknown = letter({ from: 'New <new@example.net>', messageId: '<2@x.example>', text: 'I am in charge now.' });

test('a mail comes in whole or in base64, and is the same mail', async (t) => {
  const api = await openWorld(t);
  const source = await mailSource(api);
  const first = await deliver(api, source, known, 'message/rfc822');
  t.is(first.status, 202, JSON.stringify(first.body));
  t.deepEqual(first.body, { fate: 'told' });
  const second = await deliver(api, source, known, 'application/json');
  t.is(second.status, 200);
  t.deepEqual(second.body, { fate: 'duplicate' });
  t.is(api.woken.count, 1);
  t.is(await api.context.db.inbox.countDocuments(), 1);
  t.like((await api.ops.get(`/v1/sources/${source.id}/traffic`)).body, { accepted: 1, duplicates: 1, refused: 0 });
  t.deepEqual(api.faults, []);
});

test('a mail is refused without the signature of its source, and so is what holds none', async (t) => {
  const api = await openWorld(t);
  const source = await mailSource(api);
  const path = `/v1/webhooks/${source.id}/mail`;
  const other = { ...signed(source, unknown, 'message/rfc822') };
  t.is(code(await api.nobody.send('POST', path, known, other)), 'webhook.signature');
  t.is(code(await api.nobody.send('POST', path, known, { 'content-type': 'message/rfc822' })), 'webhook.signature');
  t.is(code(await api.nobody.send('POST', '/v1/webhooks/src_none/mail', known, other)), 'webhook.signature');
  for (const body of ['{}', '{"raw":7}', '{"raw":""}', '{"raw":"?"}', '[]']) {
    const bytes = Buffer.from(body);
    const answer = await api.nobody.send('POST', path, bytes, signed(source, bytes, 'application/json'));
    t.is(code(answer), 'mail.raw', body);
    t.is(answer.status, 422);
  }
  const form = signed(source, known, 'multipart/form-data; boundary=x');
  t.is(code(await api.nobody.send('POST', path, known, form)), 'body.media_type');
  t.is(await api.context.db.inbox.countDocuments(), 0);
});

test('senders that cannot sign give the token of their source', async (t) => {
  const api = await openWorld(t);
  const source = await mailSource(api, 'token');
  const send = (token: string) =>
    api.nobody.send('POST', `/v1/webhooks/${source.id}/mail`, known, {
      'content-type': 'message/rfc822',
      'x-perennial-token': token,
    });
  t.is(code(await send('wrong')), 'webhook.signature');
  t.is((await send(source.secret)).status, 202);
});

test('mails and events have each their own path, and HubSpot signs no mails', async (t) => {
  const api = await openWorld(t);
  const mails = await mailSource(api);
  const body = Buffer.from('{}');
  const path = `/v1/webhooks/${mails.id}`;
  const answer = await api.nobody.send('POST', path, body, signed(mails, body, 'application/json'));
  t.is(code(answer), 'webhook.kind');
  t.like((await api.ops.get(`/v1/sources/${mails.id}`)).body, { url: `https://renewals.example.com${path}/mail` });
  const crm = await api.ops.post('/v1/sources', { name: 'CRM', verification: 'standard webhooks', mapping: 'generic' });
  const made = crm.body as { secret: string; source: { id: string } };
  t.is(code(await deliver(api, { id: made.source.id, secret: made.secret }, known, 'message/rfc822')), 'webhook.kind');
  const wish = { name: 'H', verification: 'hubspot', mapping: 'mail', secret: 'a'.repeat(20) };
  t.is(code(await api.ops.post('/v1/sources', wish)), 'source.mail_verification');
  const raw = await api.nobody.send('POST', '/v1/events', known, { 'content-type': 'message/rfc822' });
  t.true([401, 415].includes(raw.status), 'other routes take no mails');
});

test('a mail that nobody could match is listed with its words, assigned once, and noted in the audit log', async (t) => {
  const api = await openWorld(t);
  const source = await mailSource(api);
  t.deepEqual((await deliver(api, source, unknown, 'message/rfc822')).body, { fate: 'waiting' });
  await deliver(api, source, known, 'message/rfc822');
  const list = (await api.ops.get('/v1/mails?state=dead')).body as { items: { id: string }[] };
  t.is(list.items.length, 1);
  t.like(list.items[0], {
    via: source.id,
    from: { name: 'New', address: 'new@example.net' },
    class: 'reply',
    words: 'I am in charge now.',
    state: 'dead',
  });
  t.is(((await api.ops.get('/v1/mails?class=reply&limit=1')).body as { next: unknown }).next === null, false);
  const id = list.items[0]?.id ?? '';
  const path = `/v1/mails/${id}/assign`;
  const answer = await api.ops.post(path, { renewalId: RENEWAL });
  t.is(answer.status, 200, JSON.stringify(answer.body));
  t.like(answer.body, { state: 'received', words: '', problem: null });
  t.is(code(await api.ops.post(path, { renewalId: RENEWAL })), 'event.state');
  t.like((await api.ops.get(`/v1/mails/${id}`)).body, { id, state: 'received' });
  const noted = await api.context.db.audit.countDocuments({ name: 'mail assigned' });
  t.true(noted >= 1);
});

test('who may not see events sees no mails, and an event of another source is no mail', async (t) => {
  const api = await openWorld(t);
  const source = await mailSource(api);
  await deliver(api, source, unknown, 'message/rfc822');
  const li = await api.as('li@example.com');
  t.is((await li.get('/v1/mails')).status, 403);
  const [mail] = await api.context.db.inbox.find().lean();
  t.is((await li.get(`/v1/mails/${mail?._id}`)).status, 403);
  t.is((await li.post(`/v1/mails/${mail?._id}/assign`, { renewalId: RENEWAL })).status, 403);
  const event = {
    id: 'e',
    type: 'health.scored',
    occurredAt: NOW,
    subject: { contractNumber: 'C-1' },
    data: { score: 1 },
  };
  const sent = (await api.ops.post('/v1/events', { source: 'crm', events: [event] })).body as {
    items: { id: string }[];
  };
  t.is((await api.ops.get(`/v1/mails/${sent.items[0]?.id}`)).status, 404);
  const taken = await api.ops.post('/v1/events', { source: 'mail', events: [event] });
  t.is(taken.status, 422, 'nobody writes in the name of the mailbox');
});
