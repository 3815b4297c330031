import type { ClientSession } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Client, Contact } from '../../domain/people/contract.ts';
import type { LogEntry } from '../../domain/renewal/effects.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { followUp } from '../jobs/follow-up.ts';
import { FieldChecks } from './checks.ts';
import { changeEntry, concernedBy, differenceOf, tellHistories } from './history.ts';
import type { Difference } from './history.ts';
import { moveToOwner } from './owner.ts';
import type { ChangeStamp, CheckRecord } from './stamp.ts';

/** What people may change of a client. Its name is what tables know it by, and stays. */
export type ClientChange = Partial<Pick<Client, 'tier' | 'locale' | 'calendarId' | 'ownerId'>> & {
  readonly zone?: string;
};

/**
 * Changes a client. Its renewals that have not ended keep in their history who changed what, and look again; with the
 * owner, everything that carries the owner goes over at once. Throws `resource.not_found`, what `check` throws, and
 * everything that is wrong with the values (`owner.unknown`, `owner.disabled`, `zone.unknown`, `choice.unknown`).
 */
export async function changeClient(
  db: Database,
  clientId: string,
  change: ClientChange,
  stamp: ChangeStamp,
  check: CheckRecord<ClientDoc>,
): Promise<ClientDoc> {
  const checks = new FieldChecks();
  const zone = change.zone === undefined ? {} : { zone: checks.zone('zone', change.zone) };
  if (change.calendarId !== undefined) await checks.calendar(db, 'calendarId', change.calendarId);
  if (change.ownerId !== undefined) await checks.colleague(db, 'ownerId', change.ownerId);
  // Who may not see the client learns nothing of what else is wrong.
  return inClient(db, clientId, stamp, check, async (client, session) => {
    checks.done();
    const { zone: _zone, ...others } = change;
    const wanted = { ...others, ...zone };
    const next: ClientDoc = { ...client, ...wanted };
    const difference = differenceOf({ ...client }, wanted);
    if (difference === null) return { next: client, difference };
    await db.clients.updateOne({ _id: clientId }, { $set: difference.after }, { session });
    if (next.ownerId !== client.ownerId) await moveToOwner(db, session, clientId, next.ownerId);
    return { next, difference };
  });
}

/** A client as a change leaves it; nothing follows where nothing differs. */
export interface ChangedClient {
  readonly next: ClientDoc;
  readonly difference: Difference | null;
}

/** Changes a client within one transaction, with what is said about it and what follows. */
export async function inClient(
  db: Database,
  clientId: string,
  stamp: ChangeStamp,
  check: CheckRecord<ClientDoc>,
  work: (client: ClientDoc, session: ClientSession) => Promise<ChangedClient>,
): Promise<ClientDoc> {
  return db.transaction(async (session) => {
    const client = await db.clients.findOne({ _id: clientId }, null, { session }).lean<ClientDoc>();
    if (client === null) throw clientMissing(clientId);
    check(client);
    const { next, difference } = await work(client, session);
    if (difference !== null) {
      await tellOfClient(db, session, clientId, changeEntry('client changed', stamp, clientId, difference), stamp);
    }
    return next;
  });
}

/** Gives a client to somebody else within the transaction of another change. */
export async function giveClient(
  db: Database,
  session: ClientSession,
  client: ClientDoc,
  ownerId: string,
  stamp: ChangeStamp,
): Promise<ClientDoc> {
  const difference = differenceOf({ ownerId: client.ownerId }, { ownerId });
  if (difference === null) return client;
  const own = { ...stamp, id: `${stamp.id}/owner` };
  await db.clients.updateOne({ _id: client._id }, { $set: { ownerId } }, { session });
  await moveToOwner(db, session, client._id, ownerId);
  await tellOfClient(db, session, client._id, changeEntry('client changed', own, client._id, difference), own);
  return { ...client, ownerId };
}

async function tellOfClient(
  db: Database,
  session: ClientSession,
  clientId: string,
  entry: LogEntry,
  stamp: ChangeStamp,
): Promise<void> {
  const contracts = await db.contracts
    .find({ clientId }, { term: 1, clientId: 1 }, { session })
    .lean<Pick<ContractDoc, '_id' | 'term' | 'clientId'>[]>();
  // The reconciler looks after renewals that have not decided since.
  await db.contracts.updateMany({ clientId }, { $set: { changedAt: stamp.at } }, { session });
  const concerned = await concernedBy(db, session, contracts);
  await tellHistories(db, session, concerned, entry);
  const ids = concerned.map(({ renewalId }) => renewalId);
  await followUp(db, session, { kind: 'look', what: 'client' }, ids, stamp);
}

export function clientMissing(clientId: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: '@kind.client', id: excerpt(clientId) });
}

export function contactMissing(contactId: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: '@kind.contact', id: excerpt(contactId) });
}

/** A contact as the history keeps it. */
export function contactFields(contact: Contact): Readonly<Record<string, unknown>> {
  const { id, name, email, phone, roles, locale, zone, suppressed } = contact;
  return { id, name, email, phone: phone ?? null, roles, locale, zone, suppressed: suppressed?.reason ?? null };
}
