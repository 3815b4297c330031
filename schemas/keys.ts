import { createHash } from 'node:crypto';

/** Contract numbers and mail addresses that differ in case or width only are the same one to people. */
export function textKey(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** Names of clients are kept as written and compared composed, without doubled blanks. */
export function nameKey(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ');
}

export type IdKind = 'ctr' | 'cli' | 'per' | 'con';

/**
 * The id of a record that people know by a key of their own: the same key gives the same id, so that an import
 * that broke in the middle, or runs twice at once, makes nothing twice. 80 bits of SHA-256.
 */
export function idFor(kind: IdKind, ...key: readonly string[]): string {
  return `${kind}_${createHash('sha256').update(key.join('\n'), 'utf8').digest('hex').slice(0, 20)}`;
}
