import type { ClientSession } from 'mongoose';
import { PerennialError } from '../../domain/errors/index.ts';
import { substitutesAt } from '../../domain/people/absence.ts';
import type { Client } from '../../domain/people/contract.ts';
import type { Person } from '../../domain/people/types.ts';
import type { Assignee } from '../../domain/renewal/effects.ts';
import { absenceToDomain } from '../../schemas/absence.ts';
import type { AbsenceDoc } from '../../schemas/absence.ts';
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
  /** The whole team by id. */
  readonly people: ReadonlyMap<string, Person>;
  /** Ids of the people an assignee stands for, who are told of it. */
  peopleOf(assignee: Assignee): readonly string[];
  /** Who reads what is sent to a person: while that one is away, whoever stands in. */
  readerFor(personId: string): string;
}

export interface SceneDocs {
  readonly contract: ContractDoc;
  readonly client: ClientDoc;
  readonly people: readonly PersonDoc[];
  /** Those that last now. */
  readonly absences?: readonly AbsenceDoc[];
}

export function sceneOf(docs: SceneDocs): Scene {
  const client = clientToDomain(docs.client);
  const people = new Map(docs.people.map((one) => [one._id, personToDomain(one)]));
  const peopleOf = (assignee: Assignee) => {
    if (assignee.kind === 'person') return people.get(assignee.id)?.active === true ? [assignee.id] : [];
    if (assignee.role === 'sales-rep') return people.get(client.ownerId)?.active === true ? [client.ownerId] : [];
    const { role } = assignee;
    return [...people.values()].filter((p) => p.active && p.roles.some((own) => own === role)).map((p) => p.id);
  };
  const absences = (docs.absences ?? []).map(absenceToDomain);
  const isActive = (id: string) => people.get(id)?.active === true;
  // All of them last at one instant, and from the latest begin on.
  const at = absences
    .map(({ begins }) => begins)
    .toSorted()
    .at(-1);
  const substitutes = at === undefined ? new Map<string, string>() : substitutesAt(absences, at, isActive);
  const readerFor = (id: string) => substitutes.get(id) ?? id;
  return { contract: docs.contract, client, people, peopleOf, readerFor };
}

/** Throws `store.contract_missing` and `store.client_missing`. */
export async function readScene(db: Database, session: ClientSession, contractId: string): Promise<Scene> {
  const contract = await db.contracts.findOne({ _id: contractId }, null, { session }).lean<ContractDoc>();
  if (contract === null) throw PerennialError.of('store.contract_missing', { id: contractId });
  const client = await db.clients.findOne({ _id: contract.clientId }, null, { session }).lean<ClientDoc>();
  if (client === null)
    throw PerennialError.of('store.client_missing', { id: contract.clientId, contract: contract.number });
  const people = await db.people.find({}, null, { session }).lean<PersonDoc[]>();
  return sceneOf({ contract, client, people });
}
