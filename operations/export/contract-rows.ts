import { trusted } from 'mongoose';
import type { Filter } from '../../domain/access/index.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import type { CivilDate } from '../../domain/time/types.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { peopleByIds } from '../store/people-queries.ts';
import { clientIds, clientsByIds } from '../store/record-queries.ts';
import { trustedFilter } from '../store/trusted-filter.ts';
import { exportRow } from './contract-row.ts';
import type { ExportWords, ShownRenewal } from './contract-row.ts';
import type { OutValue } from './table-file.ts';

export interface ContractChoice {
  /** What the reader may see of clients; everything where left out. */
  readonly only?: Filter;
  readonly ownerId?: string | undefined;
  readonly clientId?: string | undefined;
  /** End date from this day on, and up to this day, both included. */
  readonly endsFrom?: CivilDate | undefined;
  readonly endsTo?: CivilDate | undefined;
  /** More of them are refused; as many as there are where left out. */
  readonly max?: number;
}

type Renewal = ShownRenewal & Pick<RenewalDoc, '_id' | 'contractId' | 'term'>;

/** A list of ids in a query has its bounds. */
const BATCH = 10_000;

const SHOWN = { contractId: 1, term: 1, phase: 1, stage: 1, atRisk: 1, outcome: 1, 'view.rows': 1 } as const;

/**
 * Contracts by end date as a table has them, each with how the renewal of its current term stands. Throws
 * `export.too_many`.
 */
export async function contractRows(
  db: Database,
  words: ExportWords,
  choice: ContractChoice = {},
): Promise<readonly Readonly<Record<string, OutValue>>[]> {
  const where = await whereOf(db, choice);
  const { max } = choice;
  if (max !== undefined) {
    const count = await db.contracts.countDocuments({ $and: [...where] });
    if (count > max) throw PerennialError.of('export.too_many', { count, max });
  }
  const contracts = await db.contracts
    .find({ $and: [...where] })
    .sort({ endDate: 1, _id: 1 })
    .lean<ContractDoc[]>();
  const clients = new Map<string, ClientDoc>();
  const renewalOf = new Map<string, Renewal>();
  for (let i = 0; i < contracts.length; i += BATCH) {
    const batch = contracts.slice(i, i + BATCH);
    const ids = batch.map(({ _id }) => _id);
    const [owning, renewals] = await Promise.all([
      clientsByIds(
        db,
        batch.map(({ clientId }) => clientId),
      ),
      db.renewals.find({ contractId: trusted({ $in: ids }) }, SHOWN).lean<Renewal[]>(),
    ]);
    for (const [id, client] of owning) clients.set(id, client);
    for (const renewal of renewals) renewalOf.set(`${renewal.contractId}:${renewal.term}`, renewal);
  }
  const people = await peopleByIds(
    db,
    [...clients.values()].map(({ ownerId }) => ownerId),
  );
  return contracts.map((contract) => {
    const client = clients.get(contract.clientId);
    const owner = client === undefined ? undefined : people.get(client.ownerId);
    return exportRow(words, contract, client, owner, renewalOf.get(`${contract._id}:${contract.term}`));
  });
}

/** Contracts do not carry their owner: clients do. */
async function whereOf(
  db: Pick<Database, 'clients'>,
  { only = {}, ownerId, clientId, endsFrom, endsTo }: ContractChoice,
): Promise<readonly Record<string, unknown>[]> {
  const ofClient = [
    ...(Object.keys(only).length === 0 ? [] : [trustedFilter(only)]),
    ...(ownerId === undefined ? [] : [{ ownerId }]),
    ...(clientId === undefined ? [] : [{ _id: clientId }]),
  ];
  const ends = {
    ...(endsFrom === undefined ? {} : { $gte: endsFrom }),
    ...(endsTo === undefined ? {} : { $lte: endsTo }),
  };
  return [
    ofClient.length === 0 ? {} : { clientId: trusted({ $in: await clientIds(db, ofClient) }) },
    Object.keys(ends).length === 0 ? {} : { endDate: trusted(ends) },
  ];
}
