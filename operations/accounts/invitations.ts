import type { ClientSession } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { OFFICE_ROLES } from '../../domain/access/index.ts';
import type { Locale } from '../../domain/text.ts';
import { addMs, MS_PER_DAY, MS_PER_HOUR } from '../../domain/time/index.ts';
import type { Instant, ZoneId } from '../../domain/time/index.ts';
import type { AccountDoc, InvitationDoc } from '../../schemas/account.ts';
import type { Database } from '../../schemas/connection.ts';
import { newId, textKey } from '../../schemas/keys.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { appendAudit } from '../audit/append.ts';
import type { AuditEvent } from '../audit/append.ts';
import { administrators, oneAtATime } from './administrators.ts';
import { audited } from './doer.ts';
import type { Doer } from './doer.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { digestOfSecret, newSecret } from './secrets.ts';

type OfficeRole = (typeof OFFICE_ROLES)[number];

const FIRST_LINK_MS = MS_PER_HOUR * 24;
const LINK_MS = 3 * MS_PER_DAY;

/** True while no administrator can sign in: then the first one is made by a link that the start prints. */
export async function needsFirstAdministrator(db: Database): Promise<boolean> {
  return (await administrators(db)).length === 0;
}

/** A link secret for the first administrator. A newer one ends those before it. */
export async function inviteFirstAdministrator(db: Database, now: Instant): Promise<string> {
  return invite(db, { purpose: 'first administrator', personId: null }, FIRST_LINK_MS, now, []);
}

/**
 * The link by which the first administrator comes in, for the start to print; null where there is one. The secret
 * stands behind `#`: browsers send that to nobody, and no log has it.
 *
 * @param publicUrl without a slash at the end
 */
export async function firstLink(db: Database, publicUrl: string, now: Instant): Promise<string | null> {
  return (await needsFirstAdministrator(db)) ? linkOf(publicUrl, await inviteFirstAdministrator(db, now)) : null;
}

/** The address of the page that takes an invitation. */
export function linkOf(publicUrl: string, secret: string): string {
  return `${publicUrl}/invitation#${secret}`;
}

export interface NewAccount {
  readonly personId: string;
  readonly roles: readonly OfficeRole[];
}

/**
 * An account for a member of the team, and the secret of the link by which that person sets a password. Throws
 * `store.person_missing`, `account.person_inactive` and `account.exists`.
 */
export async function createAccount(
  db: Database,
  { personId, roles }: NewAccount,
  doer: Doer,
  now: Instant,
): Promise<string> {
  const person = await db.people.findOne({ _id: personId }).lean<PersonDoc>();
  if (person === null) throw PerennialError.of('store.person_missing', { who: excerpt(personId), hint: '' });
  if (!person.active) throw PerennialError.of('account.person_inactive', { email: person.email });
  const target = { kind: 'person', id: personId };
  await db.transaction(async (session) => {
    if ((await db.accounts.exists({ _id: personId }).session(session)) !== null) {
      throw PerennialError.of('account.exists', { email: person.email });
    }
    await db.accounts.create([accountOf(personId, roles, null, now)], { session });
    await appendAudit(db, session, [audited(doer, 'account made', { target, detail: { roles: [...roles] } }, now)]);
  });
  return invitePassword(db, personId, doer, now);
}

/**
 * A fresh link for a person who has an account; a newer one ends those before it. Throws `account.disabled` where it
 * would open nothing.
 */
export async function invitePassword(db: Database, personId: string, doer: Doer, now: Instant): Promise<string> {
  const [person, account] = await Promise.all([
    db.people.findOne({ _id: personId }).lean<PersonDoc>(),
    db.accounts.findOne({ _id: personId }).lean<AccountDoc>(),
  ]);
  if (person !== null && (!person.active || account?.disabledAt != null)) {
    throw PerennialError.of('account.disabled', { email: person.email });
  }
  const note = audited(doer, 'link made', { target: { kind: 'person', id: personId } }, now);
  return invite(db, { purpose: 'password', personId }, LINK_MS, now, [note]);
}

async function invite(
  db: Database,
  what: Pick<InvitationDoc, 'purpose' | 'personId'>,
  millis: number,
  now: Instant,
  notes: readonly AuditEvent[],
): Promise<string> {
  const secret = newSecret();
  const _id = digestOfSecret(secret);
  const doc: InvitationDoc = { _id, ...what, createdAt: now, expiresAt: addMs(now, millis), usedAt: null };
  // Of two starts at once the later one's link holds: there is never more than one.
  await db.transaction(async (session) => {
    await db.invitations.deleteMany({ ...what }, { session });
    await db.invitations.create([doc], { session });
    await appendAudit(db, session, notes);
  });
  return secret;
}

