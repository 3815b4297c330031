import anyTest from 'ava';
import type { TestFn } from 'ava';
import { randomUUID } from 'node:crypto';
import { trusted } from 'mongoose';
import { addDays } from '../../domain/time/index.ts';
import type { CivilDate } from '../../domain/time/index.ts';
import { worksOf } from '../../api/background.ts';
import { startJobs } from '../../operations/jobs/runner.ts';
import type { JobDoc, JobItemDoc, JobKind } from '../../schemas/job.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Answer } from './api-world.ts';
import { eventually } from '../helpers/eventually.ts';
import { doJobs } from './do-jobs.ts';
import { closeStackWorld, openStackWorld } from './stack-world.ts';
import type { StackWorld } from './stack-world.ts';

const test = anyTest as TestFn<StackWorld>;

const COUNT = 10;
const TEAM = ['chen', 'wang', 'li', 'anna', 'sun', 'ops'];

test.before(async (t) => {
  t.timeout(3 * 60_000);
  t.context = await openStackWorld(COUNT, TEAM);
});
test.after.always(async (t) => closeStackWorld(t.context));

interface Job {
  readonly id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly undoable: boolean;
  readonly undoneBy: string | null;
}

const job = (answer: Answer): Job => answer.body as Job;
const code = (answer: Answer): unknown => (answer.body as { readonly code?: unknown }).code;
const items = (answer: Answer) => (answer.body as { readonly items: readonly Record<string, unknown>[] }).items;

/** Does what waits, as a process that runs jobs would. */
async function work({ stack, api }: StackWorld, kind: JobKind = 'bulk'): Promise<number> {
  const faults: unknown[] = [];
  const ended = await doJobs(stack.context, kind, { now: () => api.clock.now(), onFault: (e) => faults.push(e) });
  if (faults.length > 0) throw new Error(String(faults[0]));
  return ended;
}

async function all({ stack }: Pick<StackWorld, 'stack'>): Promise<readonly RenewalDoc[]> {
  return stack.context.db.renewals.find().sort({ _id: 1 }).lean<RenewalDoc[]>();
}

/** Waits until the read model says so; the workflow has judged by then. */
async function until(
  context: Pick<StackWorld, 'stack'>,
  holds: (all: readonly RenewalDoc[]) => boolean,
): Promise<void> {
  await eventually('the read model', async () => holds(await all(context)));
}

test.serial(
  'a preview says with how many it would be done, what would change, and who is excluded and why',
  async (t) => {
    const { api } = t.context;
    const director = await api.as('chen@example.com');
    const action = { kind: 'pause', reason: 'price freeze' };
    const renewals = await all(t.context);
    const pausable = renewals.filter(({ phase }) => phase === 'open' || phase === 'scheduled').length;
    const preview = await director.send('POST', '/v1/bulk/preview', { filter: {}, action });
    t.is(preview.status, 200, JSON.stringify(preview.body));
    t.like(preview.body, { count: pausable, excluded: { count: COUNT - pausable } });
    t.like((preview.body as { first: object[] }).first[0], { before: { paused: false }, after: { paused: true } });
    // A rep may not steer; a renewal of nobody's is not there.
    const rep = await api.as('li@example.com');
    const refused = await rep.send('POST', '/v1/bulk/preview', { renewalIds: ['renewal:none:1'], action });
    t.like(refused.body, { count: 0, excluded: { count: 1, reasons: [{ code: 'resource.not_found', count: 1 }] } });
    const mine = await rep.send('POST', '/v1/bulk/preview', { filter: {}, action });
    t.is((mine.body as { count: number }).count, 0);
    t.is((mine.body as { excluded: { reasons: { code: string }[] } }).excluded.reasons[0]?.code, 'bulk.no_right');
    t.is(code(await rep.post('/v1/bulk', { filter: {}, action })), 'bulk.empty');
  },
);

