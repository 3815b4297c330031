import * as wf from '@temporalio/workflow';
import { renewal as released, savePlan as releasedPlan } from '../../workflows/index.ts';

// What must not be released: the same workflows with one step more, without `patched`.

export async function renewal(input: Parameters<typeof released>[0]): ReturnType<typeof released> {
  await wf.sleep('1 second');
  return released(input);
}

export async function savePlan(input: Parameters<typeof releasedPlan>[0]): ReturnType<typeof releasedPlan> {
  await wf.sleep('1 second');
  return releasedPlan(input);
}
