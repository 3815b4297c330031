import { trusted } from 'mongoose';
import type { Rights } from '../../domain/access/index.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import type { ClientSession } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import type { PersonDoc } from '../../schemas/person.ts';

/**
 * Why a person may not hand clients to somebody: they go to those whose clients one sees, oneself and those below, not to
 * strangers who never asked. Undefined where nothing speaks against it.
 */
export async function refusedOwner(
  db: Pick<Database, 'people'>,
  rights: Rights,
  ownerId: string,
): Promise<PerennialError | undefined> {
  if (rights.mayWith('read Client', { ownerId })) return undefined;
  const person = await db.people.findOne({ _id: ownerId }, { name: 1 }).lean<Pick<PersonDoc, 'name'>>();
  // One who is not there at all is told with what else is wrong.
  if (person === null) return undefined;
  return PerennialError.of('client.not_yours_to_give', { name: person.name }, { field: 'ownerId' });
}

/**
 * Everything that carries the owner of a client follows at once: whoever had the client sees it no more with the next
 * request, whether or not the renewals have looked again by then.
 */
export async function moveToOwner(
  db: Database,
  session: ClientSession,
  clientId: string,
  ownerId: string,
): Promise<void> {
  const renewals = await db.renewals.find({ clientId }, { _id: 1 }, { session }).lean<{ readonly _id: string }[]>();
  const renewalId = trusted({ $in: renewals.map(({ _id }) => _id) });
  await db.renewals.updateMany({ clientId }, { $set: { ownerId } }, { session });
  await db.tasks.updateMany({ renewalId, state: 'open' }, { $set: { ownerId } }, { session });
  await db.approvals.updateMany({ renewalId, status: 'waiting' }, { $set: { ownerId } }, { session });
}
