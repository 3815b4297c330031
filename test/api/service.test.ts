import anyTest from 'ava';
import type { TestFn } from 'ava';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startApi } from '../../api/main.ts';
import { apiSettings } from '../../api/settings.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { openTestFolder } from '../helpers/services.ts';
import { codeOf, codesOf, withContractWorld } from './contract-world.ts';
import type { WorldContext } from './contract-world.ts';
import { tokenOf } from './socket-world.ts';

const test = anyTest as TestFn<WorldContext>;
withContractWorld(test);

test.serial('livez says that the process answers, whatever is behind it', async (t) => {
  const { status, body } = await t.context.world.api.nobody.get('/livez');
  t.is(status, 200);
  t.deepEqual(body, { live: true });
});

test.serial('readyz is 503 while Temporal is away: strangers hear no more, operations hear what it is', async (t) => {
  const { api, callers } = t.context.world;
  const open = await api.nobody.get('/readyz');
  t.is(open.status, 503);
  t.deepEqual(codesOf(open), ['service.not_ready']);
  t.deepEqual(codesOf((await callers.get('sales-rep')?.get('/readyz')) ?? open), ['service.not_ready']);
  const told = await callers.get('ops')?.get('/readyz');
  t.deepEqual(codesOf(told ?? open), ['service.not_ready', 'service.away', 'service.no_worker']);
});

test.serial(
  'metrics tell what the engine does, to those who may read Service and to a monitor on this machine',
  async (t) => {
    const { api, callers, db } = t.context.world;
    const remote = { remoteAddress: '192.0.2.7', headers: { host: 'renewals.example.com' } };
    const asked = await api.app.inject({ url: '/metrics', ...remote });
    t.is(asked.statusCode, 401);
    t.is((await callers.get('sales-rep')?.get('/metrics', { host: 'renewals.example.com' }))?.status, 403);
    const token = await tokenOf(db, 'ops');
    const read = await api.app.inject({
      url: '/metrics',
      ...remote,
      headers: { ...remote.headers, authorization: `Bearer ${token}` },
    });
    t.is(read.statusCode, 200);
    const { statusCode, body, headers } = await api.app.inject({
      url: '/metrics',
      headers: { host: '127.0.0.1:9000' },
    });
    t.is(statusCode, 200);
    t.regex(String(headers['content-type']), /^text\/plain/);
    for (const line of [
      /^perennial_up 1$/m,
      /^perennial_temporal_up 0$/m,
      /^perennial_renewals\{phase="open"\} 1$/m,
      /^perennial_renewals_open\{stage="contact"\} 1$/m,
      /^perennial_sends\{state="planned"\} \d+$/m,
      /^perennial_sends_unknown 0$/m,
      /^perennial_inbox\{state="received"\} 0$/m,
      /^perennial_inbox_late_seconds 0$/m,
      /^perennial_approvals_waiting 1$/m,
      /^perennial_wakes_overdue \d+$/m,
      /^perennial_mail_late_seconds \d+/m,
      /^perennial_http_request_seconds_count\{method="GET",route="\/livez",status="200"\} \d+$/m,
    ]) {
      t.regex(body, line);
    }
    t.false(
      /Example Harbor|Zoe|example\.(com|org)|renewal:ctr/.test(body),
      'no label holds anything of clients or people',
    );
  },
);

for (const name of ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip']) {
  test.serial(`what has passed a proxy (${name}) is not local, and neither is another name`, async (t) => {
    const { app } = t.context.world.api;
    t.is((await app.inject({ url: '/metrics', headers: { host: 'localhost', [name]: '127.0.0.1' } })).statusCode, 401);
    t.is((await app.inject({ url: '/metrics', headers: { host: 'rebound.evil.example' } })).statusCode, 401);
  });
}

