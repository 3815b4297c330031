import type { ChainEntry } from '../../domain/history/index.ts';

/** More of them come within the same breath; then they are told together. */
const SETTLE_MS = 500;

export interface LeftOut {
  /** Whether an entry is kept to be told with others of its kind. */
  keeps(entry: ChainEntry): boolean;
  /** Tells what is kept at once. */
  flush(): void;
}

/**
 * Gathers by renewal the mails that were due before their contract was imported: the first look at a long list leaves
 * out hundreds of them, and each alone is no news.
 */
export function gatherLeftOut(tell: (entries: readonly ChainEntry[]) => void, settleMs: number = SETTLE_MS): LeftOut {
  const kept = new Map<string, ChainEntry[]>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const groups = [...kept.values()];
    kept.clear();
    for (const entries of groups) tell(entries);
  };
  return {
    keeps(entry) {
      if (entry.name !== 'supersede outreach' || entry.detail['reason'] !== 'before import') return false;
      const group = kept.get(entry.renewalId);
      if (group === undefined) kept.set(entry.renewalId, [entry]);
      else group.push(entry);
      timer ??= setTimeout(flush, settleMs);
      return true;
    },
    flush,
  };
}
