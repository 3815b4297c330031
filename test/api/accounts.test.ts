import anyTest from 'ava';
import type { TestFn } from 'ava';
import { trusted } from 'mongoose';
import { addMs, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import {
  acceptInvitation,
  firstLink,
  inviteFirstAdministrator,
  needsFirstAdministrator,
} from '../../operations/accounts/invitations.ts';
import { sweepExpired } from '../../operations/accounts/sweep.ts';
import type { ZoneId } from '../../domain/time/types.ts';
import { PASSWORD, PUBLIC_URL } from './api-world.ts';
import type { Api, Caller } from './api-world.ts';
import { accountsOfTeam, closeTeamContext, codeOf, mailOf, openTeamContext, teamApi } from './team-world.ts';
import type { TeamContext } from './team-world.ts';

const test = anyTest as TestFn<TeamContext>;

test.before(async (t) => {
  t.context = await openTeamContext();
});
test.after.always(async (t) => closeTeamContext(t.context));

/** A clock that stands until it is moved. */
function still(api: Api): { move(ms: number): void; now(): Instant } {
  let at = api.clock.now();
  api.clock.now = () => at;
  return {
    move: (ms) => {
      at = addMs(at, ms);
    },
    now: () => at,
  };
}

function signIn(api: Api, email: string, password: string, from = '192.0.2.1') {
  return api.app
    .inject({
      method: 'POST',
      url: '/v1/session',
      remoteAddress: from,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ email, password }),
    })
    .then(({ statusCode, json, cookies }) => ({
      status: statusCode,
      problem: json<{ code?: string; title: string; detail: string; status: number; errors: unknown; type: string }>(),
      cookies,
    }));
}

const WRONG = 'not the password at all';

test('a wrong password, a person without an account and an unknown address get the same answer, word for word', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  await api.context.db.accounts.deleteOne({ _id: 'gm' });
  await api.context.db.accounts.updateOne({ _id: 'sun' }, { $set: { disabledAt: api.clock.now() } });
  const told = async (email: string, password: string) => {
    const { status, problem } = await signIn(api, email, password);
    const { code, title, detail, errors, type } = problem;
    return { status, code, title, detail, errors, type };
  };
  const wrong = await told(mailOf('li'), WRONG);
  t.like(wrong, { status: 401, code: 'access.sign_in' });
  for (const email of [mailOf('gm'), 'nobody@example.com', mailOf('sun'), '', 'li']) {
    t.deepEqual(await told(email, PASSWORD), wrong, email);
  }
});

test.serial('an unknown address takes the work of a known one: one hash is tried for both', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const cost = async (email: string) => {
    const before = process.cpuUsage();
    await signIn(api, email, WRONG, '192.0.2.9');
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await cost(mailOf('li'));
  await cost('nobody@example.com');
  const known = Math.min(await cost(mailOf('li')), await cost(mailOf('chen')), await cost(mailOf('wang')));
  const unknown = Math.min(await cost('a@example.com'), await cost('b@example.com'), await cost('c@example.com'));
  t.true(unknown > known / 3 && unknown < known * 3, `${known} and ${unknown} µs`);
});

test('guessing is slowed after five failures, for addresses that exist and those that do not alike', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const clock = still(api);
  for (const email of [mailOf('li'), 'nobody@example.com']) {
    for (let i = 0; i < 5; i += 1) t.is((await signIn(api, email, WRONG)).status, 401);
    const slowed = await signIn(api, email, PASSWORD);
    t.is(slowed.status, 429);
    t.is(slowed.problem.code, 'access.sign_in_slow');
    t.regex(slowed.problem.detail, /Wait 2 s/);
  }
  t.is((await signIn(api, mailOf('li'), PASSWORD, '198.51.100.7')).status, 200, 'elsewhere the owner comes in');
  clock.move(2 * MS_PER_SECOND);
  t.is((await signIn(api, mailOf('li'), WRONG)).status, 401);
  t.is((await signIn(api, mailOf('li'), PASSWORD)).status, 429, 'twice as long after one more');
  clock.move(4 * MS_PER_SECOND);
  t.is((await signIn(api, mailOf('li'), PASSWORD)).status, 200);
});

