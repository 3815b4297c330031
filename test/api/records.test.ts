import anyTest from 'ava';
import type { TestFn } from 'ava';
import { randomUUID } from 'node:crypto';
import { history } from '../../operations/store/queries.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { JobDoc } from '../../schemas/job.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { RENEWAL } from '../helpers/world.ts';
import { fakeTemporal } from './fake-temporal.ts';
import { doJobs } from './do-jobs.ts';
import { codeOf as code, edit, itemsOf as items, of, recordsWorld } from './records-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const PATH = `/v1/renewals/${encodeURIComponent(RENEWAL)}`;

test('a rep sees the own clients, contracts, tasks and approvals; another rep none of them, and each by itself is not there', async (t) => {
  const world = await recordsWorld(t);
  const rep = of(world, 'sales-rep');
  for (const path of ['/v1/clients', '/v1/contracts', '/v1/tasks?for=team', '/v1/approvals?for=team']) {
    t.true(items(await rep.get(path)).length > 0, path);
    const other = await world.stranger.get(path);
    t.is(other.status, 200, path);
    t.deepEqual(items(other), [], path);
  }
  for (const path of ['/v1/clients/cli_1', '/v1/contracts/ctr_1', `${PATH}/sends`, `${PATH}/approvals`]) {
    t.is((await rep.get(path)).status, 200, path);
    t.is((await world.stranger.get(path)).status, 404, path);
  }
  const hidden = await world.stranger.send('PATCH', '/v1/clients/cli_1', { zone: 'UTC' }, { 'if-match': '*' });
  t.is(hidden.status, 404);
  t.is(code(hidden), 'resource.not_found');
});

test('a change of a client needs the version that was read, and leaves who changed what, sealed where it is personal', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  const manager = of(world, 'sales-manager');
  const path = '/v1/clients/cli_1';
  t.is((await manager.send('PATCH', path, { tier: 'A' })).status, 428);
  t.is((await manager.send('PATCH', path, { tier: 'A' }, { 'if-match': '"other"' })).status, 412);
  const changed = await edit(manager, path, { tier: 'A' });
  t.is(changed.status, 200, JSON.stringify(changed.body));
  t.like(changed.body, { tier: 'A', ownerId: 'li' });
  const entry = (await history(db, RENEWAL)).find(({ name }) => name === 'client changed');
  t.like(entry, {
    actor: { kind: 'person', id: 'wang' },
    detail: { recordId: 'cli_1', before: { tier: 'B' }, after: { tier: 'A' } },
  });
  t.true((await manager.get(`${PATH}/history/verify`)).status === 200);
  t.like((await manager.get(`${PATH}/history/verify`)).body, { ok: true });
  const told = items(await manager.get(`${PATH}/history`, { 'accept-language': 'zh-CN' })).find(
    ({ name }) => name === 'client changed',
  );
  t.regex(String(told?.['text']), /修改了客户资料/);
  // Nothing differs: nothing is said.
  const entries = await db.history.countDocuments({});
  t.is((await edit(manager, path, { tier: 'A' })).status, 200);
  t.is(await db.history.countDocuments({}), entries);
});

test('whoever looks after a client keeps its data up, and may not raise its tier or give it away', async (t) => {
  const world = await recordsWorld(t);
  const rep = of(world, 'sales-rep');
  const path = '/v1/clients/cli_1';
  t.is((await edit(rep, path, { zone: 'Europe/Berlin', locale: 'en' })).status, 200);
  for (const body of [{ tier: 'A' }, { ownerId: 'wang' }]) {
    const refused = await edit(rep, path, body);
    t.is(refused.status, 403, JSON.stringify(body));
    t.is(code(refused), 'access.forbidden');
  }
  t.is((await edit(of(world, 'legal'), path, { zone: 'UTC' })).status, 403);
  const wrong = await edit(rep, path, { zone: 'Beijing', calendarId: 'mars' });
  t.is(wrong.status, 422);
  t.deepEqual(
    (wrong.body as { errors: { code: string; field: string }[] }).errors.map((one) => [one.code, one.field]),
    [
      ['zone.unknown', 'zone'],
      ['choice.unknown', 'calendarId'],
    ],
  );
  t.is((await edit(rep, path, { name: 'Other' })).status, 422);
});

