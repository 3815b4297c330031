import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { linkAll, sealPersonal, storable } from '../../domain/history/index.ts';
import type { HistoryContent } from '../../domain/history/index.ts';
import type { LogEntry } from '../../domain/renewal/effects.ts';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryHeadDoc } from '../../schemas/history.ts';
import { sha256 } from '../../schemas/sealing.ts';
import type { ClientKeys, Seal } from '../../schemas/sealing.ts';

export interface HistoryBatch {
  readonly renewalId: string;
  readonly clientId: string;
  readonly playbook: HistoryContent['playbook'];
  readonly entries: readonly LogEntry[];
}

/**
 * Appends to the chain of one renewal within the caller's transaction: what changes and what is said about it
 * stand or fall together. An entry whose id is there already is left out. Two rivals can't take the same
 * place: the head is written by both, so one of them meets a conflict and runs again.
 *
 * @returns how many entries were new
 */
export async function appendHistory(
  db: Pick<Database, 'history' | 'historyHeads'>,
  keys: ClientKeys,
  session: ClientSession,
  batch: HistoryBatch,
): Promise<number> {
  const { renewalId, clientId } = batch;
  const fresh = await withoutKnown(db, session, renewalId, batch.entries);
  if (fresh.length === 0) return 0;
  const seal = await keys.sealer(clientId, session);
  const head = await db.historyHeads.findOne({ _id: renewalId }, null, { session }).lean<HistoryHeadDoc>();
  const contents = fresh.map((entry) => contentOf(batch, entry, seal));
  const chained = linkAll(head, contents, sha256);
  await db.historyHeads.updateOne({ _id: renewalId }, { $set: chained.head }, { session, upsert: true });
  await db.history.insertMany(
    chained.entries.map((entry) => ({ _id: `${renewalId}#${entry.seq}`, ...entry })),
    { session, ordered: true },
  );
  return fresh.length;
}

async function withoutKnown(
  db: Pick<Database, 'history'>,
  session: ClientSession,
  renewalId: string,
  entries: readonly LogEntry[],
): Promise<readonly LogEntry[]> {
  const byId = new Map<string, LogEntry>();
  for (const entry of entries) if (!byId.has(entry.id)) byId.set(entry.id, entry);
  if (byId.size === 0) return [];
  const known = await db.history.distinct(
    'entryId',
    { renewalId, entryId: trusted({ $in: [...byId.keys()] }) },
    { session },
  );
  for (const id of known) byId.delete(id);
  return [...byId.values()];
}

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
