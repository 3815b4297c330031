import { Schema } from 'mongoose';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, jsonOrNull, number, text, textOrNull } from './fields.ts';

/** What a link is for; it is good for nothing else. */
export const LINK_PURPOSES = ['approval'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** A secret address that was given to one person or contact, for one purpose. */
export interface LinkDoc {
  /** `lnk_…`; names the link to people and in the audit log, and opens nothing. */
  readonly _id: string;
  /** Of the secret in the address: who reads the database cannot open the link. */
  readonly digest: string;
  readonly purpose: LinkPurpose;
  /** Member of the team that it was given to. */
  readonly personId: string | null;
  /** Contact of the client that it was given to. */
  readonly contactId: string | null;
  readonly clientId: string | null;
  readonly renewalId: string | null;
  readonly approvalId: string | null;
  /** Of the quote that the approval is about. */
  readonly revision: number | null;
  readonly createdAt: Instant;
  /** Person id, or `engine`. */
  readonly createdBy: string;
  /** Null: until it is revoked. */
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly revokedBy: string | null;
  /** What was done with it last. */
  readonly used: LinkUse | null;
}

export interface LinkUse {
  readonly at: Instant;
  /** Person or contact id. */
  readonly by: string;
  readonly what: 'approve' | 'reject';
}

export const linkSchema = new Schema<LinkDoc>(
  {
    _id: text,
    digest: text,
    purpose: text,
    personId: textOrNull,
    contactId: textOrNull,
    clientId: textOrNull,
    renewalId: textOrNull,
    approvalId: textOrNull,
    revision: { ...number, required: false, default: null },
    createdAt: text,
    createdBy: text,
    expiresAt: textOrNull,
    revokedAt: textOrNull,
    revokedBy: textOrNull,
    used: jsonOrNull,
  },
  inCollection('links'),
);

linkSchema.index({ digest: 1 }, { unique: true, name: 'one_link_per_secret' });
linkSchema.index({ renewalId: 1, createdAt: -1 }, { name: 'of_renewal' });
linkSchema.index({ purpose: 1, personId: 1 }, { name: 'of_person' });
linkSchema.index({ expiresAt: 1 }, { name: 'by_end', partialFilterExpression: { expiresAt: { $type: 'string' } } });
