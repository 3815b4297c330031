import { simpleParser } from 'mailparser';
import type { AddressObject, Attachment, ParsedMail } from 'mailparser';
import { SIGNS } from '../domain/mail-in/index.ts';
import type { IncomingMail, MailReport, ReportedRecipient } from '../domain/mail-in/index.ts';
import { fromMs } from '../domain/time/index.ts';
import type { Instant } from '../domain/time/index.ts';
import { readAddress } from './addresses.ts';

/**
 * As much of a mail is looked at, in bytes: its headers, its text and a server's report stand at the beginning, and
 * what comes behind is an attachment.
 */
export const READ_BYTES = 1024 * 1024;
/** As much of its text is kept, in characters. */
const TEXT_CHARACTERS = 50_000;
const HTML_CHARACTERS = 300_000;
const MAX_ANSWERS = 30;
const MAX_RECIPIENTS = 20;
const MESSAGE_ID = /<[^<>\s]{3,250}>/g;

const OPTIONS = {
  keepDeliveryStatus: true,
  ignoreEmbedded: true,
  skipImageLinks: true,
  skipTextToHtml: true,
  maxHtmlLengthToParse: HTML_CHARACTERS,
  checksumAlgo: false,
  maxHeadSize: 256 * 1024,
  maxChildNodes: 200,
} as const;

/**
 * Reads a mail as it came over the wire; one that was cut behind {@link READ_BYTES} too. Attachments are let go, a
 * report of a mail server is read. Throws where it is no mail at all, or built to be too much for its reader.
 */
export async function readMail(raw: Uint8Array): Promise<IncomingMail> {
  const bytes = Buffer.from(raw.subarray(0, READ_BYTES));
  const parsed = await simpleParser(bytes, OPTIONS);
  if (parsed.headerLines.every(({ key }) => key === '')) throw new Error('no headers');
  const report = await reportOf(parsed);
  const references = [parsed.references ?? []].flat().flatMap(messageIds).toReversed();
  const answers = [...messageIds(parsed.inReplyTo ?? ''), ...(report?.answers ?? []), ...references];
  return {
    messageId: messageIds(parsed.messageId ?? '')[0] ?? null,
    from: senderOf(parsed.from ?? parsed.replyTo),
    to: [parsed.to ?? [], parsed.cc ?? []].flat().flatMap(addressesOf).slice(0, MAX_RECIPIENTS),
    subject: oneLine(parsed.subject ?? '').slice(0, 500),
    date: instantOf(parsed.date),
    answers: [...new Set(answers)].slice(0, MAX_ANSWERS),
    headers: signsOf(parsed),
    text: (await textOf(parsed)).slice(0, TEXT_CHARACTERS),
    report: report?.report ?? null,
  };
}

function senderOf(from: AddressObject | undefined): IncomingMail['from'] {
  const first = from?.value[0];
  if (first === undefined) return null;
  const address = checked(first.address ?? '');
  return address === null ? null : { name: oneLine(first.name).slice(0, 200), address };
}

function addressesOf(list: AddressObject): readonly string[] {
  return list.value.flatMap(({ address }) => checked(address ?? '') ?? []);
}

/** Null where it is no address. */
function checked(text: string): string | null {
  const read = readAddress(text, { smtpUtf8: true });
  return typeof read === 'string' ? read : null;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ').trim();
}

function messageIds(text: string): readonly string[] {
  return text.slice(0, 20_000).match(MESSAGE_ID) ?? [];
}

/** A date outside of the years that the product knows is none. */
function instantOf(date: Date | undefined): Instant | null {
  try {
    return date === undefined ? null : fromMs(date.getTime());
  } catch {
    return null;
  }
}

function signsOf({ headerLines }: ParsedMail): Readonly<Record<string, string>> {
  const wanted = new Set<string>(SIGNS);
  const found = new Map<string, string>();
  for (const { key, line } of headerLines) {
    if (!wanted.has(key) || found.has(key)) continue;
    found.set(key, oneLine(line.slice(line.indexOf(':') + 1)).slice(0, 500));
  }
  return Object.fromEntries(found);
}

/** The text; of a mail that is HTML alone what a reader would see of it. */
async function textOf({ text, html }: ParsedMail): Promise<string> {
  const plain = clean(text ?? '');
  if (plain.trim() !== '' || typeof html !== 'string' || html.length > HTML_CHARACTERS) return plain;
  // The parser turns a mail's only part into text, and leaves one within other parts as it is.
  const alone = Buffer.from(`Content-Type: text/html; charset=utf-8\r\n\r\n${html}`, 'utf8');
  return clean((await simpleParser(alone, OPTIONS)).text ?? '');
}

