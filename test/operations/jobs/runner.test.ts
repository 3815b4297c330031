import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { PerennialError } from '../../../domain/errors/index.ts';
import { addMs } from '../../../domain/time/index.ts';
import { cancelJobs, queueJob } from '../../../operations/jobs/queue.ts';
import { runJobs, startJobs } from '../../../operations/jobs/runner.ts';
import type { JobWork } from '../../../operations/jobs/runner.ts';
import type { JobDoc } from '../../../schemas/job.ts';
import { freshDatabase, NOW, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { eventually } from '../../helpers/eventually.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

type Work = JobWork<'history verification'>;

/** One job, and a clock to move. */
async function world(t: ExecutionContext<MongoContext>) {
  const db = await freshDatabase(t);
  const clock = { now: NOW };
  const faults: unknown[] = [];
  const options = { now: () => clock.now, onFault: (error: unknown) => faults.push(error) };
  await queueJob(db, { id: 'ver_1', kind: 'history verification', by: 'chen', input: { workflows: false } }, NOW);
  const work = (verify: Work) => runJobs(db, { 'history verification': verify }, options);
  const job = async () => (await db.jobs.findOne({ _id: 'ver_1' }).lean<JobDoc>()) ?? t.fail('no job');
  return { db, clock, faults, options, work, job };
}

/** Work that never ends by itself, and when it has begun. */
function endless(): { readonly work: Work; readonly begun: Promise<void> } {
  let tell: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const work: Work = async (_job, tools) => {
    tell();
    for (;;) {
      await tools.progress(1, 1);
      await new Promise(setImmediate);
    }
  };
  return { work, begun };
}

test('what is done is kept with its result, and asked for again it is the same job', async (t) => {
  const { db, work, job } = await world(t);
  t.is(await work(async (_job, { progress }) => progress(2, 2).then(() => ({ histories: 2 }))), 1);
  t.like(await job(), { state: 'done', done: 2, total: 2, result: { histories: 2 }, finishedAt: NOW, holder: null });
  const again = { id: 'ver_1', kind: 'history verification', by: 'chen', input: { workflows: true } } as const;
  t.like(await queueJob(db, again, NOW), { state: 'done', input: { workflows: false } });
  t.is(await work(() => Promise.reject(new Error('nobody asked'))), 0);
});

test('a refusal and a fault of ours end it with the reason; only the fault is told to the operator', async (t) => {
  const { work, job, faults } = await world(t);
  t.is(await work(() => Promise.reject(PerennialError.of('bulk.empty'))), 0);
  t.like(await job(), { state: 'failed', problem: { code: 'bulk.empty' } });
  t.deepEqual(faults, []);
  const other = await world(t);
  t.is(await other.work(() => Promise.reject(new Error('oops'))), 0);
  t.like(await other.job(), { state: 'failed', problem: { code: 'job.failed', params: { id: 'ver_1' } } });
  t.is(other.faults.length, 1);
});

test('while a service is away it rests, as often as that takes', async (t) => {
  const { work, job, clock, faults } = await world(t);
  const away = () => Promise.reject(PerennialError.of('cli.service_silent', { service: 'Temporal', reason: 'x' }));
  for (let i = 0; i < 5; i += 1) {
    t.is(await work(away), 0);
    t.like(await job(), { state: 'waiting', attempts: 0 });
    clock.now = addMs(clock.now, 60_000);
  }
  await work(away);
  t.is(await work(async () => null), 0, 'it rests');
  clock.now = addMs(clock.now, 60_000);
  t.is(await work(async () => null), 1);
  t.deepEqual(faults, []);
});

test('one whose process dies is taken over when its time is up; one that kills each of them is given up', async (t) => {
  const { db, work, job, clock } = await world(t);
  for (let i = 1; i <= 3; i += 1) {
    const dead = { state: 'running' as const, holder: `dead-${i}`, leaseUntil: addMs(clock.now, 60_000), attempts: i };
    await db.jobs.updateOne({ _id: 'ver_1' }, { $set: dead });
    t.is(await work(async () => null), 0, 'its holder may be alive');
    clock.now = addMs(clock.now, 60_001);
  }
  t.is(await work(async () => null), 0);
  t.like(await job(), { state: 'failed', problem: { code: 'job.died', params: { times: 3 } } });
});

test('cancelled while it is at work it ends at its next step, and stays cancelled', async (t) => {
  const { db, work, job } = await world(t);
  const { work: verify, begun } = endless();
  const running = work(verify);
  await begun;
  await cancelJobs(db, 'history verification', NOW);
  t.is(await running, 0);
  t.like(await job(), { state: 'cancelled', finishedAt: NOW });
});

test('a process that stops gives its job back, for the next one to take at once', async (t) => {
  const { db, options, job, work } = await world(t);
  const { work: verify, begun } = endless();
  const jobs = startJobs(db, { 'history verification': verify }, options, 5);
  await begun;
  await jobs.stop();
  t.like(await job(), { state: 'waiting', holder: null, attempts: 0 });
  t.is(await work(async () => null), 1);
});

test('a lane does not wait for another', async (t) => {
  const { db, options, job } = await world(t);
  const { work: verify, begun } = endless();
  const bulk = { id: 'job_1', kind: 'bulk', by: 'chen', input: { action: { kind: 'poke' } } } as const;
  const jobs = startJobs(db, { 'history verification': verify, bulk: async () => null }, options, 5);
  await begun;
  await queueJob(db, bulk, NOW);
  await eventually(
    'the other lane',
    async () => (await db.jobs.findOne({ _id: 'job_1' }).lean<JobDoc>())?.state === 'done',
  );
  t.is((await job()).state, 'running');
  await jobs.stop();
});
