import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { textKey } from '../../schemas/keys.ts';
import { raw } from '../../schemas/raw.ts';
import type { StoredContract } from '../import/plan.ts';
import type { ContractValues } from '../import/rows/values.ts';

/** The contracts with these numbers, by the number as given, each as an import compares it. */
export async function storedContracts(
  db: Database,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, StoredContract>> {
  const wanted = new Map(numbers.map((number) => [number, textKey(number)]));
  const keys = [...new Set(wanted.values())];
  const contracts = await raw(db.contracts)
    .find({ numberKey: { $in: keys } })
    .toArray();
  if (contracts.length === 0) return new Map();
  const clientIds = [...new Set(contracts.map((contract) => contract.clientId))];
  const clients = await raw(db.clients)
    .find({ _id: { $in: clientIds } })
    .toArray();
  const clientOf = new Map(clients.map((client) => [client._id, client]));
  const byKey = new Map<string, StoredContract>();
  for (const contract of contracts) {
    const client = clientOf.get(contract.clientId);
    if (client !== undefined) byKey.set(contract.numberKey, storedOf(contract, client));
  }
  const found = new Map<string, StoredContract>();
  for (const [number, key] of wanted) {
    const stored = byKey.get(key);
    if (stored !== undefined) found.set(number, stored);
  }
  return found;
}

function storedOf(contract: ContractDoc, client: ClientDoc): StoredContract {
  const { _id, term, terms, imported, changedAt } = contract;
  return {
    id: _id,
    values: valuesOf(contract, client),
    term,
    pastEnds: terms.flatMap(({ endDate }) => (endDate === null ? [] : [endDate])),
    ...(imported === undefined ? {} : { imported }),
    ...(changedAt === undefined || changedAt === null ? {} : { changedAt }),
    suppressed: new Map(client.contacts.map((one) => [textKey(one.email), one.suppressed])),
  };
}

function valuesOf(contract: ContractDoc, client: ClientDoc): ContractValues {
  const { number, product, startDate, endDate, noticeDate, termMonths, autoRenew, amount, target, paymentDays, extra } =
    contract;
  return {
    number,
    clientName: client.name,
    tier: client.tier,
    locale: client.locale,
    zone: client.zone,
    calendarId: client.calendarId,
    ownerId: client.ownerId,
    contacts: client.contacts.map(({ name, email, phone, roles }) => ({
      name,
      email,
      ...(phone === undefined ? {} : { phone }),
      roles,
    })),
    product,
    startDate,
    endDate,
    noticeDate,
    termMonths,
    autoRenew,
    amount,
    target,
    paymentDays,
    ...extra,
  };
}
