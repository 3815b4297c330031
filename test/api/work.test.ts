import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createPerform } from '../../activities/perform/perform.ts';
import { fillOwners } from '../../operations/store/fill-owners.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import { task } from '../activities/perform/effects.ts';
import { decision, withMongo, witness } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { RENEWAL } from '../helpers/world.ts';
import { itemsOf as items, of, recordsWorld } from './records-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const PATH = `/v1/renewals/${encodeURIComponent(RENEWAL)}`;

test('the inbox has one’s own work and that of one’s roles, with counts by due date in one’s own zone', async (t) => {
  const world = await recordsWorld(t);
  const { db, api } = world;
  const mine = await of(world, 'sales-rep').get('/v1/tasks');
  t.deepEqual(
    items(mine).map(({ id, ownerId }) => ({ id, ownerId })),
    [{ id: task.id, ownerId: 'li' }],
  );
  const [found] = await db.tasks.find({ _id: task.id }).lean<TaskDoc[]>();
  if (found === undefined) throw new Error('no task');
  // Friday 2027-02-05, 23:30 in Shanghai; midnight there is 16:00 UTC.
  api.clock.now = () => '2027-02-05T15:30:00.000Z' as TaskDoc['dueAt'];
  const due = [
    '2027-02-05T15:00:00.000Z',
    '2027-02-05T15:59:00.000Z',
    '2027-02-07T15:59:00.000Z',
    '2027-02-07T16:00:00.000Z',
  ];
  await db.tasks.deleteMany({});
  await db.tasks.insertMany(due.map((dueAt, i) => ({ ...found, _id: `t${i}`, dueAt: dueAt as TaskDoc['dueAt'] })));
  const rep = await api.as('li@example.com');
  const page = await rep.get('/v1/tasks?limit=3');
  t.like(page.body, { counts: { overdue: 1, today: 1, thisWeek: 1, later: 1 } });
  const { next } = page.body as { next: string };
  const second = await rep.get(`/v1/tasks?limit=3&after=${next}`);
  t.deepEqual(
    [...items(page), ...items(second)].map(({ id }) => id),
    ['t0', 't1', 't2', 't3'],
  );
  t.like(second.body, { next: null, counts: null });
  t.is(items(await rep.get(`/v1/tasks?dueBefore=${due[1]}`)).length, 1);
  t.is(items(await rep.get('/v1/tasks?state=done')).length, 0);
  t.is((await rep.get('/v1/tasks?state=lost')).status, 422);
  t.is((await rep.get('/v1/tasks?after=nonsense')).status, 400);
});

test('approvals: whoever is asked has them in the inbox, those who look after the client see them in the team’s list', async (t) => {
  const world = await recordsWorld(t);
  const asked = items(await of(world, 'sales-manager').get('/v1/approvals'));
  t.is(asked.length, 1);
  t.like(asked[0], { ownerId: 'li', status: 'waiting', people: ['wang'] });
  t.is(items(await of(world, 'sales-rep').get('/v1/approvals')).length, 0);
  t.is(items(await of(world, 'sales-rep').get('/v1/approvals?for=team')).length, 1);
  t.is(items(await of(world, 'sales-rep').get(`${PATH}/approvals`)).length, 1);
});

test('communications, mails and counts of renewals are read with the rights to them', async (t) => {
  const world = await recordsWorld(t);
  const rep = of(world, 'sales-rep');
  t.like(items(await rep.get(`${PATH}/communications`))[0], { channel: 'call', note: 'talked' });
  const sends = items(await rep.get(`${PATH}/sends`));
  t.true(sends.length > 0);
  t.is(typeof sends[0]?.['text'], 'string');
  t.is(items(await rep.get(`${PATH}/sends?state=sent`)).length, 0);
  t.like((await rep.get('/v1/renewals/counts')).body, { total: 1, phases: { open: 1 }, stages: { contact: 1 } });
  t.like((await world.stranger.get('/v1/renewals/counts')).body, { total: 0 });
});

test('a decision takes open work along to the owner that the client has by now', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  await db.clients.updateOne({ _id: 'cli_1' }, { $set: { ownerId: 'wang' } });
  const { decidedAt } = (await db.renewals.findOne({ _id: RENEWAL }).lean<RenewalDoc>()) ?? { decidedAt: null };
  const stillOpen = [
    ...(await db.tasks.distinct('_id', { state: 'open' })),
    ...(await db.approvals.distinct('_id', { status: 'waiting' })),
  ];
  await createPerform(witness(db).deps)(decision({ stillOpen, ...(decidedAt === null ? {} : { now: decidedAt }) }));
  t.deepEqual(await db.tasks.distinct('ownerId', { state: 'open' }), ['wang']);
  t.deepEqual(await db.approvals.distinct('ownerId', { status: 'waiting' }), ['wang']);
});

test('owners are filled in where an older release left none; once more changes nothing', async (t) => {
  const { db } = await recordsWorld(t);
  const count = (await db.tasks.countDocuments({})) + (await db.approvals.countDocuments({}));
  await db.tasks.collection.updateMany({}, { $unset: { ownerId: true } });
  await db.approvals.collection.updateMany({}, { $unset: { ownerId: true } });
  await db.tasks.collection.updateOne({ _id: task.id as never }, { $set: { clientId: 'gone' } });
  t.is(await fillOwners(db), count);
  t.is(await fillOwners(db), 0);
  t.is((await db.tasks.findOne({ _id: task.id }).lean<TaskDoc>())?.ownerId, '');
  t.deepEqual(await db.approvals.distinct('ownerId'), ['li']);
});
