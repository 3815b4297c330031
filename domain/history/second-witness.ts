import type { LogEntry } from '../renewal/effects.ts';
import { canonicalJson, storable } from './canonical-json.ts';
import type { ChainEntry } from './entry.ts';

/** What a workflow's own history says that it decided, and when it may have decided something twice. */
export interface JudgedLog {
  /** Entries that went into the books, in order, each once. */
  readonly entries: readonly JudgedEntry[];
  /** False where the beginning is forgotten: what is not here may have been decided before. */
  readonly complete: boolean;
  /** The workflow works at this moment: its newest decision may stand in the books before it stands here. */
  readonly atWork: boolean;
}

export interface JudgedEntry extends LogEntry {
  /**
   * A worker died over this decision and another made it again. What the first one wrote stands in the books, with a
   * time and dates of its own; only what it is about is compared.
   */
  readonly again: boolean;
}

export const WITNESS_FAULTS = ['left out', 'unlike workflow', 'not decided'] as const;
export type WitnessFault = (typeof WITNESS_FAULTS)[number];

export interface WitnessFinding {
  readonly fault: WitnessFault;
  /** Place in the chain; of what was left out the place where it belongs. */
  readonly seq: number;
  readonly entryId: string;
}

/**
 * Compares a chain with what the workflows decided: the first that was left out, the first that says something else,
 * and the first that nobody decided.
 *
 * @param chain opened entries, in order; `{ erased: true }` fits anything
 * @param seenBefore how many entries the chain had before the workflow was looked at: younger ones it need not know
 * @param others entry ids that other workflows decided (save plans)
 */
export function compareWithWorkflow(
  chain: readonly ChainEntry[],
  judged: JudgedLog,
  seenBefore: number,
  others: ReadonlySet<string> = new Set(),
): readonly WitnessFinding[] {
  const byId = new Map(chain.map((entry) => [entry.entryId, entry]));
  const findings: WitnessFinding[] = [];
  const first = (fault: WitnessFault, seq: number, entryId: string) => {
    if (!findings.some((one) => one.fault === fault)) findings.push({ fault, seq, entryId });
  };
  let before = 0;
  for (const entry of judged.entries) {
    const there = byId.get(entry.id);
    if (there === undefined) {
      first('left out', before + 1, entry.id);
      continue;
    }
    const moved = there.seq < before && !entry.again;
    if (moved || !saysTheSame(there, entry)) first('unlike workflow', there.seq, entry.id);
    before = Math.max(before, there.seq);
  }
  const decidedTwice = judged.entries.some(({ again }) => again);
  if (judged.complete && !judged.atWork && !decidedTwice) {
    const ids = new Set(judged.entries.map(({ id }) => id));
    for (const { entryId, seq, name } of chain) {
      if (seq > seenBefore) break;
      if (!ids.has(entryId) && !others.has(entryId) && !comesFromElsewhere(name)) first('not decided', seq, entryId);
    }
  }
  return findings;
}

/** The send ledger and what a client says after the end write their own lines. */
function comesFromElsewhere(name: string): boolean {
  return name.startsWith('mail ') || name === 'opted out of mail';
}

function saysTheSame(there: ChainEntry, judged: JudgedEntry): boolean {
  const is = storable({ kind: there.kind, name: there.name, actor: there.actor, stage: there.stage });
  const was = storable({ kind: judged.kind, name: judged.name, actor: judged.actor, stage: judged.stage });
  if (canonicalJson(is) !== canonicalJson(was)) return false;
  if (judged.again) return true;
  const { at, detail, why } = storable({ at: judged.at, detail: judged.detail, why: judged.why });
  return there.at === at && fits(there.detail, detail) && fits(there.why, why);
}

/** Equal, where what was erased is equal to anything. */
function fits(is: unknown, was: unknown): boolean {
  if (isErased(is)) return true;
  if (typeof is !== 'object' || is === null || typeof was !== 'object' || was === null) return Object.is(is, was);
  if (Array.isArray(is) !== Array.isArray(was)) return false;
  const keys = new Set([...Object.keys(is), ...Object.keys(was)]);
  return [...keys].every((key) => fits((is as Record<string, unknown>)[key], (was as Record<string, unknown>)[key]));
}

function isErased(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'erased' in value && Object.keys(value).length === 1;
}
