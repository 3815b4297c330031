import { hash, randomBytes } from 'node:crypto';

/** Contract numbers and mail addresses that differ in case or width only are the same one to people. */
export function textKey(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** Names of clients are kept as written and compared composed, without doubled blanks. */
export function nameKey(name: string): string {
  const composed = name.normalize('NFC').trim();
  return /\s{2}|[^\S ]/.test(composed) ? composed.replace(/\s+/g, ' ') : composed;
}

export type IdKind = 'cli' | 'per' | 'con';
export type NewId = (kind: IdKind) => string;

const DIGITS = '0123456789abcdefghijklmnopqrstuv';
const ID_DIGITS = 16;
/** Random bytes are drawn for many ids at once: an import makes some hundred thousand of them. */
const IDS_DRAWN = 256;
let pool = Buffer.alloc(0);
let drawn = 0;

function drawDigits(): string {
  if (drawn === pool.length) {
    pool = randomBytes(ID_DIGITS * IDS_DRAWN);
    drawn = 0;
  }
  let digits = '';
  for (const end = drawn + ID_DIGITS; drawn < end; drawn += 1) digits += DIGITS.charAt((pool[drawn] ?? 0) & 31);
  return digits;
}

/**
 * A random id: 80 bits, base 32. Ids of clients, people and contacts stand unsealed in the history for ever, so
 * nothing about the person may be worked out from them. The record is found again by its own unique key.
 */
export const newId: NewId = (kind) => `${kind}_${drawDigits()}`;

/** The id of a contract follows from its number, which names nobody: the same number gives the same id. */
export function contractId(number: string): string {
  return `ctr_${hash('sha256', textKey(number), 'hex').slice(0, 20)}`;
}
