import { Schema } from 'mongoose';
import type { ApprovalLadder, MailTemplate, SavePlanSet } from '../domain/playbook/types.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, number, text } from './fields.ts';

/** The versioned documents that playbooks name, by kind. */
export interface DocumentContent {
  readonly ladder: ApprovalLadder;
  readonly savePlans: SavePlanSet;
  readonly template: MailTemplate;
}
export type DocumentKind = keyof DocumentContent;

/** One version of a document; never changed once written. */
export interface DocumentDoc<K extends DocumentKind = DocumentKind> {
  /** `<kind>/<id>@<version>` */
  readonly _id: string;
  readonly kind: K;
  readonly id: string;
  readonly version: number;
  /** SHA-256 over the canonical JSON of the content. */
  readonly digest: string;
  readonly content: DocumentContent[K];
  readonly publishedAt: Instant;
}

export const documentSchema = new Schema<DocumentDoc>(
  { _id: text, kind: text, id: text, version: number, digest: text, content: json, publishedAt: text },
  inCollection('documents'),
);

documentSchema.index({ kind: 1, id: 1, version: -1 }, { unique: true, name: 'one_document_version' });
