import type { MailClass } from '../../domain/mail-in/index.ts';
import type { InboxDoc } from '../../schemas/inbox.ts';

/** In whose name mails stand in the inbox, however they came; callers of the API cannot take it. */
export const MAIL_SOURCE = 'mail';

/** What is kept of a mail beside its event. Its words are dropped as soon as a renewal has them. */
export interface MailNote {
  /** `imap`, or the id of the source that it came from. */
  readonly via: string;
  readonly messageId: string | null;
  readonly from: { readonly name: string; readonly address: string } | null;
  readonly subject: string;
  /** Null where it could not be read. */
  readonly kind: MailClass | null;
  /** By what the class was seen. */
  readonly sign: string;
  readonly words: string;
  /** Message-IDs of the mails that it may answer. */
  readonly answers: readonly string[];
  /** The address that a report is about. */
  readonly recipient: string | null;
  /** The send that it answers, where that was found. */
  readonly sendId: string | null;
  /** The renewal of that send, where a person has still to look at it. */
  readonly renewalId: string | null;
}

/** What is kept of a mail; null where an inbox record is none of ours. */
export function noteOf({ source, payload }: Pick<InboxDoc, 'source' | 'payload'>): MailNote | null {
  const isNote = source === MAIL_SOURCE && typeof payload === 'object' && payload !== null && 'via' in payload;
  return isNote ? (payload as MailNote) : null;
}