/** What a link is for, without using it up: opening it changes nothing. Throws `account.link`. */
export async function readInvitation(db: Database, secret: string, now: Instant): Promise<InvitationDoc> {
  return readByDigest(db, digestOfSecret(secret), now);
}

/** As {@link readInvitation}, for who keeps the digest of the secret only. */
export async function readByDigest(db: Database, digest: string, now: Instant): Promise<InvitationDoc> {
  const found = await db.invitations.findOne({ _id: digest }).lean<InvitationDoc>();
  if (found === null || found.usedAt !== null || found.expiresAt <= now) throw PerennialError.of('account.link');
  return found;
}

export interface FirstAdministrator {
  readonly name: string;
  readonly email: string;
  readonly locale: Locale;
  readonly zone: ZoneId;
}

/**
 * Uses a link up and sets the password; for the first administrator also the member of the team and the account. All
 * in one transaction: a link that failed half-way still works. All earlier sessions of the person end.
 * Throws `account.link`, `account.password_short`, `account.password_common`.
 *
 * @param first who the first administrator is; ignored for other links
 */
export async function acceptInvitation(
  db: Database,
  secret: string,
  password: string,
  first: FirstAdministrator | null,
  address: string,
  now: Instant,
): Promise<string> {
  const invitation = await readInvitation(db, secret, now);
  const isFirst = invitation.purpose === 'first administrator';
  if (isFirst && first === null)
    throw PerennialError.of('field.absent', { field: 'administrator' }, { field: 'administrator' });
  const known = isFirst ? first : await db.people.findOne({ _id: invitation.personId ?? '' }).lean<PersonDoc>();
  if (known === null) throw PerennialError.of('account.link');
  checkPassword(password, known);
  const passwordHash = await hashPassword(password);
  return db.transaction(async (session) => {
    const personId = await takeInvitation(db, session, invitation, first, now);
    const { matchedCount } = await db.accounts.updateOne({ _id: personId }, { $set: { passwordHash } }, { session });
    if (matchedCount === 0) throw PerennialError.of('account.link');
    await db.sessions.deleteMany({ personId }, { session });
    const about = { detail: { purpose: invitation.purpose } };
    await appendAudit(db, session, [audited({ personId, address }, 'link used', about, now)]);
    return personId;
  });
}

/**
 * Uses a link up within a transaction, and makes the first administrator where it is for one. Throws `account.link`
 * where another was quicker, the account is disabled, or there is an administrator by now.
 *
 * @returns person id
 */
export async function takeInvitation(
  db: Database,
  session: ClientSession,
  { _id, purpose, personId }: InvitationDoc,
  first: FirstAdministrator | null,
  now: Instant,
): Promise<string> {
  const { modifiedCount } = await db.invitations.updateOne(
    { _id, usedAt: null },
    { $set: { usedAt: now } },
    { session },
  );
  if (modifiedCount === 0) throw PerennialError.of('account.link');
  if (purpose === 'first administrator') {
    if (first === null) throw PerennialError.of('account.link');
    return makeFirst(db, session, first, now);
  }
  const person = await db.people.findOne({ _id: personId ?? '' }, null, { session }).lean<PersonDoc>();
  const account = await db.accounts.findOne({ _id: personId ?? '' }, null, { session }).lean<AccountDoc>();
  if (person === null || !person.active || account === null || account.disabledAt !== null) {
    throw PerennialError.of('account.link');
  }
  return person._id;
}

async function makeFirst(
  db: Database,
  session: ClientSession,
  { name, email, locale, zone }: FirstAdministrator,
  now: Instant,
): Promise<string> {
  await oneAtATime(db, session, 'administrators');
  if ((await administrators(db, session)).length > 0) throw PerennialError.of('account.link');
  const emailKey = textKey(email);
  const there = await db.people.findOne({ emailKey }, null, { session }).lean<PersonDoc>();
  const personId = there?._id ?? newId('per');
  if (there === null) {
    const doc: PersonDoc = {
      _id: personId,
      name,
      email,
      emailKey,
      roles: [],
      manager: null,
      locale,
      zone,
      active: true,
    };
    await db.people.create([doc], { session });
  } else if (!there.active) throw PerennialError.of('account.person_inactive', { email }, { field: 'administrator' });
  const { _id, ...account } = accountOf(personId, ['admin'], null, now);
  await db.accounts.updateOne({ _id }, { $set: account }, { session, upsert: true });
  return personId;
}

function accountOf(
  personId: string,
  roles: AccountDoc['roles'],
  passwordHash: string | null,
  createdAt: Instant,
): AccountDoc {
  return { _id: personId, passwordHash, roles, identities: [], createdAt, disabledAt: null };
}