test('a hundred guesses at once count as a hundred: at most five are looked at', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  still(api);
  const answers = await Promise.all(Array.from({ length: 40 }, () => signIn(api, mailOf('li'), WRONG)));
  t.true(answers.filter(({ status }) => status === 401).length <= 5);
  t.true(answers.every(({ status }) => status === 401 || status === 429));
});

test('an address that tries many accounts is slowed, a whole /64 as one; another address is not', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  still(api);
  for (let i = 0; i < 30; i += 1) await signIn(api, `guess${i}@example.com`, WRONG, `2001:db8:0:1::${i.toString(16)}`);
  t.is((await signIn(api, mailOf('li'), PASSWORD, '2001:db8:0:1:ffff::1')).status, 429);
  t.is((await signIn(api, mailOf('li'), PASSWORD, '2001:db8:0:2::1')).status, 200);
});

test('nobody locks a colleague out: an account tried from everywhere waits a minute at most', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const clock = still(api);
  for (let i = 0; i < 45; i += 1) await signIn(api, mailOf('li'), WRONG, `203.0.113.${i}`);
  t.is((await signIn(api, mailOf('li'), PASSWORD, '198.51.100.8')).status, 429);
  clock.move(MS_PER_MINUTE);
  t.is((await signIn(api, mailOf('li'), PASSWORD, '198.51.100.8')).status, 200);
});

test('a session ends after twelve hours alone and five days at work, and what is over is swept', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const clock = still(api);
  const idle = await api.as(mailOf('li'));
  const busy = await api.as(mailOf('wang'));
  for (let hours = 0; hours < 5 * 24; hours += 10) {
    t.is((await busy.get('/v1/session')).status, 200, `after ${hours} hours`);
    clock.move(10 * MS_PER_HOUR);
    if (hours === 0) t.is((await idle.get('/v1/session')).status, 200);
    if (hours === 20) t.is((await idle.get('/v1/session')).status, 401);
  }
  t.is((await busy.get('/v1/session')).status, 401);
  t.is(await api.context.db.sessions.countDocuments(), 2);
  await sweepExpired(api.context.db, clock.now());
  t.is(await api.context.db.sessions.countDocuments(), 0);
  clock.move(2 * MS_PER_DAY);
  await sweepExpired(api.context.db, clock.now());
  t.is(await api.context.db.signInAttempts.countDocuments(), 0);
});

test('changing the password needs the present one, ends all other sessions and outstanding links, and keeps this one', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const here = await api.as(mailOf('li'));
  const there = await api.as(mailOf('li'));
  const next = 'another long sentence of autumn';
  const wrong = await here.send('POST', '/v1/session/password', { current: WRONG, next });
  t.is(wrong.status, 403);
  t.is(codeOf(wrong), 'account.password_wrong');
  t.is(
    codeOf(await here.send('POST', '/v1/session/password', { current: PASSWORD, next: 'short' })),
    'account.password_short',
  );
  t.is((await here.send('POST', '/v1/session/password', { current: PASSWORD, next })).status, 204);
  t.is((await here.get('/v1/session')).status, 200);
  t.is((await there.get('/v1/session')).status, 401);
  t.is((await signIn(api, mailOf('li'), PASSWORD)).status, 401);
  t.is((await signIn(api, mailOf('li'), next)).status, 200);
});

test('guessing the present password in an open session is slowed too', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  still(api);
  const here = await api.as(mailOf('li'));
  const guess = () => here.send('POST', '/v1/session/password', { current: WRONG, next: 'another long sentence' });
  for (let i = 0; i < 5; i += 1) t.is((await guess()).status, 403);
  t.is((await guess()).status, 429);
});

test('a token cannot make tokens, change the password or look after accounts', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const admin = await api.as(mailOf('ops'));
  const made = (await admin.send('POST', '/v1/tokens', { name: 'sync', scopes: ['write'], expiresAt: null })).body as {
    secret: string;
  };
  const token = api.nobody.with({ authorization: `Bearer ${made.secret}` });
  t.is((await token.get('/v1/accounts')).status, 200);
  for (const [method, url, sent] of [
    ['POST', '/v1/tokens', { name: 'more', scopes: ['write'], expiresAt: null }],
    ['POST', '/v1/session/password', { current: PASSWORD, next: 'another long sentence' }],
    ['POST', '/v1/accounts', { personId: 'li', roles: ['admin'] }],
    ['PATCH', '/v1/accounts/li', { roles: ['admin'] }],
    ['POST', '/v1/accounts/gm/invitation', undefined],
    ['DELETE', '/v1/accounts/gm/sessions', undefined],
  ] as const) {
    const refused = await token.send(method, url, sent);
    t.is(refused.status, 403, `${method} ${url}`);
    t.is(codeOf(refused), 'access.session_only');
  }
  const over = { name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00.000Z' };
  t.is(codeOf(await admin.send('POST', '/v1/tokens', over)), 'account.token_over');
});

