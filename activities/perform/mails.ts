import type { Effect } from '../../domain/renewal/effects.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { PlannedSend } from '../outreach/plan-sends.ts';
import { movedUp, peopleAsked, requested } from './approvals.ts';
import { outreachRow, supersededRow } from './client-mail.ts';
import type { PerformInput } from './input.ts';
import type { Scene } from './scene.ts';
import { approvalMessage, stallMessage, taskMessage, teamMails } from './team-mail.ts';
import type { TeamMailDeps, TeamMessage } from './team-mail.ts';

/**
 * Every mail of a decision, to the client and to the team, as rows for the ledger.
 *
 * @param known the approvals of the renewal that stand in the books
 */
export async function mailsOf(
  scene: Scene,
  known: readonly ApprovalDoc[],
  deps: TeamMailDeps,
  input: PerformInput,
): Promise<readonly PlannedSend[]> {
  const approvals = new Map(known.map((one) => [one._id, one]));
  const rows: PlannedSend[] = [];
  const messages: TeamMessage[] = [];
  for (const effect of input.decision.effects) {
    if (effect.kind === 'request approval' && !approvals.has(effect.id)) {
      approvals.set(effect.id, requested(scene, input, effect));
    }
    if (effect.kind === 'send outreach') rows.push(outreachRow(scene, input, effect));
    else if (effect.kind === 'supersede outreach') rows.push(supersededRow(scene, input, effect));
    else messages.push(...(await messagesFor(scene, approvals, deps, input, effect)));
  }
  for (const entry of input.decision.log) {
    const moved = movedUp(entry);
    const approval = moved && approvals.get(moved.approvalId);
    if (!moved || !approval) continue;
    const message = { id: moved.entryId, template: 'internal-approval', people: moved.people };
    messages.push(await approvalMessage(scene, deps, { ...approval, approvalId: approval._id }, message));
  }
  for (const message of messages) rows.push(...teamMails(scene, deps, message, input.renewalId, input.now));
  return rows;
}

async function messagesFor(
  scene: Scene,
  approvals: ReadonlyMap<string, ApprovalDoc>,
  deps: TeamMailDeps,
  input: PerformInput,
  effect: Effect,
): Promise<readonly TeamMessage[]> {
  switch (effect.kind) {
    case 'open task':
      return effect.notify ? [await taskMessage(scene, deps, effect)] : [];
    case 'warn owner':
    case 'escalate':
      return [stallMessage(scene, deps, effect, input.decision.view)];
    case 'request approval': {
      const subject = { approvalId: effect.id, rule: effect.rule, quote: effect.quote, dueAt: effect.dueAt };
      const message = { id: effect.id, template: 'internal-approval', people: peopleAsked(effect) };
      return [await approvalMessage(scene, deps, subject, message)];
    }
    case 'remind approval': {
      const approval = approvals.get(effect.approvalId);
      if (approval === undefined) return [];
      const message = { id: effect.id, template: 'internal-approval-reminder', people: effect.people };
      return [
        await approvalMessage(scene, deps, { ...approval, approvalId: approval._id, dueAt: effect.dueAt }, message),
      ];
    }
    default:
      return [];
  }
}
