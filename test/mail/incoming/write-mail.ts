/** Mails as they come over the wire, written for tests. */

export interface Letter {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly messageId?: string;
  /** Message-ID that is answered. */
  readonly answers?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly html?: string;
}

export const OURS = '<0123456789abcdef0123456789abcdef01234567@vendor.example.com>';

/** One part, or two of the same text where both are given. */
export function letter(parts: Letter): Buffer {
  const { text, html } = parts;
  if (text !== undefined && html !== undefined) {
    const body = multipart('alternative', [
      ['text/plain; charset=utf-8', text],
      ['text/html; charset=utf-8', html],
    ]);
    return assemble(parts, body);
  }
  const type = html === undefined ? 'text/plain' : 'text/html';
  return assemble(parts, { type: `${type}; charset=utf-8`, content: text ?? html ?? '' });
}

export interface Report {
  readonly about?: string;
  readonly action?: string;
  readonly status?: string;
  readonly diagnostic?: string;
  readonly recipient?: string;
  readonly envelopeId?: string;
  /** How much of the original comes back. */
  readonly original?: 'headers' | 'whole' | 'none';
}

/** RFC 3464. */
export function deliveryReport(report: Report, more: Letter = {}): Buffer {
  const { about = OURS, action = 'failed', status = '5.1.1', original = 'headers' } = report;
  const { diagnostic, recipient = 'chen.jing@client.example.com' } = report;
  const fields = [
    'Reporting-MTA: dns; mx.client.example.com',
    ...(report.envelopeId === undefined ? [] : [`Original-Envelope-Id: ${report.envelopeId}`]),
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(diagnostic === undefined ? [] : [`Diagnostic-Code: smtp; ${diagnostic}`]),
  ];
  const head = `Message-ID: ${about}\nSubject: Your contract\n`;
  const body = multipart('report; report-type=delivery-status', [
    ['text/plain; charset=utf-8', more.text ?? 'Your message did not reach its reader.'],
    ['message/delivery-status', fields.join('\n')],
    ...(original === 'headers' ? [['text/rfc822-headers', head] as const] : []),
    ...(original === 'whole' ? [['message/rfc822', `${head}\nDear Chen Jing`] as const] : []),
  ]);
  const headers = { 'Return-Path': '<>', 'Auto-Submitted': 'auto-replied', ...more.headers };
  return assemble({ from: 'MAILER-DAEMON@mx.client.example.com', subject: 'Undeliverable', ...more, headers }, body);
}

/** Any other report: RFC 5965 of a complaint, RFC 8098 of a receipt. */
export function otherReport(type: string, fields: readonly string[], more: Letter = {}): Buffer {
  const body = multipart(`report; report-type=${type}`, [
    ['text/plain; charset=utf-8', 'A report.'],
    [type === 'feedback-report' ? 'message/feedback-report' : 'message/disposition-notification', fields.join('\n')],
    ['text/rfc822-headers', `Message-ID: ${OURS}\n`],
  ]);
  return assemble(more, body);
}

interface Body {
  readonly type: string;
  readonly content: string;
}

export function multipart(type: string, parts: readonly (readonly [type: string, content: string])[]): Body {
  const boundary = 'between-the-parts';
  const each = parts.map(([kind, content]) => `--${boundary}\nContent-Type: ${kind}\n\n${content}\n`);
  return { type: `multipart/${type}; boundary="${boundary}"`, content: `${each.join('')}--${boundary}--\n` };
}

export function assemble(parts: Letter, { type, content }: Body): Buffer {
  const { from = 'Chen Jing <chen.jing@client.example.com>', to = 'renewals@vendor.example.com' } = parts;
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${parts.subject ?? 'Re: Your contract'}`,
    `Message-ID: ${parts.messageId ?? '<answer-1@client.example.com>'}`,
    'Date: Mon, 01 Feb 2027 09:00:00 +0800',
    ...(parts.answers === undefined ? [] : [`In-Reply-To: ${parts.answers}`]),
    ...Object.entries(parts.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    `Content-Type: ${type}`,
    'Content-Transfer-Encoding: 8bit',
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${content}`.replaceAll('\n', '\r\n'), 'utf8');
}
