import { trusted } from 'mongoose';
import { parseApprovalId } from '../../domain/renewal/quote.ts';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { AccountDoc } from '../../schemas/account.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { Database } from '../../schemas/connection.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { KeyRing } from '../temporal/key-ring.ts';
import { newLink } from './links.ts';
import type { MadeLink } from './links.ts';
import { knownPublicUrl } from './public-url.ts';

const APPROVAL_LINK_MS = 14 * MS_PER_DAY;

export function decideUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/decide/${token}`;
}

/** A link by which one person decides one approval on one revision of its quote. */
export function approvalLink(
  ring: KeyRing,
  { _id, renewalId, clientId, quote }: Pick<ApprovalDoc, '_id' | 'renewalId' | 'clientId' | 'quote'>,
  personId: string,
  createdBy: string,
  now: Instant,
  name?: string,
): MadeLink {
  const bound = {
    purpose: 'approval' as const,
    personId,
    contactId: null,
    clientId,
    renewalId,
    approvalId: _id,
    revision: quote.revision,
    expiresAt: addMs(now, APPROVAL_LINK_MS),
  };
  return newLink(ring, bound, createdBy, now, name);
}

/**
 * The link in a mail that asks somebody to decide; null where there is no page to lead to, or the reader could not sign
 * in to it. A mail that is written again has the same link.
 */
export async function linkInMail(
  db: Pick<Database, 'settings' | 'accounts' | 'approvals' | 'links'>,
  ring: KeyRing,
  { _id, recipient, context, plannedAt }: Pick<SendDoc, '_id' | 'recipient' | 'context' | 'plannedAt'>,
): Promise<string | null> {
  const { approvalId } = context;
  if (recipient.kind !== 'person' || typeof approvalId !== 'string') return null;
  if (parseApprovalId(approvalId) === undefined) return null;
  const { personId } = recipient;
  const [url, account, approval] = await Promise.all([
    knownPublicUrl(db),
    db.accounts.findOne({ _id: personId }, { disabledAt: 1 }).lean<Pick<AccountDoc, 'disabledAt'>>(),
    db.approvals.findOne({ _id: approvalId }).lean<ApprovalDoc>(),
  ]);
  if (url === null || approval === null || account === null || account.disabledAt !== null) return null;
  const { token, link } = approvalLink(ring, approval, personId, 'engine', plannedAt, _id);
  const { digest, ...fields } = link;
  await db.links.updateOne({ digest }, { $setOnInsert: fields }, { upsert: true });
  return decideUrl(url, token);
}

/** The newest request of a renewal that waits for one of these people. */
export async function waitingFor(
  db: Pick<Database, 'approvals'>,
  renewalId: string,
  personIds: readonly string[],
): Promise<ApprovalDoc | null> {
  return db.approvals
    .findOne({ renewalId, status: 'waiting', people: trusted({ $in: [...personIds] }) })
    .sort({ askedAt: -1 })
    .lean<ApprovalDoc>();
}
