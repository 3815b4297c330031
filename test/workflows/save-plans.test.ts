import anyTest from 'ava';
import type { TestFn } from 'ava';
import type { Activities } from '../../activities/index.ts';
import type { SavePlanCommand } from '../../domain/save-plan/types.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { SavePlanDoc } from '../../schemas/save-plan.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import { RECONCILE_WORKFLOW } from '../../workflows/oversight/messages.ts';
import type { ReconcileReport } from '../../workflows/oversight/messages.ts';
import { savePlanCommands } from '../../workflows/save-plan/messages.ts';
import { eventually } from '../helpers/eventually.ts';
import { within } from '../helpers/rehearsal.ts';
import { at, command, event } from '../helpers/world.ts';
import type { Run } from './run.ts';
import { PlanRun, startStore, withStore } from './store.ts';
import type { Store, StoreContext } from './store.ts';
import { smoothly } from './stories.ts';

const test = anyTest as TestFn<StoreContext>;
withStore(test);

const FLAGGED = at('2038-02-03');
const flag = () => command('risk flagged', FLAGGED, 'li', { cause: 'price', note: 'too dear' });

let count = 0;
function act<K extends SavePlanCommand['kind']>(
  kind: K,
  when: Instant,
  body: Omit<Extract<SavePlanCommand, { kind: K }>, 'id' | 'at' | 'by' | 'kind'>,
): SavePlanCommand {
  return {
    id: `act_${(count += 1)}`,
    at: when,
    by: { kind: 'person', id: 'li' },
    kind,
    ...body,
  } as unknown as SavePlanCommand;
}

async function planOf({ worker }: Store, id: string): Promise<PlanRun> {
  const handle = worker.client.workflow.getHandle(id);
  await eventually('the save plan', () => handle.describe().catch(() => undefined));
  const plan = new PlanRun(worker, id);
  // It was started by an activity and so has the clock of the machine.
  await plan.forwardTo(FLAGGED);
  return plan;
}

const openTasks = async ({ db }: Store, plan: PlanRun) =>
  (await db.tasks.find({ state: 'open' }).lean<TaskDoc[]>()).filter((task) => task._id.startsWith(plan.id)).length;

for (const { title, cause, begin } of [
  { title: 'a flag', cause: 'price', begin: async (run: Run) => (await run.command(flag())).accepted },
  {
    title: 'a rule of the playbook',
    cause: 'value',
    begin: (run: Run) => run.event(event('health scored', FLAGGED, { score: 20 })),
  },
]) {
  test(`${title} opens a save plan, which closes when its work is done and tells the renewal`, async (t) => {
    const store = await startStore(t);
    const run = await store.start();
    t.true(await begin(run));
    const plan = await planOf(store, `${run.id}/save/1`);
    t.like(await plan.state(), { cause, begun: true, closed: null });
    t.is(await openTasks(store, plan), 2);
    await run.forwardTo(at('2038-02-04'));
    t.true((await run.view())?.atRisk);
    t.true((await run.view())?.holdsOutreach);

    const nothingDone = act('plan closed', at('2038-02-05'), { outcome: 'saved', note: 'all good' });
    t.like(await plan.command(nothingDone), { accepted: false, problem: { code: 'save_plan.nothing_done' } });
    t.like(await plan.command(act('action completed', at('2038-02-05', 11), { action: 'review-usage', note: '' })), {
      accepted: true,
    });
    t.like(await plan.command(act('plan closed', at('2038-02-05', 12), { outcome: 'saved', note: 'stays' })), {
      accepted: true,
    });
    t.like(await plan.result(), { outcome: 'saved' });

    const outcome = await eventually('the outcome', async () => (await run.state()).risk.plan?.outcome ?? undefined);
    t.is(outcome, 'saved');
    t.like(await store.db.savePlans.findOne({ _id: plan.id }).lean<SavePlanDoc>(), {
      status: 'closed',
      outcome: 'saved',
    });
    t.is(await openTasks(store, plan), 0);
    await store.worker.client.workflow.getHandle(run.id).terminate('the test ends here');
  });
}

