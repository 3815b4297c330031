import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import type { AccountDoc } from '../../schemas/account.ts';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';

/**
 * Administrators who can sign in: on the team, not disabled, with a password or an identity elsewhere.
 *
 * @returns person ids
 */
export async function administrators(db: Database, session?: ClientSession): Promise<readonly string[]> {
  const options = session === undefined ? {} : { session };
  const accounts = await db.accounts
    .find(
      {
        roles: 'admin',
        disabledAt: null,
        $or: [{ passwordHash: trusted({ $ne: null }) }, { 'identities.0': trusted({ $exists: true }) }],
      },
      { _id: 1 },
      options,
    )
    .lean<Pick<AccountDoc, '_id'>[]>();
  const ids = accounts.map(({ _id }) => _id);
  return db.people.distinct('_id', { _id: trusted({ $in: ids }), active: true }, options);
}

/**
 * Makes transactions wait for each other that look at all records of a kind: each of two that take an administrator
 * away at once would see the other one left.
 */
export async function oneAtATime(
  db: Pick<Database, 'settings'>,
  session: ClientSession,
  name: 'administrators' | 'absences',
): Promise<void> {
  await raw(db.settings).updateOne({ _id: name }, { $inc: { value: 1 } } as object, { session, upsert: true });
}
