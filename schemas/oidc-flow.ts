import { Schema } from 'mongoose';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, text, textOrNull } from './fields.ts';

/** Somebody is on the way to the identity provider and back. Lives for minutes, and serves once. */
export interface OidcFlowDoc {
  /** Digest of the secret in the browser's cookie: what comes back counts only in the browser that went. */
  readonly _id: string;
  readonly state: string;
  readonly nonce: string;
  /** The verifier of PKCE. */
  readonly verifier: string;
  readonly expiresAt: Instant;
  /** Who was signed in and wants to link an identity. */
  readonly personId: string | null;
  /** Digest of the invitation that the person came with. */
  readonly invitation: string | null;
}

export const oidcFlowSchema = new Schema<OidcFlowDoc>(
  {
    _id: text,
    state: text,
    nonce: text,
    verifier: text,
    expiresAt: text,
    personId: textOrNull,
    invitation: textOrNull,
  },
  inCollection('oidcFlows'),
);
oidcFlowSchema.index({ expiresAt: 1 }, { name: 'by_end' });
