import { trusted } from 'mongoose';
import type { Filter } from '../../domain/access/index.ts';
import type { Person } from '../../domain/people/types.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { nameKey, textKey } from '../../schemas/keys.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { afterCursor, pageLimit, pageOf } from './cursor.ts';
import type { Page } from './cursor.ts';
import type { PageRequest } from './renewal-queries.ts';
import { trustedFilter } from './trusted-filter.ts';

export interface ClientFilters {
  readonly ownerId?: string | undefined;
  readonly tier?: ClientDoc['tier'] | undefined;
  /** Beginning of the name, as it is written. */
  readonly name?: string | undefined;
  /** Address of a contact. */
  readonly email?: string | undefined;
}

/** Clients by name, those that `only` lets through. Throws `store.cursor`. */
export async function listClients(
  db: Pick<Database, 'clients'>,
  only: Filter,
  { limit: wanted, after, ...filters }: ClientFilters & PageRequest,
): Promise<Page<ClientDoc>> {
  const limit = pageLimit(wanted);
  const { ownerId, tier, name, email } = filters;
  const begin = name === undefined ? '' : nameKey(name);
  const where = [
    trustedFilter(only),
    ...(ownerId === undefined ? [] : [{ ownerId }]),
    ...(tier === undefined ? [] : [{ tier }]),
    ...(begin === '' ? [] : [{ nameKey: trusted({ $gte: begin, $lt: `${begin}\uffff` }) }]),
    ...(email === undefined ? [] : [{ 'contacts.email': email }]),
    ...(after === undefined ? [] : [afterCursor('nameKey', after, 1)]),
  ];
  const rows = await db.clients
    .find({ $and: where })
    .sort({ nameKey: 1, _id: 1 })
    .limit(limit + 1)
    .lean<ClientDoc[]>();
  return pageOf(rows, limit, (row) => row.nameKey);
}

export interface ContractFilters {
  readonly clientId?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly number?: string | undefined;
}

/**
 * Contracts by end date, those of clients that `only` lets through. Contracts do not carry their owner: clients do,
 * and a reader who does not see all of them has some hundred. Throws `store.cursor`.
 */
export async function listContracts(
  db: Pick<Database, 'clients' | 'contracts'>,
  only: Filter,
  { limit: wanted, after, clientId, ownerId, number }: ContractFilters & PageRequest,
): Promise<Page<ContractDoc>> {
  const limit = pageLimit(wanted);
  const ofClient = [
    ...(Object.keys(only).length === 0 ? [] : [trustedFilter(only)]),
    ...(ownerId === undefined ? [] : [{ ownerId }]),
    ...(clientId === undefined ? [] : [{ _id: clientId }]),
  ];
  const where = [
    ...(ofClient.length === 0 ? [{}] : [{ clientId: trusted({ $in: await clientIds(db, ofClient) }) }]),
    ...(number === undefined ? [] : [{ numberKey: textKey(number) }]),
    ...(after === undefined ? [] : [afterCursor('endDate', after, 1)]),
  ];
  const rows = await db.contracts
    .find({ $and: where })
    .sort({ endDate: 1, _id: 1 })
    .limit(limit + 1)
    .lean<ContractDoc[]>();
  return pageOf(rows, limit, (row) => row.endDate);
}

/** Ids of the clients that all of `where` lets through. */
export async function clientIds(
  db: Pick<Database, 'clients'>,
  where: readonly Record<string, unknown>[],
): Promise<readonly string[]> {
  const clients = await db.clients.find({ $and: [...where] }, { _id: 1 }).lean<Pick<ClientDoc, '_id'>[]>();
  return clients.map(({ _id }) => _id);
}

/** Clients of some contracts, by id. */
export async function clientsByIds(
  db: Pick<Database, 'clients'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ClientDoc>> {
  const docs = await db.clients.find({ _id: trusted({ $in: [...new Set(ids)] }) }).lean<ClientDoc[]>();
  return new Map(docs.map((doc) => [doc._id, doc]));
}

export interface PersonFilters {
  readonly role?: Person['roles'][number] | undefined;
  readonly active?: boolean | undefined;
  readonly managerId?: string | undefined;
}

/** The team by name. Throws `store.cursor`. */
export async function pageOfPeople(
  db: Pick<Database, 'people'>,
  { limit: wanted, after, role, active, managerId }: PersonFilters & PageRequest,
): Promise<Page<PersonDoc>> {
  const limit = pageLimit(wanted);
  const where = [
    {},
    ...(role === undefined ? [] : [{ roles: role }]),
    ...(active === undefined ? [] : [{ active }]),
    ...(managerId === undefined ? [] : [{ manager: managerId }]),
    ...(after === undefined ? [] : [afterCursor('name', after, 1)]),
  ];
  const rows = await db.people
    .find({ $and: where })
    .sort({ name: 1, _id: 1 })
    .limit(limit + 1)
    .lean<PersonDoc[]>();
  return pageOf(rows, limit, (row) => row.name);
}