test('with a new owner everything that carries the owner goes over at once, and the renewals look again', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  const manager = of(world, 'sales-manager');
  const rep = of(world, 'sales-rep');
  t.is((await edit(manager, '/v1/clients/cli_1', { ownerId: 'nobody' })).status, 422);
  // A stranger does not get clients from somebody else's manager.
  const stranger = await edit(manager, '/v1/clients/cli_1', { ownerId: 'stranger' });
  t.is(stranger.status, 403);
  t.is(code(stranger), 'client.not_yours_to_give');
  const given = await edit(of(world, 'director'), '/v1/clients/cli_1', { ownerId: 'stranger' });
  t.is(given.status, 200, JSON.stringify(given.body));
  t.is((await db.renewals.findOne({ _id: RENEWAL }).lean<RenewalDoc>())?.ownerId, 'stranger');
  t.deepEqual(await db.tasks.distinct('ownerId', { state: 'open' }), ['stranger']);
  t.deepEqual(await db.approvals.distinct('ownerId', { status: 'waiting' }), ['stranger']);
  t.is((await rep.get('/v1/clients/cli_1')).status, 404);
  t.deepEqual(items(await rep.get('/v1/approvals?for=team')), []);
  t.is((await world.stranger.get('/v1/clients/cli_1')).status, 200);

  const temporal = fakeTemporal();
  const context = { ...world.api.context, temporal: async () => temporal.client };
  const now = world.api.clock.now;
  t.is(await doJobs(context, 'follow-up', { now, onFault: (error) => t.fail(String(error)) }), 1);
  t.deepEqual(
    temporal.signals.map(({ workflowId, signalName }) => [workflowId, signalName]),
    [[RENEWAL, 'lookAgain']],
  );
  t.is(await doJobs(context, 'follow-up', { now, onFault: (error) => t.fail(String(error)) }), 0);
});

test('contacts: added once, changed, removed; an address is known once', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  const rep = of(world, 'sales-rep');
  const path = '/v1/clients/cli_1/contacts';
  const wanted = { name: 'Mei', email: 'mei@example.org', phone: '+86 10 1234', roles: ['legal'] };
  const key = { 'idempotency-key': randomUUID() };
  const added = await rep.post(path, wanted, key);
  t.is(added.status, 201, JSON.stringify(added.body));
  t.like(added.body, { email: 'mei@example.org', zone: 'Asia/Shanghai', suppressed: null });
  t.deepEqual((await rep.post(path, wanted, key)).body, added.body);
  // The first answer was lost with the process: the same request again finds the contact there.
  await db.requests.deleteMany({});
  t.deepEqual((await rep.post(path, wanted, key)).body, added.body);
  t.is(code(await rep.post(path, { ...wanted, email: 'MEI@example.org' })), 'contact.address_known');
  t.is((await rep.post(path, { ...wanted, email: 'nothing' })).status, 422);
  t.is((await world.stranger.post(path, wanted)).status, 404);
  const { id } = added.body as { id: string };
  const client = '/v1/clients/cli_1';
  const changed = await edit(rep, `${path}/${id}`, { phone: null, roles: ['champion'] }, client);
  t.like(changed.body, { id, phone: null, roles: ['champion'] });
  const entry = (await history(db, RENEWAL)).findLast(({ name }) => name === 'client changed');
  t.like(entry?.detail, { before: { contact: { id, phone: '+86 10 1234' } }, after: { contact: { id, phone: null } } });
  const stored = await db.history.find({ name: 'client changed' }).lean();
  t.notRegex(JSON.stringify(stored), /mei@example|1234/i);
  t.is((await edit(rep, `${path}/${id}`, undefined, client, 'DELETE')).status, 204);
  t.is((await edit(rep, `${path}/${id}`, undefined, client, 'DELETE')).status, 404);
  t.is((await db.clients.findOne({ _id: 'cli_1' }).lean<ClientDoc>())?.contacts.length, 2);
});