test('a renewal that ends takes its save plan with it', async (t) => {
  const store = await startStore(t);
  const run = await store.start();
  await run.command(flag());
  const plan = await planOf(store, `${run.id}/save/1`);
  const lost = { cause: 'price', detail: 'budget', competitor: null, note: '' };
  t.like(await run.command(command('cancelled', at('2038-02-04'), 'li', lost)), { accepted: true });
  t.is((await run.result()).outcome, 'lost');
  t.like(await plan.result(), { outcome: 'not saved' });
  t.is(await openTasks(store, plan), 0);
});

test('a save plan that nobody works on goes to the manager and the director, and ends as not saved', async (t) => {
  const store = await startStore(t);
  const run = await store.start();
  await run.command(flag());
  const plan = await planOf(store, `${run.id}/save/1`);
  await plan.forwardTo(at('2038-04-30'));
  t.like(await plan.result(), { outcome: 'not saved' });
  const { escalated, actions } = await plan.state();
  t.true(escalated && actions.every((action) => action.escalated));
  t.is(await openTasks(store, plan), 0);
  await run.forwardTo(at('2038-05-03'));
  const task = await store.db.tasks.findOne({ renewalId: run.id, kind: 'not saved' }).lean<TaskDoc>();
  t.is(task?.state, 'open');
  await store.worker.client.workflow.getHandle(run.id).terminate('the test ends here');
});

/** Lets nobody open a plan before two want to. */
function together(activities: Activities): Activities {
  let arrived = 0;
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  return {
    ...activities,
    openSavePlan: async (input) => {
      if ((arrived += 1) >= 2) open();
      await gate;
      return activities.openSavePlan(input);
    },
  };
}

test('a client with two contracts at risk at once has one save plan, and both renewals know it', async (t) => {
  const store = await startStore(t, { contracts: [{}, {}], wrap: together });
  const [a, b] = await Promise.all(store.contracts.map((id) => store.start(id)));
  if (a === undefined || b === undefined) return t.fail();
  await Promise.all([a, b].map(async (run) => t.like(await run.command(flag()), { accepted: true })));
  await Promise.all([a, b].map((run) => run.forwardTo(at('2038-02-04'))));
  const plans = await store.db.savePlans.find({ clientId: 'cli_1' }).lean<SavePlanDoc[]>();
  t.is(plans.length, 1);
  const [owner, other] = plans[0]?.renewalId === a.id ? [a, b] : [b, a];
  t.is((await owner.state()).risk.plan?.closedAt, null);
  t.like((await other.state()).risk.plan, { outcome: 'not needed' });
  t.true((await other.view())?.holdsOutreach);

  const plan = await planOf(store, `${owner.id}/save/1`);
  await plan.command(act('plan closed', at('2038-02-05'), { outcome: 'not needed', note: 'a mistake' }));
  await plan.result();
  await eventually('the other renewal', async () => (await other.view())?.holdsOutreach === false);
  await eventually('its own renewal', async () => (await owner.view())?.holdsOutreach === false);
  for (const run of [a, b]) {
    for (const fact of smoothly().map((one) => ({ ...one, id: `${run.id}/${one.id}` })))
      t.like(await run.command(fact), { accepted: true });
    t.is((await run.result()).outcome, 'renewed');
  }
});

/** Remembers what the engine asked for, so that a test can ask again as a retry does. */
function remembering() {
  const seen: { activities?: Activities; input?: Parameters<Activities['openSavePlan']>[0] } = {};
  const wrap = (activities: Activities): Activities => {
    seen.activities = activities;
    return {
      ...activities,
      openSavePlan: async (input) => {
        seen.input = input;
        return activities.openSavePlan(input);
      },
    };
  };
  const again = async () => {
    if (seen.activities === undefined || seen.input === undefined) throw new Error('no plan was opened');
    return seen.activities.openSavePlan(seen.input);
  };
  return { wrap, again };
}

