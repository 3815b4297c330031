import { trusted } from 'mongoose';
import { PerennialError } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { LinkDoc, LinkPurpose, LinkUse } from '../../schemas/link.ts';
import { audited } from '../accounts/doer.ts';
import type { Doer } from '../accounts/doer.ts';
import { digestOfSecret } from '../accounts/secrets.ts';
import { appendAudit } from '../audit/append.ts';
import type { KeyRing } from '../temporal/key-ring.ts';
import { isSigned, signedToken, TOKEN } from './signed-token.ts';
import type { Bound } from './signed-token.ts';

export { LINK_PURPOSES } from '../../schemas/link.ts';

const SHOWN = 200;

export interface MadeLink {
  /** For the address; kept nowhere. */
  readonly token: string;
  readonly link: LinkDoc;
}

/**
 * The secret and the row of a link, not stored yet.
 *
 * @param name what makes the secret, where the same link is to come out each time
 */
export function newLink(
  ring: KeyRing,
  bound: Bound & Pick<LinkDoc, 'clientId'>,
  createdBy: string,
  createdAt: Instant,
  name?: string,
): MadeLink {
  const token = signedToken(ring, bound, name);
  const digest = digestOfSecret(token);
  const { purpose, personId, contactId, clientId, renewalId, approvalId, revision, expiresAt } = bound;
  const link: LinkDoc = {
    _id: `lnk_${digest.slice(0, 16)}`,
    digest,
    purpose,
    personId,
    contactId,
    clientId,
    renewalId,
    approvalId,
    revision,
    createdAt,
    createdBy,
    expiresAt,
    revokedAt: null,
    revokedBy: null,
    used: null,
  };
  return { token, link };
}

/** Stores a link that a person has made, and notes it. */
export async function storeLink(db: Database, { link }: MadeLink, doer: Doer): Promise<void> {
  const { _id, purpose, renewalId, contactId, expiresAt } = link;
  const detail = { link: _id, purpose, renewalId, contactId, expiresAt };
  const target = link.personId === null ? {} : { target: { kind: 'person', id: link.personId } };
  await db.transaction(async (session) => {
    await db.links.create([link], { session });
    await appendAudit(db, session, [audited(doer, 'link made', { ...target, detail }, link.createdAt)]);
  });
}

/** What holds a link back from doing anything; null where nothing does. */
export type LinkEnd = 'expired' | 'revoked';

export interface ReadLink {
  readonly link: LinkDoc;
  readonly end: LinkEnd | null;
}

/**
 * The link behind an address. Reading changes nothing, however often. Throws `link.invalid` for what never was one, was
 * shortened or changed on the way, or is for something else.
 */
export async function readLink(
  db: Pick<Database, 'links'>,
  ring: KeyRing,
  purpose: LinkPurpose,
  token: string,
  now: Instant,
): Promise<ReadLink> {
  const link = TOKEN.test(token)
    ? await db.links.findOne({ digest: digestOfSecret(token), purpose }).lean<LinkDoc>()
    : null;
  if (link === null) throw PerennialError.of('link.invalid');
  if (link.revokedAt !== null) return { link, end: 'revoked' };
  const isOver = link.expiresAt !== null && link.expiresAt <= now;
  // A key that has left the ring vouches for nothing any more.
  return { link, end: isOver || !isSigned(ring, token, link) ? 'expired' : null };
}

/** Throws what holds a link back. */
export function refuseEnded({ link, end }: ReadLink): LinkDoc {
  if (end !== null) throw PerennialError.of(end === 'revoked' ? 'link.revoked' : 'link.expired');
  return link;
}

/** What was given out for a renewal, the latest first. */
export async function linksOf(db: Pick<Database, 'links'>, renewalId: string): Promise<readonly LinkDoc[]> {
  return db.links.find({ renewalId }).sort({ createdAt: -1 }).limit(SHOWN).lean<LinkDoc[]>();
}

/** Notes on the link what was done with it; the fact itself stands in the renewal's history. */
export async function noteUse(db: Pick<Database, 'links'>, id: string, used: LinkUse): Promise<void> {
  await db.links.updateOne({ _id: id }, { $set: { used } });
}

/** False where there is no such link under the filter. Revoked twice it is revoked once. */
export async function revokeLinks(
  db: Database,
  filter: Partial<Pick<LinkDoc, '_id' | 'renewalId' | 'personId' | 'purpose'>>,
  doer: Doer,
  now: Instant,
): Promise<boolean> {
  return db.transaction(async (session) => {
    const found = await db.links.find({ ...filter }, null, { session }).lean<LinkDoc[]>();
    const live = found.filter(({ revokedAt }) => revokedAt === null);
    const ids = live.map(({ _id }) => _id);
    if (ids.length > 0) {
      const revoked = { revokedAt: now, revokedBy: doer.personId };
      await db.links.updateMany({ _id: trusted({ $in: ids }) }, { $set: revoked }, { session });
      const notes = live.map(({ _id, purpose, renewalId }) =>
        audited(doer, 'link revoked', { detail: { link: _id, purpose, renewalId } }, now),
      );
      await appendAudit(db, session, notes);
    }
    return found.length > 0;
  });
}
