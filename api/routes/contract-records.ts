import { changeContract, renewalIdOf } from '../../operations/records/contracts.ts';
import type { ContractWithClient } from '../../operations/records/contracts.ts';
import { refusedOwner } from '../../operations/records/owner.ts';
import { clientsByIds, listContracts } from '../../operations/store/queries.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/contract-records.ts';
import { changeStamp, seeClient, seeContract, throwIf, visibleContract } from './visible-records.ts';

export const contractRecordRoutes: readonly BoundRoute[] = [
  bind(contracts.listContracts, async ({ deps, principal, query }) => {
    const { db } = deps.context;
    const only = principal.rights.filter('read Contract');
    if (only === null) return { items: [], next: null };
    const page = await listContracts(db, only, query);
    const clients = await clientsByIds(
      db,
      page.items.map(({ clientId }) => clientId),
    );
    const items = page.items.flatMap((contract) => {
      const client = clients.get(contract.clientId);
      return client === undefined ? [] : [itemOf({ contract, client })];
    });
    return { items, next: page.next };
  }),

  bind(contracts.getContract, async ({ deps, principal, params }) =>
    contractOf(await visibleContract(deps.context.db, principal, params.contractId)),
  ),

  bind(contracts.changeContract, async (call) => {
    const { deps, principal, params, body, reply } = call;
    const { db } = deps.context;
    const { ownerId } = body;
    const refusal = ownerId === undefined ? undefined : await refusedOwner(db, principal.rights, ownerId);
    const changed = await changeContract(db, params.contractId, body, changeStamp(call), (found) => {
      seeContract(principal, found, 'update Contract');
      if (ownerId !== undefined) seeClient(principal, found.client, 'update Client');
      throwIf(refusal);
      reply.matchVersion(contractOf(found));
    });
    return contractOf(changed);
  }),
];

function itemOf({ contract, client }: ContractWithClient) {
  return {
    id: contract._id,
    number: contract.number,
    clientId: client._id,
    clientName: client.name,
    ownerId: client.ownerId,
    product: contract.product,
    term: contract.term,
    startDate: contract.startDate,
    endDate: contract.endDate,
    noticeDate: contract.noticeDate,
    termMonths: contract.termMonths,
    autoRenew: contract.autoRenew,
    amount: contract.amount,
    target: contract.target,
    paymentDays: contract.paymentDays,
  };
}

/** As the contract of the route orders its fields: the version is taken over this text. */
function contractOf(found: ContractWithClient) {
  const { contract } = found;
  return contracts.contract.parse({
    ...itemOf(found),
    renewalId: renewalIdOf(contract),
    remarks: contract.extra?.remarks ?? null,
    healthScore: contract.extra?.healthScore ?? null,
    rootCause: contract.extra?.rootCause ?? null,
    knownSince: contract.knownSince,
    amendedAt: contract.amendedAt,
    terms: contract.terms.map(({ term, startDate, endDate, termMonths, amount, endedAt }) => ({
      term,
      startDate,
      endDate,
      termMonths,
      amount,
      endedAt,
    })),
  });
}