test('opening a plan once more, after it was stopped and after it is closed, changes nothing', async (t) => {
  const { wrap, again } = remembering();
  const store = await startStore(t, { wrap });
  const run = await store.start();
  await run.command(flag());
  const plan = await planOf(store, `${run.id}/save/1`);
  const opened = { savePlanId: plan.id, opened: true };
  t.deepEqual(await again(), opened);
  await store.worker.client.workflow.getHandle(plan.id).terminate('by hand');
  t.deepEqual(await again(), opened);
  await store.db.savePlans.updateOne({ _id: plan.id }, { $set: { status: 'closed' } });
  t.deepEqual(await again(), opened);
  t.is((await store.worker.client.workflow.getHandle(plan.id).describe()).status.name, 'TERMINATED');
  await store.worker.client.workflow.getHandle(run.id).terminate('the test ends here');
});

test('a command that comes while the end of a plan is told is answered', async (t) => {
  let reached: () => void = () => undefined;
  let release: () => void = () => undefined;
  const telling = new Promise<void>((resolve) => (reached = resolve));
  const gate = new Promise<void>((resolve) => (release = resolve));
  let told = 0;
  const wrap = (activities: Activities): Activities => ({
    ...activities,
    closeSavePlan: async (input) => {
      told += 1;
      reached();
      await gate;
      return activities.closeSavePlan(input);
    },
  });
  const store = await startStore(t, { wrap });
  const run = await store.start();
  await run.command(flag());
  const plan = await planOf(store, `${run.id}/save/1`);
  await plan.command(act('plan closed', at('2038-02-04'), { outcome: 'not needed', note: 'a mistake' }));
  await telling;
  const late = act('action completed', at('2038-02-04'), { action: 'review-usage', note: '' });
  const update = await store.worker.rehearsal.getHandle(plan.id).startUpdate(savePlanCommands['action completed'], {
    args: [late as Extract<SavePlanCommand, { kind: 'action completed' }>],
    waitForStage: 'ACCEPTED',
  });
  release();
  const answer = await within(store.worker, plan.id, 'an answer', update.result());
  t.like(answer, { accepted: false, problem: { code: 'save_plan.closed' } });
  t.like(await plan.result(), { outcome: 'not needed' });
  t.is(told, 1);
  await store.worker.client.workflow.getHandle(run.id).terminate('the test ends here');
});

let checks = 0;
async function compare({ worker }: Store): Promise<ReconcileReport> {
  const workflowId = `plans-${(checks += 1)}`;
  const { client, taskQueue } = worker;
  const report = client.workflow.execute(RECONCILE_WORKFLOW, { workflowId, taskQueue }) as Promise<ReconcileReport>;
  return within(worker, workflowId, 'the report', report);
}

test('an open plan that never began is begun; one that was stopped is work for operations until it is closed', async (t) => {
  const { wrap, again } = remembering();
  let dies = true;
  const store = await startStore(t, {
    wrap,
    // The worker dies between opening the plan and starting its work.
    deps: { startSavePlan: () => (dies ? Promise.reject(new Error('the worker died')) : Promise.resolve()) },
  });
  const run = await store.start();
  await run.forwardTo(FLAGGED);
  const flagged = run.send(flag());
  const id = `${run.id}/save/1`;
  await eventually('the plan', async () => (await store.db.savePlans.exists({ _id: id })) !== null);
  t.like(await compare(store), { plansStarted: [id], plansReported: [], found: 0 });
  dies = false;
  t.deepEqual(await again(), { savePlanId: id, opened: true });
  t.true((await flagged).accepted);
  const plan = await planOf(store, id);
  await eventually('its tasks', async () => (await openTasks(store, plan)) === 2);
  t.like(await compare(store), { plansStarted: [], plansReported: [] });

  await store.worker.client.workflow.getHandle(id).terminate('by hand');
  const stopped = await eventually('the list', async () => {
    const report = await compare(store);
    return report.plansReported.length > 0 && report;
  });
  t.like(stopped, { plansStarted: [], plansReported: [id], found: 1 });
  const task = () => store.db.tasks.findOne({ _id: `oversight/savePlan/${id}` }).lean<TaskDoc>();
  t.like(await task(), { state: 'open', kind: 'oversight', renewalId: run.id });
  await store.db.savePlans.updateOne({ _id: id }, { $set: { status: 'closed' } });
  t.like(await compare(store), { plansReported: [] });
  t.like(await task(), { state: 'done' });
  await store.worker.client.workflow.getHandle(run.id).terminate('the test ends here');
});
