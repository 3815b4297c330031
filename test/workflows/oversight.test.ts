import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { trusted } from 'mongoose';
import { sweepSends } from '../../activities/outreach/index.ts';
import type { SweepPlace } from '../../activities/outreach/index.ts';
import { addMs, instant, MS_PER_HOUR, MS_PER_MINUTE } from '../../domain/time/instant.ts';
import type { Event } from '../../domain/renewal/facts.ts';
import type { Instant } from '../../domain/time/types.ts';
import { readOversight, workerRuns } from '../../operations/oversight.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import { ensureSchedules } from '../../workers/schedules.ts';
import { RECONCILE_WORKFLOW, WATCHDOG_WORKFLOW } from '../../workflows/oversight/messages.ts';
import type { ReconcileReport, WatchdogReport } from '../../workflows/oversight/messages.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { eventually } from '../helpers/eventually.ts';
import { eventName, eventsOf, within } from '../helpers/rehearsal.ts';
import { at } from '../helpers/world.ts';
import { startStore, withStore } from './store.ts';
import type { Store, StoreContext, StoreOptions } from './store.ts';

const test = anyTest as TestFn<StoreContext>;
withStore(test);

let jobs = 0;

/** Starts a check as the schedule does and gives its report. */
async function check<R>({ worker }: Store, workflowType: string): Promise<R> {
  const workflowId = `${workflowType}-${(jobs += 1)}`;
  const { client, taskQueue } = worker;
  return within(
    worker,
    workflowId,
    workflowType,
    client.workflow.execute(workflowType, { workflowId, taskQueue }),
  ) as Promise<R>;
}
/** As {@link watch} where something is late: lets the minutes pass until the second look. */
async function watchTwice({ worker }: Store, between: () => Promise<unknown> = async () => undefined) {
  const workflowId = `watchdog-${(jobs += 1)}`;
  const { rehearsal, taskQueue } = worker;
  const handle = await rehearsal.start(WATCHDOG_WORKFLOW, { workflowId, taskQueue });
  await eventually('the second look', async () =>
    (await eventsOf(rehearsal, workflowId)).some((event) => eventName(event) === 'TimerStarted'),
  );
  await between();
  await rehearsal.forwardTo(workflowId, addMs(await rehearsal.virtualNow(workflowId), 6 * MS_PER_MINUTE));
  return within(worker, workflowId, 'the report', handle.result() as Promise<WatchdogReport>);
}
const watch = (store: Store) => check<WatchdogReport>(store, WATCHDOG_WORKFLOW);
const compare = (store: Store) => check<ReconcileReport>(store, RECONCILE_WORKFLOW);

const row = ({ db }: Store, id: string) => db.renewals.findOne({ _id: id }).lean<RenewalDoc>();

/** A store with one running renewal that has written its read model and can be found on the server. */
async function running(t: ExecutionContext<StoreContext>) {
  const store = await startStore(t);
  const run = await store.start();
  await eventually('the read model', async () => (await row(store, run.id)) ?? undefined);
  await listed(store, run.id, true);
  return { ...store, store, run };
}

/** Waits until the server's index says what the server knows. */
async function listed({ worker }: Store, id: string, wanted: boolean): Promise<void> {
  await eventually(`${id} ${wanted ? 'in' : 'out of'} the list`, async () => {
    const { count } = await worker.client.workflow.count(`WorkflowId = '${id}' AND ExecutionStatus = 'Running'`);
    return count > 0 === wanted;
  });
}

test('the watchdog finds nothing where each renewal has a wake-up ahead', async (t) => {
  const { store, run } = await running(t);
  t.like(await watch(store), { open: 1, ...NOTHING });
  await run.end();
  t.like(await watch(store), { open: 0, ...NOTHING });
});

const NOTHING = { withoutWorkflow: [], stalled: [], quiet: [], overdue: [] };

async function* ids(...list: readonly string[]): AsyncIterable<string> {
  yield* list;
}

/** A store whose server knows what the test says it knows, with copies of one renewal under other terms. */
async function told(t: ExecutionContext<StoreContext>, deps: StoreOptions['deps'] = {}) {
  const known = { running: [] as string[] };
  const store = await startStore(t, {
    deps: { runningRenewals: () => ids(...known.running), workflowState: async () => 'unknown', ...deps },
  });
  const run = await store.start();
  const first = await eventually('the read model', async () => (await row(store, run.id)) ?? undefined);
  const add = async (term: number, change: Partial<RenewalDoc>) => {
    const id = renewalId(first.contractId, term);
    await store.db.renewals.collection.insertOne({ ...first, _id: id, term, ...change } as never);
    return id;
  };
  known.running.push(run.id);
  return { ...store, store, run, known, add };
}

