import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createClientKeys } from '../../schemas/sealing.ts';
import type { AuditDoc } from '../../schemas/audit.ts';
import { raw } from '../../schemas/raw.ts';
import { NOBODY, recordAudit } from '../../operations/audit/append.ts';
import { verifyAudit } from '../../operations/audit/read.ts';
import type { Database } from '../../schemas/connection.ts';
import { PASSWORD } from './api-world.ts';
import type { Api, Caller } from './api-world.ts';
import { accountsOfTeam, closeTeamContext, mailOf, openTeamContext, teamApi } from './team-world.ts';
import type { TeamContext } from './team-world.ts';

const test = anyTest as TestFn<TeamContext>;

test.before(async (t) => {
  t.context = await openTeamContext();
});
test.after.always(async (t) => closeTeamContext(t.context));

interface Line {
  readonly seq: number;
  readonly name: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly target: { readonly id: string } | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

async function log(who: Caller, query = ''): Promise<readonly Line[]> {
  const answer = await who.get(`/v1/audit${query}`);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return (answer.body as { items: Line[] }).items;
}

test('the log tells who came in and who tried, what rights changed, and who read what by office; no password, no e-mail', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  await api.nobody.send('POST', '/v1/session', { email: mailOf('li'), password: 'a password in the wrong place' });
  await api.nobody.send('POST', '/v1/session', { email: 'my secret typed here', password: PASSWORD });
  const admin = await api.as(mailOf('ops'));
  const auditor = await api.as(mailOf('zhao'));
  const etag = String((await admin.get('/v1/accounts/gm')).headers['etag']);
  await admin.send('PATCH', '/v1/accounts/gm', { roles: ['auditor'] }, { 'if-match': etag });
  const { token } = (await admin.send('POST', '/v1/tokens', { name: 'x', scopes: ['read'], expiresAt: null })).body as {
    token: { id: string };
  };
  await admin.send('DELETE', `/v1/tokens/${token.id}`);
  await auditor.get('/v1/renewals?clientId=cli_1');
  const rep = await api.as(mailOf('li'));
  await rep.get('/v1/renewals');
  await rep.send('DELETE', '/v1/session');
  const lines = (await log(auditor)).toReversed();
  t.deepEqual(
    lines.map(({ name, actor, target }) => [name, actor.id, target?.id ?? null].join(' ')),
    [
      'sign-in failed nobody li',
      'sign-in failed nobody ',
      'signed in ops ',
      'signed in zhao ',
      'read ops ',
      'rights changed ops gm',
      'token made ops ',
      'token revoked ops ',
      'read zhao ',
      'signed in li ',
      'signed out li ',
      'read zhao ',
    ],
  );
  t.like(lines[5]?.detail, { before: [], after: ['auditor'], address: '127.0.0.1' });
  t.like(lines[8]?.detail, { operation: 'listRenewals', filters: ['clientId'] });
  const stored = JSON.stringify(await api.context.db.audit.find().lean());
  for (const secret of ['127.0.0.1', 'secret', PASSWORD, 'wrong place', '@example.com'])
    t.false(stored.includes(secret));
  t.like((await auditor.get('/v1/audit/verify')).body, { ok: true, fault: null });
  t.is((await rep.get('/v1/audit')).status, 401);
  t.is((await (await api.as(mailOf('chen'))).get('/v1/audit')).status, 403);
});

test('the log is filtered by name, person and time, and paged', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const auditor = await api.as(mailOf('zhao'));
  await api.as(mailOf('li'));
  await api.as(mailOf('wang'));
  const names = async (query: string) => (await log(auditor, query)).map(({ name, actor }) => `${name} ${actor.id}`);
  t.deepEqual(await names('?name=signed%20in'), ['signed in wang', 'signed in li', 'signed in zhao']);
  t.deepEqual(await names('?actorId=li'), ['signed in li']);
  t.deepEqual(await names('?before=2020-01-01T00:00:00.000Z'), []);
  t.is((await auditor.get('/v1/audit?name=nothing')).status, 422);
  const seen: number[] = [];
  for (let after = ''; ;) {
    const page = (await auditor.get(`/v1/audit?limit=2&name=signed%20in${after}`)).body as {
      items: Line[];
      next: string | null;
    };
    seen.push(...page.items.map(({ seq }) => seq));
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  t.is(seen.length, 3);
});

async function grown(api: Api, count: number): Promise<Database> {
  const { db } = api.context;
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      recordAudit(db, { at: api.clock.now(), name: 'read', actor: { kind: 'person', id: `per_${i}` } }),
    ),
  );
  return db;
}

test('two hundred lines at once stand in one chain, each once', async (t) => {
  const api = await teamApi(t);
  const db = await grown(api, 200);
  t.like(await verifyAudit(db), { ok: true, entries: 200 });
  t.is((await db.audit.distinct('actor.id')).length, 200);
});

test('a line that is edited, gone, moved or cut off is found at its place', async (t) => {
  const api = await teamApi(t);
  const db = await grown(api, 9);
  const audit = raw(db.audit);
  const attack = async (work: () => Promise<unknown>) => {
    const kept = await audit.find().toArray();
    await work();
    const report = await verifyAudit(db);
    await audit.deleteMany({});
    await audit.insertMany(kept);
    return report.ok ? 'nothing found' : `${report.fault} ${report.seq}`;
  };
  const set = (seq: number, change: Partial<AuditDoc>) => audit.updateOne({ seq }, { $set: change });
  t.is(await attack(() => set(4, { name: 'signed in' })), 'edited 4');
  t.is(await attack(() => set(4, { actor: NOBODY })), 'edited 4');
  t.is(await attack(() => set(4, { target: { kind: 'person', id: 'x' } })), 'edited 4');
  t.is(await attack(() => audit.deleteOne({ seq: 4 })), 'missing 4');
  t.is(await attack(() => audit.deleteMany({ seq: { $gt: 6 } })), 'cut 7');
  t.is(await attack(() => Promise.resolve()), 'nothing found');
});

test('a person’s key is erased: the address is gone, the chain is whole', async (t) => {
  const api = await teamApi(t);
  await accountsOfTeam(api);
  const auditor = await api.as(mailOf('zhao'));
  await api.as(mailOf('li'));
  const address = async () => (await log(auditor, '?actorId=li'))[0]?.detail['address'];
  t.is(await address(), '127.0.0.1');
  await createClientKeys(api.context.db).erase('li', api.clock.now());
  t.deepEqual(await address(), { erased: true });
  t.like(await verifyAudit(api.context.db), { ok: true });
});
