import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { excerpt, PerennialError, problem } from '../domain/errors/index.ts';
import type { Place, Problem } from '../domain/errors/index.ts';

export interface AddressOptions {
  /** The transport can deliver to letters outside ASCII before the @ (SMTPUTF8). */
  readonly smtpUtf8?: boolean;
  readonly place?: Place;
}

const SEPARATOR = /[;,；，、\s]+/u;
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
// zod's own default refuses characters that real addresses have; this is the pattern of browsers.
const ASCII = z.regexes.html5Email;

/**
 * One e-mail address, trimmed, its domain in lower case and in the ASCII form that mail servers know.
 * Throws `email.syntax`, `email.control_char`, `email.multiple` or `email.utf8_unsupported`.
 *
 * Nothing that this returns can add a header or a second recipient to a message: nodemailer by itself
 * would accept a line break in an address.
 */
export function parseAddress(text: string, options: AddressOptions = {}): string {
  const read = readAddress(text, options);
  if (typeof read === 'string') return read;
  throw new PerennialError([read]);
}

/** Like {@link parseAddress}, giving the problem instead of throwing it. */
export function readAddress(text: string, options: AddressOptions = {}): string | Problem {
  // Also keeps the patterns below away from endless text.
  if (text.length > 1000) return problem('email.syntax', { value: excerpt(text) }, options.place);
  const trimmed = text.replace(/^[ \t\u00a0\u3000]+|[ \t\u00a0\u3000]+$/g, '');
  const fault = (code: 'email.syntax' | 'email.control_char' | 'email.multiple' | 'email.utf8_unsupported') =>
    problem(code, { value: excerpt(text) }, options.place);
  if (INVISIBLE.test(trimmed)) return fault('email.control_char');
  if (trimmed.length > 254) return fault('email.syntax');
  const at = trimmed.lastIndexOf('@');
  const several = trimmed.indexOf('@') !== at;
  if (several && trimmed.split(SEPARATOR).filter((part) => part.includes('@')).length > 1)
    return fault('email.multiple');
  const local = trimmed.slice(0, at);
  const domain = domainToASCII(trimmed.slice(at + 1));
  if (at < 1 || !isLocalPart(local) || !domain.includes('.')) return fault('email.syntax');
  const plain = local.replace(/\P{ASCII}/gu, 'x');
  const address = `${local}@${domain}`;
  if (!ASCII.test(`${plain}@${domain}`) || address.length > 254) return fault('email.syntax');
  return plain === local || options.smtpUtf8 === true ? address : fault('email.utf8_unsupported');
}

function isLocalPart(local: string): boolean {
  const bytes = Buffer.byteLength(local, 'utf8');
  return bytes <= 64 && !local.startsWith('.') && !local.endsWith('.') && !local.includes('..');
}

/** A name and an address as nodemailer takes them: never one string, which it would parse again. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** The sender of a mail: the owner of the client. Throws as {@link parseAddress} does. */
export function fromHeader(owner: { readonly name: string; readonly email: string }): Mailbox {
  return mailbox(owner);
}

/** The reader of a mail. Throws as {@link parseAddress} does. */
export function toHeader(
  contact: { readonly name: string; readonly email: string },
  options?: AddressOptions,
): Mailbox {
  return mailbox(contact, options);
}

function mailbox(person: { readonly name: string; readonly email: string }, options?: AddressOptions): Mailbox {
  return { name: headerName(person.name), address: parseAddress(person.email, options) };
}

/** A name as it may stand in a header: one line, nothing invisible, at most 100 characters. */
export function headerName(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\s]+/gu, ' ').trim();
  return Array.from(line).slice(0, 100).join('');
}

const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * The Message-ID of an effect: the same effect always gives the same one, so that a second attempt, and
 * whoever looks into a mailbox, recognises the mail. It shows nothing of the effect's id.
 *
 * @param domain the sending domain, from the settings
 */
export function messageIdFor(effectId: string, domain: string): string {
  return `<${idFor('message', effectId, domain)}>`;
}

/** The UID of a meeting in calendars: the same for the invitation, its changes and its cancellation. */
export function calendarUidFor(effectId: string, domain: string): string {
  return idFor('calendar', effectId, domain);
}

function idFor(kind: string, effectId: string, domain: string): string {
  const name = domain.toLowerCase();
  // A wrong domain is a fault of the settings, which check it: here it is a bug.
  if (effectId === '' || !DOMAIN.test(name)) throw new Error(`no ${kind} id for "${effectId}" at "${domain}"`);
  return `${createHash('sha256').update(`${kind}\n${effectId}`).digest('hex').slice(0, 40)}@${name}`;
}
