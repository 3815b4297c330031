import type { ClientSession } from 'mongoose';
import { PerennialError } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { appendAudit } from '../audit/append.ts';
import { administrators, oneAtATime } from './administrators.ts';
import { audited } from './doer.ts';
import type { Doer } from './doer.ts';

/**
 * What a change of a member of the team means for accounts, in the transaction that has made it: whoever has left has no
 * session, token or link any more, also not on coming back, and rights that changed stand in the audit log. Throws
 * `account.last_admin`.
 */
export async function accountsFollow(
  db: Database,
  session: ClientSession,
  before: PersonDoc,
  after: PersonDoc,
  doer: Doer,
  now: Instant,
): Promise<void> {
  const personId = after._id;
  if (before.active && !after.active) {
    await oneAtATime(db, session, 'administrators');
    const account = await db.accounts.findOne({ _id: personId, roles: 'admin', disabledAt: null }, null, { session });
    if (account !== null && (await administrators(db, session)).length === 0) {
      throw PerennialError.of('account.last_admin', { email: after.email });
    }
    await db.sessions.deleteMany({ personId }, { session });
    await db.tokens.updateMany({ personId, revokedAt: null }, { $set: { revokedAt: now } }, { session });
    await db.invitations.deleteMany({ personId }, { session });
  }
  const rights = ({ roles, manager, active }: PersonDoc) => ({ roles: [...roles], manager, active });
  const detail = { before: rights(before), after: rights(after) };
  if (JSON.stringify(detail.before) === JSON.stringify(detail.after)) return;
  const about = { target: { kind: 'person', id: personId }, detail };
  await appendAudit(db, session, [audited(doer, 'rights changed', about, now)]);
}