function clean(text: string): string {
  return text.slice(0, TEXT_CHARACTERS * 2).replaceAll(/[^\P{Cc}\n\r\t]|[\u200b-\u200f\u2060\ufeff]/gu, '');
}

interface ReadReport {
  readonly report: MailReport;
  readonly answers: readonly string[];
}

/** What `multipart/report` holds, and what some servers send without calling it so. */
async function reportOf({ attachments, headers, headerLines }: ParsedMail): Promise<ReadReport | null> {
  const part = (type: string) => attachments.find(({ contentType }) => contentType === type);
  const status = part('message/delivery-status') ?? part('message/global-delivery-status');
  const feedback = part('message/feedback-report');
  const receipt = part('message/disposition-notification');
  const type = headers.get('content-type');
  const isReport = typeof type === 'object' && 'value' in type && type.value === 'multipart/report';
  if (status === undefined && feedback === undefined && receipt === undefined && !isReport) return null;
  const answers = await originalIds(attachments);
  if (status !== undefined) {
    const [whole = {}, ...each] = groupsOf(status);
    // Of a report on a report there may be one group alone: then it speaks of the recipient itself.
    const groups = each.length > 0 ? each : [whole];
    const envelope = whole['original-envelope-id'];
    const recipients = groups.slice(0, MAX_RECIPIENTS).map(recipientOf);
    const ids = envelope === undefined ? answers : [...answers, `<${envelope.slice(0, 200)}>`];
    return { report: { kind: 'delivery', feedback: null, recipients }, answers: ids };
  }
  if (feedback !== undefined) {
    const [fields = {}] = groupsOf(feedback);
    const recipients = [recipientOf({ 'final-recipient': fields['original-rcpt-to'] ?? '', action: 'complaint' })];
    const kind = oneLine(fields['feedback-type'] ?? 'abuse').toLowerCase();
    return { report: { kind: 'complaint', feedback: kind.slice(0, 40), recipients }, answers };
  }
  const isReceipt = receipt !== undefined || headerLines.some(({ line }) => /disposition-notification/i.test(line));
  return { report: { kind: isReceipt ? 'receipt' : 'other', feedback: null, recipients: [] }, answers };
}

/** Message-IDs of the mail that a report gives back, whole or its headers. */
async function originalIds(attachments: readonly Attachment[]): Promise<readonly string[]> {
  const original = attachments.find(({ contentType }) =>
    ['text/rfc822-headers', 'message/rfc822', 'message/global-headers', 'message/global'].includes(contentType),
  );
  if (original === undefined) return [];
  const end = original.content.indexOf('\r\n\r\n');
  const head = original.content.subarray(0, Math.min(end === -1 ? original.content.length : end, 64 * 1024));
  const { messageId = '' } = await simpleParser(Buffer.concat([head, Buffer.from('\r\n\r\n')]), OPTIONS);
  return messageIds(messageId);
}

type Fields = Readonly<Record<string, string>>;

/** RFC 3464: groups of fields with empty lines between them. */
function groupsOf({ content }: Attachment): readonly Fields[] {
  const text = content
    .subarray(0, 64 * 1024)
    .toString('utf8')
    .replaceAll('\r\n', '\n');
  return text
    .replaceAll(/\n[ \t]+/g, ' ')
    .split(/\n{2,}/)
    .map((group) => {
      const fields = new Map<string, string>();
      for (const line of group.split('\n')) {
        const colon = line.indexOf(':');
        const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
        if (name !== '' && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
      }
      return Object.fromEntries(fields);
    })
    .filter((fields) => Object.keys(fields).length > 0);
}

function recipientOf(fields: Fields): ReportedRecipient {
  // The original one is the one that we have written to; the final one may be where it was forwarded.
  const named = fields['original-recipient'] ?? fields['final-recipient'] ?? '';
  const status = /[245]\.\d{1,3}\.\d{1,3}/.exec(fields['status'] ?? '')?.[0] ?? null;
  return {
    address: checked(
      named
        .replace(/^[\w.-]+\s*;/, '')
        .replaceAll(/[<>]/g, '')
        .trim(),
    ),
    action: oneLine(fields['action'] ?? 'failed')
      .toLowerCase()
      .slice(0, 40),
    status,
    diagnostic: oneLine(fields['diagnostic-code'] ?? '')
      .replace(/^[\w.-]+\s*;\s*/, '')
      .slice(0, 400),
  };
}
