import { Webhook } from 'standardwebhooks';
import { toMs } from '../../../domain/time/index.ts';
import type { Instant } from '../../../domain/time/types.ts';
import { judgeStatus, JSON_HEADERS } from './kind.ts';
import type { Kind } from './kind.ts';

/**
 * Another system, by Standard Webhooks 1.0: id, time and signature in headers; while a secret changes there are two
 * signatures, and whoever has either of them finds the right one.
 */
export const webhook: Kind = {
  hosts: null,
  secret: 'ours',
  gapMs: 0,
  compose: async ({ delivery, url, secrets, now }) => {
    const { eventId, type, version, occurredAt, data } = delivery;
    const body = JSON.stringify({ id: eventId, type, version, timestamp: occurredAt, data });
    return {
      url,
      headers: {
        ...JSON_HEADERS,
        'webhook-id': eventId,
        'webhook-timestamp': String(seconds(now)),
        'webhook-signature': signaturesOf(secrets, eventId, now, body),
      },
      body,
    };
  },
  judge: judgeStatus,
};

/** Of the newest secret first. */
export function signaturesOf(secrets: readonly string[], id: string, now: Instant, body: string): string {
  const date = new Date();
  date.setTime(toMs(now));
  return secrets.map((secret) => new Webhook(secret).sign(id, date, body)).join(' ');
}

function seconds(now: Instant): number {
  return Math.floor(toMs(now) / 1000);
}
