import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Person } from '../../domain/people/types.ts';
import type { AccountDoc } from '../../schemas/account.ts';
import type { Database } from '../../schemas/connection.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { accountsFollow } from '../accounts/team-change.ts';
import { followUp } from '../jobs/follow-up.ts';
import { changeEntry, differenceOf } from './history.ts';
import type { ChangeStamp, CheckRecord } from './stamp.ts';

export interface PersonChange {
  readonly roles?: Person['roles'];
  /** Person id of the superior; null for nobody. */
  readonly manager?: string | null;
  readonly active?: boolean;
}

/** Written by each change of the team: of two at once the second sees the first, so that no circle is closed by both. */
const TEAM_LOCK = 'team changed';

/**
 * Changes a member of the team. The renewals that the person owns or has open work in are told, with who changed what.
 * Throws `resource.not_found`, what `check` throws, `person.own_rights`, `owner.unknown`, `owner.disabled`,
 * `manager.cycle` and `account.last_admin`.
 */
export async function changePerson(
  db: Database,
  personId: string,
  change: PersonChange,
  stamp: ChangeStamp,
  check: CheckRecord<PersonDoc>,
): Promise<PersonDoc> {
  return db.transaction(async (session) => {
    const person = await db.people.findOne({ _id: personId }, null, { session }).lean<PersonDoc>();
    if (person === null) throw personMissing(personId);
    check(person);
    const roles = change.roles === undefined ? {} : { roles: [...new Set(change.roles)] };
    const difference = differenceOf({ ...person }, { ...change, ...roles });
    if (difference === null) return person;
    // Rights are given by somebody else: whoever may give them could give himself all.
    if (stamp.personId === personId) throw PerennialError.of('person.own_rights');
    const next: PersonDoc = { ...person, ...change, ...roles };
    await db.settings.updateOne({ _id: TEAM_LOCK }, { $set: { value: stamp.id } }, { session, upsert: true });
    if (next.manager !== person.manager) await checkManager(db, session, next);
    if (person.active && !next.active) await refuseLastAdmin(db, session, next);
    await db.people.updateOne({ _id: personId }, { $set: difference.after }, { session });
    await accountsFollow(db, session, person, next, { personId: stamp.personId, address: '' }, stamp.at);
    const entry = changeEntry('team changed', stamp, personId, difference);
    const renewals = await renewalsOf(db, session, personId);
    await followUp(db, session, { kind: 'tell', what: 'team', entry }, renewals, stamp);
    return next;
  });
}

async function checkManager(db: Database, session: ClientSession, { _id, name, manager }: PersonDoc): Promise<void> {
  const path = [name];
  const seen = new Set([_id]);
  for (let above = manager; above !== null;) {
    const next = await db.people.findOne({ _id: above }, null, { session }).lean<PersonDoc>();
    if (next === null) throw PerennialError.of('owner.unknown', { value: excerpt(above) }, { field: 'manager' });
    if (above === manager && !next.active) {
      throw PerennialError.of('owner.disabled', { value: next.name }, { field: 'manager' });
    }
    path.push(next.name);
    if (next._id === _id) {
      throw PerennialError.of('manager.cycle', { path: excerpt(path.join(' → ')) }, { field: 'manager' });
    }
    // A circle of others that was there before is not this change's.
    if (seen.has(next._id)) return;
    seen.add(next._id);
    above = next.manager;
  }
}

async function refuseLastAdmin(db: Database, session: ClientSession, { _id, email }: PersonDoc): Promise<void> {
  const admins = await db.accounts
    .find({ roles: 'admin', disabledAt: null }, { _id: 1 }, { session })
    .lean<Pick<AccountDoc, '_id'>[]>();
  const ids = admins.map((one) => one._id);
  if (!ids.includes(_id)) return;
  const others = trusted({ $in: ids.filter((id) => id !== _id) });
  if ((await db.people.exists({ _id: others, active: true }).session(session)) !== null) return;
  throw PerennialError.of('account.last_admin', { email });
}

/** Renewals that have not ended, of the person's clients or with open work of the person. */
async function renewalsOf(db: Database, session: ClientSession, personId: string): Promise<readonly string[]> {
  const own = await db.renewals
    .find({ ownerId: personId, phase: trusted({ $ne: 'closed' }) }, { _id: 1 }, { session })
    .lean<{ readonly _id: string }[]>();
  const tasks = await db.tasks.distinct('renewalId', { 'assignee.id': personId, state: 'open' }, { session });
  const approvals = await db.approvals.distinct('renewalId', { people: personId, status: 'waiting' }, { session });
  return [...new Set([...own.map(({ _id }) => _id), ...tasks, ...approvals])];
}

export function personMissing(personId: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: '@kind.person', id: excerpt(personId) });
}
