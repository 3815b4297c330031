import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { PerennialError } from '../../domain/errors/index.ts';
import type { KeyRing } from '../temporal/key-ring.ts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a file with the current key of the ring: length and id of the key, IV, tag, ciphertext. `place` must be
 * given again to open it: a file cannot be put in another one's place.
 */
export function sealBytes(ring: KeyRing, bytes: Uint8Array, place: string): Buffer {
  const id = ring.current;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(ring, id), iv);
  cipher.setAAD(boundTo(id, place));
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([Buffer.from([id.length]), Buffer.from(id, 'latin1'), iv, cipher.getAuthTag(), text]);
}

/** Throws `codec.key_unknown` where its key is not in the ring any more, `codec.damaged` where it was changed. */
export function openBytes(ring: KeyRing, sealed: Uint8Array, place: string): Buffer {
  const idEnd = 1 + (sealed[0] ?? 0);
  const id = Buffer.from(sealed.subarray(1, idEnd)).toString('latin1');
  const key = keyOf(ring, id);
  try {
    const body = sealed.subarray(idEnd);
    const decipher = createDecipheriv(CIPHER, key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(id, place));
    decipher.setAuthTag(body.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(body.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
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
  return Buffer.from(`perennial/file\n${keyId}\n${place}`, 'utf8');
}
