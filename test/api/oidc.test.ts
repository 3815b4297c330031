import anyTest from 'ava';
import type { TestFn } from 'ava';
import { addMs, MS_PER_MINUTE } from '../../domain/time/index.ts';
import { createAccount } from '../../operations/accounts/invitations.ts';
import { oidcSettings } from '../../operations/accounts/oidc.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import { PUBLIC_URL } from './api-world.ts';
import type { Answer, Api, Caller } from './api-world.ts';
import { openIdentityWorld } from './identity-world.ts';
import type { IdentityWorld } from './identity-world.ts';
import { accountsOfTeam, closeTeamContext, codeOf, mailOf, openTeamContext, teamApi } from './team-world.ts';
import type { TeamContext } from './team-world.ts';

const test = anyTest as TestFn<TeamContext & { readonly identities: IdentityWorld }>;

test.before(async (t) => {
  t.context = { ...(await openTeamContext()), identities: await openIdentityWorld() };
});
test.after.always(async (t) => {
  await closeTeamContext(t.context);
  await t.context.identities.close();
});

function cookieOf(answer: Answer, name: string): string | undefined {
  const lines = [answer.headers['set-cookie']].flat().map(String);
  const found = lines.find((line) => line.startsWith(`${name}=`) && !line.startsWith(`${name}=;`));
  return found?.split(';')[0];
}

const JOURNEY = '__Host-perennial-oidc';
const SESSION = '__Host-perennial';

interface Journey {
  readonly url: string;
  readonly cookie: string;
}

async function setOut(who: Caller, path = '/v1/session/oidc', sent: object = {}): Promise<Journey> {
  const answer = await who.send('POST', path, sent);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return { url: (answer.body as { url: string }).url, cookie: cookieOf(answer, JOURNEY) ?? '' };
}

/** The browser comes back from the provider. */
function comeBack(api: Api, address: string, ...cookies: readonly string[]): Promise<Answer> {
  return api.nobody.get(address.replace(PUBLIC_URL, ''), { cookie: cookies.filter(Boolean).join('; ') });
}

function errorOf({ headers }: Answer): string {
  return decodeURIComponent(/\?error=(.*)$/.exec(String(headers['location']))?.[1] ?? '');
}

async function invited(api: Api, personId: string): Promise<string> {
  await api.context.db.accounts.deleteOne({ _id: personId });
  return createAccount(api.context.db, { personId, roles: [] }, { personId: 'ops', address: '' }, api.clock.now());
}

test('an invitation links an identity; from then on it signs in, and the e-mail it claims means nothing', async (t) => {
  const { identities } = t.context;
  const api = await teamApi(t, identities.env);
  await accountsOfTeam(api);
  t.deepEqual((await api.nobody.get('/v1/session/ways')).body, { password: true, oidc: true });
  // The provider says of everybody that they are li@example.com.
  const stranger = await setOut(api.nobody);
  const refused = await comeBack(api, await identities.signIn(stranger.url, 'subject-1'), stranger.cookie);
  t.is(refused.status, 303);
  t.is(errorOf(refused), 'access.identity');
  t.is(cookieOf(refused, SESSION), undefined);

  const invitation = await invited(api, 'wang');
  const first = await setOut(api.nobody, '/v1/session/oidc', { invitation });
  const url = new URL(first.url);
  t.is(url.searchParams.get('code_challenge_method'), 'S256');
  t.truthy(url.searchParams.get('state'));
  t.truthy(url.searchParams.get('nonce'));
  const linked = await comeBack(api, await identities.signIn(first.url, 'subject-1'), first.cookie);
  t.is(linked.headers['location'], `${PUBLIC_URL}/`, errorOf(linked));
  const session = cookieOf(linked, SESSION) ?? '';
  t.like((await api.nobody.get('/v1/session', { cookie: session })).body, { personId: 'wang' });
  t.is((await api.nobody.get(`/v1/invitations/${invitation}`)).status, 404, 'the link is used up');

  const again = await setOut(api.nobody);
  const back = await comeBack(api, await identities.signIn(again.url, 'subject-1'), again.cookie);
  const second = cookieOf(back, SESSION) ?? '';
  t.like((await api.nobody.get('/v1/session', { cookie: second })).body, { personId: 'wang' });
  await api.context.db.accounts.updateOne({ _id: 'wang' }, { $set: { disabledAt: api.clock.now() } });
  const out = await setOut(api.nobody);
  t.is(errorOf(await comeBack(api, await identities.signIn(out.url, 'subject-1'), out.cookie)), 'access.identity');
  t.deepEqual(api.faults, []);
});

