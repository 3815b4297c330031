import anyTest from 'ava';
import type { TestFn } from 'ava';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import { createSnapshotLoader } from '../../activities/world/load-snapshot.ts';
import { newRenewalState } from '../../domain/renewal/state.ts';
import { seedDocuments } from '../../operations/store/seed-documents.ts';
import { nameKey, textKey } from '../../schemas/keys.ts';
import {
  at,
  CLIENT,
  CONTRACT,
  LADDER,
  PLAIN_CALENDAR,
  PLAYBOOK,
  RENEWAL,
  SAVE_PLANS,
  SHANGHAI,
} from '../helpers/world.ts';
import type { Api, Caller } from './api-world.ts';
import { accountsOfTeam, closeTeamContext, codeOf, mailOf, openTeamContext, teamApi } from './team-world.ts';
import type { TeamContext } from './team-world.ts';

const test = anyTest as TestFn<TeamContext>;

test.before(async (t) => {
  t.context = await openTeamContext();
});
test.after.always(async (t) => closeTeamContext(t.context));

/** Tuesday, ten in Shanghai. */
const NOW = at('2027-03-02');

/** The team with accounts on that Tuesday. `gm` is a second rep's colleague: `zhou` represents clients too. */
async function team(api: Api): Promise<{ move(to: Instant): void }> {
  await accountsOfTeam(api);
  let now = NOW;
  api.clock.now = () => now;
  return {
    move: (to) => {
      now = to;
    },
  };
}

const away = (personId: string, substituteId: string, from: string, to: string) => {
  return { personId, substituteId, from, to, reason: 'spring holiday' };
};

const rights = async (who: Caller) => ((await who.get('/v1/session')).body as { standsFor: string[] }).standsFor;

test('while a rep is away the substitute has that one’s clients and work, from the first midnight to the last, and gives it back', async (t) => {
  const api = await teamApi(t);
  const clock = await team(api);
  const rep = await api.as(mailOf('li'));
  const made = await rep.post('/v1/absences', away('li', 'zhou', '2027-03-03', '2027-03-04'));
  t.is(made.status, 201, JSON.stringify(made.body));
  t.like(made.body, { begins: '2027-03-02T16:00:00.000Z', ends: '2027-03-04T16:00:00.000Z', zone: 'Asia/Shanghai' });
  t.deepEqual(await rights(await api.as(mailOf('zhou'))), []);
  clock.move('2027-03-02T16:00:00.000Z' as Instant);
  t.deepEqual(await rights(await api.as(mailOf('zhou'))), ['li']);
  const { rules } = (await (await api.as(mailOf('zhou'))).get('/v1/session')).body as {
    rules: { subject: unknown; conditions?: unknown }[];
  };
  t.true(JSON.stringify(rules).includes('"ownerId":{"$in":["li"]}'));
  t.true(JSON.stringify(rules).includes('"people":{"$in":["zhou","li"]}'));
  clock.move('2027-03-04T15:59:59.999Z' as Instant);
  t.deepEqual(await rights(await api.as(mailOf('zhou'))), ['li']);
  clock.move('2027-03-04T16:00:00.000Z' as Instant);
  t.deepEqual(await rights(await api.as(mailOf('zhou'))), []);
});

test('chains lead to the one who is there; who comes back early has the work back with the next request', async (t) => {
  const api = await teamApi(t);
  await team(api);
  const boss = await api.as(mailOf('chen'));
  const make = (personId: string, by: string) =>
    boss.post('/v1/absences', away(personId, by, '2027-03-01', '2027-03-10'));
  t.is((await make('li', 'wang')).status, 201);
  const second = await make('wang', 'zhao');
  t.is(second.status, 201, JSON.stringify(second.body));
  const [wang, zhao] = [await api.as(mailOf('wang')), await api.as(mailOf('zhao'))];
  t.deepEqual((await rights(zhao)).toSorted(), ['li', 'wang']);
  t.deepEqual(await rights(wang), []);
  t.is((await boss.send('DELETE', `/v1/absences/${(second.body as { id: string }).id}`)).status, 204);
  t.deepEqual(await rights(zhao), []);
  t.deepEqual(await rights(wang), ['li']);
  t.is(codeOf(await boss.send('DELETE', `/v1/absences/${(second.body as { id: string }).id}`)), 'absence.over');
});

