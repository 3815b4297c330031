import type { Instant } from '../time/types.ts';

/**
 * What a mail that came in is. `reply`: a person of the client has written. `out of office` and `automatic`: a machine
 * has, which answers nothing. `bounce`: a mail of ours cannot be delivered to an address; `delay`: not yet; `undelivered`:
 * it was tried for days and given up, which says nothing about the address. `complaint`: the reader has called it spam.
 */
export const MAIL_CLASSES = [
  'reply',
  'out of office',
  'automatic',
  'bounce',
  'delay',
  'undelivered',
  'complaint',
  'opt-out',
] as const;
export type MailClass = (typeof MAIL_CLASSES)[number];

/** A mail that came in, read and cut to what is of interest. Nothing of its attachments is in it. */
export interface IncomingMail {
  /** With its angle brackets; null where it has none. */
  readonly messageId: string | null;
  readonly from: { readonly name: string; readonly address: string } | null;
  readonly to: readonly string[];
  readonly subject: string;
  /** As its sender dates it. */
  readonly date: Instant | null;
  /** Message-IDs of the mails that it answers or reports on, the nearest first. */
  readonly answers: readonly string[];
  /** First value of each header that tells machines from people; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly report: MailReport | null;
}

/** What a `multipart/report` says. */
export interface MailReport {
  readonly kind: 'delivery' | 'complaint' | 'receipt' | 'other';
  /** Of a complaint, as the mailbox provider names it: `abuse`, `not-spam` … */
  readonly feedback: string | null;
  /** Of a delivery: one for each address. */
  readonly recipients: readonly ReportedRecipient[];
}

export interface ReportedRecipient {
  readonly address: string | null;
  /** In lower case: `failed`, `delayed`, `delivered`, `relayed`, `expanded`. */
  readonly action: string;
  /** RFC 3463, such as `5.1.1`; null where there is none. */
  readonly status: string | null;
  readonly diagnostic: string;
}

/** What a mail is, and by what that was seen. */
export interface Classified {
  readonly kind: MailClass;
  /** The sign that decided, for whoever wonders: a header, a status code, a phrase. */
  readonly sign: string;
  /** What the sender has written, without what was quoted; of a report what the mail server said. */
  readonly words: string;
  /** The address that a report is about. */
  readonly recipient: string | null;
}
