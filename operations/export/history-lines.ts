import { hasSealed, openEntry } from '../../domain/history/index.ts';
import type { ChainEntry } from '../../domain/history/index.ts';
import type { LocalText } from '../../domain/text.ts';
import type { Filter } from '../../domain/access/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import { trusted } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryDoc, HistoryHeadDoc } from '../../schemas/history.ts';
import { historyPage } from '../../schemas/history-reader.ts';
import type { HistoryFilter } from '../../schemas/job.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { createClientKeys, sha256 } from '../../schemas/sealing.ts';
import { trustedFilter } from '../store/trusted-filter.ts';

export { EXPORT_FORMATS } from '../../schemas/job.ts';

/** A line of a history as it leaves: `entry` as it is stored and hashed, and what it says to people. */
export interface ExportedEntry {
  readonly entry: ChainEntry;
  readonly text: LocalText;
  /** `detail` and `why` with what is personal readable, where anything is. */
  readonly readable: Pick<ChainEntry, 'detail' | 'why'> | null;
}

/** One chain, or the part of it that the filter asks for. */
export interface ExportedChain {
  readonly renewal: RenewalDoc;
  readonly head: { readonly seq: number; readonly hash: string };
  readonly entries: AsyncIterable<ExportedEntry>;
}

/** Puts entries into words; the caller knows the languages. */
export type TellEntries = (renewal: RenewalDoc, entries: readonly ChainEntry[]) => Promise<readonly LocalText[]>;

const PAGE = 500;
const RENEWALS = 200;

/** How many histories an export will have. */
export function countChains(db: Database, filter: HistoryFilter, only: Filter): Promise<number> {
  return db.renewals.countDocuments({ $and: conditions(filter, only) });
}

/** The histories that somebody may read, one after the other, in order of their ids. */
export async function* exportedChains(
  db: Database,
  filter: HistoryFilter,
  only: Filter,
  tell: TellEntries,
): AsyncGenerator<ExportedChain> {
  for (let last = ''; ;) {
    const page = await db.renewals
      .find({ $and: [...conditions(filter, only), { _id: trusted({ $gt: last }) }] })
      .sort({ _id: 1 })
      .limit(RENEWALS)
      .lean<RenewalDoc[]>();
    for (const renewal of page) {
      const head = await db.historyHeads.findOne({ _id: renewal._id }).lean<HistoryHeadDoc>();
      if (head === null) continue;
      const range = await rangeOf(db, renewal._id, head.seq, filter);
      if (range === null) continue;
      const entries = entriesOf(db, renewal, range, tell);
      yield { renewal, head: { seq: head.seq, hash: head.hash }, entries };
    }
    const end = page.at(-1);
    if (end === undefined) return;
    last = end._id;
  }
}

function conditions({ ownerId, renewalId }: HistoryFilter, only: Filter) {
  return [
    trustedFilter(only),
    ...(ownerId === undefined ? [] : [{ ownerId }]),
    ...(renewalId === undefined ? [] : [{ _id: renewalId }]),
  ];
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Places of the chain that the days ask for: without a gap, so that the part can be verified. */
async function rangeOf(
  db: Pick<Database, 'history'>,
  renewalId: string,
  end: number,
  { from, to }: HistoryFilter,
): Promise<Range | null> {
  if (from === undefined && to === undefined) return { first: 1, last: end };
  const at = {
    ...(from === undefined ? {} : { $gte: `${from}T00:00:00.000Z` as Instant }),
    ...(to === undefined ? {} : { $lte: `${to}T23:59:59.999Z` as Instant }),
  };
  const edge = (direction: 1 | -1) =>
    db.history
      .findOne({ renewalId, at: trusted(at) }, { seq: 1 })
      .sort({ seq: direction })
      .lean<Pick<HistoryDoc, 'seq'>>();
  const [first, last] = await Promise.all([edge(1), edge(-1)]);
  return first === null || last === null ? null : { first: first.seq, last: last.seq };
}

async function* entriesOf(
  db: Database,
  renewal: RenewalDoc,
  { first, last }: Range,
  tell: TellEntries,
): AsyncGenerator<ExportedEntry> {
  for (let after = first - 1; after < last;) {
    const entries = await historyPage(db, renewal._id, after, Math.min(PAGE, last - after));
    const openerOf = await createClientKeys(db).opener(entries.map(({ clientId }) => clientId));
    const opened = entries.map((entry) => openEntry(entry, openerOf(entry.clientId)));
    const texts = await tell(renewal, opened);
    for (const [i, entry] of entries.entries()) {
      const { detail, why } = opened[i] ?? entry;
      const personal = hasSealed(entry.detail) || hasSealed(entry.why);
      yield { entry, text: texts[i] ?? { en: '', 'zh-CN': '' }, readable: personal ? { detail, why } : null };
    }
    const end = entries.at(-1);
    // Entries are gone: the head shows that it is not the end.
    if (end === undefined) return;
    after = end.seq;
  }
}

/**
 * Lines of JSON, each with a sum over itself and the sum before it: whatever is changed, left out or put in between
 * is found by its line. The end of the file says how many there were.
 */
export class SummedLines {
  #sum = sha256('perennial-history/1');
  #lines = 0;

  get lines(): number {
    return this.#lines;
  }

  line(value: Readonly<Record<string, unknown>>): string {
    const text = JSON.stringify(value).slice(0, -1);
    this.#sum = sha256(`${this.#sum}\n${text}`);
    this.#lines += 1;
    return `${text},"sum":"${this.#sum}"}\n`;
  }
}
