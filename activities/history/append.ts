import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { linkAll, sealPersonal, storable } from '../../domain/history/index.ts';
import type { ChainHead, HistoryContent } from '../../domain/history/index.ts';
import type { LogEntry } from '../../domain/renewal/effects.ts';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryHeadDoc } from '../../schemas/history.ts';
import { raw } from '../../schemas/raw.ts';
import { sha256 } from '../../schemas/sealing.ts';
import type { ClientKeys, Seal } from '../../schemas/sealing.ts';

export interface HistoryBatch {
  readonly renewalId: string;
  readonly clientId: string;
  readonly playbook: HistoryContent['playbook'];
  readonly entries: readonly LogEntry[];
}

/** Where a chain ends, and which entries of a batch it has already; read in the transaction that appends. */
export interface ChainEnd {
  readonly head: ChainHead | null;
  readonly known: ReadonlySet<string>;
}

/**
 * Appends to the chain of one renewal within the caller's transaction: what changes and what is said about it
 * stand or fall together. An entry whose id is there already is left out. Two rivals can't take the same
 * place: the head is written by both, so one of them meets a conflict and runs again.
 *
 * @param end where the caller has read it already
 * @returns how many entries were new
 */
export async function appendHistory(
  db: Pick<Database, 'history' | 'historyHeads'>,
  keys: ClientKeys,
  session: ClientSession,
  batch: HistoryBatch,
  end?: ChainEnd,
): Promise<number> {
  const { renewalId, clientId } = batch;
  const { head, known } = end ?? (await readEnd(db, session, batch));
  const fresh = unknownOf(batch.entries, known);
  if (fresh.length === 0) return 0;
  // Most entries of the engine say nothing personal, and need no key.
  const seal = fresh.some(hasPersonal) ? await keys.sealer(clientId, session) : sealsNothing;
  const chained = linkAll(
    head,
    fresh.map((entry) => contentOf(batch, entry, seal)),
    sha256,
  );
  await raw(db.historyHeads).updateOne({ _id: renewalId }, { $set: chained.head }, { session, upsert: true });
  await raw(db.history).insertMany(
    chained.entries.map((entry) => ({ _id: `${renewalId}#${entry.seq}`, ...entry })),
    { session, ordered: true },
  );
  return fresh.length;
}

async function readEnd(
  db: Pick<Database, 'history' | 'historyHeads'>,
  session: ClientSession,
  { renewalId, entries }: HistoryBatch,
): Promise<ChainEnd> {
  const ids = entries.map((entry) => entry.id);
  const known = await db.history.distinct('entryId', { renewalId, entryId: trusted({ $in: ids }) }, { session });
  const head = await db.historyHeads.findOne({ _id: renewalId }, null, { session }).lean<HistoryHeadDoc>();
  return { head, known: new Set(known) };
}

/** Each entry once, without those that are written already. */
function unknownOf(entries: readonly LogEntry[], known: ReadonlySet<string>): readonly LogEntry[] {
  const byId = new Map<string, LogEntry>();
  for (const entry of entries) if (!known.has(entry.id) && !byId.has(entry.id)) byId.set(entry.id, entry);
  return [...byId.values()];
}

function hasPersonal({ why, detail }: LogEntry): boolean {
  let found = false;
  const notice = () => {
    found = true;
    return { sealed: '' };
  };
  sealPersonal(detail, notice);
  if (!found && why !== null) sealPersonal(why.inputs, notice);
  return found;
}

const sealsNothing: Seal = (_value, place) => {
  throw new Error(`${place} was to hold nothing personal`);
};

function contentOf(batch: HistoryBatch, entry: LogEntry, seal: Seal): HistoryContent {
  const place = `${batch.renewalId}/${entry.id}`;
  const sealed = (fields: Readonly<Record<string, unknown>>, part: string) =>
    sealPersonal(fields, (value, path) => ({ sealed: seal(value, `${place}/${part}.${path}`) }));
  return storable({
    renewalId: batch.renewalId,
    clientId: batch.clientId,
    playbook: batch.playbook,
    entryId: entry.id,
    at: entry.at,
    kind: entry.kind,
    name: entry.name,
    actor: entry.actor,
    stage: entry.stage,
    why: entry.why && { rule: entry.why.rule, inputs: sealed(entry.why.inputs, 'why') },
    detail: sealed(entry.detail, 'detail'),
  });
}
