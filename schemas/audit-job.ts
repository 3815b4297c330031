import { Schema } from 'mongoose';
import type { ErrorCode } from '../domain/errors/index.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';

export type AuditJobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** Work that takes longer than a request. Whichever process is free takes it; one that died is taken over. */
export interface AuditJobDoc {
  readonly _id: string;
  /** Names what is done: `history export`. */
  readonly kind: string;
  /** Who asked for it and may see it; null for work that the product does by itself. */
  readonly personId: string | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly state: AuditJobState;
  readonly done: number;
  /** Null while nobody knows. */
  readonly total: number | null;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  /** The attempt that works on it; one whose time has run out is dead. */
  readonly holder: string | null;
  readonly leaseUntil: Instant | null;
  readonly attempts: number;
  readonly result: Readonly<Record<string, unknown>> | null;
  /** Why it failed. */
  readonly problem: { readonly code: ErrorCode; readonly params: Readonly<Record<string, string | number>> } | null;
}

export const auditJobSchema = new Schema<AuditJobDoc>(
  {
    _id: text,
    kind: text,
    personId: textOrNull,
    input: json,
    state: text,
    done: number,
    total: { type: Number, default: null },
    createdAt: text,
    startedAt: textOrNull,
    finishedAt: textOrNull,
    holder: textOrNull,
    leaseUntil: textOrNull,
    attempts: number,
    result: jsonOrNull,
    problem: jsonOrNull,
  },
  inCollection('auditJobs'),
);

auditJobSchema.index({ state: 1, createdAt: 1, _id: 1 }, { name: 'to_do' });
auditJobSchema.index({ personId: 1, createdAt: -1, _id: -1 }, { name: 'of_person' });
auditJobSchema.index({ kind: 1, finishedAt: 1 }, { name: 'by_kind' });
