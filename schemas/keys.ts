import { createHash, randomBytes } from 'node:crypto';

/** Contract numbers and mail addresses that differ in case or width only are the same one to people. */
export function textKey(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** Names of clients are kept as written and compared composed, without doubled blanks. */
export function nameKey(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ');
}

export type IdKind = 'cli' | 'per' | 'con';
export type NewId = (kind: IdKind) => string;

const ID_BYTES = 10;

/**
 * A random id: 80 bits, base 32. Ids of clients, people and contacts stand unsealed in the history for ever, so
 * nothing about the person may be worked out from them. The record is found again by its own unique key.
 */
export const newId: NewId = (kind) => {
  const bits = BigInt(`0x${randomBytes(ID_BYTES).toString('hex')}`);
  return `${kind}_${bits.toString(32).padStart((ID_BYTES * 8) / 5, '0')}`;
};

/** The id of a contract follows from its number, which names nobody: the same number gives the same id. */
export function contractId(number: string): string {
  return `ctr_${createHash('sha256').update(textKey(number), 'utf8').digest('hex').slice(0, 20)}`;
}
