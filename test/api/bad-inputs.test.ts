import anyTest from 'ava';
import type { TestFn } from 'ava';
import { randomUUID } from 'node:crypto';
import { newSecret } from '../../operations/accounts/secrets.ts';
import { codeOf, codesOf, withContractWorld } from './contract-world.ts';
import type { WorldContext } from './contract-world.ts';

/** Bad inputs B069 to B083 with what is answered to each, on one route of each kind. */

const test = anyTest as TestFn<WorldContext>;
withContractWorld(test);

const RENEWAL = '/v1/renewals/renewal:ctr_1:1';
const NOTE = `${RENEWAL}/communications`;
const LOGGED = { channel: 'call', reached: true };
const DEEP = 20_000;

interface Row {
  readonly id: string;
  readonly what: string;
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'HEAD' | 'TRACE';
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: string;
  /** Where the fault stands, where it stands somewhere. */
  readonly field?: string;
  readonly place?: readonly [line: number, column: number];
  /** Sent without the session of somebody. */
  readonly bare?: boolean;
}

const raw = (id: string, what: string, body: string, status: number, code: string, more: Partial<Row> = {}): Row => ({
  id,
  what,
  body,
  status,
  code,
  ...more,
});
const quote = (id: string, what: string, body: unknown, code: string, field: string): Row => ({
  id,
  what,
  path: `${RENEWAL}/quotes`,
  body,
  status: 422,
  code,
  field,
});
const get = (id: string, what: string, path: string, status: number, code: string): Row => ({
  id,
  what,
  method: 'GET',
  path,
  status,
  code,
});
const auth = (what: string, authorization: string): Row => ({
  id: 'B081',
  what,
  method: 'GET',
  path: '/v1/renewals',
  headers: { authorization },
  status: 401,
  code: 'access.unauthenticated',
  bare: true,
});

