import { Schema } from 'mongoose';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, jsonOrNull, text } from './fields.ts';

/** One request that its sender named, and the answer it got. Kept for two days. */
export interface RequestDoc {
  /** `<person>/<key>` */
  readonly _id: string;
  /** Digest of method, path and body: the same key for something else is refused. */
  readonly digest: string;
  readonly state: 'running' | 'done';
  /** Whose attempt it is; another may take it over when this one has died. */
  readonly attempt: string;
  readonly begunAt: Instant;
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  } | null;
}

export const requestSchema = new Schema<RequestDoc>(
  { _id: text, digest: text, state: text, attempt: text, begunAt: text, answer: jsonOrNull },
  inCollection('requests'),
);
requestSchema.index({ begunAt: 1 }, { name: 'by_begin' });