test.serial(
  'bad wishes are refused: neither or both ways to choose, unknown actions, texts and owners that cannot be',
  async (t) => {
    const { api } = t.context;
    const director = await api.as('chen@example.com');
    const pause = { kind: 'pause', reason: 'x' };
    t.is(code(await director.post('/v1/bulk', { action: pause })), 'bulk.nothing');
    t.is(code(await director.post('/v1/bulk', { filter: {}, renewalIds: ['a'], action: pause })), 'bulk.both');
    t.is((await director.post('/v1/bulk', { filter: {}, action: { kind: 'delete' } })).status, 422);
    t.is((await director.post('/v1/bulk', { filter: { colour: 'red' }, action: pause })).status, 422);
    t.is(
      code(await director.post('/v1/bulk', { filter: {}, action: { kind: 'pause', reason: ' ' } })),
      'command.text_empty',
    );
    t.is(
      code(await director.post('/v1/bulk', { filter: {}, action: { kind: 'reassign', ownerId: 'nobody' } })),
      'owner.unknown',
    );
    t.is(
      (await director.post('/v1/bulk', { filter: {}, action: { kind: 'shift dates', days: 1.5, reason: 'x' } })).status,
      422,
    );
    t.is(code(await director.post('/v1/bulk', { filter: {}, action: pause, expected: 999 })), 'bulk.changed');
    const without = await director.send('POST', '/v1/bulk', { filter: {}, action: pause });
    t.is(code(without), 'idempotency.missing');
    t.is((await api.nobody.post('/v1/bulk', { filter: {}, action: pause })).status, 401);
  },
);

test.serial('pausing many: one job for the same request, a result for each, and undone it is as before', async (t) => {
  const { api, stack } = t.context;
  const manager = await api.as('wang@example.com');
  const wanted = (await all(t.context)).filter(({ phase }) => phase === 'open').slice(0, 3);
  const body = { renewalIds: wanted.map(({ _id }) => _id), action: { kind: 'pause', reason: 'price freeze' } };
  const key = { 'idempotency-key': randomUUID() };
  const begun = await manager.post('/v1/bulk', { ...body, expected: 3 }, key);
  t.is(begun.status, 202, JSON.stringify(begun.body));
  t.like(job(begun), { state: 'waiting', counts: { waiting: 3, done: 0 } });
  t.is(job(await manager.post('/v1/bulk', { ...body, expected: 3 }, key)).id, job(begun).id);
  t.is(await work(t.context), 1);
  const path = `/v1/bulk/${job(begun).id}`;
  t.like((await manager.get(path)).body, {
    kind: 'bulk',
    state: 'done',
    done: 3,
    total: 3,
    counts: { waiting: 0, done: 3, failed: 0 },
    undoable: true,
  });
  await until(t.context, (now) => now.filter(({ paused }) => paused).length === 3);
  t.is(items(await manager.get(`${path}/items?limit=2`)).length, 2);
  t.is((await (await api.as('chen@example.com')).get(path)).status, 404, 'a job is its maker’s');

  // A runner that died after the command and before the note of it: the item is done again, and counts once.
  await stack.context.db.jobItems.updateMany({ jobId: job(begun).id, place: 1 }, { $set: { state: 'waiting' } });
  await stack.context.db.jobs.updateOne({ _id: job(begun).id }, { $set: { state: 'running', holder: 'dead' } });
  const later = addDays(stack.now().slice(0, 10) as CivilDate, 1);
  const clock = api.clock.now;
  api.clock.now = () => `${later}T00:00:00.000Z` as JobDoc['createdAt'];
  t.is(await work(t.context), 1);
  api.clock.now = clock;
  t.like((await manager.get(path)).body, { state: 'done', counts: { done: 3 } });
  const first = wanted[0]?._id ?? '';
  t.is(await stack.context.db.history.countDocuments({ renewalId: first, kind: 'fact', name: 'paused' }), 1);

  const undo = await manager.post(`${path}/undo`);
  t.is(undo.status, 202, JSON.stringify(undo.body));
  t.is(code(await manager.post(`${path}/undo`)), 'bulk.undone');
  t.is(await work(t.context), 1);
  await until(t.context, (now) => now.every(({ paused }) => !paused));
  t.like((await manager.get(`/v1/bulk/${job(undo).id}`)).body, {
    state: 'done',
    counts: { done: 3 },
    undoOf: job(begun).id,
  });
  t.is(items(await manager.get('/v1/bulk')).length, 2);
});