test('mail goes to a contact again after a bounce with a new address only; an opt-out stays whatever is done', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  const rep = of(world, 'sales-rep');
  const client = '/v1/clients/cli_1';
  const suppress = (reason: string) =>
    db.clients.updateOne(
      { _id: 'cli_1', 'contacts.id': 'con_1' },
      { $set: { 'contacts.$.suppressed': { reason, at: '2027-01-01T00:00:00.000Z' } } },
    );
  await suppress('opt-out');
  const one = `${client}/contacts/con_1`;
  t.is(code(await edit(rep, one, { suppressed: null, email: 'new@example.org' }, client)), 'contact.suppression_stays');
  t.is(code(await edit(rep, one, undefined, client, 'DELETE')), 'contact.suppression_kept');
  t.like((await edit(rep, one, { email: 'new@example.org' }, client)).body, {
    id: 'con_1',
    suppressed: { reason: 'opt-out' },
  });
  await suppress('bounce');
  t.is(code(await edit(rep, one, { suppressed: null }, client)), 'contact.suppression_stays');
  const revived = await edit(rep, one, { email: 'newer@example.org' }, client);
  t.like(revived.body, { suppressed: null, email: 'newer@example.org' });
  t.not((revived.body as { id: string }).id, 'con_1');
});

test('a contract: what may be changed, by whom, and never its dates', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  const path = '/v1/contracts/ctr_1';
  const manager = of(world, 'sales-manager');
  t.is((await edit(of(world, 'sales-rep'), path, { paymentDays: 10 })).status, 403);
  t.is((await edit(manager, path, { endDate: '2028-01-01' })).status, 422);
  t.is(code(await edit(manager, path, { target: { minor: 5, currency: 'USD' } })), 'record.currency');
  t.is(code(await edit(manager, path, { amount: { minor: -1, currency: 'CNY' } })), 'field.range');
  const target = { minor: 13_000_000, currency: 'CNY' };
  const changed = await edit(manager, path, { target, paymentDays: 45, remarks: 'call Zoe first' });
  t.is(changed.status, 200, JSON.stringify(changed.body));
  t.like(changed.body, { target, paymentDays: 45, remarks: 'call Zoe first', ownerId: 'li' });
  const doc = await db.contracts.findOne({ _id: 'ctr_1' }).lean<ContractDoc>();
  t.is(doc?.changedAt, world.api.clock.now());
  const entry = (await history(db, RENEWAL)).findLast(({ name }) => name === 'contract changed');
  t.like(entry?.detail, { before: { paymentDays: 30 }, after: { paymentDays: 45, remarks: 'call Zoe first' } });
  t.notRegex(JSON.stringify(await db.history.find({ name: 'contract changed' }).lean()), /Zoe/);
  t.is(await db.jobs.countDocuments({ kind: 'follow-up' }), 1);
  const given = await edit(of(world, 'director'), path, { ownerId: 'wang', product: 'Suite 2' });
  t.like(given.body, { ownerId: 'wang', product: 'Suite 2' });
  const half = await edit(of(world, 'director'), path, { ownerId: 'li', amount: { minor: 1, currency: 'USD' } });
  t.is(half.status, 422, 'all of it or nothing');
  t.is((await db.clients.findOne({ _id: 'cli_1' }).lean<ClientDoc>())?.ownerId, 'wang');
});

test('lists of clients and contracts come page by page, and the filters hold', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  const [client] = await db.clients.find().lean<ClientDoc[]>();
  const [contract] = await db.contracts.find().lean<ContractDoc[]>();
  if (client === undefined || contract === undefined) throw new Error('no world');
  const names = ['Alder', 'Birch', 'Cedar'];
  await db.clients.insertMany(
    names.map((name, i) => ({
      ...client,
      _id: `c${i}`,
      name,
      nameKey: name,
      ownerId: i === 2 ? 'wang' : 'li',
      contacts: [],
    })),
  );
  await db.contracts.insertMany(
    names.map((name, i) => ({
      ...contract,
      _id: `ctr_${name}`,
      number: name,
      numberKey: name.toLowerCase(),
      clientId: `c${i}`,
    })),
  );
  const rep = of(world, 'sales-rep');
  const first = await rep.get('/v1/clients?limit=2');
  t.deepEqual(
    items(first).map(({ name }) => name),
    ['Alder', 'Birch'],
  );
  const { next } = first.body as { next: string };
  const second = await rep.get(`/v1/clients?limit=2&after=${next}`);
  t.deepEqual(
    items(second).map(({ name }) => name),
    ['Example Harbor'],
  );
  t.deepEqual(
    items(await of(world, 'director').get('/v1/clients?name=Ce')).map(({ name }) => name),
    ['Cedar'],
  );
  t.deepEqual(items(await rep.get('/v1/clients?ownerId=wang')), []);
  t.deepEqual(
    items(await rep.get('/v1/contracts')).map(({ number }) => number),
    ['C-1', 'Alder', 'Birch'],
  );
  t.deepEqual(items(await rep.get('/v1/contracts?clientId=c2')), []);
  t.deepEqual(
    items(await of(world, 'director').get('/v1/contracts?number=CEDAR')).map(({ clientName }) => clientName),
    ['Cedar'],
  );
  t.is((await rep.get('/v1/clients?limit=0')).status, 422);
  t.is((await rep.get('/v1/clients?colour=red')).status, 422);
});

