import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyRing } from '../../operations/temporal/key-ring.ts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^([\w.-]{1,32})~([\w-]{40,4000})$/;

/**
 * The id of an event, from the place in the database's log. A place names records that the reader may not see, so it
 * is encrypted; nothing is kept, and every process of the deployment can read it.
 */
export function placeToId(ring: KeyRing, place: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(ring, ring.current) ?? Buffer.alloc(0), iv);
  const body = Buffer.concat([iv, cipher.update(place, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${ring.current}~${body.toString('base64url')}`;
}

/** The place of an id; undefined for what was not given out here, or under a key that is gone. */
export function idToPlace(ring: KeyRing, id: string): string | undefined {
  const [, keyId = '', body = ''] = FORM.exec(id) ?? [];
  const key = keyOf(ring, keyId);
  if (key === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64url');
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return text.toString('utf8');
  } catch {
    return undefined;
  }
}

function keyOf(ring: KeyRing, id: string): Buffer | undefined {
  const key = ring.keys.get(id);
  return key && Buffer.from(hkdfSync('sha256', key, '', 'perennial live place', 32));
}
