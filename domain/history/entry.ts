import type { Actor } from '../people/types.ts';
import type { LogEntry } from '../renewal/effects.ts';
import type { Instant } from '../time/types.ts';

/** What one history entry says. Personal data in `detail` are sealed before they come here. */
export interface HistoryContent {
  readonly renewalId: string;
  /** Unique in the renewal: the same entry twice is one. */
  readonly entryId: string;
  readonly at: Instant;
  readonly kind: LogEntry['kind'];
  readonly name: string;
  readonly actor: Actor;
  readonly stage: string | null;
  /** The reason; people's own words in its inputs are sealed too. */
  readonly why: { readonly rule: string; readonly inputs: Readonly<Record<string, unknown>> } | null;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Version of the definition that was in force; null before one was pinned. */
  readonly playbook: { readonly id: string; readonly version: number } | null;
  /** Whose key seals the personal data. */
  readonly clientId: string;
}

/** An entry in its place in the chain of its renewal. `seq` counts from 1 without gaps. */
export interface ChainEntry extends HistoryContent {
  readonly seq: number;
  /** Hash of the entry before; {@link GENESIS} for the first. */
  readonly prev: string;
  readonly hash: string;
}

/** The end of a chain: number and hash of its last entry. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** SHA-256 of a text, in lower-case hex. Handed in, because the core has no cryptography of its own. */
export type Hash = (text: string) => string;

export const GENESIS = '0'.repeat(64);
export const EMPTY_HEAD: ChainHead = { seq: 0, hash: GENESIS };
