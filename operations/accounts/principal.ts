import { trusted } from 'mongoose';
import { rightsOf } from '../../domain/access/index.ts';
import type { AccessRole, Rights } from '../../domain/access/index.ts';
import type { Person } from '../../domain/people/types.ts';
import { toMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { AccountDoc, Scope, SessionDoc, TokenDoc } from '../../schemas/account.ts';
import type { Database } from '../../schemas/connection.ts';
import { personToDomain } from '../../schemas/person.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { standsFor } from '../absences/current.ts';
import { digestOfSecret } from './secrets.ts';
import { isLive } from './sessions.ts';

/** Who makes a request, worked out anew for each: a right that is taken away is gone with the next one. */
export interface Principal {
  readonly person: Person;
  readonly roles: readonly AccessRole[];
  readonly rights: Rights;
  /** Colleagues who are away and whose work is this person's meanwhile. */
  readonly standsFor: readonly string[];
  /** What the request came with. */
  readonly by: { readonly kind: 'session'; readonly id: string } | { readonly kind: 'token'; readonly id: string };
  /** A token may do at most this; a session everything. */
  readonly scopes: readonly Scope[] | null;
}

/** How often `lastSeenAt` and `lastUsedAt` are written: a day's work is no reason for a write each second. */
const SEEN_EVERY_MS = 60_000;

/** The person behind a session's secret; undefined where there is none, or it may not act any more. */
export async function principalOfSession(db: Database, secret: string, now: Instant): Promise<Principal | undefined> {
  const session = await db.sessions.findOne({ _id: digestOfSecret(secret) }).lean<SessionDoc>();
  if (session === null || !isLive(session, now)) return undefined;
  const principal = await principalOf(db, session.personId, { kind: 'session', id: session.publicId }, null, now);
  if (principal !== undefined && isOld(session.lastSeenAt, now)) {
    await db.sessions.updateOne({ _id: session._id }, { $set: { lastSeenAt: now } });
  }
  return principal;
}

export async function principalOfToken(db: Database, secret: string, now: Instant): Promise<Principal | undefined> {
  const token = await db.tokens.findOne({ hash: digestOfSecret(secret) }).lean<TokenDoc>();
  if (token === null || token.revokedAt !== null) return undefined;
  if (token.expiresAt !== null && token.expiresAt <= now) return undefined;
  const principal = await principalOf(db, token.personId, { kind: 'token', id: token._id }, token.scopes, now);
  if (principal !== undefined && (token.lastUsedAt === null || isOld(token.lastUsedAt, now))) {
    await db.tokens.updateOne({ _id: token._id }, { $set: { lastUsedAt: now } });
  }
  return principal;
}

/** The same caller once more, for what lasts longer than a request; undefined where it may not act any more. */
export async function principalAgain(db: Database, by: Principal['by'], now: Instant): Promise<Principal | undefined> {
  if (by.kind === 'session') {
    const session = await db.sessions.findOne({ publicId: by.id }).lean<SessionDoc>();
    return session === null || !isLive(session, now) ? undefined : principalOf(db, session.personId, by, null, now);
  }
  const token = await db.tokens.findOne({ _id: by.id }).lean<TokenDoc>();
  if (token === null || token.revokedAt !== null) return undefined;
  if (token.expiresAt !== null && token.expiresAt <= now) return undefined;
  return principalOf(db, token.personId, by, token.scopes, now);
}

/** A person without a caller: whose rights work goes by that was asked for and is done later. */
export async function principalOfPerson(db: Database, personId: string, now: Instant): Promise<Principal | undefined> {
  return principalOf(db, personId, { kind: 'session', id: '' }, null, now);
}

/** Undefined where the person has left or the account is disabled. */
async function principalOf(
  db: Database,
  personId: string,
  by: Principal['by'],
  scopes: Principal['scopes'],
  now: Instant,
): Promise<Principal | undefined> {
  const [doc, account, away] = await Promise.all([
    db.people.findOne({ _id: personId }).lean<PersonDoc>(),
    db.accounts.findOne({ _id: personId }).lean<AccountDoc>(),
    standsFor(db, personId, now),
  ]);
  if (doc === null || !doc.active || account === null || account.disabledAt !== null) return undefined;
  const person = personToDomain(doc);
  const roles: readonly AccessRole[] = [...person.roles, ...account.roles];
  const below = await Promise.all([personId, ...away].map((id) => peopleBelow(db, id)));
  // Never the person itself: a superior's substitute does not become the own superior.
  const owners = [...new Set([...below.flat(), ...away])].filter((id) => id !== personId);
  return { person, roles, rights: rightsOf({ personId, roles, owners, standsFor: away }), standsFor: away, by, scopes };
}

/** Ids of everybody below a person in the tree, at any depth. A circle in the data ends where it began. */
export async function peopleBelow(db: Pick<Database, 'people'>, personId: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (let level: readonly string[] = [personId]; level.length > 0;) {
    const next = await db.people
      .find({ manager: trusted({ $in: level }) }, { _id: 1 })
      .lean<Pick<PersonDoc, '_id'>[]>();
    level = next.map(({ _id }) => _id).filter((id) => id !== personId && !found.has(id));
    for (const id of level) found.add(id);
  }
  return [...found];
}

function isOld(seen: Instant, now: Instant): boolean {
  return toMs(now) - toMs(seen) > SEEN_EVERY_MS;
}
