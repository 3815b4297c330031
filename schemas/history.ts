import { Schema } from 'mongoose';
import type { ChainEntry, ChainHead } from '../domain/history/entry.ts';
import { inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';

/** One line of a renewal's history. Written once, never changed; the hash covers every field but itself. */
export interface HistoryDoc extends ChainEntry {
  /** `<renewal id>#<sequence number>` */
  readonly _id: string;
}

export const historySchema = new Schema<HistoryDoc>(
  {
    _id: text,
    renewalId: text,
    seq: number,
    entryId: text,
    at: text,
    kind: text,
    name: text,
    actor: json,
    stage: textOrNull,
    why: jsonOrNull,
    detail: json,
    playbook: jsonOrNull,
    clientId: text,
    prev: text,
    hash: text,
  },
  inCollection('history'),
);

historySchema.index({ renewalId: 1, entryId: 1 }, { unique: true, name: 'one_entry_per_id' });
historySchema.index({ renewalId: 1, seq: 1 }, { unique: true, name: 'one_entry_per_place' });
historySchema.index({ at: -1, _id: -1 }, { name: 'latest' });

/** Where the chain of a renewal ends: shows when its tail was cut off. */
export interface HistoryHeadDoc extends ChainHead {
  /** The renewal id. */
  readonly _id: string;
}

export const historyHeadSchema = new Schema<HistoryHeadDoc>(
  { _id: text, seq: number, hash: text },
  inCollection('historyHeads'),
);