const PAST = instant('2020-01-01T00:00:00.000Z');
const opsTasks = ({ db }: Store, state: 'open' | 'done') =>
  db.tasks
    .find({ kind: 'oversight', state })
    .sort({ _id: 1 })
    .lean<TaskDoc[]>()
    .then((tasks) => tasks.map((task) => task._id));

test('the watchdog names what has no workflow, has gone quiet or overslept, once each, as work for operations', async (t) => {
  const { store, known, add, db } = await told(t);
  const quiet = await add(11, { wakeAt: null });
  const late = await add(12, { wakeAt: PAST });
  const stopped = await add(13, { wakeAt: PAST });
  await add(14, { wakeAt: null, phase: 'closed' });
  known.running.push(quiet, late);
  // A task of a person does not move a renewal that has no wake-up.
  const report = await watchTwice(store);
  t.like(report, { open: 4, withoutWorkflow: [stopped], stalled: [], quiet: [quiet], overdue: [late] });
  t.deepEqual(report.found, { withoutWorkflow: 1, stalled: 0, quiet: 1, overdue: 1 });
  const tasks = [`oversight/overdue/${late}`, `oversight/quiet/${quiet}`, `oversight/withoutWorkflow/${stopped}`];
  t.deepEqual(await opsTasks(store, 'open'), tasks);
  t.like(await db.tasks.findOne({ renewalId: late, kind: 'oversight' }).lean<TaskDoc>(), {
    assignee: { kind: 'role', role: 'ops' },
    contractNumber: 'C-1',
    why: { rule: 'oversight.overdue' },
  });

  known.running.push(stopped);
  await db.renewals.updateMany({ _id: trusted({ $in: [late, stopped] }) }, { $set: { wakeAt: at('2038-02-01') } });
  t.like(await watch(store), { withoutWorkflow: [], quiet: [quiet], overdue: [] });
  t.deepEqual(await opsTasks(store, 'open'), [`oversight/quiet/${quiet}`]);
  t.deepEqual(
    await opsTasks(store, 'done'),
    tasks.filter((id) => !id.includes('quiet')),
  );

  known.running.splice(known.running.indexOf(stopped), 1);
  t.like(await watch(store), { withoutWorkflow: [stopped] });
  t.deepEqual(await opsTasks(store, 'open'), tasks.slice(1));
});

test('a workflow whose code fails is named, and nothing else is said of it', async (t) => {
  const stuck: string[] = [];
  const { store, known, add } = await told(t, { stalledWorkflows: () => ids(...stuck) });
  const failing = await add(11, { wakeAt: PAST });
  known.running.push(failing);
  const plan = `${failing}/save/1`;
  stuck.push(failing, plan, 'somebody-elses');
  t.like(await watch(store), { stalled: [...stuck], overdue: [], found: { stalled: 3, overdue: 0 } });
  t.deepEqual(await opsTasks(store, 'open'), [`oversight/stalled/${failing}`, `oversight/stalled/${plan}`]);
});

test('what is late right after an outage and moves within minutes is not reported', async (t) => {
  const { store, known, add, db } = await told(t);
  const late = await add(11, { wakeAt: PAST });
  known.running.push(late);
  const seen = await watchTwice(store, async () => {
    t.is((await readOversight(db, at('2026-01-05'))).watchdog, null);
    await db.renewals.updateOne({ _id: late }, { $set: { wakeAt: at('2038-02-01') } });
  });
  t.like(seen, NOTHING);
  t.deepEqual(await opsTasks(store, 'open'), []);
});

test('a term without a workflow gets one, once', async (t) => {
  const store = await startStore(t, { contracts: [{}, {}] });
  const ids = store.contracts.map((id) => renewalId(id, 1));
  const first = await compare(store);
  t.deepEqual([...first.started].sort(), [...ids].sort());
  for (const id of ids) {
    t.is((await store.worker.client.workflow.getHandle(id).describe()).status.name, 'RUNNING');
    await eventually('the read model', async () => (await row(store, id)) ?? undefined);
    await listed(store, id, true);
  }
  t.like(await compare(store), { compared: 2, started: [], repaired: [], reported: [] });
});

test('a read model that is lost or wrong is written again by its own renewal, and the next check says so', async (t) => {
  const { store, db, run } = await running(t);
  const known = await row(store, run.id);
  await db.renewals.deleteOne({ _id: run.id });
  t.like(await compare(store), { started: [], asked: [run.id], repaired: [], reported: [] });
  const again = await eventually('the read model', async () => (await row(store, run.id)) ?? undefined);
  t.deepEqual({ ...again, decidedAt: known?.decidedAt, state: known?.state }, { ...known });

  await db.renewals.updateOne({ _id: run.id }, { $set: { phase: 'closed' } });
  t.like(await compare(store), { asked: [run.id], repaired: [] });
  await eventually('the phase', async () => (await row(store, run.id))?.phase === 'scheduled');
  t.like(await compare(store), { asked: [], repaired: [run.id], reported: [] });
  t.like(await compare(store), { asked: [], repaired: [], reported: [] });
});