test.serial('the documentation is served whole, may run only its own scripts, and asks nobody else', async (t) => {
  const { nobody, app } = t.context.world.api;
  const page = await nobody.get('/docs');
  t.is(page.status, 200);
  const scripts = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
  t.true(scripts.length >= 4);
  for (const url of scripts) {
    t.regex(url, /^\/docs\//);
    const answer = await app.inject({ url });
    t.is(answer.statusCode, 200, url);
    t.true(answer.rawPayload.length > 100, url);
  }
  t.regex(String(page.headers['content-security-policy']), /script-src 'self';/);
  t.notRegex(String((await nobody.get('/livez')).headers['content-security-policy']), /script-src/);
  t.is((await nobody.get('/docs/index.html')).status, 404);
  t.is((await nobody.get('/docs/constructor')).status, 404);
  const errors = await nobody.get('/docs/errors');
  const refused = await nobody.get('/v1/renewals');
  const anchor = (refused.body as { type: string }).type.split('#')[1] ?? '';
  t.true(String(errors.body).includes(`id="${anchor}"`), 'the type of an error leads to its words');
  t.is((await nobody.post('/openapi.json', {})).status, 405);
  t.is((await nobody.get('/openapi.json')).status, 200);
});

test.serial('more requests than the rate are 429 with the time to wait, each caller for itself', async (t) => {
  const { api } = t.context.world;
  const { createServer } = await import('../../api/server.ts');
  const { ROUTES } = await import('../../api/routes/index.ts');
  const { API_DEFAULTS } = await import('../../api/deps.ts');
  const app = await createServer(
    {
      context: api.context,
      now: api.clock.now,
      settings: { ...API_DEFAULTS, publicUrl: 'http://localhost', ratePerMinute: 5 },
      onFault: () => undefined,
    },
    ROUTES,
  );
  const get = (remoteAddress: string, headers: Readonly<Record<string, string>> = {}) =>
    app.inject({ url: '/v1/renewals', remoteAddress, headers });
  for (let i = 0; i < 5; i += 1) t.is((await get('192.0.2.1')).statusCode, 401);
  const limited = await get('192.0.2.1', { authorization: `Bearer prn_${'x'.repeat(30)}` });
  t.is(limited.statusCode, 429, 'guessing secrets is counted by address');
  t.true(Number(limited.headers['retry-after']) > 0);
  t.is((await get('192.0.2.1', { 'x-forwarded-for': '198.51.100.9' })).statusCode, 429, 'nobody believes the header');
  t.is((await get('192.0.2.2')).statusCode, 401);
  await app.close();
});

test.serial(
  'it stops in order: idle connections at once, a running request to its end, but not for ever',
  async (t) => {
    const folder = await openTestFolder();
    t.teardown(() => folder.close());
    const context = { ...t.context.world.api.context, dataDir: folder.dataDir, env: {} } as OperationsContext;
    const first = await startApi(context, apiSettings({}), { stopMs: 300 });
    t.is((await fetch(`${first.url}/livez`)).status, 200);
    // A request that never ends: its body does not come.
    const { port } = new URL(first.url);
    const socket = connect(Number(port), '127.0.0.1').resume();
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    const head = 'POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n';
    // The server has begun with it as soon as it asks for the rest.
    const begun = new Promise<void>((resolve) => void socket.once('data', () => resolve()));
    socket.write(`${head}Content-Length: 9\r\n\r\n`);
    await begun;
    await Promise.all([first.stop(), first.stop(), closed]);
    await t.throwsAsync(fetch(`${first.url}/livez`));

    const second = await startApi(context, apiSettings({}));
    t.is(second.url, first.url, 'the folder remembers its port');
    const settings = apiSettings({ PERENNIAL_HTTP: second.address });
    const taken = await t.throwsAsync(startApi(context, settings), { instanceOf: PerennialError });
    t.is(taken.problems[0]?.code, 'services.port_taken');
    await fetch(`${second.url}/v1/renewals/secret-name?stage=private-words`, {
      headers: { cookie: 'x=hidden-cookie' },
    });
    await second.stop();
    const log = await readFile(join(folder.dataDir, 'logs', 'api.log'), 'utf8');
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    t.true(
      lines.some(
        ({ route, status, requestId }) =>
          route === '/v1/renewals/:renewalId' && status === 401 && String(requestId).startsWith('req_'),
      ),
    );
    t.notRegex(log, /secret-name|private-words|hidden-cookie|127\.0\.0\.1/);
  },
);

const settings = test.macro({
  exec(t, env: Readonly<Record<string, string>>, code: string | null) {
    const read = () => apiSettings(env);
    if (code === null) t.notThrows(read);
    else t.is(t.throws(read, { instanceOf: PerennialError }).problems[0]?.code, code as never);
  },
  title: (_given, env, code) => `${JSON.stringify(env)} is ${typeof code === 'string' ? code : 'taken'}`,
});

const URL_OF = 'https://renewals.example.com';
test(settings, {}, null);
test(settings, { PERENNIAL_HTTP: '127.0.0.1:8080' }, null);
test(settings, { PERENNIAL_HTTP: '[::1]:8080' }, null);
test(settings, { PERENNIAL_HTTP: '0.0.0.0:8080', PERENNIAL_PUBLIC_URL: URL_OF }, null);
test(settings, { PERENNIAL_HTTP: '0.0.0.0:8080' }, 'settings.pair');
test(settings, { PERENNIAL_HTTP: '8080' }, 'settings.address');
test(settings, { PERENNIAL_HTTP: 'localhost:0' }, 'settings.address');
test(settings, { PERENNIAL_PUBLIC_URL: 'http://renewals.example.com' }, 'settings.public_url');
test(settings, { PERENNIAL_PUBLIC_URL: `${URL_OF}/perennial` }, 'settings.public_url');
test(settings, { PERENNIAL_PUBLIC_URL: 'https://a:b@example.com' }, 'settings.public_url');
test(settings, { PERENNIAL_TRUSTED_PROXIES: '10.0.0.5, 10.1.0.0/16,loopback,fd00::/8' }, null);
test(settings, { PERENNIAL_TRUSTED_PROXIES: 'proxy.example.com' }, 'settings.proxies');
test(settings, { PERENNIAL_TRUSTED_PROXIES: '10.1.0.0/33' }, 'settings.proxies');
test(settings, { PERENNIAL_OUTSIDE_ALLOW: 'crm.corp.example, 10.20.0.0/16,fd00::/8, 127.0.0.1' }, null);
test(settings, { PERENNIAL_OUTSIDE_ALLOW: 'http://crm' }, 'settings.outside_allow');
test(settings, { PERENNIAL_OUTSIDE_ALLOW: '10.20.0.0/33' }, 'settings.outside_allow');
test(settings, { PERENNIAL_OUTSIDE_ALLOW: '0x7f.1' }, 'settings.outside_allow');
test(settings, { PERENNIAL_RATE: '0' }, 'settings.number');
test(settings, { PERENNIAL_RATE: '1e3' }, 'settings.number');

test.serial('what went wrong on our side is nothing that these tests asked for', (t) => {
  t.deepEqual(t.context.world.api.faults, []);
  t.is(codeOf({ status: 0, headers: {}, body: {} }), undefined);
});