const ROWS: readonly Row[] = [
  raw('B069', 'no JSON', 'a=1', 400, 'json.syntax'),
  raw('B069', 'nothing', '', 400, 'body.type'),
  raw('B069', 'null', 'null', 400, 'body.type'),
  raw('B069', 'a list', '[]', 400, 'body.type'),
  raw('B069', 'a text', '"x"', 400, 'body.type'),
  raw('B069', 'a comma too many', '{\n  "note": "x",\n}', 400, 'json.syntax', { place: [3, 1] }),
  ...['role', 'tenantId', '_id', '__v', 'createdAt', 'status'].map((field) => ({
    id: 'B070',
    what: `the field ${field}`,
    body: { ...LOGGED, [field]: 'admin' },
    status: 422,
    code: 'field.unknown',
    field,
  })),
  {
    id: 'B071',
    what: '{"$ne":null} for a text',
    body: { ...LOGGED, note: { $ne: null } },
    status: 422,
    code: 'field.type',
    field: 'note',
  },
  {
    id: 'B071',
    what: '$where',
    body: { ...LOGGED, $where: 'sleep(1000)' },
    status: 422,
    code: 'field.unknown',
    field: '$where',
  },
  {
    id: 'B071',
    what: 'a key with a dot',
    body: { ...LOGGED, 'a.b': 1 },
    status: 422,
    code: 'field.unknown',
    field: 'a.b',
  },
  get('B071', '?filter[$gt]=', '/v1/renewals?filter[$gt]=', 422, 'field.unknown'),
  get('B071', '?sort=-$__proto__', '/v1/renewals?sort=-$__proto__', 422, 'choice.unknown'),
  get('B071', '?phase[$ne]=open', '/v1/renewals?phase[$ne]=open', 422, 'field.unknown'),
  raw('B072', '__proto__', '{"__proto__":{"admin":true}}', 400, 'json.key', { place: [1, 2] }),
  raw('B072', 'constructor.prototype', '{"constructor":{"prototype":{}}}', 400, 'json.key'),
  quote('B073', '"12" for a number', { termMonths: '12' }, 'field.type', 'termMonths'),
  quote('B073', '1 for a text', { reason: 1 }, 'field.type', 'reason'),
  quote('B073', '[1] for 1', { termMonths: [1] }, 'field.type', 'termMonths'),
  quote('B073', '1.5 for a whole number', { termMonths: 1.5 }, 'field.type', 'termMonths'),
  {
    id: 'B073',
    what: '"true" for true',
    body: { ...LOGGED, reached: 'true' },
    status: 422,
    code: 'field.type',
    field: 'reached',
  },
  raw('B074', '1e400', '{"reached":1e400}', 422, 'json.number'),
  raw('B074', '-0', '{"reached":-0}', 422, 'json.number'),
  raw('B074', '9007199254740993', '{"reached":9007199254740993}', 422, 'json.number'),
  raw('B074', 'NaN, which is no JSON', '{"reached":NaN}', 400, 'json.syntax'),
  raw('B075', 'lists 20,000 deep', `{"note":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`, 400, 'json.depth'),
  raw('B075', '12,000 keys', `{${Array.from({ length: 12_000 }, (_, i) => `"k${i}":1`).join(',')}}`, 400, 'json.keys'),
  raw('B075', 'a text of 1 MB', JSON.stringify({ note: 'x'.repeat(1024 * 1024) }), 413, 'body.too_large'),
  raw(
    'B075',
    'a text longer than its field',
    JSON.stringify({ ...LOGGED, note: 'x'.repeat(3000) }),
    422,
    'field.range',
  ),
  ...['%00', '507f1f77bcf86cd7994390111', 'renewal:ctr_9:1', '..%2f..%2fetc%2fpasswd', '%ff'].map((id) =>
    get('B076', `the id ${id}`, `/v1/renewals/${id}`, 404, id === '%ff' ? 'route.not_found' : 'resource.not_found'),
  ),
  get('B077', 'limit=-1', '/v1/renewals?limit=-1', 422, 'field.format'),
  get('B077', 'limit=0', '/v1/renewals?limit=0', 422, 'field.range'),
  get('B077', 'limit=201', '/v1/renewals?limit=201', 422, 'field.range'),
  get('B077', 'limit=1e9', '/v1/renewals?limit=1e9', 422, 'field.format'),
  get('B077', 'limit=abc', '/v1/renewals?limit=abc', 422, 'field.format'),
  get('B077', 'a forged cursor', '/v1/renewals?after=WyJ4Il0', 400, 'store.cursor'),
  get('B077', 'a forged cursor of a history', `${RENEWAL}/history?after=x`, 400, 'page.cursor'),
  {
    id: 'B078',
    what: 'no Idempotency-Key',
    body: LOGGED,
    headers: { 'idempotency-key': '' },
    status: 400,
    code: 'idempotency.missing',
  },
  {
    id: 'B078',
    what: 'one of 300 characters',
    body: LOGGED,
    headers: { 'idempotency-key': 'k'.repeat(300) },
    status: 400,
    code: 'idempotency.key',
  },
  { id: 'B080', what: 'TRACE', method: 'TRACE', path: NOTE, status: 405, code: 'route.method' },
  {
    id: 'B080',
    what: 'GET on a POST route',
    method: 'GET',
    path: `${RENEWAL}/risk`,
    status: 405,
    code: 'route.method',
  },
  raw('B080', 'JSON as text/plain', JSON.stringify(LOGGED), 415, 'body.media_type', {
    headers: { 'content-type': 'text/plain' },
  }),
  auth('empty', ''),
  auth('Bearer null', 'Bearer null'),
  auth('Basic', 'Basic bGk6cGFzc3dvcmQ='),
  auth('a token that never was', `Bearer ${newSecret('prn_')}`),
  auth('a JWT with alg none', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJsaSJ9.'),
  auth('twice in one', `Bearer ${newSecret('prn_')}, Bearer ${newSecret('prn_')}`),
  {
    id: 'B083',
    what: 'a line break in a code',
    body: { cause: 'x\r\nSet-Cookie: a=b' },
    path: `${RENEWAL}/risk`,
    status: 422,
    code: 'command.text_control',
    field: 'cause',
  },
  {
    id: 'B083',
    what: 'text that runs backwards in a code',
    body: { cause: 'x\u202ey' },
    path: `${RENEWAL}/risk`,
    status: 422,
    code: 'command.text_control',
    field: 'cause',
  },
];

for (const row of ROWS) {
  test.serial(`${row.id}: ${row.what} is ${row.status} ${row.code}`, async (t) => {
    const { api, callers } = t.context.world;
    const rep = row.bare === true ? api.nobody : callers.get('sales-rep');
    const { method = 'POST', path = NOTE, body, headers = {} } = row;
    const answer = await rep?.send(method as 'POST', path, body, {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...headers,
    });
    if (answer === undefined) throw new Error('no rep');
    t.is(answer.status, row.status, JSON.stringify(answer.body));
    const codes = method === 'HEAD' ? [] : codesOf(answer);
    t.true(codes.includes(row.code), codes.join());
    const { errors } = answer.body as { errors: { code: string; field?: string; line?: number; column?: number }[] };
    const told = errors.find(({ code }) => code === row.code);
    if (row.field !== undefined) t.is(told?.field, row.field);
    if (row.place !== undefined) t.deepEqual([told?.line, told?.column], [...row.place]);
    t.false(/\{\w+\}/.test(JSON.stringify(errors.map((one) => ({ ...one, fix: '' })))), 'every value is filled in');
    t.deepEqual(api.faults, []);
  });
}

test.serial('B076: what is not there, is somebody else’s or cannot be named answers in the same words', async (t) => {
  const { stranger } = t.context.world;
  const bodies = [];
  for (const id of ['renewal:ctr_1:1', 'renewal:ctr_9:1', 'x%20y']) {
    const { body } = await stranger.get(`/v1/renewals/${id}`);
    const { title, detail, code, status } = body as Readonly<Record<string, unknown>>;
    bodies.push(JSON.stringify({ title: String(title).replaceAll(/“.*”|".*"/g, '…'), detail, code, status }));
  }
  t.is(new Set(bodies.map((one) => one.replaceAll(/renewal|record/g, 'thing'))).size, 1, bodies.join('\n'));
});

test.serial(
  'B078: a key stands for one request: another body under it is refused, the same one answered again',
  async (t) => {
    const { db, callers } = t.context.world;
    const rep = callers.get('sales-rep');
    const key = { 'idempotency-key': randomUUID() };
    const now = t.context.world.api.clock.now();
    // An answer that was kept: the engine behind is away here.
    const first = await rep?.post(NOTE, LOGGED, key);
    t.is(codeOf(first ?? { status: 0, headers: {}, body: null }), 'cli.service_silent');
    t.is(
      await db.requests.countDocuments({ _id: `li/${key['idempotency-key']}` }),
      0,
      'what failed may be tried again',
    );
    await db.requests.insertMany([
      {
        _id: `li/${key['idempotency-key']}`,
        digest: 'other',
        state: 'running',
        attempt: 'a',
        begunAt: now,
        answer: null,
      },
    ]);
    const other = await rep?.post(NOTE, LOGGED, key);
    t.is(other?.status, 422);
    t.is(other === undefined ? '' : codeOf(other), 'idempotency.mismatch');
  },
);

test.serial('B080: a header that renames the method renames nothing', async (t) => {
  const { world } = t.context;
  const before = await world.fingerprint();
  const answer = await world.callers
    .get('sales-rep')
    ?.send('GET', RENEWAL, undefined, { 'x-http-method-override': 'DELETE' });
  t.is(answer?.status, 200);
  t.is((await world.callers.get('sales-rep')?.send('HEAD', `${RENEWAL}/risk`))?.status, 405);
  t.is(await world.fingerprint(), before);
});

test.serial('B082: a pattern is searched for as it stands', async (t) => {
  const { callers } = t.context.world;
  const begun = performance.now();
  const answer = await callers.get('director')?.get(`/v1/renewals?stage=${encodeURIComponent('(a+)+$')}`);
  t.is(answer?.status, 200);
  t.deepEqual((answer as { body: { items: unknown[] } } | undefined)?.body.items, []);
  t.true(performance.now() - begun < 5000);
});

test.serial('a mark of byte order before JSON in UTF-8 is read over, as editors put it there', async (t) => {
  const answer = await t.context.world.callers.get('sales-rep')?.post(NOTE, '\ufeff{"channel":"fax","reached":true}');
  t.is(answer?.status, 422);
  t.deepEqual(codesOf(answer ?? { status: 0, headers: {}, body: null }), ['choice.unknown']);
});

test.serial('an old cookie keeps nobody from signing in, and another site’s page cannot use a good one', async (t) => {
  const { api, callers } = t.context.world;
  const stale = api.nobody.with({ cookie: `__Host-perennial=${newSecret()}`, 'sec-fetch-site': 'same-origin' });
  t.is((await stale.get('/livez')).status, 200);
  t.is((await stale.get('/v1/renewals')).status, 401);
  t.is(
    codeOf(await stale.post('/v1/session', { email: 'li@example.com', password: 'not the one at all' })),
    'access.sign_in',
  );
  const others: readonly Readonly<Record<string, string>>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://renewals.example.com.evil.example' },
  ];
  for (const headers of others) {
    const answer = await callers.get('sales-rep')?.post(NOTE, LOGGED, headers);
    t.is(answer?.status, 403, JSON.stringify(headers));
    t.is(answer === undefined ? '' : codeOf(answer), 'access.cross_site');
  }
});
