import { randomBytes } from 'node:crypto';
import type { Instant } from '../../domain/time/types.ts';
import type { ChannelDoc, ChannelSecret } from '../../schemas/channel.ts';
import { openSecret, sealSecret } from '../events/sealed-secret.ts';
import type { KeyRing } from '../temporal/key-ring.ts';

const SECRET_BYTES = 32;

/** What a receiver checks signatures with, in the form of Standard Webhooks. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

export function sealChannelSecret(ring: KeyRing, channel: string, secret: string, now: Instant): ChannelSecret {
  const id = randomBytes(6).toString('base64url');
  return { id, sealed: sealSecret(ring, secret, `channel/${channel}/${id}`), createdAt: now, endsAt: null };
}

/** The secrets that hold now, in the clear, the newest first. */
export function secretsOf(ring: KeyRing, { _id, secrets }: ChannelDoc, now: Instant): readonly string[] {
  return secrets
    .filter(({ endsAt }) => endsAt === null || endsAt > now)
    .map(({ id, sealed }) => openSecret(ring, sealed, `channel/${_id}/${id}`))
    .toReversed();
}

export function sealUrl(ring: KeyRing, channel: string, url: string): string {
  return sealSecret(ring, url, `channel/${channel}/url`);
}

export function urlOf(ring: KeyRing, { _id, sealedUrl }: ChannelDoc): string {
  return openSecret(ring, sealedUrl, `channel/${_id}/url`);
}
