import anyTest from 'ava';
import type { TestFn } from 'ava';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { problemShape } from '../../api/contracts/problem.ts';
import type { Method } from '../../api/contract.ts';
import type { Answer } from './api-world.ts';
import {
  ALL_ROLES,
  callerFor,
  codeOf,
  codesOf,
  CONTRACTS,
  isEndless,
  isOurs,
  mayCall,
  pathOf,
  shapeOf,
  withContractWorld,
} from './contract-world.ts';
import type { WorldContext } from './contract-world.ts';

/** Every route of the API, whoever wrote it: what holds for one by its contract holds for all. */

const test = anyTest as TestFn<WorldContext>;
withContractWorld(test);

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** No route takes it: whoever sends it changes nothing, and is told so after it is known who asks. */
const GARBAGE = { 'no such field': 1 };
const KEY = () => ({ 'idempotency-key': randomUUID() });

/** GET cannot carry it; the others are kept from doing anything by it. */
function bodyFor(method: Method): unknown {
  return method === 'GET' ? undefined : GARBAGE;
}

test.serial('without an account every route but the public ones answers 401, and says nothing else', async (t) => {
  const { api } = t.context.world;
  for (const contract of CONTRACTS.filter(({ access }) => access !== 'public')) {
    const answer = await api.nobody.send(contract.method, pathOf(contract), bodyFor(contract.method), KEY());
    t.is(answer.status, 401, contract.id);
    t.is(codeOf(answer), 'access.unauthenticated', contract.id);
    t.regex(String(answer.headers['www-authenticate']), /^Bearer/, contract.id);
  }
});

for (const role of ALL_ROLES) {
  test.serial(`a ${role} comes into exactly those routes that the rules give`, async (t) => {
    const { api, callers } = t.context.world;
    const caller = callers.get(role);
    for (const contract of CONTRACTS.filter((one) => one.access !== 'public' && !isEndless(one))) {
      const answer = await caller?.send(contract.method, pathOf(contract), bodyFor(contract.method), KEY());
      if (answer === undefined) throw new Error(`no ${role}`);
      if (mayCall(role, contract.access)) {
        t.true(![401, 403].includes(answer.status), `${contract.id}: ${answer.status} ${String(codeOf(answer))}`);
      } else {
        t.is(answer.status, 403, contract.id);
        t.is(codeOf(answer), 'access.forbidden', contract.id);
      }
      t.false(isOurs(answer), `${contract.id}: ${JSON.stringify(answer.body)}`);
    }
    t.deepEqual(api.faults, []);
  });
}

test.serial('another method at a path is 405 and names those that are possible', async (t) => {
  const { world } = t.context;
  const director = world.callers.get('director');
  for (const contract of CONTRACTS) {
    const path = pathOf(contract);
    const possible = new Set(CONTRACTS.filter((one) => shapeOf(one).test(path)).map(({ method }) => method));
    for (const method of METHODS.filter((one) => !possible.has(one))) {
      const answer = await director?.send(method, path, bodyFor(method), KEY());
      t.is(answer?.status, 405, `${method} ${path}`);
      const allowed = new Set<string>(possible);
      // What is streamed has no HEAD.
      if (CONTRACTS.some((one) => one.method === 'GET' && one.produces === undefined && shapeOf(one).test(path))) {
        allowed.add('HEAD');
      }
      t.deepEqual(
        String(answer?.headers['allow']).split(', ').toSorted(),
        [...allowed].toSorted(),
        `${method} ${path}`,
      );
    }
    for (const method of ['OPTIONS', 'TRACE']) {
      const answer = await director?.send(method as 'OPTIONS', path);
      t.is(answer?.status, 405, `${method} ${path}`);
      t.is(answer?.headers['access-control-allow-origin'], undefined);
    }
  }
});

