import type { ActivityDeps } from '../deps.ts';
import type { SavePlanDoc } from '../../schemas/save-plan.ts';
import { collect } from './progress.ts';
import type { Progress } from './progress.ts';

const ALIVE_EVERY = 200;

/**
 * Compares the open save plans with their workflows. One that never ran is started: the worker died between opening
 * and starting it. One that has run and ended without closing its plan holds all mail of the client; it is only told,
 * because from the start it would do everything twice.
 */
export async function compareSavePlans(
  deps: ActivityDeps,
  progress: Progress<unknown>,
): Promise<{ readonly started: readonly string[]; readonly reported: readonly string[] }> {
  const { db } = deps;
  const running = await collect(deps.runningSavePlans(), progress);
  const started: string[] = [];
  const reported: string[] = [];
  let compared = 0;
  const plans = db.savePlans.find({ status: 'open' }).sort({ _id: 1 }).lean<SavePlanDoc[]>().cursor();
  for await (const plan of plans) {
    compared += 1;
    if (compared % ALIVE_EVERY === 0) progress.alive();
    if (running.has(plan._id)) continue;
    const state = await deps.workflowState(plan._id);
    if (state === 'running') continue;
    if (state === 'unknown' && !(await hasBegun(deps, plan)) && (await deps.ensureSavePlan(plan._id)))
      started.push(plan._id);
    // It may have closed its plan, as it should, since that was read.
    else if (await db.savePlans.exists({ _id: plan._id, status: 'open' })) reported.push(plan._id);
  }
  return { started, reported };
}

/** Also the server forgets workflows: a plan that has left tasks has run. */
async function hasBegun({ db }: ActivityDeps, { _id, renewalId }: SavePlanDoc): Promise<boolean> {
  const tasks = await db.tasks.find({ renewalId, kind: 'save action' }, { _id: 1 }).lean<{ _id: string }[]>();
  return tasks.some((task) => task._id.startsWith(`${_id}/`));
}
