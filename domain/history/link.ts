import { canonicalJson } from './canonical-json.ts';
import { EMPTY_HEAD } from './entry.ts';
import type { ChainEntry, ChainHead, Hash, HistoryContent } from './entry.ts';

/** The text that an entry's hash is taken over: everything it says, its place, and the hash of the one before. */
export function hashedText(content: HistoryContent, seq: number, prev: string): string {
  // Written out field by field: a stored entry carries more (its id in the database), and that must not count.
  return canonicalJson({
    renewalId: content.renewalId,
    entryId: content.entryId,
    at: content.at,
    kind: content.kind,
    name: content.name,
    actor: content.actor,
    stage: content.stage,
    why: content.why,
    detail: content.detail,
    playbook: content.playbook,
    clientId: content.clientId,
    seq,
    prev,
  });
}

/** The next entry of a chain that ends at `head`. */
export function link(head: ChainHead | null, content: HistoryContent, hash: Hash): ChainEntry {
  const { seq, hash: prev } = head ?? EMPTY_HEAD;
  return { ...content, seq: seq + 1, prev, hash: hash(hashedText(content, seq + 1, prev)) };
}

/** Links several entries one after the other. */
export function linkAll(
  head: ChainHead | null,
  contents: readonly HistoryContent[],
  hash: Hash,
): { readonly entries: readonly ChainEntry[]; readonly head: ChainHead } {
  let end = head ?? EMPTY_HEAD;
  const entries = contents.map((content) => {
    const entry = link(end, content, hash);
    end = { seq: entry.seq, hash: entry.hash };
    return entry;
  });
  return { entries, head: end };
}
