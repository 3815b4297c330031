/** What a conversation with the mail server came to. The kind says what happens next. */
export type SmtpOutcome =
  /** 250 to the final dot. */
  | { readonly kind: 'sent'; readonly code: number; readonly text: string }
  /** The server says "later" to this mail. */
  | { readonly kind: 'deferred'; readonly code: number; readonly text: string }
  /** The server says "never" to this mail; `badAddress` where it is the recipient that does not exist. */
  | { readonly kind: 'refused'; readonly code: number | null; readonly text: string; readonly badAddress: boolean }
  /** The conversation broke off. After the dot nobody knows what became of the mail. */
  | { readonly kind: 'lost'; readonly dotSent: boolean; readonly text: string }
  /** Trouble that every mail would meet: it says nothing about this one. */
  | { readonly kind: 'service'; readonly trouble: ServiceTrouble; readonly code: number | null; readonly text: string }
  /** The claim was lost to another attempt; the dot was held back. */
  | { readonly kind: 'stale' };

export const SERVICE_TROUBLES = ['unreachable', 'tls', 'login', 'sender', 'turned away'] as const;
export type ServiceTrouble = (typeof SERVICE_TROUBLES)[number];

/** How far the conversation had come. */
export type SmtpStage = 'connect' | 'login' | 'message';

interface SmtpError {
  readonly message: string;
  readonly code: string;
  readonly command: string;
  readonly responseCode: number | null;
  readonly response: string;
  readonly originalCode: string;
}

/**
 * Sorts a failure. Only the stage we were in, the dot, and a reply code of the server decide: nodemailer
 * gives one error code for a connection lost before and after the dot.
 */
export function classify(error: unknown, stage: SmtpStage, dotSent: boolean): SmtpOutcome {
  const e = read(error);
  const text = oneLine(e.response === '' ? e.message : e.response);
  const code = e.responseCode;
  if (stage !== 'message') return beforeMail(e, stage, code, text);
  if (code !== null && code < 500) return { kind: 'deferred', code, text };
  if (code !== null) {
    // The sender's address is ours: every other mail would be refused with it.
    if (e.command === 'MAIL FROM' && !dotSent && code !== 552)
      return { kind: 'service', trouble: 'sender', code, text };
    return { kind: 'refused', code, text, badAddress: e.command === 'RCPT TO' && isAddressFault(text) };
  }
  // Nodemailer's own checks before the first byte: the envelope it cannot write, the size the server announced.
  if (!dotSent && e.code === 'EENVELOPE') return { kind: 'refused', code, text, badAddress: true };
  if (!dotSent && e.code === 'EMESSAGE') return { kind: 'refused', code: 552, text, badAddress: false };
  return { kind: 'lost', dotSent, text };
}

function beforeMail(e: SmtpError, stage: SmtpStage, code: number | null, text: string): SmtpOutcome {
  const service = (trouble: ServiceTrouble): SmtpOutcome => ({ kind: 'service', trouble, code, text });
  if (code !== null && code < 500) return { kind: 'deferred', code, text };
  if (isTlsFault(e)) return service('tls');
  if (stage === 'login' && (code !== null || e.code === 'EAUTH')) return service('login');
  return service(code === null ? 'unreachable' : 'turned away');
}

/** RFC 3463: 5.1.x is the address, 5.7.x the policy, 5.2.x the mailbox. Without such a code, RCPT means the address. */
function isAddressFault(text: string): boolean {
  const enhanced = /\b5\.(\d{1,3})\.(\d{1,3})\b/.exec(text);
  return enhanced === null || enhanced[1] === '1' || (enhanced[1] === '2' && enhanced[2] === '1');
}

function isTlsFault(e: SmtpError): boolean {
  return e.code === 'ETLS' || /CERT|SSL|TLS|SELF_SIGNED|ALTNAME|EPROTO/.test(`${e.originalCode} ${e.message}`);
}

function read(error: unknown): SmtpError {
  const fields: Partial<Record<keyof SmtpError, unknown>> =
    typeof error === 'object' && error !== null
      ? { ...error, message: Reflect.get(error, 'message') }
      : { message: String(error) };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const code = fields.responseCode;
  return {
    message: text(fields.message),
    code: text(fields.code),
    command: text(fields.command),
    // A cut-off line may give any number; only a refusal is an answer here.
    responseCode: typeof code === 'number' && code >= 400 && code <= 599 ? code : null,
    response: text(fields.response),
    originalCode: text(fields.originalCode),
  };
}

/** A server's words as they may stand in a ledger and on a screen. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);
}
