import test from 'ava';
import { connect } from '../../schemas/connection.ts';
import { readServices } from '../../embedded/services-file.ts';
import { Product } from './product.ts';

/** The API as `perennial up` starts it, in processes of its own and a fresh folder. */

test('up says where the API is, how the first administrator comes in, and says the same address again', async (t) => {
  t.timeout(300_000);
  const product = await Product.open();
  t.teardown(() => product.close());
  const said = async (up: ReturnType<Product['up']>) => {
    await up.said(/^Perennial runs/m);
    return up.text();
  };

  const first = product.up('--empty');
  const text = await said(first);
  const url = /^API: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1] ?? '';
  t.is((await fetch(`${url}/livez`)).status, 200);
  t.is((await fetch(`${url}/readyz`)).status, 200);
  t.regex(await (await fetch(`${url}/metrics`)).text(), /^perennial_temporal_up 1$/m);
  const secret = /\/invitation#([\w-]+)/.exec(text)?.[1] ?? '';
  const status = await product.json<{ services: { api: { url: string | null } } }>('status');
  t.is(status.services.api.url, url);

  const link = `${url}/v1/invitations/${secret}`;
  t.like(await (await fetch(link)).json(), { purpose: 'first administrator', email: null });
  const body = JSON.stringify({
    password: 'a long sentence about spring',
    administrator: { name: 'Ada Sample', email: 'ada@example.com', locale: 'en', zone: 'Asia/Shanghai' },
  });
  const headers = { 'content-type': 'application/json' };
  const accepted = await fetch(link, { method: 'POST', headers, body });
  t.is(accepted.status, 200);
  const cookie = accepted.headers.get('set-cookie')?.split(';')[0] ?? '';
  t.regex(cookie, /^__Host-perennial=/);
  t.like(await (await fetch(`${url}/v1/session`, { headers: { cookie } })).json(), { roles: ['admin'] });
  t.is((await fetch(link, { method: 'POST', headers, body })).status, 404, 'a link works once');
  t.is(await first.stop(), 130);
  await t.throwsAsync(fetch(`${url}/livez`));
  t.is(readServices(product.dataDir), undefined);

  const second = product.up('--empty');
  const again = await said(second);
  t.true(again.includes(`API: ${url}\n`), again);
  t.false(again.includes('/invitation#'), 'there is an administrator already');
  t.is((await fetch(`${url}/v1/session`, { headers: { cookie } })).status, 200, 'a session outlives a restart');
  const db = await connect(readServices(product.dataDir)?.mongo.uri ?? '');
  t.is(await db.accounts.countDocuments({ roles: 'admin' }), 1);
  await db.close();
  t.is(await second.stop(), 130);
});
