import { Schema } from 'mongoose';
import type { Verification } from '../domain/events/index.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, number, text, textOrNull } from './fields.ts';

/** A secret of a source. Two hold at once while one takes over from the other. */
export interface SourceSecret {
  readonly id: string;
  /** Encrypted with the key ring: it is needed in the clear to check signatures. */
  readonly sealed: string;
  readonly createdAt: Instant;
  /** Until when it holds, where another has taken over; null for the current one. */
  readonly endsAt: Instant | null;
}

/** A system that sends us what happens there. */
export interface SourceDoc {
  readonly _id: string;
  readonly name: string;
  readonly verification: Verification;
  /** Id of a mapping that comes with Perennial; `custom` for one of its own. */
  readonly mapping: string;
  /** The own mapping, as it was written. */
  readonly mappingText: string | null;
  readonly secrets: readonly SourceSecret[];
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly updatedAt: Instant;
  readonly disabledAt: Instant | null;
  readonly counts: { readonly accepted: number; readonly duplicates: number; readonly refused: number };
  readonly lastReceivedAt: Instant | null;
  readonly lastRefusedAt: Instant | null;
  /** Code of the last refusal. */
  readonly lastRefusal: string | null;
}

export const sourceSchema = new Schema<SourceDoc>(
  {
    _id: text,
    name: text,
    verification: text,
    mapping: text,
    mappingText: textOrNull,
    secrets: json,
    createdAt: text,
    createdBy: text,
    updatedAt: text,
    disabledAt: textOrNull,
    counts: json,
    lastReceivedAt: textOrNull,
    lastRefusedAt: textOrNull,
    lastRefusal: textOrNull,
  },
  inCollection('sources'),
);
sourceSchema.index({ name: 1, _id: 1 }, { name: 'by_name' });

/** Which contract a record of a source is about: many systems send nothing but their own ids. */
export interface SourceLinkDoc {
  /** `<source>/<reference>` */
  readonly _id: string;
  readonly source: string;
  readonly reference: string;
  readonly contractId: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** How often it was set. */
  readonly revision: number;
}

export const sourceLinkSchema = new Schema<SourceLinkDoc>(
  { _id: text, source: text, reference: text, contractId: text, createdAt: text, createdBy: text, revision: number },
  inCollection('sourceLinks'),
);
sourceLinkSchema.index({ source: 1, reference: 1 }, { name: 'by_source' });
sourceLinkSchema.index({ contractId: 1 }, { name: 'by_contract' });