test('refused: nobody left, twice at once, backwards, over, oneself, strangers', async (t) => {
  const api = await teamApi(t);
  await team(api);
  const boss = await api.as(mailOf('chen'));
  t.is((await boss.post('/v1/absences', away('li', 'wang', '2027-03-03', '2027-03-10'))).status, 201);
  for (const [wish, code] of [
    [away('wang', 'li', '2027-03-10', '2027-03-12'), 'absence.nobody'],
    [away('li', 'chen', '2027-03-10', '2027-03-12'), 'absence.overlaps'],
    [away('sun', 'wang', '2027-03-12', '2027-03-10'), 'absence.order'],
    [away('sun', 'wang', '2027-02-01', '2027-03-01'), 'absence.past'],
    [away('sun', 'sun', '2027-03-03', '2027-03-04'), 'absence.self'],
    [away('sun', 'nobody', '2027-03-03', '2027-03-04'), 'store.person_missing'],
  ] as const) {
    t.is(codeOf(await boss.post('/v1/absences', wish)), code);
  }
  t.is(
    (await boss.post('/v1/absences', away('wang', 'li', '2027-03-11', '2027-03-12'))).status,
    201,
    'li is back by then',
  );
  await api.context.db.people.updateOne({ _id: 'zhou' }, { $set: { active: false } });
  t.is(
    codeOf(await boss.post('/v1/absences', away('sun', 'zhou', '2027-03-03', '2027-03-04'))),
    'account.person_inactive',
  );
});

test('two who name each other at the same moment are not both taken', async (t) => {
  const api = await teamApi(t);
  await team(api);
  const boss = await api.as(mailOf('chen'));
  const answers = await Promise.all([
    boss.post('/v1/absences', away('li', 'zhou', '2027-03-03', '2027-03-10')),
    boss.post('/v1/absences', away('zhou', 'li', '2027-03-05', '2027-03-12')),
  ]);
  t.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 409],
  );
});

test('a rep makes own absences only, a manager those of the team; others’ are not there', async (t) => {
  const api = await teamApi(t);
  await team(api);
  const [rep, manager, finance] = [
    await api.as(mailOf('li')),
    await api.as(mailOf('wang')),
    await api.as(mailOf('sun')),
  ];
  t.is((await rep.post('/v1/absences', away('sun', 'li', '2027-03-03', '2027-03-04'))).status, 403);
  t.is((await manager.post('/v1/absences', away('sun', 'li', '2027-03-03', '2027-03-04'))).status, 403);
  const made = await manager.post('/v1/absences', away('li', 'zhou', '2027-03-03', '2027-03-04'));
  t.is(made.status, 201);
  const url = `/v1/absences/${(made.body as { id: string }).id}`;
  t.is((await finance.get(url)).status, 404);
  t.is((await finance.send('DELETE', url)).status, 404);
  t.is((await (await api.as(mailOf('zhou'))).get(url)).status, 200, 'who stands in knows of it');
  t.is((await (await api.as(mailOf('zhou'))).send('DELETE', url)).status, 403);
  const etag = String((await rep.get(url)).headers['etag']);
  const changed = await rep.send('PATCH', url, { to: '2027-03-08' }, { 'if-match': etag });
  t.like(changed.body, { to: '2027-03-08', ends: '2027-03-08T16:00:00.000Z' });
  t.is((await rep.send('PATCH', url, { to: '2027-03-09' }, { 'if-match': etag })).status, 412);
  t.is(((await rep.get('/v1/absences')).body as { items: unknown[] }).items.length, 1);
  t.is(((await finance.get('/v1/absences')).body as { items: unknown[] }).items.length, 0);
  const auditor = await api.as(mailOf('zhao'));
  const log = (await auditor.get('/v1/audit?targetId=li')).body as { items: { name: string }[] };
  t.deepEqual(
    log.items.map(({ name }) => name),
    ['absence changed', 'absence made'],
  );
});

test('the same request twice makes one absence', async (t) => {
  const api = await teamApi(t);
  await team(api);
  const rep = await api.as(mailOf('li'));
  const wish = away('li', 'zhou', '2027-03-03', '2027-03-04');
  const one = await rep.post('/v1/absences', wish, { 'idempotency-key': 'k' });
  const two = await rep.post('/v1/absences', wish, { 'idempotency-key': 'k' });
  t.deepEqual(two.body, one.body);
  t.is(await api.context.db.absences.countDocuments(), 1);
});

