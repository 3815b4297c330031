import anyTest from 'ava';
import type { TestFn } from 'ava';
import { inviteFirstAdministrator, invitePassword } from '../../../operations/accounts/invitations.ts';
import { PASSWORD } from '../api-world.ts';
import type { Answer } from '../api-world.ts';
import { accountsOfTeam, closeTeamContext, mailOf, openTeamContext, teamApi } from '../team-world.ts';
import type { TeamContext } from '../team-world.ts';
import { cookieOf, FROM_PAGE, hiddenFields, pageOf, submit, textOf } from './page-world.ts';

/* Signing in and the pages around it, as a browser without scripts meets them. */

const test = anyTest as TestFn<TeamContext>;
test.before(async (t) => {
  t.context = await openTeamContext();
});
test.after.always(async (t) => closeTeamContext(t.context));

const CHINESE = { 'accept-language': 'zh-CN,zh;q=0.9' };

test('somebody signs in by a form, sees who one is, and signs out', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const away = await api.nobody.get('/');
  t.is(away.status, 303);
  t.is(away.headers['location'], '/sign-in');
  const form = await api.nobody.get('/sign-in', CHINESE);
  t.regex(textOf(form), /^登录 邮箱 密码/);
  t.regex(pageOf(form), /<html lang="zh-CN">/);

  const wrong = await submit(api.nobody, '/sign-in', { email: mailOf('li'), password: 'no' });
  t.is(wrong.status, 401);
  t.regex(textOf(wrong), /E-mail and password do not fit together/);
  t.true(pageOf(wrong).includes(`value="${mailOf('li')}"`), 'what was typed stays, but for the password');
  t.false(pageOf(wrong).includes('value="no"'));

  const come = await submit(api.nobody, '/sign-in', { email: mailOf('li'), password: PASSWORD });
  t.is(come.status, 303);
  t.is(come.headers['location'], '/');
  const me = api.nobody.with({ cookie: cookieOf(come) });
  t.regex(textOf(await me.get('/')), /sales rep|销售代表/);
  t.is((await me.get('/sign-in')).headers['location'], '/');
  t.is((await submit(me, '/sign-out', {})).headers['location'], '/sign-in');
  t.is((await me.get('/')).headers['location'], '/sign-in', 'the old cookie is worth nothing');
  t.deepEqual(api.faults, []);
});

test('after signing in one comes back to a page of ours that asked, and to nothing else', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const wish = { email: mailOf('li'), password: PASSWORD };
  const to = `/decide/${'a'.repeat(44)}`;
  t.is((await submit(api.nobody, '/sign-in', { ...wish, to })).headers['location'], to);
  for (const evil of ['https://evil.example', '//evil.example', '/\\evil.example', '/decide/../x', '/docs']) {
    t.is((await submit(api.nobody, '/sign-in', { ...wish, to: evil })).headers['location'], undefined, evil);
  }
  const ignored = await submit(api.nobody, '/sign-in?redirect=https://evil.example', wish);
  t.is(ignored.headers['location'], '/');
});

test('a form of another site is refused, with and without somebody signed in', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const me = await api.as(mailOf('li'));
  const fields = { email: mailOf('li'), password: PASSWORD };
  const others: readonly Readonly<Record<string, string>>[] = [
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of others) {
    for (const caller of [api.nobody, me]) {
      // The caller of the tests says where it comes from; an attacker's browser would say this.
      const answer = await submit(caller, '/sign-in', fields, { 'sec-fetch-site': '', ...headers });
      t.is(answer.status, 403, JSON.stringify(headers));
      t.is(answer.headers['set-cookie'], undefined);
    }
  }
  const other = await api.nobody.send('POST', '/sign-in', fields, FROM_PAGE);
  t.is(other.status, 415, 'JSON is for the API');
  t.regex(String(other.headers['content-type']), /^text\/html/);
});

