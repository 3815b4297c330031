import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { PerennialError } from '../../domain/errors/index.ts';
import { addMs, MS_PER_MINUTE } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { AccountDoc } from '../../schemas/account.ts';
import type { Database } from '../../schemas/connection.ts';
import type { OidcFlowDoc } from '../../schemas/oidc-flow.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { refusedBy } from '../../schemas/transaction.ts';
import { appendAudit, NOBODY, recordAudit } from '../audit/append.ts';
import { audited } from './doer.ts';
import { readByDigest, takeInvitation } from './invitations.ts';
import type { Identity, IdentityProvider } from './oidc.ts';
import { digestOfSecret, newSecret } from './secrets.ts';
import { openSession } from './sessions.ts';
import type { Origin, SignedIn } from './sessions.ts';

/** How long somebody may be at the provider. */
export const JOURNEY_MS = 10 * MS_PER_MINUTE;

/** With what somebody sets out: an invitation, or a session to link the identity to. */
export interface Departure {
  readonly invitation: string | null;
  readonly personId: string | null;
}

/**
 * Sends somebody to the identity provider. The secret goes into a cookie of the browser: what comes back counts in that
 * browser only, once. Throws `account.link` for an invitation that does not hold, and as {@link IdentityProvider}.
 */
export async function setOut(
  db: Database,
  provider: IdentityProvider,
  redirectUri: string,
  { invitation, personId }: Departure,
  now: Instant,
): Promise<{ readonly url: string; readonly secret: string }> {
  if (invitation !== null) await readByDigest(db, digestOfSecret(invitation), now);
  const { url, journey } = await provider.begin(redirectUri);
  const secret = newSecret();
  const doc: OidcFlowDoc = {
    _id: digestOfSecret(secret),
    ...journey,
    expiresAt: addMs(now, JOURNEY_MS),
    personId,
    invitation: invitation === null ? null : digestOfSecret(invitation),
  };
  await db.oidcFlows.insertMany([doc]);
  return { url, secret };
}

export interface Arrival extends Origin {
  /** From the browser's cookie. */
  readonly secret: string;
  /** The address that the browser came back to. */
  readonly answer: URL;
  /** Who is signed in in this browser now. */
  readonly signedIn: string | null;
}

/**
 * Takes what comes back from the provider: signs in who is known by the identity, or links it for the first time where
 * somebody came with an invitation or was signed in. Throws `access.oidc`, `access.oidc_away`, `access.identity`,
 * `account.identity_taken` and `account.link`.
 *
 * @returns the new session; null where the identity was linked for somebody who has one
 */
export async function arrive(
  db: Database,
  provider: IdentityProvider,
  { secret, answer, signedIn, ...origin }: Arrival,
  now: Instant,
): Promise<SignedIn | null> {
  // Taken away before anything is asked: the same answer never counts twice.
  const flow = await db.oidcFlows.findOneAndDelete({ _id: digestOfSecret(secret) }).lean<OidcFlowDoc>();
  if (flow === null || flow.expiresAt <= now) throw PerennialError.of('access.oidc', { reason: 'expired' });
  const identity = await provider.finish(answer, flow);
  const owner = await ownerOf(db, identity);
  if (flow.personId !== null) {
    // Who set out must still be the one who sits here.
    if (flow.personId !== signedIn) throw PerennialError.of('access.oidc', { reason: 'session' });
    await linkTo(db, flow.personId, identity, origin, now);
    return null;
  }
  if (owner === null && flow.invitation !== null) {
    const personId = await linkByInvitation(db, flow.invitation, identity, origin, now);
    return openSession(db, personId, origin, 'oidc', now);
  }
  const person = owner && (await db.people.findOne({ _id: owner._id }).lean<PersonDoc>());
  if (owner === null || person === null || !person.active || owner.disabledAt !== null) {
    const { address, agent } = origin;
    const target = owner === null ? {} : { target: { kind: 'person', id: owner._id } };
    await recordAudit(db, { at: now, name: 'sign-in failed', actor: NOBODY, ...target, personal: { address, agent } });
    throw PerennialError.of('access.identity');
  }
  return openSession(db, owner._id, origin, 'oidc', now);
}

async function ownerOf(db: Database, identity: Identity): Promise<AccountDoc | null> {
  return db.accounts.findOne({ identities: trusted({ $elemMatch: { ...identity } }) }).lean<AccountDoc>();
}

async function linkTo(
  db: Database,
  personId: string,
  identity: Identity,
  { address }: Origin,
  now: Instant,
): Promise<void> {
  await db.transaction(async (session) => {
    await addIdentity(db, session, personId, identity);
    const about = { detail: { issuer: identity.issuer } };
    await appendAudit(db, session, [audited({ personId, address }, 'identity linked', about, now)]);
  });
}

async function linkByInvitation(
  db: Database,
  digest: string,
  identity: Identity,
  { address }: Origin,
  now: Instant,
): Promise<string> {
  const invitation = await readByDigest(db, digest, now);
  return db.transaction(async (session) => {
    const personId = await takeInvitation(db, session, invitation, null, now);
    await addIdentity(db, session, personId, identity);
    await db.sessions.deleteMany({ personId }, { session });
    const doer = { personId, address };
    await appendAudit(db, session, [
      audited(doer, 'link used', { detail: { purpose: invitation.purpose } }, now),
      audited(doer, 'identity linked', { detail: { issuer: identity.issuer } }, now),
    ]);
    return personId;
  });
}

async function addIdentity(db: Database, session: ClientSession, personId: string, identity: Identity): Promise<void> {
  // Looked at within the transaction: a duplicate key would only be tried again.
  const other = await db.accounts
    .findOne({ identities: trusted({ $elemMatch: { ...identity } }) }, { _id: 1 }, { session })
    .lean<Pick<AccountDoc, '_id'>>();
  if (other !== null && other._id !== personId) throw PerennialError.of('account.identity_taken');
  if (other !== null) return;
  try {
    await db.accounts.updateOne({ _id: personId }, { $push: { identities: { ...identity } } }, { session });
  } catch (error) {
    if (refusedBy(error) === 'one_account_per_identity') throw PerennialError.of('account.identity_taken');
    throw error;
  }
}