async function version(who: Caller, url: string): Promise<Readonly<Record<string, string>>> {
  return { 'if-match': String((await who.get(url)).headers['etag']) };
}

test('who is disabled or has left is out with the next request, with sessions and tokens, and enabling revives neither', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const admin = await api.as(mailOf('ops'));
  const rep = await api.as(mailOf('li'));
  const { secret } = (await rep.send('POST', '/v1/tokens', { name: 'sync', scopes: ['read'], expiresAt: null }))
    .body as { secret: string };
  const token = api.nobody.with({ authorization: `Bearer ${secret}` });
  t.is((await token.get('/v1/session')).status, 200);
  const url = '/v1/accounts/li';
  t.is((await admin.send('PATCH', url, { disabled: true })).status, 428);
  const disabled = await admin.send('PATCH', url, { disabled: true }, await version(admin, url));
  t.is(disabled.status, 200, JSON.stringify(disabled.body));
  t.is((await rep.get('/v1/session')).status, 401);
  t.is((await token.get('/v1/session')).status, 401);
  t.is(codeOf(await admin.send('POST', `${url}/invitation`)), 'account.disabled');
  await admin.send('PATCH', url, { disabled: false }, await version(admin, url));
  t.is((await rep.get('/v1/session')).status, 401);
  t.is((await token.get('/v1/session')).status, 401);
  const manager = await api.as(mailOf('wang'));
  await api.context.db.people.updateOne({ _id: 'wang' }, { $set: { active: false } });
  t.is((await manager.get('/v1/session')).status, 401);
});

test('an administrator makes an account; its link sets the password once and shows who it is for', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  await api.context.db.accounts.deleteOne({ _id: 'li' });
  const admin = await api.as(mailOf('ops'));
  const made = await admin.send('POST', '/v1/accounts', { personId: 'li', roles: [] });
  t.is(made.status, 201, JSON.stringify(made.body));
  const { link } = made.body as { link: string };
  t.true(link.startsWith(`${PUBLIC_URL}/invitation#`));
  const first = link.split('#')[1] ?? '';
  t.is(codeOf(await admin.send('POST', '/v1/accounts', { personId: 'li', roles: [] })), 'account.exists');
  t.is(codeOf(await admin.send('POST', '/v1/accounts', { personId: 'x', roles: [] })), 'store.person_missing');
  const again = (await admin.send('POST', '/v1/accounts/li/invitation')).body as { link: string };
  const secret = again.link.split('#')[1] ?? '';
  t.is((await api.nobody.get(`/v1/invitations/${first}`)).status, 404, 'the newer link ends the one before');
  t.like((await api.nobody.get(`/v1/invitations/${secret}`)).body, { purpose: 'password', email: mailOf('li') });
  const use = () => api.nobody.send('POST', `/v1/invitations/${secret}`, { password: PASSWORD });
  const answers = await Promise.all([use(), use(), use()]);
  t.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 404, 404],
  );
  t.like((await (await api.as(mailOf('li'))).get('/v1/session')).body, { personId: 'li' });
  const rep = await api.as(mailOf('li'));
  t.is((await rep.get('/v1/accounts')).status, 403);
});