async function business(api: Api): Promise<void> {
  const { db } = api.context;
  const { id: clientId, ...client } = CLIENT;
  const { id: contractId, ...contract } = CONTRACT;
  await db.clients.insertMany([{ ...client, _id: clientId, nameKey: nameKey(client.name) }]);
  const more = { numberKey: textKey(contract.number), entry: null, terms: [], amendedAt: null, extra: null };
  await db.contracts.insertMany([{ ...contract, _id: contractId, ...more }]);
  const parts = { playbooks: [{ definition: PLAYBOOK }], ladders: [LADDER], savePlans: [SAVE_PLANS] };
  await seedDocuments(db, { ...parts, calendars: [PLAIN_CALENDAR], teamCalendar: PLAIN_CALENDAR.id }, NOW);
}

test('the core learns of substitutes with the snapshot: from begin to end, and with nobody left of nobody', async (t) => {
  const api = await teamApi(t);
  const clock = await team(api);
  await business(api);
  const boss = await api.as(mailOf('chen'));
  await boss.post('/v1/absences', away('li', 'wang', '2027-03-03', '2027-03-10'));
  await boss.post('/v1/absences', away('wang', 'zhao', '2027-03-05', '2027-03-06'));
  clock.move(addMs(NOW, MS_PER_DAY));
  const load = createSnapshotLoader({ db: api.context.db, compileZone: () => SHANGHAI });
  const seen = async (now: Instant) => {
    const request = { renewalId: RENEWAL, contractId: CONTRACT.id, term: 1, state: newRenewalState(RENEWAL), now };
    const { people } = await load(request);
    return { li: people['li']?.substitute, wang: people['wang']?.substitute };
  };
  t.deepEqual(await seen(NOW), { li: undefined, wang: undefined });
  t.deepEqual(await seen(at('2027-03-04')), { li: 'wang', wang: undefined });
  t.deepEqual(await seen(at('2027-03-05')), { li: 'zhao', wang: 'zhao' });
  t.deepEqual(await seen(at('2027-03-11')), { li: undefined, wang: undefined });
  await api.context.db.people.updateOne({ _id: 'zhao' }, { $set: { active: false } });
  t.deepEqual(await seen(at('2027-03-05')), { li: undefined, wang: undefined });
});

test('all clients of a person are handed over in one go; the preview says how much and changes nothing', async (t) => {
  const api = await teamApi(t);
  await team(api);
  await business(api);
  const { db } = api.context;
  const manager = await api.as(mailOf('wang'));
  const rep = await api.as(mailOf('li'));
  await db.people.updateOne({ _id: 'zhou' }, { $set: { manager: 'wang' } });
  const url = '/v1/people/li/handover';
  t.is((await rep.post(url, { to: 'zhou', preview: true })).status, 403);
  const preview = await manager.post(url, { to: 'zhou', preview: true });
  t.like(preview.body, { preview: true, clients: 1, names: [{ id: 'cli_1', name: 'Example Harbor' }] });
  t.is((await db.clients.findOne({ _id: 'cli_1' }).lean())?.ownerId, 'li');
  t.is(codeOf(await manager.post(url, { to: 'li', preview: false })), 'handover.self');
  t.is((await manager.post(url, { to: 'sun', preview: false })).status >= 400, true, 'not to a stranger');
  const done = await manager.post(url, { to: 'zhou', preview: false }, { 'idempotency-key': 'h' });
  t.is(done.status, 200, JSON.stringify(done.body));
  t.is((await db.clients.findOne({ _id: 'cli_1' }).lean())?.ownerId, 'zhou');
  const again = await manager.post(url, { to: 'zhou', preview: false }, { 'idempotency-key': 'h' });
  t.deepEqual(again.body, done.body);
  t.like((await manager.post(url, { to: 'zhou', preview: true })).body, { clients: 0 });
  const director = await api.as(mailOf('chen'));
  t.like((await director.post('/v1/people/zhou/handover', { to: 'li', preview: true })).body, { clients: 1 });
});
