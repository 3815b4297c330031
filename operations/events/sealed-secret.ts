import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { PerennialError } from '../../domain/errors/index.ts';
import type { KeyRing } from '../temporal/key-ring.ts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a secret that is needed in the clear later, with the current key of the ring. `place` must be given again
 * to open it: a ciphertext cannot be moved to another record.
 */
export function sealSecret(ring: KeyRing, secret: string, place: string): string {
  const id = ring.current;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(ring, id), iv);
  cipher.setAAD(boundTo(id, place));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return `v1.${id}.${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')}`;
}

/** Throws `codec.key_unknown` where its key is not in the ring any more, `codec.damaged` where it was changed. */
export function openSecret(ring: KeyRing, sealed: string, place: string): string {
  const [, id = '', body = ''] = /^v1\.([A-Za-z0-9._-]{1,32})\.([\w-]+)$/.exec(sealed) ?? [];
  const key = keyOf(ring, id);
  try {
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(id, place));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    throw PerennialError.of('codec.damaged', { id });
  }
}

function keyOf(ring: KeyRing, id: string) {
  const key = ring.keys.get(id);
  if (key === undefined) throw PerennialError.of('codec.key_unknown', { id, known: [...ring.keys.keys()].join(', ') });
  return key;
}

function boundTo(keyId: string, place: string): Buffer {
  return Buffer.from(`perennial/secret\n${keyId}\n${place}`, 'utf8');
}
