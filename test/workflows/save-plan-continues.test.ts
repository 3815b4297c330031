import anyTest from 'ava';
import type { TestFn } from 'ava';
import { SAVE_PLAN_WORKFLOW, savePlanCommands, savePlanQuery } from '../../workflows/save-plan/messages.ts';
import type { SavePlanInput, SavePlanResult } from '../../workflows/save-plan/messages.ts';
import { persistently, within } from '../helpers/rehearsal.ts';
import { at } from '../helpers/world.ts';
import { startFake, withServer } from './run.ts';
import type { ServerContext } from './run.ts';

const test = anyTest as TestFn<ServerContext>;
withServer(test, ['limit.historyCount.suggestContinueAsNew=20']);

test('a save plan begins new histories on its way and forgets nothing, no answer and no work done', async (t) => {
  const { run, world, worker } = await startFake(t);
  const savePlanId = `${run.id}/save/1`;
  const when = at('2038-02-03');
  const { renewalId, contractId, term } = world.input;
  const input: SavePlanInput = { savePlanId, renewalId, contractId, term, cause: 'price', openedAt: when };
  const { rehearsal, taskQueue } = worker;
  const first = await rehearsal.start(SAVE_PLAN_WORKFLOW, { workflowId: savePlanId, taskQueue, args: [input] });
  await rehearsal.forwardTo(savePlanId, when);
  const plan = rehearsal.getHandle(savePlanId);
  const by = { kind: 'person', id: 'li' } as const;
  const complete = (n: number, action: string) =>
    persistently(() =>
      plan.executeUpdate(savePlanCommands['action completed'], {
        args: [{ id: `fact_${n}`, at: when, by, kind: 'action completed', action, note: '' }],
        updateId: `fact_${n}`,
      }),
    );
  t.like(await complete(0, 'review-usage'), { accepted: true });
  for (let n = 1; n <= 12; n += 1) t.like(await complete(n, 'dance'), { accepted: false });
  const { runId } = await plan.describe();
  t.not(runId, first.firstExecutionRunId);
  // Temporal has forgotten the id with the history; the plan has not.
  t.like(await complete(0, 'review-usage'), { accepted: true });
  const state = await persistently(() => plan.query(savePlanQuery));
  t.deepEqual(
    state.actions.filter((action) => action.done !== null).map((action) => action.id),
    ['review-usage'],
  );
  t.is(state.openedAt, when);
  const closed = { id: 'fact_99', at: when, by, kind: 'plan closed', outcome: 'saved', note: 'stays' } as const;
  t.like(await persistently(() => plan.executeUpdate(savePlanCommands['plan closed'], { args: [closed] })), {
    accepted: true,
  });
  const result = await within(worker, savePlanId, 'the end', plan.result() as Promise<SavePlanResult>);
  t.is(result.outcome, 'saved');
});
