import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Verification } from '../../domain/events/index.ts';
import { MS_PER_MINUTE, MS_PER_SECOND, toMs } from '../../domain/time/instant.ts';
import type { Instant } from '../../domain/time/types.ts';

/** How far a sender's clock may be off, and how old a delivery may be. */
const TOLERANCE_MINUTES = 5;
/** Of more signatures than this only the first are looked at: none needs more while its secret changes. */
const MAX_SIGNATURES = 10;
const DELIVERY_ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

export interface Delivery {
  /** The bytes as they came. */
  readonly body: Buffer;
  readonly method: string;
  /** The address that the sender has called, with its query. */
  readonly url: string;
  readonly header: (name: string) => string | undefined;
  readonly now: Instant;
}

/** How deliveries are told apart by each verification; null where the sender does not number them. */
export type DeliveryId = string | null;

/**
 * Checks that a delivery comes from somebody who has one of the secrets, and gives its id. Throws
 * `webhook.signature` (without a word on what is wrong with it), `webhook.timestamp` and `webhook.id`.
 *
 * @param secrets those that hold now; where there is none, it works as long and fails
 */
export function verifyDelivery(
  verification: Exclude<Verification, 'token'>,
  delivery: Delivery,
  secrets: readonly string[],
): DeliveryId {
  switch (verification) {
    case 'standard webhooks':
      return standard(delivery, secrets);
    case 'hubspot':
      return hubspot(delivery, secrets);
    default:
      return verification satisfies never;
  }
}

/** Standard Webhooks 1.0: HMAC-SHA256 over id, timestamp and body; several signatures while a secret changes. */
function standard({ body, header, now }: Delivery, secrets: readonly string[]): string {
  const given = header('webhook-signature');
  if (given === undefined || given === '') throw refused();
  const id = header('webhook-id') ?? '';
  if (!DELIVERY_ID.test(id)) throw PerennialError.of('webhook.id', { found: excerpt(id) }, { field: 'webhook-id' });
  const at = sentAt(header('webhook-timestamp'), MS_PER_SECOND, now, 'webhook-timestamp');
  const signatures = given.split(' ', MAX_SIGNATURES);
  let valid = false;
  for (const secret of secrets.length > 0 ? secrets : [NOBODYS]) {
    const expected = new Webhook(secret).sign(id, moment(at), body);
    // All are compared, whichever fits: the time says nothing.
    for (const one of signatures) valid = same(one, expected) || valid;
  }
  if (!valid || secrets.length === 0) throw refused();
  return id;
}

/** Where a source is unknown, as much is worked out as where it is not. */
const NOBODYS = `whsec_${Buffer.alloc(32).toString('base64')}`;

/**
 * HubSpot, version 3: HMAC-SHA256 over method, address, body and timestamp, in base64.
 * https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
function hubspot({ body, header, method, url, now }: Delivery, secrets: readonly string[]): null {
  const given = header('x-hubspot-signature-v3');
  const stamp = header('x-hubspot-request-timestamp');
  if (given === undefined || given === '') throw refused();
  sentAt(stamp, 1, now, 'x-hubspot-request-timestamp');
  let valid = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret)
      .update(`${method}${url}`)
      .update(body)
      .update(stamp ?? '');
    valid = same(given, expected.digest('base64')) || valid;
  }
  if (!valid) throw refused();
  return null;
}

/** Whether a token is one of the secrets. Throws `webhook.signature`. */
export function verifyToken(given: unknown, secrets: readonly string[]): void {
  let valid = false;
  for (const secret of secrets) valid = same(typeof given === 'string' ? given : '', secret) || valid;
  if (!valid) throw refused();
}

/** The library asks for a date where it means a number. */
function moment(ms: number): Date {
  const date = new Date();
  date.setTime(ms);
  return date;
}

/** Milliseconds since 1970. The text must be nothing but digits: a number that parsers read otherwise is none. */
function sentAt(text: string | undefined, unitMs: number, now: Instant, field: string): number {
  const ms = /^\d{1,13}$/.test(text ?? '') ? Number(text) * unitMs : NaN;
  if (!(Math.abs(toMs(now) - ms) <= TOLERANCE_MINUTES * MS_PER_MINUTE)) {
    throw PerennialError.of('webhook.timestamp', { found: excerpt(text ?? ''), minutes: TOLERANCE_MINUTES }, { field });
  }
  return ms;
}

/** In a time that does not depend on where they differ, nor on how long they are. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

function refused(): PerennialError {
  return PerennialError.of('webhook.signature');
}