test('the first administrator comes in by the link: look, say who one is, be signed in', async (t) => {
  const api = await teamApi(t);
  const { db } = api.context;
  const code = await inviteFirstAdministrator(db, api.clock.now());
  const page = await api.nobody.get('/invitation');
  t.regex(String(page.headers['content-security-policy']), /script-src 'self'$/);
  t.regex(textOf(page), /Code of the link/);

  const wrong = await submit(api.nobody, '/invitation', { code: `${code}x`, zone: '' });
  t.is(wrong.status, 404);
  t.regex(textOf(wrong), /not valid any more.*new one/);
  t.notRegex(pageOf(wrong), /<script/, 'the script would send the same code again');

  const look = await submit(api.nobody, '/invitation', {
    code: `https://x.example/invitation#${code}`,
    zone: 'Asia/Tokyo',
  });
  t.is(look.status, 200);
  t.regex(pageOf(look), /<option value="Asia\/Tokyo" selected>/);
  t.notRegex(String(look.headers['content-security-policy']), /script-src/);
  const fields = {
    ...hiddenFields(look, '/invitation/accept'),
    name: 'Ada <Sample>',
    email: 'ada@example.com',
    locale: 'en',
    zone: 'Asia/Tokyo',
    password: PASSWORD,
    again: PASSWORD,
  };
  const accept = (more: Readonly<Record<string, string>>) =>
    submit(api.nobody, '/invitation/accept', { ...fields, ...more });
  const refused: readonly (readonly [Answer, RegExp])[] = [
    [await accept({ again: 'something else' }), /two passwords differ/],
    [await accept({ password: 'short', again: 'short' }), /at least 12/],
    [await accept({ email: 'nobody' }), /nobody/],
    [await accept({ zone: 'Mars/North' }), /Mars/],
  ];
  for (const [answer, words] of refused) {
    t.is(answer.status, 422, String(words));
    t.regex(textOf(answer), words);
    t.true(pageOf(answer).includes('value="Ada &lt;Sample&gt;"'), 'what was typed stays');
    t.false(pageOf(answer).includes(PASSWORD));
  }
  const done = await accept({});
  t.is(done.status, 303, pageOf(done));
  const me = api.nobody.with({ cookie: cookieOf(done) });
  t.regex(textOf(await me.get('/')), /Welcome, Ada <Sample>.*administrator.*Asia\/Tokyo/);
  t.is((await accept({})).status, 404, 'a link works once');
  t.is(await db.accounts.countDocuments({ roles: 'admin' }), 1);
  t.deepEqual(api.faults, []);
});

test('a colleague sets a password by a link, in Chinese', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const { db } = api.context;
  const code = await invitePassword(db, 'wang', { personId: 'ops', address: '' }, api.clock.now());
  const before = await db.invitations.findOne({ personId: 'wang' }).lean();
  const look = await submit(api.nobody, '/invitation', { code }, { ...FROM_PAGE, ...CHINESE });
  t.regex(textOf(look), new RegExp(`设置密码.*${mailOf('wang')}`));
  t.deepEqual(await db.invitations.findOne({ personId: 'wang' }).lean(), before, 'looking uses nothing up');
  const fresh = 'another sentence about autumn';
  const fields = { ...hiddenFields(look, '/invitation/accept'), password: fresh, again: fresh };
  t.is((await submit(api.nobody, '/invitation/accept', fields)).status, 303);
  t.is((await submit(api.nobody, '/sign-in', { email: mailOf('wang'), password: fresh })).status, 303);
  t.deepEqual(api.faults, []);
});

test('a way back from the identity provider that failed is told in words, and any other word is ignored', async (t) => {
  const api = await teamApi(t);
  t.regex(textOf(await api.nobody.get('/sign-in?error=access.identity')), /belongs to no account/);
  t.regex(textOf(await api.nobody.get('/sign-in?error=access.identity', CHINESE)), /尚未关联/);
  t.notRegex(textOf(await api.nobody.get('/sign-in?error=<b>')), /<b>/);
  t.is((await api.nobody.get('/sign-in?error=toString')).status, 200);
});

test('every page is guarded: no scripts, no frames, no referrer, kept by nobody; a wrong method is told', async (t) => {
  const api = await teamApi(t);
  for (const path of ['/sign-in', '/invitation', '/']) {
    for (const method of ['GET', 'HEAD'] as const) {
      const { headers } = await api.nobody.send(method, path);
      t.is(headers['cache-control'], 'no-store', path);
      t.is(headers['referrer-policy'], 'no-referrer', path);
      t.is(headers['x-content-type-options'], 'nosniff', path);
      t.regex(String(headers['content-security-policy']), /^default-src 'none'/, path);
      t.regex(String(headers['content-security-policy']), /frame-ancestors 'none'/, path);
      t.notRegex(String(headers['content-security-policy']), /unsafe|\*|https?:/, path);
    }
  }
  const wrong = await api.nobody.send('DELETE', '/sign-in');
  t.is(wrong.status, 405);
  t.is(wrong.headers['allow'], 'GET, HEAD, POST');
  const style = /href="(\/pages\/[\w-]+\.css)"/.exec(pageOf(await api.nobody.get('/sign-in')))?.[1] ?? '';
  const css = await api.nobody.get(style);
  t.is(css.status, 200);
  t.regex(String(css.headers['content-type']), /^text\/css/);
});
