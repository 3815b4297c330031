import { Schema } from 'mongoose';
import type { ChainHead } from '../domain/history/entry.ts';
import type { Actor } from '../domain/people/types.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';

/** One line of the audit log: who did what about accounts and rights, or read with a privilege. Never changed. */
export interface AuditDoc {
  /** `<chain>#<sequence number>` */
  readonly _id: string;
  readonly seq: number;
  readonly entryId: string;
  readonly at: Instant;
  readonly name: string;
  readonly actor: Actor;
  /** Whom or what it was done to. */
  readonly target: { readonly kind: string; readonly id: string } | null;
  /** Person id whose key seals what is personal in `detail`; null where it is about nobody we know. */
  readonly sealedFor: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly prev: string;
  readonly hash: string;
}

export const auditSchema = new Schema<AuditDoc>(
  {
    _id: text,
    seq: number,
    entryId: text,
    at: text,
    name: text,
    actor: json,
    target: jsonOrNull,
    sealedFor: textOrNull,
    detail: json,
    prev: text,
    hash: text,
  },
  inCollection('audit'),
);

auditSchema.index({ seq: -1 }, { unique: true, name: 'one_entry_per_place' });
auditSchema.index({ entryId: 1 }, { unique: true, name: 'one_entry_per_id' });
auditSchema.index({ 'actor.id': 1, seq: -1 }, { name: 'of_actor' });
auditSchema.index({ 'target.id': 1, seq: -1 }, { name: 'of_target' });
auditSchema.index({ name: 1, seq: -1 }, { name: 'of_kind' });
auditSchema.index({ at: 1 }, { name: 'by_time' });

/** Where the log ends. */
export interface AuditHeadDoc extends ChainHead {
  readonly _id: string;
}

export const auditHeadSchema = new Schema<AuditHeadDoc>(
  { _id: text, seq: number, hash: text },
  inCollection('auditHeads'),
);