test.serial('resuming many is undone with the reason that the pause had', async (t) => {
  const { api } = t.context;
  const manager = await api.as('wang@example.com');
  const one = (await all(t.context)).find(({ phase }) => phase === 'open');
  const id = one?._id ?? '';
  const shows = (paused: boolean) => until(t.context, (now) => now.find(({ _id }) => _id === id)?.paused === paused);
  t.is((await manager.post(`/v1/renewals/${encodeURIComponent(id)}/pause`, { reason: 'their audit' })).status, 200);
  await shows(true);
  const begun = await manager.post('/v1/bulk', { renewalIds: [id], action: { kind: 'resume' } });
  t.is(begun.status, 202, JSON.stringify(begun.body));
  await work(t.context);
  await shows(false);
  await manager.post(`/v1/bulk/${job(begun).id}/undo`);
  await work(t.context);
  await shows(true);
  const history = (await manager.get(`/v1/renewals/${encodeURIComponent(id)}/history?limit=200`)).body as {
    items: { name: string; detail: Record<string, unknown> }[];
  };
  const pauses = history.items.filter(({ name }) => name === 'paused');
  t.deepEqual(
    pauses.map(({ detail }) => detail['reason']),
    ['price freeze', 'their audit', 'their audit'],
  );
  await manager.post('/v1/bulk', { renewalIds: [id], action: { kind: 'resume' } });
  await work(t.context);
  await shows(false);
});

test.serial(
  'dates of many move by days, notice deadlines too; what was moved again since is not taken back',
  async (t) => {
    const { api, stack } = t.context;
    const director = await api.as('chen@example.com');
    const wanted = (await all(t.context))
      .filter(({ phase, endDate }) => phase !== 'closed' && endDate !== null)
      .slice(0, 2);
    const [kept, touched] = wanted;
    if (kept === undefined || touched === undefined) return t.fail('no two renewals with dates');
    const renewalIds = wanted.map(({ _id }) => _id);
    const begun = await director.post('/v1/bulk', {
      renewalIds,
      action: { kind: 'shift dates', days: 3, reason: 'holiday' },
    });
    await work(t.context);
    const moved = (one: RenewalDoc) => addDays(one.endDate as CivilDate, 3);
    await until(t.context, (now) =>
      wanted.every((one) => now.find(({ _id }) => _id === one._id)?.endDate === moved(one)),
    );
    const notice = (await all(t.context)).find(({ _id }) => _id === kept._id)?.view.noticeDate;
    t.is(notice, kept.view.noticeDate && addDays(kept.view.noticeDate, 3));
    const again = { endDate: addDays(moved(touched), 1), noticeDate: null, reason: 'a slip' };
    const amended = await director.post(`/v1/renewals/${encodeURIComponent(touched._id)}/dates`, again);
    t.is(amended.status, 200, JSON.stringify(amended.body));
    const undo = job(await director.post(`/v1/bulk/${job(begun).id}/undo`));
    await work(t.context);
    t.like((await director.get(`/v1/bulk/${undo.id}`)).body, { counts: { done: 1, failed: 1 } });
    t.like(items(await director.get(`/v1/bulk/${undo.id}/items?state=failed`))[0], {
      renewalId: touched._id,
      reason: { code: 'bulk.changed_since' },
    });
    await until(t.context, (now) => now.find(({ _id }) => _id === kept._id)?.endDate === kept.endDate);
    t.is((await stack.context.db.renewals.findOne({ _id: touched._id }).lean<RenewalDoc>())?.endDate, again.endDate);
  },
);

