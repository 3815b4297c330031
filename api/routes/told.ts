import type { Event, EventKind } from '../../domain/renewal/facts.ts';
import { afterNotice, complaintOf, complaintToClose, complaintToOpen } from '../../operations/client-word.ts';
import type { Stamp } from '../../operations/commands.ts';
import { checkedNote, tellRenewal } from '../../operations/tell.ts';
import type { Told } from '../../operations/tell.ts';
import { bind } from '../call.ts';
import type { BoundRoute, SignedCall } from '../call.ts';
import * as contracts from '../contracts/told.ts';
import { visibleRenewal } from './visible.ts';

type Telling = Pick<SignedCall<typeof contracts.scoreHealth>, 'deps' | 'principal' | 'params' | 'now' | 'onceId'>;

/** What the team has heard and tells by hand. */
export const toldRoutes: readonly BoundRoute[] = [
  bind(contracts.scoreHealth, async (call) => {
    const { told } = await tell(call, 'health scored', async () => ({ score: call.body.score }));
    return told;
  }),

  bind(contracts.giveNotice, async (call) => {
    const note = checkedNote(call.body.note);
    const { told, renewal } = await tell(call, 'notice given', async () => ({ note }));
    const { late, deadline, task } = await afterNotice(call.deps.context.db, renewal, call.now);
    const work = task && { id: task._id, assignee: task.assignee, dueAt: task.dueAt };
    return { ...told, late, deadline, task: work };
  }),

  bind(contracts.openComplaint, (call) => complaint(call, 'complaint opened', complaintToOpen, call.body.complaintId)),
  bind(contracts.closeComplaint, (call) =>
    complaint(call, 'complaint closed', complaintToClose, call.body.complaintId),
  ),
];

async function complaint(
  call: Telling,
  kind: 'complaint opened' | 'complaint closed',
  choose: typeof complaintToOpen,
  named: string | undefined,
) {
  const { db } = call.deps.context;
  const { renewalId } = call.params;
  const { told, body } = await tell(call, kind, async () => ({
    // The answer may have been lost, not the fact: asked again, it is about the same complaint.
    complaintId: (await complaintOf(db, renewalId, call.onceId)) ?? (await choose(db, renewalId, named)),
  }));
  return { ...told, complaintId: body.complaintId };
}

async function tell<K extends EventKind, B extends Omit<Extract<Event, { kind: K }>, keyof Stamp | 'kind'>>(
  { deps, principal, params, now, onceId }: Telling,
  kind: K,
  make: () => Promise<B>,
) {
  const { _id } = await visibleRenewal(deps.context.db, principal, params.renewalId, 'work Renewal');
  const body = await make();
  const stamp: Stamp = { id: onceId, at: now, by: { kind: 'person', id: principal.person.id } };
  const { judged, renewal }: Told = await tellRenewal(deps.context, _id, kind, body, stamp);
  const { phase, stage, atRisk } = renewal;
  return { told: { factId: onceId, judged, phase, stage, atRisk }, renewal, body };
}