test('a renewal that does not move is asked once for each wake-up it missed, then reported', async (t) => {
  const asked: string[] = [];
  const { store, run, db } = await told(t, {
    signalRenewal: async (_id, event) => asked.push(event.id) > 0,
  });
  const oversleep = (wakeAt: Instant) => db.renewals.updateOne({ _id: run.id }, { $set: { wakeAt } });
  await oversleep(PAST);
  t.like(await compare(store), { asked: [run.id], repaired: [], reported: [], found: 0 });
  t.like(await compare(store), { asked: [], repaired: [], reported: [run.id], found: 1 });
  t.like(await compare(store), { asked: [], repaired: [], reported: [run.id] });
  t.deepEqual(asked, [`reconcile/${run.id}/${PAST}`]);
  // The watchdog sees it too and has the task.
  t.deepEqual(await opsTasks(store, 'open'), []);

  const next = instant('2020-01-02T00:00:00.000Z');
  await oversleep(next);
  t.like(await compare(store), { asked: [run.id], reported: [] });
  await oversleep(at('2038-02-01'));
  t.like(await compare(store), { asked: [], repaired: [run.id], reported: [] });
  t.deepEqual(asked.slice(1), [`reconcile/${run.id}/${next}`]);
});

test('a change of a contract that its renewal was never told of is told within the next check', async (t) => {
  const heard: Event[] = [];
  const { store, run, db } = await told(t, {
    signalRenewal: async (_id, event) => heard.push(event) > 0,
  });
  const [contractId] = store.contracts;
  const since = instant('2020-01-02T00:00:00.000Z');
  const change = { changedAt: since, scoredAt: since, extra: { healthScore: 30 } };
  await db.contracts.updateOne({ _id: contractId }, { $set: change });
  await db.renewals.updateOne({ _id: run.id }, { $set: { decidedAt: PAST } });
  t.like(await compare(store), { asked: [run.id], reported: [] });
  t.deepEqual(
    heard.map(({ id }) => id),
    [`import/health/${run.id}/30/${since}`, `reconcile/${run.id}/changed/${since}`],
  );
  await db.renewals.updateOne({ _id: run.id }, { $set: { decidedAt: since } });
  t.like(await compare(store), { asked: [], repaired: [run.id] });
});

test('a comparison that broke off goes on where it was', async (t) => {
  let broken = false;
  const judged: string[] = [];
  const store = await startStore(t, {
    contracts: Array.from({ length: 3 }, () => ({})),
    deps: {
      ensureRenewal: async (contractId) => judged.push(contractId) > 0,
      runningSavePlans: () => {
        if (broken) return ids();
        broken = true;
        throw new Error('the connection was lost');
      },
    },
  });
  const report = await compare(store);
  t.like(report, { compared: 3 });
  t.is(report.started.length, 3);
  t.deepEqual(judged.toSorted(), [...store.contracts].toSorted());
});

test('a renewal that an operator stopped is told and not started again', async (t) => {
  const { store, worker, run } = await running(t);
  await worker.client.workflow.getHandle(run.id).terminate('by hand');
  await listed(store, run.id, false);
  t.like(await compare(store), { started: [], repaired: [], reported: [run.id] });
  t.is((await worker.client.workflow.getHandle(run.id).describe()).status.name, 'TERMINATED');
});

test('a renewal that has run and that the server has forgotten is told, not begun from nothing', async (t) => {
  const { store, run } = await running(t);
  const known = await row(store, run.id);
  const other = await startStore(t);
  const [contractId = ''] = other.contracts;
  const id = renewalId(contractId, 1);
  await other.db.renewals.collection.insertOne({ ...known, _id: id, contractId } as never);
  t.like(await compare(other), { started: [], repaired: [], reported: [id] });
});

test('a renewal that has ended is neither started again nor told', async (t) => {
  const { store, run } = await running(t);
  t.is((await run.end()).outcome, 'lapsed');
  await listed(store, run.id, false);
  t.like(await compare(store), { compared: 1, started: [], repaired: [], reported: [] });
});