test('the last administrator can be neither disabled nor deprived, also not by two at once', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  await api.context.db.accounts.updateOne({ _id: 'gm' }, { $set: { roles: ['admin'] } });
  const one = await api.as(mailOf('ops'));
  const two = await api.as(mailOf('gm'));
  const [ofOne, ofTwo] = [await version(one, '/v1/accounts/ops'), await version(one, '/v1/accounts/gm')];
  const answers = await Promise.all([
    one.send('PATCH', '/v1/accounts/gm', { roles: [] }, ofTwo),
    two.send('PATCH', '/v1/accounts/ops', { disabled: true }, ofOne),
  ]);
  t.is(answers.filter(({ status }) => status === 200).length, 1, JSON.stringify(answers.map((a) => a.body)));
  const left = await api.context.db.accounts.find({ roles: 'admin', disabledAt: null }).lean();
  t.is(left.length, 1);
  const last = left[0]?._id === 'ops' ? one : two;
  const url = `/v1/accounts/${left[0]?._id ?? ''}`;
  for (const change of [{ roles: [] }, { roles: ['auditor'] }, { disabled: true }]) {
    t.is(codeOf(await last.send('PATCH', url, change, await version(last, url))), 'account.last_admin');
  }
});

test('an administrator sees and ends the sessions of others', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const admin = await api.as(mailOf('ops'));
  const rep = await api.as(mailOf('li'));
  t.is(((await admin.get('/v1/accounts/li/sessions')).body as { items: unknown[] }).items.length, 1);
  t.is((await admin.send('DELETE', '/v1/accounts/li/sessions')).status, 204);
  t.is((await rep.get('/v1/session')).status, 401);
  t.is((await admin.get('/v1/accounts/nobody/sessions')).status, 404);
  const pages = (await admin.get('/v1/accounts?limit=3')).body as { items: { personId: string }[]; next: string };
  const rest = (await admin.get(`/v1/accounts?limit=100&after=${pages.next}`)).body as typeof pages;
  t.is(new Set([...pages.items, ...rest.items].map(({ personId }) => personId)).size, 8);
});

const FIRST = { name: 'Ada', email: 'ada@example.com', locale: 'en' as const, zone: 'Asia/Shanghai' as ZoneId };

test('of many starts one link works, of two who use links at once one becomes the first administrator', async (t) => {
  const api = await teamApi(t);
  const { db } = api.context;
  const now = api.clock.now();
  const links = await Promise.all(Array.from({ length: 4 }, () => firstLink(db, PUBLIC_URL, now)));
  t.is(await db.invitations.countDocuments(), 1);
  const secrets = links.map((link) => link?.split('#')[1] ?? '');
  const open = await Promise.all(secrets.map((secret) => api.nobody.get(`/v1/invitations/${secret}`)));
  t.is(open.filter(({ status }) => status === 200).length, 1);
  const secret = secrets[open.findIndex(({ status }) => status === 200)] ?? '';
  const come = (email: string) => acceptInvitation(db, secret, PASSWORD, { ...FIRST, email }, '192.0.2.1', now);
  const came = await Promise.allSettled([come('a@example.com'), come('b@example.com'), come('c@example.com')]);
  t.is(came.filter(({ status }) => status === 'fulfilled').length, 1);
  t.false(await needsFirstAdministrator(db));
  t.is(await firstLink(db, PUBLIC_URL, now), null);
  t.is(
    await db.people.countDocuments({ email: trusted({ $in: ['a@example.com', 'b@example.com', 'c@example.com'] }) }),
    1,
  );
});

test('a first link that is left over makes nobody an administrator once there is one', async (t) => {
  const api = await teamApi(t);
  const { db } = api.context;
  const now = api.clock.now();
  const secret = await inviteFirstAdministrator(db, now);
  await accountsOfTeam(api);
  const late = await api.nobody.send('POST', `/v1/invitations/${secret}`, { password: PASSWORD, administrator: FIRST });
  t.is(late.status, 404);
  t.is(codeOf(late), 'account.link');
  t.is(await db.people.countDocuments({ email: FIRST.email }), 0);
});

test('the first administrator’s zone must be one', async (t) => {
  const api = await teamApi(t);
  const secret = await inviteFirstAdministrator(api.context.db, api.clock.now());
  const url = `/v1/invitations/${secret}`;
  const sent = { password: PASSWORD, administrator: { ...FIRST, zone: 'Mars/Olympus' } };
  t.is((await api.nobody.send('POST', url, sent)).status, 422);
  const came = await api.nobody.send('POST', url, { ...sent, administrator: FIRST });
  t.is(came.status, 200, JSON.stringify(came.body));
  t.deepEqual((came.body as { roles: string[] }).roles, ['admin']);
});
