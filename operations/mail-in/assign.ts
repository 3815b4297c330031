import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { addMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { InboxDoc } from '../../schemas/inbox.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { acceptEvents, documentOf, PATIENCE_MS } from '../events/accept-events.ts';
import { eventsOf, factsOf } from './accept-mail.ts';
import { MAIL_SOURCE, noteOf } from './note.ts';
import type { MailNote } from './note.ts';

/** What a person may say that a mail is. */
export const ASSIGNED_KINDS = ['reply', 'opt-out', 'bounce'] as const;
export type AssignedKind = (typeof ASSIGNED_KINDS)[number];

export interface Assignment {
  readonly renewalId: string;
  readonly kind: AssignedKind;
  /** Who has written, or whose address it is; must be named for an opt-out and a bounce. */
  readonly contactId: string | null;
}

const ASSIGNABLE = ['dead', 'ignored', 'parked'] as const;

/**
 * Says what a mail is about that nobody could match, or that was taken for something else: it is told to that renewal
 * at once. Throws `resource.not_found`, `event.contact_unknown`, `field.required` and `event.state`.
 */
export async function assignMail(
  db: Database,
  id: string,
  { renewalId, kind, contactId }: Assignment,
  personId: string,
  now: Instant,
): Promise<InboxDoc> {
  const { event, note } = await readMailEvent(db, id);
  const renewal = await db.renewals
    .findOne({ _id: renewalId }, { clientId: 1 })
    .lean<Pick<RenewalDoc, '_id' | 'clientId'>>();
  if (renewal === null) throw missing('renewal', renewalId);
  if (contactId === null && kind !== 'reply') throw PerennialError.of('mail.contact', {}, { field: 'contactId' });
  if (contactId !== null && !(await hasContact(db, renewal.clientId, contactId))) {
    throw PerennialError.of('event.contact_unknown', { found: excerpt(contactId) }, { field: 'contactId' });
  }
  const match = { renewalId, contactId, sendId: note.sendId };
  const stamp = { eventId: event.eventId, occurredAt: event.occurredAt };
  const [fact] = factsOf({ ...note, kind }, match, stamp);
  if (fact === undefined) throw new Error('a mail that tells nothing');
  const changed = await db.inbox
    .findOneAndUpdate(
      { _id: id, state: trusted({ $in: ASSIGNABLE }) },
      { $set: { ...anewOf(documentOf(fact, new Map(), now), now), touchedBy: personId } },
      { returnDocument: 'after' },
    )
    .lean<InboxDoc>();
  if (changed !== null) return changed;
  const { state } = await readMailEvent(db, id).then((read) => read.event);
  const allowed = ASSIGNABLE.map((one) => `@eventstate.${one}`).join(', ');
  throw PerennialError.of('event.state', { state: `@eventstate.${state}`, allowed });
}

/** What a mail would be if it came now: contacts and renewals may have come since. */
export async function matchAgain(db: Database, event: InboxDoc, now: Instant): Promise<Partial<InboxDoc>> {
  const note = noteOf(event);
  if (note === null) return {};
  const stamp = { eventId: event.eventId, occurredAt: event.occurredAt };
  const [first, ...rest] = await eventsOf(db, note, stamp);
  await acceptEvents(db, rest, now);
  if (first === undefined) return {};
  const doc = documentOf(first, new Map(), now);
  // What is still nobody's stays with its words.
  return doc.type === null ? { ...anewOf(doc, now), payload: event.payload } : anewOf(doc, now);
}

/** Throws `resource.not_found` for what is no mail, too. */
export async function readMailEvent(
  db: Pick<Database, 'inbox'>,
  id: string,
): Promise<{ readonly event: InboxDoc; readonly note: MailNote }> {
  const event = await db.inbox.findOne({ _id: id, source: MAIL_SOURCE }).lean<InboxDoc>();
  const note = event === null ? null : noteOf(event);
  if (event === null || note === null) throw missing('mail', id);
  return { event, note };
}

function anewOf(doc: InboxDoc, now: Instant): Partial<InboxDoc> {
  const { type, subject, data, payload, foreignType, lane, partition, state, problem, nextAt, doneAt } = doc;
  const deadline = addMs(now, PATIENCE_MS);
  return {
    type,
    subject,
    data,
    payload,
    foreignType,
    lane,
    partition,
    state,
    problem,
    nextAt,
    doneAt,
    deadline,
    attempts: 0,
  };
}

async function hasContact(db: Database, clientId: string, contactId: string): Promise<boolean> {
  const client = await db.clients.findOne({ _id: clientId }, { contacts: 1 }).lean<Pick<ClientDoc, 'contacts'>>();
  return client?.contacts.some(({ id }) => id === contactId) === true;
}

function missing(kind: 'mail' | 'renewal', id: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: `@kind.${kind}`, id: excerpt(id) });
}
