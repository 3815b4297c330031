import { Schema } from 'mongoose';
import type { PlaybookVersion } from '../domain/playbook/types.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, number, text } from './fields.ts';

/** One version of a playbook. A published one is never changed: running renewals pin it. */
export interface PlaybookDoc extends PlaybookVersion {
  /** `<id>@<version>` */
  readonly _id: string;
  readonly status: 'published' | 'retired';
  readonly publishedAt: Instant;
}

export const playbookSchema = new Schema<PlaybookDoc>(
  { _id: text, id: text, version: number, digest: text, definition: json, status: text, publishedAt: text },
  inCollection('playbooks'),
);

playbookSchema.index({ id: 1, version: -1 }, { unique: true, name: 'one_playbook_version' });
playbookSchema.index({ status: 1, id: 1, version: -1 }, { name: 'published' });

export function playbookToDomain(doc: PlaybookDoc): PlaybookVersion {
  return { id: doc.id, version: doc.version, digest: doc.digest, definition: doc.definition };
}