test.serial('an id that names nothing, or can name nothing, is 404 wherever it stands', async (t) => {
  const { world } = t.context;
  const strange = [
    '%00',
    '..%2f..%2fetc',
    'a'.repeat(4000),
    '507f1f77bcf86cd7994390111',
    '%ff',
    '%',
    '%7B%22$ne%22:1%7D',
    '%20',
  ];
  for (const contract of CONTRACTS.filter(({ params, path }) => params !== undefined && /:\w+/.test(path))) {
    const caller = callerFor(world, contract);
    for (const id of strange) {
      const path = contract.path.replaceAll(/:\w+/g, id);
      const answer = await caller.send(contract.method, path, bodyFor(contract.method), KEY());
      // An id of the right form is looked for after the body has been read.
      const reads = contract.method !== 'GET' && id.startsWith('507');
      t.true(answer.status === 404 || (reads && answer.status < 500), `${contract.method} ${path}: ${answer.status}`);
      t.false(isOurs(answer), path);
    }
    if (contract.method !== 'GET' || isEndless(contract)) continue;
    const answer = await caller.send('GET', pathOf(contract));
    t.is(answer.status, 404, contract.id);
  }
  t.deepEqual(world.api.faults, []);
});

test.serial('what a query does not know is refused, and what is given twice too', async (t) => {
  const { world } = t.context;
  for (const contract of CONTRACTS.filter((one) => !isEndless(one))) {
    const caller = callerFor(world, contract);
    const send = (query: string) =>
      caller.send(contract.method, `${pathOf(contract)}?${query}`, bodyFor(contract.method), KEY());
    for (const query of ['nobody=1', 'filter[$gt]=', '__proto__=1', '$where=1', 'a.b=1', 'constructor=1']) {
      const answer = await send(query);
      t.is(answer.status, 422, `${contract.id}?${query}: ${JSON.stringify(answer.body)}`);
      t.true(codesOf(answer).includes('field.unknown'), `${contract.id}?${query}`);
    }
    const twice = await send('limit=1&limit=2');
    t.is(twice.status, 400, contract.id);
    t.is(codeOf(twice), 'query.repeated', contract.id);
  }
});

test.serial('the size of a page has its bounds, and a cursor is one that was given out', async (t) => {
  const { world } = t.context;
  const lists = CONTRACTS.filter(({ query }) => query instanceof z.ZodObject && 'limit' in query.shape);
  t.true(lists.length > 1);
  for (const contract of lists.filter((one) => !isEndless(one))) {
    const caller = callerFor(world, contract);
    // The records of the world, so that a list under a renewal is there at all.
    const path = pathOf(contract, { renewalId: 'renewal:ctr_1:1', clientId: 'cli_1', contractId: 'ctr_1' });
    for (const limit of ['-1', '0', '1e9', '1000000000', 'abc', '', '1.5', '%201', '0x10']) {
      t.is((await caller.get(`${path}?limit=${limit}`)).status, 422, `${contract.id} limit=${limit}`);
    }
    const forged = ['nothing', 'WzFd', 'W3t9LCJ4Il0', '%00', "'", 'e30'];
    for (const after of forged) {
      const answer = await caller.get(`${path}?after=${after}`);
      t.true([400, 404, 422].includes(answer.status), `${contract.id} after=${after}: ${answer.status}`);
    }
  }
  t.deepEqual(world.api.faults, []);
});

test.serial('a request with effects needs a name of its own', async (t) => {
  const { world } = t.context;
  const named = CONTRACTS.filter(
    ({ method, once, access }) => method === 'POST' && once !== false && access !== 'public',
  );
  t.true(named.length > 10);
  for (const contract of named) {
    const caller = callerFor(world, contract);
    const send = (headers: Readonly<Record<string, string>>) => caller.send('POST', pathOf(contract), GARBAGE, headers);
    t.is(codeOf(await send({})), 'idempotency.missing', contract.id);
    for (const key of ['k'.repeat(300), 'with space', 'schlüssel', '']) {
      const answer = await send({ 'idempotency-key': key });
      t.is(answer.status, 400, `${contract.id} ${key}`);
    }
  }
});

test.serial('only plain JSON is taken, and not more of it than a form holds', async (t) => {
  const { world } = t.context;
  for (const contract of CONTRACTS.filter(({ body }) => body !== undefined)) {
    const caller = callerFor(world, contract);
    const send = (body: string | Buffer, headers: Readonly<Record<string, string>>) =>
      caller.send(contract.method, pathOf(contract), body, { ...KEY(), ...headers });
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
      'application/json; charset=utf-16',
    ];
    for (const type of types) t.is((await send('{}', { 'content-type': type })).status, 415, `${contract.id} ${type}`);
    for (const encoding of ['gzip', 'br', 'identity']) {
      t.is((await send('{}', { 'content-encoding': encoding })).status, 415, `${contract.id} ${encoding}`);
    }
    const limit = contract.bodyLimit ?? 256 * 1024;
    if (limit <= 1024 * 1024) t.is((await send(' '.repeat(limit + 1), {})).status, 413, contract.id);
  }
});