test.serial('clients go to another owner, at once for who sees them, and back', async (t) => {
  const { api, stack } = t.context;
  const { db } = stack.context;
  const director = await api.as('chen@example.com');
  const idOf = async (email: string) => (await db.people.findOne({ email }).lean())?._id ?? '';
  const [li, anna] = await Promise.all([idOf('li@example.com'), idOf('anna@example.com')]);
  const before = await all(t.context);
  const mine = before.filter(({ ownerId }) => ownerId === li);
  t.true(mine.length > 0);
  const begun = await director.post('/v1/bulk', {
    filter: { ownerId: li },
    action: { kind: 'reassign', ownerId: anna },
  });
  t.is(begun.status, 202, JSON.stringify(begun.body));
  await work(t.context);
  t.is(await db.renewals.countDocuments({ ownerId: li }), 0);
  t.deepEqual(items(await (await api.as('li@example.com')).get('/v1/renewals')), []);
  t.true((await work(t.context, 'follow-up')) > 0);
  const told = await db.history.countDocuments({
    name: 'client changed',
    renewalId: trusted({ $in: mine.map(({ _id }) => _id) }),
  });
  t.is(told, mine.length);
  await director.post(`/v1/bulk/${job(begun).id}/undo`);
  await work(t.context);
  t.deepEqual(
    (await all(t.context)).map(({ _id, ownerId }) => [_id, ownerId]),
    before.map(({ _id, ownerId }) => [_id, ownerId]),
  );
});

test.serial(
  'a right that is taken away while the job waits is gone: what was allowed then is refused now',
  async (t) => {
    const { api, stack } = t.context;
    const { db } = stack.context;
    const manager = await api.as('wang@example.com');
    const one = (await all(t.context)).find(({ phase }) => phase === 'open');
    const begun = await manager.post('/v1/bulk', { renewalIds: [one?._id], action: { kind: 'pause', reason: 'x' } });
    t.is(begun.status, 202, JSON.stringify(begun.body));
    await db.people.updateOne({ email: 'wang@example.com' }, { $set: { roles: ['legal'] } });
    await work(t.context);
    await db.people.updateOne({ email: 'wang@example.com' }, { $set: { roles: ['sales-manager'] } });
    const [item] = await db.jobItems.find({ jobId: job(begun).id }).lean<JobItemDoc[]>();
    t.like(item, { state: 'failed', problem: { code: 'bulk.no_right' } });
  },
);

test.serial('a runner takes up what another has left, and ends when it is closed', async (t) => {
  const { api, stack } = t.context;
  const { db } = stack.context;
  const ops = await api.as('ops@example.com');
  const begun = await ops.post('/v1/bulk', { filter: {}, action: { kind: 'poke' } });
  t.is(begun.status, 202, JSON.stringify(begun.body));
  await db.jobs.updateOne({ _id: job(begun).id }, { $set: { state: 'running', holder: 'dead' } });
  const faults: unknown[] = [];
  const options = { now: () => api.clock.now(), onFault: (e: unknown) => faults.push(e) };
  const runner = startJobs(db, worksOf(stack.context, options), options, 20);
  const now = () => db.jobs.findOne({ _id: job(begun).id }).lean<JobDoc>();
  await eventually('the job', async () => (await now())?.state === 'done');
  await runner.stop();
  t.deepEqual(faults, []);
  t.like((await ops.get(`/v1/bulk/${job(begun).id}`)).body, { counts: { waiting: 0, failed: 0 }, undoable: false });
  t.is(code(await ops.post(`/v1/bulk/${job(begun).id}/undo`)), 'bulk.cannot_undo');
  t.deepEqual(api.faults, []);
});
