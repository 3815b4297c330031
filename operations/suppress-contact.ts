import { appendHistory } from '../activities/history/index.ts';
import type { Contact } from '../domain/people/contract.ts';
import type { Event } from '../domain/renewal/facts.ts';
import type { Database } from '../schemas/connection.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import { createClientKeys } from '../schemas/sealing.ts';

type Suppressed = NonNullable<Contact['suppressed']>;

/**
 * Keeps what a contact says about mail where the renewal has ended and hears nothing any more: it holds for the
 * contact, whatever became of the renewal. The contact is marked and the ended renewal's history says so, in one
 * transaction; done twice it changes nothing. The first word stays, but an opt-out outweighs a bounce.
 *
 * @returns false for any other event, and where the renewal has not ended
 */
export async function suppressAfterEnd(db: Database, renewalId: string, event: Event): Promise<boolean> {
  if (event.kind !== 'opted out of mail' && event.kind !== 'mail bounced') return false;
  const renewal = await db.renewals.findOne({ _id: renewalId, phase: 'closed' }).lean<RenewalDoc>();
  if (renewal === null) return false;
  const { id, at, by, kind, ...detail } = event;
  const suppressed: Suppressed = { reason: kind === 'mail bounced' ? 'bounce' : 'opt-out', at };
  // A new address ends a bounce; it must not end what the contact has asked for.
  const before =
    kind === 'mail bounced'
      ? { 'contact.suppressed': { $exists: false } }
      : { 'contact.suppressed.reason': { $ne: 'opt-out' } };
  const { clientId, state } = renewal;
  const entry = { id, at, kind: 'fact', name: kind, actor: by, stage: null, why: null, detail } as const;
  await db.transaction(async (session) => {
    await db.clients.updateOne(
      { _id: clientId },
      { $set: { 'contacts.$[contact].suppressed': suppressed } },
      { session, arrayFilters: [{ 'contact.id': event.contactId, ...before }] },
    );
    const batch = { renewalId, clientId, playbook: state.playbook, entries: [entry] };
    await appendHistory(db, createClientKeys(db), session, batch);
  });
  return true;
}
