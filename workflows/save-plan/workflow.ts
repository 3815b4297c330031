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
      await wf.condition(() => queue.length > 0 || wf.allHandlersFinished());
      if (queue.length > 0) continue;
      await remote.closeSavePlan.executeWithOptions({ ...starting, summary: `save plan: ${state.closed.outcome}` }, [
        { savePlanId, renewalId, contractId, outcome: state.closed.outcome, now },
      ]);
      return { savePlanId, outcome: state.closed.outcome };
    }
    if (decision.wakeAt === null) await wf.condition(() => queue.length > 0);
    else
      await wf.condition(() => queue.length > 0, msUntil(decision.wakeAt), {
        summary: `look again ${decision.wakeAt}`,
      });
  }
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
