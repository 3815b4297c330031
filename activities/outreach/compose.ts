import MailComposer from 'nodemailer/lib/mail-composer';
import { PerennialError } from '../../domain/errors/index.ts';
import type { MailTemplate } from '../../domain/playbook/types.ts';
import type { Locale } from '../../domain/text.ts';
import { toMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import { fromHeader, messageIdFor, toHeader } from '../../mail/addresses.ts';
import type { Mailbox } from '../../mail/addresses.ts';
import { calendarInvite } from '../../mail/calendar-invite.ts';
import { renderMail } from '../../mail/render/render.ts';
import type { Models } from '../../schemas/connection.ts';
import type { DocumentDoc } from '../../schemas/document.ts';
import type { SendDoc, SendReason } from '../../schemas/send.ts';
import type { SendWorld } from './decide-late.ts';
import { mailModel } from './mail-model.ts';
import type { Letter } from './smtp.ts';

export type Composed =
  | { readonly ok: true; readonly letter: Letter; readonly messageId: string }
  /** The mail cannot be written at all; trying again would not help. */
  | { readonly ok: false; readonly reason: SendReason; readonly note: string };

/** The newest version of a mail template, or null. */
export async function readTemplate(db: Pick<Models, 'documents'>, id: string): Promise<MailTemplate | null> {
  const doc = await db.documents
    .findOne({ kind: 'template', id })
    .sort({ version: -1 })
    .lean<DocumentDoc<'template'>>();
  return doc?.content ?? null;
}

/** Writes the whole message. The same row always has the same Message-ID, whoever sends it again. */
export async function composeLetter(
  row: SendDoc,
  world: SendWorld,
  template: MailTemplate | null,
  fromDomain: string,
  now: Instant,
): Promise<Composed> {
  if (template === null) return { ok: false, reason: 'template', note: `template ${row.template} is not published` };
  const reader = readerOf(row, world);
  if (reader === null) return { ok: false, reason: 'no contact', note: '' };
  const messageId = messageIdFor(row._id, fromDomain);
  try {
    const to = toHeader(reader);
    const from = senderOf(row, world, fromDomain);
    const { subject, text, html } = renderMail(template, mailModel(row, world, reader.name, now), reader.locale);
    const raw = await build({ row, world, reader, from, to, messageId, subject, text, html, fromDomain, now });
    const envelopeId = messageId.slice(1, messageId.indexOf('@'));
    return { ok: true, messageId, letter: { from: from.address, to: to.address, raw, envelopeId } };
  } catch (error) {
    if (!(error instanceof PerennialError)) throw error;
    const codes = error.problems.map((p) => p.code);
    const reason = codes.some((code) => code.startsWith('email.')) ? 'bad address' : 'template';
    return { ok: false, reason, note: codes.join(', ') };
  }
}

interface Reader {
  readonly name: string;
  readonly email: string;
  readonly locale: Locale;
}

function readerOf({ recipient }: SendDoc, { client, person }: SendWorld): Reader | null {
  if (recipient.kind === 'person') return person;
  return client?.contacts.find((contact) => contact.id === recipient.contactId) ?? null;
}

/** Clients hear from the person they know; the team hears from the engine. */
function senderOf(row: SendDoc, { owner }: SendWorld, fromDomain: string): Mailbox {
  if (row.audience === 'client' && owner !== null) return fromHeader(owner);
  return { name: 'Perennial', address: `perennial@${fromDomain}` };
}

interface Parts {
  readonly row: SendDoc;
  readonly world: SendWorld;
  readonly reader: Reader;
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly fromDomain: string;
  readonly now: Instant;
}

async function build(parts: Parts): Promise<Buffer> {
  const { from, to, messageId, subject, text, html, now } = parts;
  const invite = inviteOf(parts);
  const composer = new MailComposer({
    from,
    to,
    subject,
    text,
    html,
    messageId,
    date: new Date(toMs(now)),
    // RFC 3834: answering machines leave such mail alone.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'OOF, AutoReply' },
    ...(invite === null ? {} : { icalEvent: invite }),
    // Nothing in a template or a contact's name may make the composer read a file or a page.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function inviteOf({ row, world, reader, from, to, fromDomain, now }: Parts) {
  const { contract } = world;
  if (row.meeting === null || contract === null) return null;
  const { method, filename, content } = calendarInvite({
    method: 'REQUEST',
    effectId: row._id,
    sequence: 0,
    startsAt: row.meeting.startsAt,
    minutes: row.meeting.minutes,
    now,
    organizer: { name: from.name, email: from.address },
    attendee: { name: to.name, email: to.address, locale: reader.locale },
    contract: { number: contract.number, product: contract.product },
    domain: fromDomain,
  });
  return { method, filename, content };
}
