import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { instant } from '../../domain/time/instant.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SendDoc } from '../../schemas/send.ts';
import { RECONCILE_WORKFLOW, WATCHDOG_WORKFLOW } from '../../workflows/oversight/messages.ts';
import type { ReconcileReport, WatchdogReport } from '../../workflows/oversight/messages.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { eventually, within } from '../helpers/rehearsal.ts';
import { at } from '../helpers/world.ts';
import { startStore, withStore } from './store.ts';
import type { Store, StoreContext } from './store.ts';

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
  t.like(await watch(store), { open: 1, quiet: [], overdue: [] });
  await run.end();
  t.like(await watch(store), { open: 0, quiet: [], overdue: [] });
});

test('the watchdog names a renewal that has gone quiet, one that overslept, and not one that a person has', async (t) => {
  const { store, db, run } = await running(t);
  const known = await row(store, run.id);
  const copy = (n: number, change: Partial<RenewalDoc>) => ({ ...known, _id: `${run.id}${n}`, term: n, ...change });
  await run.forwardTo(at('2038-02-01'));
  const [task] = await db.tasks.find({ renewalId: run.id }).lean();
  await db.renewals.collection.insertMany([
    copy(11, { wakeAt: null }),
    copy(12, { wakeAt: instant('2020-01-01T00:00:00.000Z') }),
    copy(13, { wakeAt: null }),
    copy(14, { wakeAt: null, phase: 'closed' }),
  ] as never[]);
  await db.tasks.collection.insertOne({ ...task, _id: 'a task', renewalId: `${run.id}13`, state: 'open' } as never);
  t.like(await watch(store), { open: 4, quiet: [`${run.id}11`], overdue: [`${run.id}12`] });
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

test('a read model that is lost or wrong is written again by its own renewal', async (t) => {
  const { store, db, run } = await running(t);
  const known = await row(store, run.id);
  await db.renewals.deleteOne({ _id: run.id });
  t.like(await compare(store), { started: [], repaired: [run.id], reported: [] });
  const again = await eventually('the read model', async () => (await row(store, run.id)) ?? undefined);
  t.deepEqual({ ...again, decidedAt: known?.decidedAt, state: known?.state }, { ...known });

  await db.renewals.updateOne({ _id: run.id }, { $set: { phase: 'closed' } });
  t.like(await compare(store), { repaired: [run.id] });
  await eventually('the phase', async () => (await row(store, run.id))?.phase === 'scheduled');
  t.like(await compare(store), { repaired: [] });
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
  t.deepEqual(
    await deliveries(),
    planned.map((send) => send._id),
  );
});