test('an answer counts once, in the browser that set out, with the state it set out with, within ten minutes', async (t) => {
  const { identities } = t.context;
  const api = await teamApi(t, identities.env);
  await accountsOfTeam(api);
  await api.context.db.accounts.updateOne(
    { _id: 'li' },
    { $set: { identities: [{ issuer: identities.issuer, subject: 'subject-2' }] } },
  );
  const fresh = async () => {
    const journey = await setOut(api.nobody);
    return { ...journey, address: await identities.signIn(journey.url, 'subject-2') };
  };
  const elsewhere = await fresh();
  t.is(errorOf(await comeBack(api, elsewhere.address)), 'access.oidc', 'another browser');
  const other = await fresh();
  t.is(
    errorOf(await comeBack(api, elsewhere.address, other.cookie)),
    'access.oidc',
    'another journey’s state and code',
  );

  const once = await fresh();
  t.is(errorOf(await comeBack(api, once.address, once.cookie)), '');
  t.is(errorOf(await comeBack(api, once.address, once.cookie)), 'access.oidc', 'the same answer twice');

  const forged = await fresh();
  const changed = new URL(forged.address);
  changed.searchParams.set('state', 'x'.repeat(43));
  t.is(errorOf(await comeBack(api, changed.href, forged.cookie)), 'access.oidc');

  const mixed = await fresh();
  const issuer = new URL(mixed.address);
  issuer.searchParams.set('iss', 'https://another.example.com');
  t.is(errorOf(await comeBack(api, issuer.href, mixed.cookie)), 'access.oidc', 'mix-up of providers');

  const unnamed = await fresh();
  const without = new URL(unnamed.address);
  without.searchParams.delete('iss');
  t.is(errorOf(await comeBack(api, without.href, unnamed.cookie)), 'access.oidc', 'no issuer where it is announced');

  const denied = await fresh();
  const error = new URL(denied.address);
  error.searchParams.delete('code');
  error.searchParams.set('error', 'access_denied');
  t.is(errorOf(await comeBack(api, error.href, denied.cookie)), 'access.oidc');

  const late = await fresh();
  const now = api.clock.now();
  api.clock.now = () => addMs(now, 11 * MS_PER_MINUTE);
  t.is(errorOf(await comeBack(api, late.address, late.cookie)), 'access.oidc');
  t.deepEqual(api.faults, []);
});

test('a nonce or a verifier of another journey is refused: a stolen code is worth nothing', async (t) => {
  const { identities } = t.context;
  const api = await teamApi(t, identities.env);
  await accountsOfTeam(api);
  for (const change of [{ nonce: 'n'.repeat(43) }, { verifier: 'v'.repeat(43) }]) {
    const journey = await setOut(api.nobody);
    const address = await identities.signIn(journey.url, 'subject-3');
    await api.context.db.oidcFlows.updateMany({}, { $set: change });
    t.is(errorOf(await comeBack(api, address, journey.cookie)), 'access.oidc', Object.keys(change).join());
  }
});

test('somebody signed in links an identity; nobody else’s, not from another session, and not one that is taken', async (t) => {
  const { identities } = t.context;
  const api = await teamApi(t, identities.env);
  await accountsOfTeam(api);
  const session = async (email: string) => {
    const signedIn = await api.nobody.send('POST', '/v1/session', { email, password: 'a long sentence about spring' });
    return cookieOf(signedIn, SESSION) ?? '';
  };
  const [li, chen] = [await session(mailOf('li')), await session(mailOf('chen'))];
  const link = (cookie: string) =>
    setOut(api.nobody.with({ cookie, 'sec-fetch-site': 'same-origin' }), '/v1/session/identities');
  const swapped = await link(li);
  const foreign = await identities.signIn(swapped.url, 'subject-4');
  t.is(errorOf(await comeBack(api, foreign, swapped.cookie, chen)), 'access.oidc', 'somebody else sits here by now');
  const own = await link(li);
  const back = await comeBack(api, await identities.signIn(own.url, 'subject-4'), own.cookie, li);
  t.is(errorOf(back), '');
  t.is(cookieOf(back, SESSION), undefined, 'the session goes on');
  const taken = await link(chen);
  const answer = await identities.signIn(taken.url, 'subject-4');
  t.is(errorOf(await comeBack(api, answer, taken.cookie, chen)), 'account.identity_taken');
  const entry = await setOut(api.nobody);
  const signedIn = await comeBack(api, await identities.signIn(entry.url, 'subject-4'), entry.cookie);
  const me = await api.nobody.get('/v1/session', { cookie: cookieOf(signedIn, SESSION) ?? '' });
  t.like(me.body, { personId: 'li' });
  const log = await api.context.db.audit.find({ name: 'identity linked' }).lean();
  t.is(log.length, 1);
});

test('without a provider the ways in say so; one that is away is an answer and no fault', async (t) => {
  const api = await teamApi(t);
  t.deepEqual((await api.nobody.get('/v1/session/ways')).body, { password: true, oidc: false });
  t.is(codeOf(await api.nobody.send('POST', '/v1/session/oidc', {})), 'access.oidc_off');
  const env = { ...t.context.identities.env, PERENNIAL_OIDC_ISSUER: 'http://127.0.0.1:1' };
  const lonely = await teamApi(t, env);
  const answer = await lonely.nobody.send('POST', '/v1/session/oidc', {});
  t.is(answer.status, 503);
  t.is(codeOf(answer), 'access.oidc_away');
  t.deepEqual(lonely.faults, []);
});

test('half a setting and an issuer that anybody could answer for are refused', (t) => {
  const code = (env: Readonly<Record<string, string>>) => {
    const error = t.throws(() => oidcSettings(env), { instanceOf: PerennialError });
    return error?.problems[0]?.code;
  };
  t.is(oidcSettings({}), null);
  t.is(code({ PERENNIAL_OIDC_ISSUER: 'https://id.example.com' }), 'settings.pair');
  t.is(code({ PERENNIAL_OIDC_CLIENT_ID: 'x' }), 'settings.pair');
  for (const issuer of ['http://id.example.com', 'ftp://id.example.com', 'id.example.com']) {
    t.is(code({ PERENNIAL_OIDC_ISSUER: issuer, PERENNIAL_OIDC_CLIENT_ID: 'x' }), 'settings.issuer');
  }
});