test('the team: everybody looks it up; operations and administrators change it, never their own rights', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  const admin = of(world, 'admin');
  t.true(items(await of(world, 'sales-rep').get('/v1/people?role=sales-rep')).length >= 2);
  t.is((await edit(of(world, 'director'), '/v1/people/li', { active: false })).status, 403);
  t.is((await edit(of(world, 'sales-rep'), '/v1/people/li', { roles: ['director'] })).status, 403);
  const own = await edit(of(world, 'ops'), '/v1/people/ops', { roles: ['ops', 'director'] });
  t.is(own.status, 403);
  t.is(code(own), 'person.own_rights');
  const circle = await edit(admin, '/v1/people/gm', { managerId: 'li' });
  t.is(code(circle), 'manager.cycle');
  t.is(code(await edit(admin, '/v1/people/li', { managerId: 'li' })), 'manager.cycle');
  t.is(code(await edit(admin, '/v1/people/li', { managerId: 'nobody' })), 'owner.unknown');
  t.is(code(await edit(of(world, 'ops'), '/v1/people/admin', { active: false })), 'account.last_admin');
  const changed = await edit(admin, '/v1/people/li', { managerId: 'chen', roles: ['sales-rep', 'client-rep'] });
  t.like(changed.body, { managerId: 'chen', roles: ['sales-rep', 'client-rep'] });
  const temporal = fakeTemporal();
  const context = { ...world.api.context, temporal: async () => temporal.client };
  t.is(await doJobs(context, 'follow-up', { now: world.api.clock.now, onFault: (error) => t.fail(String(error)) }), 1);
  t.is(temporal.signals.length, 1);
  const entry = (await history(db, RENEWAL)).findLast(({ name }) => name === 'team changed');
  t.like(entry, { actor: { id: 'admin' }, detail: { before: { manager: 'wang' }, after: { manager: 'chen' } } });
  t.is((await edit(admin, '/v1/people/li', { active: false })).status, 200);
  // The session is over with the next request.
  t.is((await of(world, 'sales-rep').get('/v1/clients')).status, 401);
});

test('two changes of the team at once cannot close a circle between them', async (t) => {
  const world = await recordsWorld(t);
  const admin = of(world, 'admin');
  const both = await Promise.all([
    admin.send('PATCH', '/v1/people/sun', { managerId: 'zhao' }, { 'if-match': '*' }),
    admin.send('PATCH', '/v1/people/zhao', { managerId: 'sun' }, { 'if-match': '*' }),
  ]);
  t.deepEqual(
    both.map(({ status }) => status).sort((a, b) => a - b),
    [200, 422],
  );
});

test('a follow-up whose services are away rests, and is done when they are back', async (t) => {
  const world = await recordsWorld(t);
  const { db, api } = world;
  t.is((await edit(of(world, 'sales-manager'), '/v1/clients/cli_1', { tier: 'C' })).status, 200);
  let now = api.clock.now();
  const options = { now: () => now, onFault: (error: unknown) => t.fail(String(error)) };
  t.is(await doJobs(api.context, 'follow-up', options), 0);
  t.is((await db.jobs.findOne({}).lean<JobDoc>())?.state, 'waiting');
  const temporal = fakeTemporal();
  const context = { ...api.context, temporal: async () => temporal.client };
  t.is(await doJobs(context, 'follow-up', options), 0, 'it rests');
  now = '2099-01-01T00:00:00.000Z' as typeof now;
  t.is(await doJobs(context, 'follow-up', options), 1);
  t.is(temporal.signals.length, 1);
});
