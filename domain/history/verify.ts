import { EMPTY_HEAD, GENESIS } from './entry.ts';
import type { ChainEntry, ChainHead, Hash } from './entry.ts';
import { hashedText } from './link.ts';

/**
 * What is wrong with a chain at its first bad place: an entry says something else than it was written with,
 * is gone, changed places, came in later; the end is cut off; or the head itself is gone or differs.
 */
export const CHAIN_FAULTS = ['edited', 'missing', 'reordered', 'inserted', 'cut', 'no head', 'head differs'] as const;
export type ChainFault = (typeof CHAIN_FAULTS)[number];

export type ChainReport =
  | { readonly ok: true; readonly entries: number; readonly head: ChainHead }
  | {
      readonly ok: false;
      readonly entries: number;
      readonly fault: ChainFault;
      /** Place in the chain, from 1. */
      readonly seq: number;
      /** Id of the bad entry; null where it is gone. */
      readonly entryId: string | null;
    };

/**
 * Checks the chain of one renewal against its head, and against a `witness`, a head that was kept elsewhere,
 * where there is one: a forger who cuts the tail and sets the head back is found by that alone.
 *
 * @param stored the entries ordered by their sequence number
 */
export function verifyChain(
  stored: readonly ChainEntry[],
  head: ChainHead | null,
  hash: Hash,
  witness?: ChainHead,
): ChainReport {
  const entries = stored.length;
  for (let i = 0; i < entries; i += 1) {
    const fault = faultAt(stored, i, hash);
    if (fault !== null) return { ok: false, entries, ...fault };
  }
  const end = stored.at(-1) ?? EMPTY_HEAD;
  const bad = (fault: ChainFault, seq: number, entryId: string | null): ChainReport => {
    return { ok: false, entries, fault, seq, entryId };
  };
  if (head === null) {
    if (entries > 0) return bad('no head', end.seq, null);
  } else if (head.seq > end.seq) {
    return bad('cut', end.seq + 1, null);
  } else if (head.seq < end.seq) {
    return bad('inserted', head.seq + 1, stored[head.seq]?.entryId ?? null);
  } else if (head.hash !== end.hash) {
    // The last entry fits itself but not the head: it was rewritten together with its hash.
    return bad('edited', end.seq, stored.at(-1)?.entryId ?? null);
  }
  if (witness !== undefined && witness.seq > 0) {
    if (witness.seq > end.seq) return bad('cut', end.seq + 1, null);
    if (stored[witness.seq - 1]?.hash !== witness.hash) {
      return bad('head differs', witness.seq, stored[witness.seq - 1]?.entryId ?? null);
    }
  }
  return { ok: true, entries, head: { seq: end.seq, hash: end.hash } };
}

/** How far beyond the entries left an old number is looked for. */
const MAX_GONE = 100;

interface Fault {
  readonly fault: ChainFault;
  readonly seq: number;
  readonly entryId: string | null;
}

/** The fault at place `i`, where everything before it is sound; null where the entry is sound too. */
function faultAt(stored: readonly ChainEntry[], i: number, hash: Hash): Fault | null {
  const entry = stored[i];
  if (entry === undefined) return null;
  const before = stored[i - 1];
  const expectedSeq = (before?.seq ?? 0) + 1;
  const expectedPrev = before?.hash ?? GENESIS;
  const sealed = hashOf(entry, entry.seq, entry.prev, hash);
  const sound = sealed === entry.hash;
  if (sound && entry.seq === expectedSeq && entry.prev === expectedPrev) return null;

  const seq = Number.isSafeInteger(entry.seq) ? entry.seq : expectedSeq;
  const here = (fault: ChainFault): Fault => ({ fault, seq, entryId: entry.entryId });
  // Nothing that was ever written lacks a hash.
  if (sealed === undefined || seq !== entry.seq) return here('edited');
  const next = stored[i + 1];
  const genuine = sound || wasNumberedAnew(entry, stored.length, hash);
  // It was written to follow the one before the one before it: that one came in between later.
  if (genuine && before !== undefined && entry.prev === (stored[i - 2]?.hash ?? GENESIS)) {
    return { fault: 'inserted', seq: before.seq, entryId: before.entryId };
  }
  if (!sound) {
    if (stored.some((other) => other.hash === hashOf(entry, other.seq, other.prev, hash))) return here('reordered');
    if (genuine) {
      const linked = entry.prev === GENESIS || stored.some((other) => other.hash === entry.prev);
      return linked ? here('reordered') : { fault: 'missing', seq: expectedSeq, entryId: null };
    }
  }
  // The chain goes on without it.
  if (next !== undefined && next.prev === expectedPrev) return here('inserted');
  if (entry.seq > expectedSeq) return { fault: 'missing', seq: expectedSeq, entryId: null };
  if (!sound || before === undefined) return here('edited');
  // It fits itself and has the right place, but remembers another predecessor: that one was rewritten with its hash.
  return { fault: 'edited', seq: before.seq, entryId: before.entryId };
}

/** The hash of an entry in a place; undefined where a field holds what has no text to hash, such as a database's date. */
function hashOf(entry: ChainEntry, seq: number, prev: string, hash: Hash): string | undefined {
  try {
    return hash(hashedText(entry, seq, prev));
  } catch {
    return undefined;
  }
}

/** Whether an entry fits its hash under another number than the one it has now. */
function wasNumberedAnew(entry: ChainEntry, chainLength: number, hash: Hash): boolean {
  // Entries may be gone as well, so the number it was written with can lie a little beyond those left.
  for (let seq = 1; seq <= chainLength + MAX_GONE; seq += 1) {
    if (hashOf(entry, seq, entry.prev, hash) === entry.hash) return true;
  }
  return false;
}
