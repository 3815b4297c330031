import type { ClientSession } from 'mongoose';
import { PerennialError } from '../../domain/errors/index.ts';
import type { Client } from '../../domain/people/contract.ts';
import type { Person } from '../../domain/people/types.ts';
import type { Assignee } from '../../domain/renewal/effects.ts';
import { clientToDomain } from '../../schemas/client.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { personToDomain } from '../../schemas/person.ts';
import type { PersonDoc } from '../../schemas/person.ts';

/** Whom a decision is about, read within its transaction. */
export interface Scene {
  readonly contract: ContractDoc;
  readonly client: Client;
  /** The whole team by id; read only where somebody is to be told. */
  people(): Promise<ReadonlyMap<string, Person>>;
  /** Ids of the people an assignee stands for, who are told of it. */
  peopleOf(assignee: Assignee): Promise<readonly string[]>;
}

/** Throws `store.contract_missing` and `store.client_missing`. */
export async function readScene(db: Database, session: ClientSession, contractId: string): Promise<Scene> {
  const contract = await db.contracts.findOne({ _id: contractId }, null, { session }).lean<ContractDoc>();
  if (contract === null) throw PerennialError.of('store.contract_missing', { id: contractId });
  const doc = await db.clients.findOne({ _id: contract.clientId }, null, { session }).lean<ClientDoc>();
  if (doc === null)
    throw PerennialError.of('store.client_missing', { id: contract.clientId, contract: contract.number });
  const client = clientToDomain(doc);

  let team: ReadonlyMap<string, Person> | undefined;
  const people = async () => {
    team ??= new Map(
      (await db.people.find({}, null, { session }).lean<PersonDoc[]>()).map((one) => [one._id, personToDomain(one)]),
    );
    return team;
  };
  const peopleOf = async (assignee: Assignee) => {
    const known = await people();
    if (assignee.kind === 'person') return known.get(assignee.id)?.active === true ? [assignee.id] : [];
    if (assignee.role === 'sales-rep') return known.get(client.ownerId)?.active === true ? [client.ownerId] : [];
    const { role } = assignee;
    return [...known.values()].filter((p) => p.active && p.roles.some((own) => own === role)).map((p) => p.id);
  };
  return { contract, client, people, peopleOf };
}