test('mail whose delivery was lost is put back to work', async (t) => {
  const store = await startStore(t, { deps: { dispatch: async () => undefined } });
  const run = await store.start();
  await run.forwardTo(at('2038-02-01'));
  const planned = await store.db.sends.find({ renewalId: run.id, state: 'planned' }).lean<SendDoc[]>();
  t.true(planned.length > 0);
  const deliveries = async () => {
    const found = [];
    for (const { _id } of planned) {
      const handle = store.worker.client.activity.getHandle(_id);
      if (
        await handle.describe().then(
          () => true,
          () => false,
        )
      )
        found.push(_id);
    }
    return found;
  };
  t.deepEqual(await deliveries(), []);
  // The check has the clock of the machine, on which these mails are due twelve years from now.
  await store.db.sends.updateMany({ renewalId: run.id }, { $set: { dueAt: instant('2026-01-05T01:00:00.000Z') } });
  t.is((await compare(store)).dispatched, planned.length);
  await eventually('the deliveries in the list', async () => {
    const { count } = await store.worker.client.activity.count(
      `TaskQueue = '${store.worker.taskQueue}-outreach' AND ExecutionStatus = 'Running'`,
    );
    return count === planned.length;
  });
  t.is((await compare(store)).dispatched, 0);
  t.deepEqual(
    await deliveries(),
    planned.map((send) => send._id),
  );
});

test('lost mail does not wait for a comparison that fails', async (t) => {
  let swept = 0;
  let failures = 0;
  const store = await startStore(t, {
    deps: {
      sweepSends: async () => (swept += 1),
      runningRenewals: () => {
        if ((failures += 1) > 2) return ids();
        throw new Error('the list cannot be read');
      },
    },
  });
  t.is((await compare(store)).dispatched, 1);
  t.is(swept, 1);
});

test('a sweep passes over what waits rightly, page by page, and goes on from its place', async (t) => {
  const store = await startStore(t);
  const run = await store.start();
  await run.forwardTo(at('2038-02-01'));
  const [known] = await eventually('a mail', async () => {
    const rows = await store.db.sends.find({ renewalId: run.id }).limit(1).lean<SendDoc[]>();
    return rows.length > 0 && rows;
  });
  await store.db.sends.deleteMany({});
  const now = instant('2030-01-05T01:00:00.000Z');
  const name = (n: number) => `mail-${String(n).padStart(4, '0')}`;
  const rowOf = (n: number, change: Partial<SendDoc>) => {
    const dueAt = instant('2026-01-05T01:00:00.000Z');
    return {
      ...known,
      _id: name(n),
      messageId: null,
      state: 'planned',
      nextAttemptAt: null,
      dueAt,
      reported: true,
      ...change,
    };
  };
  const waiting = Array.from({ length: 1200 }, (_, n) => rowOf(n, {}));
  const rows = [...waiting, rowOf(2000, {}), rowOf(2001, { nextAttemptAt: instant('2030-01-05T02:00:00.000Z') })];
  await store.db.sends.collection.insertMany(rows as never[]);
  const running = new Set(waiting.map((row) => row._id));
  const places: SweepPlace[] = [];
  const sweep = async (from: SweepPlace | null) => {
    const again: string[] = [];
    const dispatch = { again: async (found: readonly string[]) => void again.push(...found) };
    const options = { from, running, onPage: (place: SweepPlace) => void places.push(place) };
    return { again, count: await sweepSends(store.db, dispatch, now, options) };
  };
  t.deepEqual(await sweep(null), { again: [name(2000)], count: 1 });
  t.deepEqual(
    places.map((place) => place.after),
    [name(499), name(999), name(2000)],
  );
  t.deepEqual((await sweep(places[1] ?? null)).again, [name(2000)]);
  t.deepEqual((await sweep(places[2] ?? null)).again, []);
});

test('a worker that starts has both checks run at once, and their reports can be read', async (t) => {
  const { store, run, worker, db } = await running(t);
  await worker.client.workflow.getHandle(run.id).terminate('by hand');
  await listed(store, run.id, false);
  await ensureSchedules(worker.client, worker.taskQueue);
  const seen = await eventually('both reports', async () => {
    const { watchdog, reconciler } = await readOversight(db, await worker.rehearsal.virtualNow(run.id));
    return watchdog !== null && reconciler !== null && { watchdog, reconciler };
  });
  t.like(seen.watchdog, { old: false, lookedAt: 1, found: 1, listed: [run.id], numbers: { withoutWorkflow: 1 } });
  t.like(seen.reconciler, { old: false, lookedAt: 1, found: 1, listed: [run.id], numbers: { compared: 1 } });
  const later = await readOversight(db, addMs(seen.watchdog.at, 3 * MS_PER_HOUR));
  t.like(later.watchdog, { old: true, ageMinutes: 180 });
  // The next worker finds the schedules made.
  await t.notThrowsAsync(ensureSchedules(worker.client, worker.taskQueue));
  t.true(await workerRuns(worker.client, seen.watchdog.at, worker.taskQueue));
  t.false(await workerRuns(worker.client, seen.watchdog.at, 'nobody'));
});
