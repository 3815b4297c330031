import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { OFFICE_ROLES } from '../../domain/access/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { AccountDoc } from '../../schemas/account.ts';
import type { Database } from '../../schemas/connection.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { appendAudit } from '../audit/append.ts';
import type { AuditEvent } from '../audit/append.ts';
import { afterCursor, pageLimit, pageOf } from '../store/cursor.ts';
import type { Page } from '../store/cursor.ts';
import type { PageRequest } from '../store/renewal-queries.ts';
import { administrators, oneAtATime } from './administrators.ts';
import { audited } from './doer.ts';
import type { Doer } from './doer.ts';

/** An account with its person, for those who look after accounts. No secret is in it. */
export interface AccountView {
  readonly account: AccountDoc;
  readonly person: PersonDoc;
}

/** All accounts in the order they were made. Throws `store.cursor`. */
export async function listAccounts(db: Database, page: PageRequest = {}): Promise<Page<AccountView>> {
  const limit = pageLimit(page.limit);
  const rows = await db.accounts
    .find(page.after === undefined ? {} : afterCursor('createdAt', page.after, 1))
    .sort({ createdAt: 1, _id: 1 })
    .limit(limit + 1)
    .lean<AccountDoc[]>();
  const { items, next } = pageOf(rows, limit, (row) => row.createdAt);
  const people = await db.people.find({ _id: trusted({ $in: items.map(({ _id }) => _id) }) }).lean<PersonDoc[]>();
  const byId = new Map(people.map((person) => [person._id, person]));
  const views = items.flatMap((account) => {
    const person = byId.get(account._id);
    return person === undefined ? [] : [{ account, person }];
  });
  return { items: views, next };
}

/** Throws `resource.not_found`. */
export async function accountView(db: Database, personId: string): Promise<AccountView> {
  const [account, person] = await Promise.all([
    db.accounts.findOne({ _id: personId }).lean<AccountDoc>(),
    db.people.findOne({ _id: personId }).lean<PersonDoc>(),
  ]);
  if (account === null || person === null) {
    throw PerennialError.of('resource.not_found', { kind: '@kind.account', id: excerpt(personId) });
  }
  return { account, person };
}

export interface AccountChange {
  readonly roles?: readonly (typeof OFFICE_ROLES)[number][] | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * Changes office roles, or disables and enables. Who is disabled has no session, token or link left, also not after
 * being enabled again. Throws `resource.not_found` and `account.last_admin`.
 */
export async function changeAccount(
  db: Database,
  personId: string,
  change: AccountChange,
  doer: Doer,
  now: Instant,
): Promise<AccountView> {
  const { account: seen, person } = await accountView(db, personId);
  await db.transaction(async (session) => {
    await oneAtATime(db, session, 'administrators');
    const before = await db.accounts.findOne({ _id: personId }, null, { session }).lean<AccountDoc>();
    const { roles: had, disabledAt } = before ?? seen;
    const adminsBefore = await administrators(db, session);
    const notes: AuditEvent[] = [];
    const target = { kind: 'person', id: personId };
    const roles = change.roles === undefined ? undefined : [...new Set(change.roles)].toSorted();
    if (roles !== undefined && roles.join() !== [...had].toSorted().join()) {
      await db.accounts.updateOne({ _id: personId }, { $set: { roles } }, { session });
      notes.push(audited(doer, 'rights changed', { target, detail: { before: [...had], after: roles } }, now));
    }
    if (change.disabled === true && disabledAt === null) {
      await db.accounts.updateOne({ _id: personId }, { $set: { disabledAt: now } }, { session });
      await db.sessions.deleteMany({ personId }, { session });
      await db.tokens.updateMany({ personId, revokedAt: null }, { $set: { revokedAt: now } }, { session });
      await db.invitations.deleteMany({ personId }, { session });
      notes.push(audited(doer, 'account disabled', { target }, now));
    }
    if (change.disabled === false && disabledAt !== null) {
      await db.accounts.updateOne({ _id: personId }, { $set: { disabledAt: null } }, { session });
      notes.push(audited(doer, 'account enabled', { target }, now));
    }
    if (adminsBefore.includes(personId) && (await administrators(db, session)).length === 0) {
      throw PerennialError.of('account.last_admin', { email: person.email });
    }
    await appendAudit(db, session, notes);
  });
  return accountView(db, personId);
}
