import { trusted } from 'mongoose';
import type { Instant } from '../../domain/time/types.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc, ContractExtra } from '../../schemas/contract.ts';
import { idFor, textKey } from '../../schemas/keys.ts';
import type { ApplyResult, ImportStore, RowAction, StoredContract } from '../import/plan.ts';
import type { ContractValues } from '../import/rows/values.ts';
import { ClientBook } from './client-book.ts';

export interface StoredTerm {
  readonly contractId: string;
  readonly term: number;
  readonly action: 'new' | 'changed';
}

export interface ImportStoreOptions {
  readonly now: Instant;
  /** Told of each stored batch, for example to start the renewals of new contracts. Told again when the import is run again. */
  readonly onStored?: (stored: readonly StoredTerm[]) => Promise<void>;
}

/**
 * Contracts and their clients behind an import. Ids come from the keys people know (contract number, client
 * name, address), clients are written before their contracts, and every write is an upsert: an import that broke
 * is finished by running it again.
 */
export function importStore(db: Database, options: ImportStoreOptions): ImportStore {
  return {
    existing: (numbers) => existingContracts(db, numbers),
    apply: (batch) => applyBatch(db, batch, options),
  };
}

async function existingContracts(
  db: Database,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, StoredContract>> {
  const wanted = new Map(numbers.map((number) => [number, textKey(number)]));
  const contracts = await db.contracts
    .find({ numberKey: trusted({ $in: [...new Set(wanted.values())] }) })
    .lean<ContractDoc[]>();
  const clientIds = [...new Set(contracts.map((contract) => contract.clientId))];
  const clients = await db.clients.find({ _id: trusted({ $in: clientIds }) }).lean<ClientDoc[]>();
  const clientOf = new Map(clients.map((client) => [client._id, client]));
  const byKey = new Map<string, StoredContract>();
  for (const contract of contracts) {
    const client = clientOf.get(contract.clientId);
    if (client === undefined) continue;
    const pastEnds = contract.terms.map((past) => past.endDate);
    byKey.set(contract.numberKey, { id: contract._id, values: valuesOf(contract, client), pastEnds });
  }
  const found = new Map<string, StoredContract>();
  for (const [number, key] of wanted) {
    const stored = byKey.get(key);
    if (stored !== undefined) found.set(number, stored);
  }
  return found;
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

async function applyBatch(
  db: Database,
  batch: readonly RowAction[],
  options: ImportStoreOptions,
): Promise<readonly ApplyResult[]> {
  const writes = batch.filter((action) => action.action !== 'same');
  const book = await ClientBook.open(
    db,
    writes.map((action) => action.values.clientName),
  );
  const clientIds = writes.map((action) => book.take(action.values, action.row.given));
  await book.save();
  if (writes.length > 0) {
    await db.contracts.bulkWrite(
      writes.map((action, i) => contractWrite(action, clientIds[i] ?? '', options.now)),
      { ordered: false, throwOnValidationError: true },
    );
    await options.onStored?.(await storedTerms(db, writes));
  }
  return batch.map(({ key }) => ({ key, ok: true }));
}

type Write = Exclude<RowAction, { action: 'same' }>;

function contractWrite(action: Write, clientId: string, now: Instant) {
  const { values } = action;
  const { product, startDate, endDate, noticeDate, termMonths, autoRenew, amount, target, paymentDays } = values;
  const extra = extraOf(values);
  const fields = {
    clientId,
    product,
    startDate,
    endDate,
    noticeDate,
    termMonths,
    autoRenew,
    amount,
    target,
    paymentDays,
    extra,
  };
  if (action.action === 'changed') {
    const dated = action.changes.some((change) => change.field === 'endDate' || change.field === 'noticeDate');
    return {
      updateOne: { filter: { _id: action.id }, update: { $set: { ...fields, ...(dated ? { amendedAt: now } : {}) } } },
    };
  }
  const onInsert = {
    number: values.number,
    numberKey: textKey(values.number),
    term: 1,
    entry: action.row.entry ?? null,
    knownSince: now,
    terms: [],
    amendedAt: null,
  };
  const update = { $set: fields, $setOnInsert: onInsert };
  return { updateOne: { filter: { _id: contractId(values.number) }, update, upsert: true } };
}

function contractId(number: string): string {
  return idFor('ctr', textKey(number));
}

function extraOf({ healthScore, rootCause, remarks }: ContractValues): ContractExtra | null {
  const extra: ContractExtra = {
    ...(healthScore === undefined ? {} : { healthScore }),
    ...(rootCause === undefined ? {} : { rootCause }),
    ...(remarks === undefined ? {} : { remarks }),
  };
  return Object.keys(extra).length === 0 ? null : extra;
}

async function storedTerms(db: Database, writes: readonly Write[]): Promise<readonly StoredTerm[]> {
  const ids = writes.map((action) => (action.action === 'changed' ? action.id : contractId(action.values.number)));
  const docs = await db.contracts
    .find({ _id: trusted({ $in: ids }) }, { term: 1 })
    .lean<Pick<ContractDoc, '_id' | 'term'>[]>();
  const termOf = new Map(docs.map((doc) => [doc._id, doc.term]));
  return writes.flatMap(({ action }, i) => {
    const id = ids[i] ?? '';
    const term = termOf.get(id);
    return term === undefined ? [] : [{ contractId: id, term, action }];
  });
}
