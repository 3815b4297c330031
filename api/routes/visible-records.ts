import type { PerennialError } from '../../domain/errors/index.ts';
import type { Permission } from '../../domain/access/index.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import { clientMissing } from '../../operations/records/clients.ts';
import { contractMissing } from '../../operations/records/contracts.ts';
import type { ContractWithClient } from '../../operations/records/contracts.ts';
import type { ChangeStamp } from '../../operations/records/stamp.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { SignedCall } from '../call.ts';
import { forbidden } from '../http/check-access.ts';

type Holder = Pick<Principal, 'rights' | 'roles'>;

/** One that the caller may not see is not there (404); one that may be seen and not done to is refused (403). */
export function seeClient({ rights, roles }: Holder, client: ClientDoc, permission: Permission = 'read Client'): void {
  const { ownerId } = client;
  if (!rights.mayWith('read Client', { ownerId })) throw clientMissing(client._id);
  if (!rights.mayWith(permission, { ownerId })) throw forbidden(permission, roles);
}

export function seeContract(
  { rights, roles }: Holder,
  { contract, client }: ContractWithClient,
  permission: Permission = 'read Contract',
): void {
  const { ownerId } = client;
  if (!rights.mayWith('read Contract', { ownerId })) throw contractMissing(contract._id);
  if (!rights.mayWith(permission, { ownerId })) throw forbidden(permission, roles);
}

export async function visibleClient(db: Pick<Database, 'clients'>, holder: Holder, id: string): Promise<ClientDoc> {
  const client = await db.clients.findOne({ _id: id }).lean<ClientDoc>();
  if (client === null) throw clientMissing(id);
  seeClient(holder, client);
  return client;
}

export async function visibleContract(
  db: Pick<Database, 'clients' | 'contracts'>,
  holder: Holder,
  id: string,
): Promise<ContractWithClient> {
  const contract = await db.contracts.findOne({ _id: id }).lean<ContractDoc>();
  const client = contract && (await db.clients.findOne({ _id: contract.clientId }).lean<ClientDoc>());
  if (contract === null || client === null) throw contractMissing(id);
  seeContract(holder, { contract, client });
  return { contract, client };
}

export function changeStamp({
  onceId,
  now,
  principal,
}: Pick<SignedCall<never>, 'onceId' | 'now' | 'principal'>): ChangeStamp {
  return { id: onceId, at: now, personId: principal.person.id };
}

export function throwIf(refusal: PerennialError | undefined): void {
  if (refusal !== undefined) throw refusal;
}
