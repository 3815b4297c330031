import type { ClientSession } from 'mongoose';
import type { Contact } from '../../domain/people/contract.ts';
import type { LogEntry } from '../../domain/renewal/effects.ts';
import type { Database } from '../../schemas/connection.ts';
import type { PerformInput } from './input.ts';
import type { Scene } from './scene.ts';

type Suppressed = NonNullable<Contact['suppressed']>;

/**
 * A contact who opted out, or whose address bounced, is so for every contract of the client and for its next terms:
 * it is kept with the contact. What was noted there before stays, but an opt-out outweighs a bounce: a new address ends
 * the one and not the other.
 */
export async function writeSuppressions(
  db: Pick<Database, 'clients'>,
  session: ClientSession,
  { client }: Scene,
  { decision }: PerformInput,
): Promise<void> {
  for (const entry of decision.log) {
    const reason = reasonOf(entry);
    const { contactId } = entry.detail;
    if (reason === null || typeof contactId !== 'string') continue;
    const suppressed: Suppressed = { reason, at: entry.at };
    await db.clients.updateOne(
      { _id: client.id },
      { $set: { 'contacts.$[contact].suppressed': suppressed } },
      { session, arrayFilters: [{ 'contact.id': contactId, ...before(reason) }] },
    );
  }
}

function before(reason: Suppressed['reason']): Readonly<Record<string, unknown>> {
  return reason === 'opt-out'
    ? { 'contact.suppressed.reason': { $ne: 'opt-out' } }
    : { 'contact.suppressed': { $exists: false } };
}

function reasonOf({ kind, name }: LogEntry): Suppressed['reason'] | null {
  if (kind !== 'fact') return null;
  if (name === 'opted out of mail') return 'opt-out';
  return name === 'mail bounced' ? 'bounce' : null;
}