test.serial('HEAD answers as GET does, without a body; a header that renames the method renames nothing', async (t) => {
  const { world } = t.context;
  const before = await world.fingerprint();
  for (const contract of CONTRACTS.filter((one) => one.method === 'GET' && !isEndless(one))) {
    const caller = callerFor(world, contract);
    const path = pathOf(contract, { renewalId: 'renewal:ctr_1:1', clientId: 'cli_1', contractId: 'ctr_1' });
    const [get, head] = [await caller.get(path), await caller.send('HEAD', path)];
    t.is(head.status, contract.produces === undefined ? get.status : 405, contract.id);
    if (contract.produces !== undefined) continue;
    t.is(head.body, undefined, contract.id);
    // A read that is itself noted reads otherwise each time.
    const again = await caller.get(path);
    if (again.headers['etag'] === get.headers['etag']) {
      t.is(head.headers['etag'], get.headers['etag'], contract.id);
      const known = { 'if-none-match': `"other", W/${String(get.headers['etag'])}` };
      if (get.status === 200) t.is((await caller.get(path, known)).status, 304, contract.id);
    }
    const renamed = await caller.send('GET', path, undefined, {
      'x-http-method-override': 'DELETE',
      'x-method-override': 'POST',
    });
    t.is(renamed.status, get.status, contract.id);
  }
  t.is(await world.fingerprint(), before, 'no GET changes anything');
});

test.serial('every answer is marked, guarded, and kept by nobody', async (t) => {
  const { world } = t.context;
  const check = (answer: Answer, what: string) => {
    t.regex(String(answer.headers['request-id']), /^req_[\w-]{12}$/, what);
    t.is(answer.headers['x-content-type-options'], 'nosniff', what);
    t.is(answer.headers['referrer-policy'], 'no-referrer', what);
    t.is(answer.headers['x-powered-by'], undefined, what);
    t.regex(String(answer.headers['strict-transport-security']), /max-age=31536000/, what);
    t.is(answer.headers['access-control-allow-origin'], undefined, what);
    t.regex(String(answer.headers['content-security-policy']), /default-src 'none'/, what);
    t.is(answer.headers['cross-origin-opener-policy'], 'same-origin', what);
    if (answer.status < 400) return;
    t.regex(String(answer.headers['content-type']), /^application\/problem\+json/, what);
    t.true(problemShape.safeParse(answer.body).success, `${what}: ${JSON.stringify(answer.body)}`);
  };
  for (const contract of CONTRACTS.filter((one) => !isEndless(one))) {
    const origin = { origin: 'https://evil.example', ...KEY() };
    const answer = await callerFor(world, contract).send(
      contract.method,
      pathOf(contract),
      bodyFor(contract.method),
      origin,
    );
    check(answer, contract.id);
    t.is(answer.headers['cache-control'], 'no-store', contract.id);
  }
  for (const path of ['/nothing', '/v1/%', '/v1/renewals/', '//v1/renewals', '/V1/renewals', '/..%2f']) {
    const answer = await world.callers.get('director')?.get(path);
    if (answer === undefined) throw new Error('no director');
    t.is(answer.status, 404, path);
    check(answer, path);
  }
});

test.serial('every object of every contract is strict: nothing comes in unnamed, and nothing gets out', (t) => {
  for (const { id, params, query, body, response } of CONTRACTS) {
    for (const schema of [params, query, body, response]) t.deepEqual(loose(schema, new Set()), [], id);
  }
  t.deepEqual(loose(z.object({ a: z.array(z.object({})) }), new Set()).length, 2, 'the walk sees a loose one');
});

/** Objects that would take or drop what they do not name. */
function loose(schema: unknown, seen: Set<unknown>): readonly string[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  const inner = schema instanceof z.ZodType ? Object.values(schema.def).flatMap((part) => loose(part, seen)) : [];
  if (schema instanceof z.ZodObject) {
    const { catchall } = schema.def;
    const own = catchall instanceof z.ZodNever ? [] : [Object.keys(schema.shape).join(', ')];
    return [...own, ...Object.values(schema.shape).flatMap((part) => loose(part, seen)), ...inner];
  }
  if (schema instanceof z.ZodType) return inner;
  return Array.isArray(schema) ? schema.flatMap((part) => loose(part, seen)) : [];
}
