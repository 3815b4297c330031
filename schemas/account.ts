import { Schema } from 'mongoose';
import type { OFFICE_ROLES } from '../domain/access/index.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, text, textOrNull } from './fields.ts';

/** How somebody of the team signs in. Its id is the person's: one person has at most one account. */
export interface AccountDoc {
  /** Person id. */
  readonly _id: string;
  /** Argon2id, with its parameters in the text; null until the person has set a password, or signs in elsewhere. */
  readonly passwordHash: string | null;
  /** Roles that only rights know; those of the work stand with the person. */
  readonly roles: readonly (typeof OFFICE_ROLES)[number][];
  /** `issuer` and `subject` of an identity provider. Never the e-mail: that may pass to somebody else. */
  readonly identities: readonly { readonly issuer: string; readonly subject: string }[];
  readonly createdAt: Instant;
  readonly disabledAt: Instant | null;
}

export const accountSchema = new Schema<AccountDoc>(
  {
    _id: text,
    passwordHash: textOrNull,
    roles: { type: [String], required: true },
    identities: json,
    createdAt: text,
    disabledAt: textOrNull,
  },
  inCollection('accounts'),
);

accountSchema.index(
  { 'identities.issuer': 1, 'identities.subject': 1 },
  {
    unique: true,
    name: 'one_account_per_identity',
    partialFilterExpression: { 'identities.issuer': { $exists: true } },
  },
);
accountSchema.index({ roles: 1 }, { name: 'by_office_role' });
accountSchema.index({ createdAt: 1, _id: 1 }, { name: 'in_order' });

/** Somebody is signed in. */
export interface SessionDoc {
  /** Digest of the secret in the cookie: who reads the database cannot sign in with it. */
  readonly _id: string;
  /** Shown to people, and names the session in the API. */
  readonly publicId: string;
  readonly personId: string;
  readonly createdAt: Instant;
  readonly lastSeenAt: Instant;
  readonly expiresAt: Instant;
  /** What the browser calls itself. */
  readonly agent: string;
}

export const sessionSchema = new Schema<SessionDoc>(
  {
    _id: text,
    publicId: text,
    personId: text,
    createdAt: text,
    lastSeenAt: text,
    expiresAt: text,
    agent: { type: String },
  },
  inCollection('sessions'),
);
sessionSchema.index({ personId: 1, lastSeenAt: -1 }, { name: 'of_person' });
sessionSchema.index({ publicId: 1 }, { unique: true, name: 'one_session_per_public_id' });
sessionSchema.index({ expiresAt: 1 }, { name: 'by_end' });

export const SCOPES = ['read', 'write', 'events'] as const;
export type Scope = (typeof SCOPES)[number];

/** A secret for programs, with the rights of its person and at most those of its scopes. */
export interface TokenDoc {
  readonly _id: string;
  readonly hash: string;
  readonly personId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The last four characters, to know one from another. */
  readonly ending: string;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
}

export const tokenSchema = new Schema<TokenDoc>(
  {
    _id: text,
    hash: text,
    personId: text,
    name: text,
    scopes: { type: [String], required: true },
    ending: text,
    createdAt: text,
    lastUsedAt: textOrNull,
    expiresAt: textOrNull,
    revokedAt: textOrNull,
  },
  inCollection('tokens'),
);
tokenSchema.index({ hash: 1 }, { unique: true, name: 'one_token_per_secret' });
tokenSchema.index({ personId: 1, createdAt: -1 }, { name: 'of_person' });

/** A link that works once: to become the first administrator, or to set a password. */
export interface InvitationDoc {
  /** Digest of the secret in the link. */
  readonly _id: string;
  readonly purpose: 'first administrator' | 'password';
  /** Null for the first administrator, who is not on the team yet. */
  readonly personId: string | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly usedAt: Instant | null;
}

export const invitationSchema = new Schema<InvitationDoc>(
  { _id: text, purpose: text, personId: textOrNull, createdAt: text, expiresAt: text, usedAt: textOrNull },
  inCollection('invitations'),
);
invitationSchema.index({ purpose: 1, personId: 1 }, { name: 'by_purpose' });
invitationSchema.index({ expiresAt: 1 }, { name: 'by_end' });
invitationSchema.index(
  { purpose: 1 },
  { unique: true, name: 'one_first_link', partialFilterExpression: { purpose: 'first administrator' } },
);
