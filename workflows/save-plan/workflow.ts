import type { UpdateDefinition } from '@temporalio/common';
import * as wf from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { newSavePlanState } from '../../domain/save-plan/types.ts';
import type { SavePlanCommand, SavePlanDecision, SavePlanFact, SavePlanState } from '../../domain/save-plan/types.ts';
import { msUntil, workflowNow } from '../clock.ts';
import { bookkeeping, starting } from '../renewal/activity-options.ts';
import { renewalEnded, savePlanCommands, savePlanQuery } from './messages.ts';
import type { SavePlanAnswer, SavePlanInput, SavePlanResult } from './messages.ts';

const local = wf.proxyLocalActivities<Activities>(bookkeeping);
const remote = wf.proxyActivities<Activities>(starting);

/**
 * The attempt to keep one client, in the same style as a renewal: wait, judge, do. Its outcome goes back to
 * every open renewal of the client, whose outreach held meanwhile.
 */
export async function savePlan(input: SavePlanInput): Promise<SavePlanResult> {
  const { savePlanId, renewalId, contractId, term } = input;
  let state: SavePlanState = input.carried ?? newSavePlanState(savePlanId, renewalId, input.cause, input.openedAt);
  const queue: SavePlanFact[] = [];
  const waiting: Waiting = new Map();
  let told = false;
  takeMessages(queue, waiting);
  wf.setHandler(savePlanQuery, () => state);

  for (;;) {
    const facts = queue.splice(0);
    const now = workflowNow();
    const decision: SavePlanDecision = await local.judgeSavePlan({
      savePlanId,
      renewalId,
      contractId,
      term,
      state,
      facts,
      now,
    });
    await local.recordSavePlan.executeWithOptions({ ...bookkeeping, summary: storyLine(decision) }, [
      { savePlanId, renewalId, contractId, term, decision, now },
    ]);
    state = decision.state;
    for (const verdict of decision.verdicts) {
      const answer: SavePlanAnswer = verdict.accepted
        ? { accepted: true }
        : { accepted: false, problem: verdict.problem };
      for (const told of waiting.get(verdict.factId) ?? []) told(answer);
      waiting.delete(verdict.factId);
    }
    if (state.closed !== null) {
      if (!(await quiet(queue))) continue;
      if (!told) {
        await remote.closeSavePlan.executeWithOptions({ ...starting, summary: `save plan: ${state.closed.outcome}` }, [
          { savePlanId, renewalId, contractId, outcome: state.closed.outcome, now },
        ]);
        told = true;
      }
      // What came while the renewals were told is answered too, before the plan is gone.
      if (await quiet(queue)) return { savePlanId, outcome: state.closed.outcome };
      continue;
    }
    if (wf.workflowInfo().continueAsNewSuggested) {
      if (await quiet(queue)) await wf.continueAsNew<typeof savePlan>({ ...input, carried: state });
      continue;
    }
    if (decision.wakeAt === null) await wf.condition(() => queue.length > 0);
    else
      await wf.condition(() => queue.length > 0, msUntil(decision.wakeAt), {
        summary: `look again ${decision.wakeAt}`,
      });
  }
}

/** Waits until every sender has its answer; false when another message came first and must be judged before. */
async function quiet(queue: readonly SavePlanFact[]): Promise<boolean> {
  await wf.condition(() => queue.length > 0 || wf.allHandlersFinished());
  return queue.length === 0;
}

/** Senders of commands that are not judged yet, by the id of the command. */
type Waiting = Map<string, ((answer: SavePlanAnswer) => void)[]>;

function takeMessages(queue: SavePlanFact[], waiting: Waiting): void {
  for (const update of Object.values(savePlanCommands)) {
    wf.setHandler(
      update as UpdateDefinition<SavePlanAnswer, [SavePlanCommand]>,
      (command) =>
        new Promise((told) => {
          queue.push(command);
          waiting.set(command.id, [...(waiting.get(command.id) ?? []), told]);
        }),
    );
  }
  wf.setHandler(renewalEnded, (event) => {
    queue.push(event);
  });
}

function storyLine(decision: SavePlanDecision): string {
  const line = [
    ...decision.log.filter((l) => l.kind !== 'effect').map((l) => l.name),
    ...decision.effects.map((e) => e.kind),
  ].join(' · ');
  return line === '' ? 'nothing new' : line.slice(0, 180);
}
