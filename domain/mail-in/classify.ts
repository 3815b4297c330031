import { firstLine, ownWords } from './own-words.ts';
import { bareSubject, BOUNCE_SUBJECT, DELAY_SUBJECT, saysAway, subjectWishesOut, wishesOut } from './phrases.ts';
import type { Classified, IncomingMail, MailClass, MailReport, ReportedRecipient } from './types.ts';

/** Headers that only answering machines write. */
const AUTO_HEADERS = ['x-autoreply', 'x-auto-reply', 'x-autorespond', 'x-autoresponder', 'x-mail-autoreply'] as const;
const MACHINE_SENDER = /^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon)(?:@|$)/i;
const NO_REPLY = /^(?:no-?reply|do-?not-?reply|donotreply|notifications?)@/i;
/** RFC 3463 in text that is written for people; `#5.1.1` and `(5.1.1)` too. */
const STATUS = /(?:^|[\s#(<"])([245]\.\d{1,3}\.\d{1,3})(?=$|[\s,;:)>".])/;
const SMTP_CODE = /(?:^|[\s:"])([45]\d\d)(?=[\s-])/;

/** Every header that {@link classify} looks at; a mail need carry no others. */
export const SIGNS = [
  'auto-submitted',
  ...AUTO_HEADERS,
  'precedence',
  'x-precedence',
  'return-path',
  'x-failed-recipients',
  'x-ms-exchange-generated-message-source',
  'list-id',
  'list-unsubscribe',
  'feedback-id',
] as const;

/**
 * What a mail is, from itself alone. A machine's mail never counts as an answer, and a person's is only taken for an
 * opt-out where it says nothing but that.
 */
export function classify(mail: IncomingMail): Classified {
  const reported = mail.report === null ? null : ofReport(mail.report, mail);
  if (reported !== null) return reported;
  const told = ofBounceForPeople(mail);
  if (told !== null) return told;
  const words = ownWords(mail.text);
  const made = (kind: MailClass, sign: string): Classified => ({ kind, sign, words, recipient: null });
  const machine = machineSign(mail);
  const lines = words.split('\n').filter((line) => line !== '');
  const away = saysAway(mail.subject, lines.slice(0, 2));
  if (machine !== null) return made(away || machine.away ? 'out of office' : 'automatic', machine.sign);
  if (away) return made('out of office', 'wording');
  const first = firstLine(words);
  if (wishesOut(first)) return made('opt-out', first.slice(0, 60));
  if (subjectWishesOut(mail.subject)) return made('opt-out', bareSubject(mail.subject).slice(0, 20));
  return made('reply', mail.answers.length > 0 ? 'in-reply-to' : 'text');
}

function ofReport(report: MailReport, mail: IncomingMail): Classified | null {
  switch (report.kind) {
    case 'delivery': {
      const worst = worstOf(report.recipients);
      return worst === null ? null : ofRecipient(worst, mail);
    }
    case 'complaint': {
      const recipient = report.recipients[0]?.address ?? null;
      const sign = report.feedback ?? 'feedback-report';
      // "Not spam" is the opposite of a complaint.
      return { kind: sign === 'not-spam' ? 'automatic' : 'complaint', sign, words: '', recipient };
    }
    case 'receipt':
      return { kind: 'automatic', sign: 'read receipt', words: '', recipient: null };
    case 'other':
      return { kind: 'automatic', sign: 'multipart/report', words: ownWords(mail.text), recipient: null };
    default:
      return report.kind satisfies never;
  }
}

/** Of several addresses the one that fared worst: mail of ours has one reader only, others are forwards of that one. */
function worstOf(recipients: readonly ReportedRecipient[]): ReportedRecipient | null {
  const rank = ({ action, status }: ReportedRecipient) =>
    action === 'failed' ? (status?.startsWith('4') === true ? 1 : 0) : action === 'delayed' ? 2 : 3;
  return recipients.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

function ofRecipient(recipient: ReportedRecipient, mail: IncomingMail): Classified {
  const { action, address, diagnostic } = recipient;
  const status = recipient.status ?? STATUS.exec(diagnostic)?.[1] ?? STATUS.exec(mail.text.slice(0, 4000))?.[1] ?? null;
  const sign = status === null ? action : `${action} ${status}`;
  return { kind: deliveryClass(action, status), sign, words: diagnostic, recipient: address };
}

function deliveryClass(action: string, status: string | null): MailClass {
  if (action === 'delayed') return 'delay';
  if (action !== 'failed') return 'automatic';
  // A temporary fault that lasted until the server gave up says nothing about the address.
  return status?.startsWith('4') === true ? 'undelivered' : 'bounce';
}

/** Servers that report in plain words: from nobody, with a telling subject or the header of Exim. */
function ofBounceForPeople({ from, headers, subject, text }: IncomingMail): Classified | null {
  const failed = headers['x-failed-recipients'];
  const isMachine = MACHINE_SENDER.test(from?.address ?? '') || headers['return-path']?.trim() === '<>';
  if (failed === undefined && !(isMachine && (BOUNCE_SUBJECT.test(subject) || DELAY_SUBJECT.test(subject))))
    return null;
  const head = text.slice(0, 4000);
  const status = STATUS.exec(head)?.[1] ?? null;
  const code = status ?? SMTP_CODE.exec(head)?.[1] ?? null;
  const late = DELAY_SUBJECT.test(subject);
  const kind = late ? 'delay' : code?.startsWith('4') === true ? 'undelivered' : 'bounce';
  const sign = failed === undefined ? 'return-path' : 'x-failed-recipients';
  const recipient = failed?.split(',')[0]?.trim() ?? null;
  return { kind, sign: code === null ? sign : `${sign} ${code}`, words: firstLines(head), recipient };
}

function firstLines(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 400);
}

interface MachineSign {
  readonly sign: string;
  /** It says by itself that somebody is away. */
  readonly away: boolean;
}

/** By what one sees that no person has sent it; null where a person has. */
function machineSign({ from, headers, answers }: IncomingMail): MachineSign | null {
  const value = (name: (typeof SIGNS)[number]) => headers[name]?.trim().toLowerCase();
  const submitted = value('auto-submitted')?.split(/[\s;(]/)[0];
  if (submitted !== undefined && submitted !== '' && submitted !== 'no') {
    return { sign: `auto-submitted: ${submitted}`, away: submitted === 'auto-replied' };
  }
  for (const name of AUTO_HEADERS) {
    const said = value(name);
    if (said !== undefined && said !== 'no') return { sign: name, away: true };
  }
  if (value('x-ms-exchange-generated-message-source')?.startsWith('mailbox rules agent') === true) {
    return { sign: 'x-ms-exchange-generated-message-source', away: true };
  }
  const precedence = value('precedence') ?? value('x-precedence');
  if (precedence === 'auto_reply' || precedence === 'auto-reply') {
    return { sign: `precedence: ${precedence}`, away: true };
  }
  if (precedence === 'bulk' || precedence === 'junk') return { sign: `precedence: ${precedence}`, away: false };
  // People answer through lists too: a list's mail is a machine's only where it answers nothing.
  const listed = (['list-id', 'list-unsubscribe', 'feedback-id'] as const).find((name) => value(name) !== undefined);
  if (answers.length === 0 && (precedence === 'list' || listed !== undefined)) {
    return { sign: listed ?? 'precedence: list', away: false };
  }
  const address = from?.address ?? '';
  if (MACHINE_SENDER.test(address)) return { sign: 'sender', away: false };
  if (value('return-path') === '<>') return { sign: 'return-path', away: false };
  return NO_REPLY.test(address) && answers.length === 0 ? { sign: 'sender', away: false } : null;
}
