import { mongo } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { HISTORY_NAMES } from '../../domain/outgoing/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryDoc } from '../../schemas/history.ts';
import { raw } from '../../schemas/raw.ts';
import type { SettingDoc } from '../../schemas/setting.ts';

/** Up to where histories have been read for channels: a place in the database's own log. */
export interface OutboxPlace {
  readonly token: string;
  readonly at: Instant;
}

export type HistoryStream = mongo.ChangeStream<HistoryDoc, mongo.ChangeStreamInsertDocument<HistoryDoc>>;

const PLACE = 'outbox place';

export async function readPlace(db: Pick<Database, 'settings'>): Promise<OutboxPlace | null> {
  const setting = await db.settings.findOne({ _id: PLACE }).lean<SettingDoc>();
  return (setting?.value as OutboxPlace | undefined) ?? null;
}

/** Sets a place where there is none: what happens from there on is told. */
export async function beginPlace(
  db: Pick<Database, 'settings'>,
  session: ClientSession,
  place: OutboxPlace,
): Promise<void> {
  await raw(db.settings).updateOne({ _id: PLACE }, { $setOnInsert: { value: place } }, { session, upsert: true });
}

/** Moves the place on; one that was taken away meanwhile stays away. */
export async function movePlace(db: Pick<Database, 'settings'>, place: OutboxPlace): Promise<void> {
  await raw(db.settings).updateOne({ _id: PLACE }, { $set: { value: place } });
}

/**
 * Forgets the place where no channel is left. Whoever makes one writes the place too, so that of the two one waits for
 * the other.
 */
export async function dropPlace(db: Database): Promise<void> {
  if ((await readPlace(db)) === null) return;
  await db.transaction(async (session) => {
    const left = await db.channels.findOne({ disabledAt: null }, { _id: 1 }, { session }).lean();
    if (left === null) await raw(db.settings).deleteOne({ _id: PLACE }, { session });
  });
}

/** New entries of histories after a place, those that may be told; from now on where no place is given. */
export function watchHistories(
  db: Pick<Database, 'history'>,
  after: string | null,
  options: { readonly waitMs: number },
): HistoryStream {
  return raw(db.history).watch<HistoryDoc, mongo.ChangeStreamInsertDocument<HistoryDoc>>(
    [{ $match: { operationType: 'insert', 'fullDocument.name': { $in: HISTORY_NAMES } } }],
    { maxAwaitTimeMS: options.waitMs, ...(after === null ? {} : { resumeAfter: { _data: after } }) },
  );
}

/** Where the log ends now. */
export async function endOfLog(db: Pick<Database, 'history'>, now: Instant): Promise<OutboxPlace> {
  const stream = watchHistories(db, null, { waitMs: 1 });
  try {
    await stream.tryNext();
    const token = tokenOf(stream.resumeToken);
    if (token === undefined) throw new Error('the database does not say where its log ends');
    return { token, at: now };
  } finally {
    await stream.close();
  }
}

export function tokenOf(token: unknown): string | undefined {
  const data = (token as { readonly ['_data']?: unknown } | null | undefined)?.['_data'];
  return typeof data === 'string' ? data : undefined;
}

/** The log does not reach back to a place any more, or it is the place of another database, or none. */
const LOST = new Set([9, 15, 136, 260, 280, 286, 50_811]);

export function isLost(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && LOST.has(Number(error.code));
}
