import type { PlannedSend } from '../outreach/plan-sends.ts';
import type { EffectOf, PerformInput } from './input.ts';
import type { Scene } from './scene.ts';

/** The ledger row of a mail to the client. */
export function outreachRow(scene: Scene, input: PerformInput, effect: EffectOf<'send outreach'>): PlannedSend {
  const { id, template, to, contactId, legal, dueAt, notAfter, meeting, stage, step } = effect;
  return {
    ...common(scene, input),
    id,
    recipient: { kind: 'contact', contactId, role: to },
    template,
    legal,
    dueAt,
    notAfter,
    meeting,
    context: { stage, step },
    state: 'planned',
  };
}

/** A mail that was due and is not sent: it has its row all the same, with the reason. */
export function supersededRow(scene: Scene, input: PerformInput, effect: EffectOf<'supersede outreach'>): PlannedSend {
  const { id, template, to, dueAt, reason, step } = effect;
  const contactId = scene.client.contacts.find((contact) => contact.roles.includes(to))?.id ?? '';
  return {
    ...common(scene, input),
    id,
    recipient: { kind: 'contact', contactId, role: to },
    template,
    legal: false,
    dueAt,
    notAfter: dueAt,
    context: { step },
    state: reason === 'suppressed' ? 'suppressed' : 'superseded',
    reason,
  };
}

function common(scene: Scene, { renewalId, now }: PerformInput) {
  return {
    renewalId,
    contractId: scene.contract._id,
    clientId: scene.client.id,
    audience: 'client' as const,
    plannedAt: now,
  };
}
