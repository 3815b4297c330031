import { trusted } from 'mongoose';
import { excerpt, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import { textKey } from '../../schemas/keys.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { MailNote } from './note.ts';

/** Whom a mail is about. */
export interface Match {
  readonly renewalId: string;
  /** The contact who has written, or whom a report is about; null where somebody else of the client has. */
  readonly contactId: string | null;
  /** The mail of ours that is meant; null where the address alone was known. */
  readonly sendId: string | null;
}

export type Matched =
  | { readonly matches: readonly Match[] }
  /** Nobody need look at it. */
  | { readonly ignored: Problem }
  /** Somebody has to say what it is about. */
  | { readonly waiting: Problem };

type Books = Pick<Database, 'sends' | 'clients' | 'renewals' | 'people'>;
type Send = Pick<SendDoc, '_id' | 'renewalId' | 'clientId' | 'audience' | 'recipient' | 'messageId'>;
type Client = Pick<ClientDoc, '_id' | 'contacts'>;

const SEND_PARTS = { renewalId: 1, clientId: 1, audience: 1, recipient: 1, messageId: 1 } as const;
/** States of a mail that its reader may have. */
const GONE = ['transmitting', 'unknown', 'sent'] as const;
/** More clients than this have one address only by mistake. */
const MAX_CLIENTS = 20;

/**
 * Which renewals a mail is about: the one whose mail it answers; else, by the address, the one that has written to that
 * contact last, or the only one that is open. Reports are believed only where they name a mail of ours: anybody could
 * write the others.
 */
export async function matchMail(db: Books, note: MailNote): Promise<Matched> {
  const { kind } = note;
  const send = await answered(db, note.answers);
  const isReport = kind === 'bounce' || kind === 'undelivered' || kind === 'complaint';
  if (send !== null && (isReport || send.audience === 'team')) return bySend(note, send);
  if (isReport) return { waiting: problem('mail.report_unknown', { found: excerpt(note.recipient ?? '–') }) };
  if (note.from === null) return { waiting: problem('mail.no_sender') };
  if (await isOurs(db, note, note.from.address)) return { ignored: problem('mail.own') };
  if (send !== null) {
    const open = kind === 'opt-out' || (await isOpen(db, send.renewalId));
    if (!open) return { waiting: problem('mail.no_renewal', { found: excerpt(note.from.address) }) };
    return { matches: [await byAnswer(db, send, note)] };
  }
  return byAddress(db, note, note.from.address);
}

/** The first of our mails among those that are answered. */
async function answered(db: Books, ids: readonly string[]): Promise<Send | null> {
  for (const id of ids) {
    // The id of an envelope is the part before the @: the sending domain may have changed since.
    const where = /^<[0-9a-f]{40}>$/.test(id)
      ? { messageId: trusted({ $gte: `${id.slice(0, -1)}@`, $lt: `${id.slice(0, -1)}A` }) }
      : { messageId: id };
    const send = await db.sends.findOne(where, SEND_PARTS).lean<Send>();
    if (send !== null) return send;
  }
  return null;
}

function bySend({ kind }: MailNote, { _id, renewalId, audience, recipient }: Send): Matched {
  const found = excerpt(renewalId);
  if (audience === 'team' || recipient.kind === 'person') {
    // To somebody of our own a mail that does not arrive is a fault of ours; an answer is no word of the client.
    return kind === 'bounce' || kind === 'undelivered'
      ? { waiting: problem('mail.team_bounce', { found }) }
      : { ignored: problem('mail.to_team', { found }) };
  }
  return { matches: [{ renewalId, contactId: recipient.contactId, sendId: _id }] };
}

/** Somebody else of the client may answer: it is an answer all the same, of nobody we know. */
async function byAnswer(db: Books, send: Send, { from, kind }: MailNote): Promise<Match> {
  const client = await db.clients.findOne({ _id: send.clientId }, { contacts: 1 }).lean<Client>();
  const sender = client === null ? undefined : contactBy(client, from?.address ?? '');
  const reader = send.recipient.kind === 'contact' ? send.recipient.contactId : null;
  // Whoever wants no more mail means the one that came.
  const contactId = sender ?? (kind === 'opt-out' ? reader : null);
  return { renewalId: send.renewalId, contactId, sendId: send._id };
}

async function byAddress(db: Books, { kind }: MailNote, address: string): Promise<Matched> {
  const found = excerpt(address);
  const spellings = [...new Set([address, address.toLowerCase()])];
  const clients = await db.clients
    .find({ 'contacts.email': trusted({ $in: spellings }) }, { contacts: 1 })
    .limit(MAX_CLIENTS)
    .lean<Client[]>();
  if (clients.length === 0) return { waiting: problem('mail.sender_unknown', { found }) };
  // One who wants no more mail wants it from none of them.
  if (clients.length > 1 && kind !== 'opt-out') {
    return { waiting: problem('mail.several_clients', { found, count: clients.length }) };
  }
  const each = await Promise.all(clients.map((client) => ofClient(db, client, address, kind === 'opt-out')));
  const matches = each.flatMap((one) => ('match' in one ? [one.match] : []));
  const [first] = each;
  if (matches.length > 0 || first === undefined) return { matches };
  return 'match' in first ? { matches: [first.match] } : first;
}

async function ofClient(
  db: Books,
  client: Client,
  address: string,
  optsOut: boolean,
): Promise<{ readonly match: Match } | { readonly waiting: Problem }> {
  const contactId = contactBy(client, address) ?? null;
  const renewals = await db.renewals
    .find({ clientId: client._id }, { phase: 1 })
    .sort({ endDate: -1, _id: -1 })
    .lean<Pick<RenewalDoc, '_id' | 'phase'>[]>();
  const open = renewals.filter(({ phase }) => phase !== 'closed').map(({ _id }) => _id);
  const [last] = renewals;
  const [only] = open;
  const found = excerpt(address);
  if (only === undefined) {
    // The wish holds for the contact, whatever became of the renewals.
    if (optsOut && last !== undefined) return { match: { renewalId: last._id, contactId, sendId: null } };
    return { waiting: problem('mail.no_renewal', { found }) };
  }
  if (open.length === 1) return { match: { renewalId: only, contactId, sendId: null } };
  const newest = await db.sends
    .findOne(
      {
        renewalId: trusted({ $in: open }),
        audience: 'client',
        state: trusted({ $in: GONE }),
        'recipient.contactId': contactId,
      },
      SEND_PARTS,
    )
    .sort({ transmittingAt: -1, _id: -1 })
    .lean<Send>();
  if (newest !== null) return { match: { renewalId: newest.renewalId, contactId, sendId: null } };
  if (optsOut) return { match: { renewalId: only, contactId, sendId: null } };
  return { waiting: problem('mail.several_renewals', { found, count: open.length }) };
}

function contactBy({ contacts }: Client, address: string): string | undefined {
  const key = textKey(address);
  return contacts.find(({ email }) => textKey(email) === key)?.id;
}

/** One that has ended hears nothing any more; somebody of ours should. */
async function isOpen(db: Books, renewalId: string): Promise<boolean> {
  const renewal = await db.renewals.findOne({ _id: renewalId }, { phase: 1 }).lean<Pick<RenewalDoc, 'phase'>>();
  return renewal !== null && renewal.phase !== 'closed';
}

/** A copy of what we have sent, or a mail of somebody on the team. */
async function isOurs(db: Books, { messageId }: MailNote, address: string): Promise<boolean> {
  const [copy, person] = await Promise.all([
    messageId === null ? null : db.sends.findOne({ messageId }, { _id: 1 }).lean(),
    db.people.findOne({ emailKey: textKey(address) }, { _id: 1 }).lean(),
  ]);
  return copy !== null || person !== null;
}
