import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as text for a cookie, a link or a header. */
export function newSecret(prefix = ''): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/**
 * What is kept of a secret. A plain digest is enough, and looked up by its index: 256 random bits cannot be tried
 * one after the other, other than a password.
 */
export function digestOfSecret(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('base64url');
}

/** A short random name that is no secret: `ses_…`, `tok_…`. */
export function publicId(kind: 'ses' | 'tok'): string {
  return `${kind}_${randomBytes(9).toString('base64url')}`;
}
