import { trusted } from 'mongoose';
import { PerennialError } from '../../domain/errors/index.ts';
import { addMs, MS_PER_DAY, MS_PER_HOUR, toMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { AccountDoc, SessionDoc } from '../../schemas/account.ts';
import type { Database } from '../../schemas/connection.ts';
import { textKey } from '../../schemas/keys.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { appendAudit, NOBODY, recordAudit } from '../audit/append.ts';
import { audited } from './doer.ts';
import type { Doer } from './doer.ts';
import { checkPassword, hashPassword, isPassword } from './passwords.ts';
import { digestOfSecret, newSecret, publicId } from './secrets.ts';
import { countAttempt, forgive } from './throttle.ts';

/** Nobody stays signed in longer than a working week, or over a night away. */
const SESSION_MS = 5 * MS_PER_DAY;
export const IDLE_MS = 12 * MS_PER_HOUR;

export interface SignedIn {
  /** For the cookie; kept nowhere. */
  readonly secret: string;
  readonly session: SessionDoc;
}

/** Where a request comes from. */
export interface Origin {
  readonly agent: string;
  readonly address: string;
}

export interface SignIn extends Origin {
  readonly email: string;
  readonly password: string;
}

/**
 * A new session for somebody whose e-mail and password fit. Throws `access.sign_in` whatever is wrong, in the same time
 * and after the same steps, and `access.sign_in_slow` after too many failures.
 */
export async function signIn(db: Database, wish: SignIn, now: Instant): Promise<SignedIn> {
  const { email, password, agent, address } = wish;
  await countAttempt(db, wish, now);
  const person = await db.people.findOne({ emailKey: textKey(email) }).lean<PersonDoc>();
  const account = await db.accounts.findOne({ _id: person?._id ?? '' }).lean<AccountDoc>();
  const fits = await isPassword(account?.passwordHash ?? null, password);
  if (account === null || person === null || !person.active || account.disabledAt !== null || !fits) {
    // What was typed stands nowhere: people type passwords into the wrong field.
    const target = person === null ? {} : { target: { kind: 'person', id: person._id } };
    await recordAudit(db, { at: now, name: 'sign-in failed', actor: NOBODY, ...target, personal: { address, agent } });
    throw PerennialError.of('access.sign_in');
  }
  await forgive(db, wish);
  return openSession(db, person._id, { agent, address }, 'password', now);
}

/** Each signing in makes a new session with a new secret: one that was slipped in before is worth nothing. */
export async function openSession(
  db: Database,
  personId: string,
  { agent, address }: Origin,
  how: 'password' | 'link' | 'oidc',
  now: Instant,
): Promise<SignedIn> {
  const secret = newSecret();
  const session: SessionDoc = {
    _id: digestOfSecret(secret),
    publicId: publicId('ses'),
    personId,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: addMs(now, SESSION_MS),
    agent: agent.slice(0, 200),
  };
  await db.sessions.insertMany([session]);
  const doer = { personId, address };
  await recordAudit(db, audited(doer, 'signed in', { detail: { session: session.publicId, how } }, now));
  return { secret, session };
}

/** Whether a session still counts: neither over nor left alone for too long. */
export function isLive({ expiresAt, lastSeenAt }: SessionDoc, now: Instant): boolean {
  return expiresAt > now && toMs(now) - toMs(lastSeenAt) <= IDLE_MS;
}

export async function closeSession(db: Database, secret: string, doer: Doer, now: Instant): Promise<void> {
  await db.transaction(async (session) => {
    const filter = { _id: digestOfSecret(secret), personId: doer.personId };
    const closed = await db.sessions.findOneAndDelete(filter, { session }).lean<SessionDoc>();
    if (closed === null) return;
    const about = { detail: { session: closed.publicId } };
    await appendAudit(db, session, [audited(doer, 'signed out', about, now)]);
  });
}

export async function sessionsOf(db: Database, personId: string, now: Instant): Promise<readonly SessionDoc[]> {
  const found = await db.sessions
    .find({ personId, expiresAt: trusted({ $gt: now }) })
    .sort({ lastSeenAt: -1 })
    .limit(100)
    .lean<SessionDoc[]>();
  return found.filter((session) => isLive(session, now));
}

/** Ends one session of a person by its public id; false where there is none. */
export async function endSession(
  db: Database,
  personId: string,
  id: string,
  doer: Doer,
  now: Instant,
): Promise<boolean> {
  return db.transaction(async (session) => {
    const { deletedCount } = await db.sessions.deleteOne({ personId, publicId: id }, { session });
    if (deletedCount === 0) return false;
    const about = { target: { kind: 'person', id: personId }, detail: { session: id } };
    await appendAudit(db, session, [audited(doer, 'session ended', about, now)]);
    return true;
  });
}

/** Ends all sessions of a person. */
export async function endSessions(db: Database, personId: string, doer: Doer, now: Instant): Promise<number> {
  return db.transaction(async (session) => {
    const { deletedCount } = await db.sessions.deleteMany({ personId }, { session });
    const about = { target: { kind: 'person', id: personId }, detail: { sessions: deletedCount } };
    await appendAudit(db, session, [audited(doer, 'sessions ended', about, now)]);
    return deletedCount;
  });
}

export interface PasswordChange {
  readonly current: string;
  readonly next: string;
  /** Public id of the session that goes on; all others end. */
  readonly sessionId: string;
}

/**
 * A person's own new password. Whoever has got at another session is out with it. Throws `account.password_wrong`,
 * `account.password_short`, `account.password_common` and `access.sign_in_slow`: a session left open is no way to guess.
 */
export async function changePassword(
  db: Database,
  { current, next, sessionId }: PasswordChange,
  doer: Doer,
  now: Instant,
): Promise<void> {
  const { personId, address } = doer;
  const person = await db.people.findOne({ _id: personId }).lean<PersonDoc>();
  const account = await db.accounts.findOne({ _id: personId }).lean<AccountDoc>();
  if (person === null || account === null) throw PerennialError.of('access.unauthenticated');
  checkPassword(next, person, 'next');
  const attempt = { email: person.email, address };
  await countAttempt(db, attempt, now);
  if (!(await isPassword(account.passwordHash, current))) {
    await recordAudit(db, audited(doer, 'sign-in failed', { target: { kind: 'person', id: personId } }, now));
    throw PerennialError.of('account.password_wrong', {}, { field: 'current' });
  }
  await forgive(db, attempt);
  const passwordHash = await hashPassword(next);
  await db.transaction(async (session) => {
    const { matchedCount } = await db.accounts.updateOne(
      // Of two changes at once the second one has not known the password that holds by then.
      { _id: personId, passwordHash: account.passwordHash },
      { $set: { passwordHash } },
      { session },
    );
    if (matchedCount === 0) throw PerennialError.of('account.password_wrong', {}, { field: 'current' });
    await db.sessions.deleteMany({ personId, publicId: trusted({ $ne: sessionId }) }, { session });
    await db.invitations.deleteMany({ personId }, { session });
    await appendAudit(db, session, [audited(doer, 'password changed', {}, now)]);
  });
}
