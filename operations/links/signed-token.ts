import { createHmac, createSecretKey, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { LinkDoc } from '../../schemas/link.ts';
import type { KeyRing } from '../temporal/key-ring.ts';

/** What a signature vouches for: a row of the database that was changed does not fit its link any more. */
export type Bound = Pick<
  LinkDoc,
  'purpose' | 'personId' | 'contactId' | 'renewalId' | 'approvalId' | 'revision' | 'expiresAt'
>;

/** 128 bits each: a link is short enough not to be broken by mail programs at 76 signs, and too long to be guessed. */
const NONCE_BYTES = 16;
const MAC_BYTES = 16;
/** Both as text. */
export const TOKEN = /^[\w-]{43}$/;

/** @param name what makes the nonce, where the same link is to come out each time; else it is random */
export function signedToken(ring: KeyRing, bound: Bound, name?: string): string {
  const key = keyOf(ring, ring.current);
  const nonce = name === undefined ? randomBytes(NONCE_BYTES) : hmac(key, 'name', name).subarray(0, NONCE_BYTES);
  return Buffer.concat([nonce, macOf(key, nonce, bound)]).toString('base64url');
}

/** Whether a key of the ring has signed this token for exactly this. */
export function isSigned(ring: KeyRing, token: string, bound: Bound): boolean {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== NONCE_BYTES + MAC_BYTES) return false;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const mac = bytes.subarray(NONCE_BYTES);
  return [...ring.keys.keys()].some((id) => timingSafeEqual(mac, macOf(keyOf(ring, id), nonce, bound)));
}

function macOf(key: KeyObject, nonce: Buffer, bound: Bound): Buffer {
  const { purpose, personId, contactId, renewalId, approvalId, revision, expiresAt } = bound;
  const about = [purpose, personId, contactId, renewalId, approvalId, revision, expiresAt];
  return hmac(key, 'link', `${nonce.toString('base64url')}\n${JSON.stringify(about)}`).subarray(0, MAC_BYTES);
}

/** A seal on what a page has shown: only who was shown it can confirm it, for some hours. */
export function formSeal(ring: KeyRing, shown: string): string {
  return hmac(keyOf(ring, ring.current), 'form', shown).subarray(0, MAC_BYTES).toString('base64url');
}

export function isFormSeal(ring: KeyRing, seal: string, shown: string): boolean {
  const given = Buffer.from(seal, 'base64url');
  // The last sign has spare bits: only the one way to write it counts, or one form would have many names.
  if (given.length !== MAC_BYTES || given.toString('base64url') !== seal) return false;
  return [...ring.keys.keys()].some((id) =>
    timingSafeEqual(given, hmac(keyOf(ring, id), 'form', shown).subarray(0, MAC_BYTES)),
  );
}

function hmac(key: KeyObject, use: 'link' | 'name' | 'form', text: string): Buffer {
  return createHmac('sha256', key).update(`${use}\n${text}`, 'utf8').digest();
}

const derived = new WeakMap<KeyObject, KeyObject>();

/** A key of its own for links: no two uses share one. */
function keyOf(ring: KeyRing, id: string): KeyObject {
  const root = ring.keys.get(id);
  if (root === undefined) throw new Error(`no key ${id}`);
  let key = derived.get(root);
  if (key === undefined) {
    key = createSecretKey(Buffer.from(hkdfSync('sha256', root, '', 'perennial/links/v1', 32)));
    derived.set(root, key);
  }
  return key;
}
