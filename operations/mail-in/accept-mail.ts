import { createHash } from 'node:crypto';
import { problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import { classify } from '../../domain/mail-in/index.ts';
import type { IncomingMail } from '../../domain/mail-in/index.ts';
import { addMs, minInstant, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import { readMail } from '../../mail/read-mail.ts';
import type { Database } from '../../schemas/connection.ts';
import { acceptEvents } from '../events/accept-events.ts';
import type { CheckedEvent, Incoming } from '../events/accept-events.ts';
import { matchMail } from './match.ts';
import type { Match } from './match.ts';
import { MAIL_SOURCE } from './note.ts';
import type { MailNote } from './note.ts';

/** A mail as a mailbox or a provider hands it over. */
export interface Arrival {
  /** The whole mail, or its beginning. */
  readonly raw: Buffer;
  /** `imap`, or the id of the source that has sent it. */
  readonly via: string;
  /** When the mailbox got it; null where nobody says. */
  readonly arrivedAt: Instant | null;
}

/** `told`: it goes to its renewal. `kept`: nobody need do anything. `waiting`: somebody has to look at it. */
export type MailFate = 'told' | 'kept' | 'waiting' | 'duplicate';

type MailBooks = Pick<Database, 'inbox' | 'sourceLinks' | 'sends' | 'clients' | 'renewals' | 'people'>;

/** A date that a sender writes is believed for as long. */
const BELIEVED_MS = 7 * MS_PER_DAY;
const MAX_SUMMARY = 1000;
const MAX_KEPT = 4000;
const MAX_GLANCE = 500;

/**
 * Takes a mail that came in. What this resolves with is stored on a majority: the mail may be forgotten where it came
 * from. The same mail again, by any way, is a duplicate and changes nothing. Never throws for what stands in a mail.
 */
export async function acceptMail(db: MailBooks, arrival: Arrival, now: Instant): Promise<MailFate> {
  const { eventId, note, date } = await read(arrival);
  const occurredAt = happenedAt(arrival.arrivedAt, date, now);
  const incoming = await eventsOf(db, note, { eventId, occurredAt });
  const results = await acceptEvents(db, incoming, now);
  if (results.every((result) => result === 'duplicate')) return 'duplicate';
  const [first] = incoming;
  if (first === undefined || !('state' in first)) return 'told';
  return first.state === 'dead' ? 'waiting' : 'kept';
}

interface Stamped {
  readonly eventId: string;
  readonly occurredAt: Instant;
}

/** The events of a mail: mostly one. The first of them has the mail's own id. */
export async function eventsOf(db: MailBooks, note: MailNote, stamp: Stamped): Promise<readonly Incoming[]> {
  const aside = (state: 'ignored' | 'dead', why: Problem, more: Partial<MailNote> = {}): readonly Incoming[] => [
    {
      source: MAIL_SOURCE,
      eventId: stamp.eventId,
      state,
      problem: why,
      // Of what nobody need look at so much is kept that a wrong class can be seen.
      origin: originOf({
        ...note,
        ...(state === 'ignored' ? { words: note.words.slice(0, MAX_GLANCE) } : {}),
        ...more,
      }),
    },
  ];
  switch (note.kind) {
    case null:
      return aside('dead', problem('mail.unreadable'));
    case 'out of office':
      return aside('ignored', problem('mail.out_of_office'));
    case 'automatic':
      return aside('ignored', problem('mail.automatic', { sign: note.sign }));
    case 'delay':
      return aside('ignored', problem('mail.delayed'));
    case 'reply':
    case 'opt-out':
    case 'bounce':
    case 'complaint':
    case 'undelivered': {
      const matched = await matchMail(db, note);
      if ('ignored' in matched) return aside('ignored', matched.ignored);
      if ('waiting' in matched) return aside('dead', matched.waiting);
      const [first] = matched.matches;
      if (note.kind === 'undelivered') {
        // Given up without a word against the address: who the reader is we know, what to do a person must.
        const about = { sendId: first?.sendId ?? null, renewalId: first?.renewalId ?? null };
        return aside('dead', problem('mail.undelivered'), about);
      }
      return matched.matches.flatMap((match, i) =>
        factsOf(note, match, { ...stamp, eventId: i === 0 ? stamp.eventId : `${stamp.eventId}/${i + 1}` }),
      );
    }
    default:
      return note.kind satisfies never;
  }
}

/** What a mail tells one renewal. */
export function factsOf(note: MailNote, match: Match, stamp: Stamped): readonly Incoming[] {
  const { renewalId, contactId, sendId } = match;
  const fact = (type: CheckedEvent['type'], data: CheckedEvent['data'], eventId = stamp.eventId): Incoming => ({
    source: MAIL_SOURCE,
    eventId,
    occurredAt: stamp.occurredAt,
    type,
    subject: { renewalId },
    data,
    origin: originOf({ ...note, words: '', answers: [], sendId, renewalId }),
  });
  const contact = contactId === null ? {} : { contactId };
  const reply = (eventId?: string) => fact('reply.received', { ...contact, summary: summaryOf(note) }, eventId);
  switch (note.kind) {
    case 'bounce':
      return [fact('mail.bounced', { ...contact, sendId: sendId ?? '', reason: reasonOf(note) })];
    case 'complaint':
      return [fact('contact.opted_out', contact)];
    case 'opt-out': {
      const rest = note.words.split('\n').slice(1).join('\n').trim();
      // Whoever writes more than the wish has also answered.
      return [fact('contact.opted_out', contact), ...(rest === '' ? [] : [reply(`${stamp.eventId}/reply`)])];
    }
    case 'reply':
    case 'out of office':
    case 'automatic':
    case 'delay':
    case 'undelivered':
    case null:
      return [reply()];
    default:
      return note.kind satisfies never;
  }
}

function originOf(note: MailNote): Incoming['origin'] {
  const words = note.words.slice(0, MAX_KEPT);
  return { delivery: null, foreignType: note.kind, payload: { ...note, words } };
}

function summaryOf({ words, subject, from }: MailNote): string {
  const said = words === '' ? subject : words;
  const whole = from === null ? said : `${said}\n– ${from.name === '' ? from.address : from.name}`;
  return whole.length <= MAX_SUMMARY ? whole : `${said.slice(0, MAX_SUMMARY)}…`;
}

function reasonOf({ sign, words }: MailNote): string {
  return (words === '' ? sign : words).slice(0, 500);
}

interface Read {
  readonly eventId: string;
  readonly note: MailNote;
  readonly date: Instant | null;
}

async function read({ raw, via }: Arrival): Promise<Read> {
  let mail: IncomingMail;
  try {
    mail = await readMail(raw);
  } catch {
    // Built to be unreadable, or broken on the way: it is kept as such, so that what comes behind it is read.
    const nothing = { from: null, subject: '', words: '', answers: [], recipient: null, sendId: null, renewalId: null };
    const note = { ...nothing, via, messageId: null, kind: null, sign: `${raw.length} B` };
    return { eventId: `raw_${digest(raw)}`, note, date: null };
  }
  const { messageId, from, subject, answers, date } = mail;
  const { kind, sign, words, recipient } = classify(mail);
  const note = { via, messageId, from, subject, kind, sign, words, answers, recipient, sendId: null, renewalId: null };
  // With the sender, so that nobody can take another's id away before that one's mail has come.
  const key = messageId === null ? raw : `${messageId}\n${from?.address.toLowerCase() ?? ''}`;
  return { eventId: `${messageId === null ? 'raw' : 'msg'}_${digest(key)}`, note, date };
}

/** Never later than now; a sender's own date only where it is near. */
function happenedAt(arrivedAt: Instant | null, date: Instant | null, now: Instant): Instant {
  if (arrivedAt !== null) return minInstant(arrivedAt, now);
  return date !== null && date <= now && date >= addMs(now, -BELIEVED_MS) ? date : now;
}

function digest(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('base64url');
}
