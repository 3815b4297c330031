import { trusted } from 'mongoose';
import { excerpt, problem } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc, ContractExtra } from '../../schemas/contract.ts';
import { contractId, nameKey, newId, textKey } from '../../schemas/keys.ts';
import type { NewId } from '../../schemas/keys.ts';
import { raw } from '../../schemas/raw.ts';
import type { ApplyResult, FieldChange, ImportStore, RowAction } from '../import/plan.ts';
import type { ContractValues } from '../import/rows/values.ts';
import { storeClients } from './client-book.ts';
import { inTurn } from './in-turn.ts';
import { insertMissing } from './insert-missing.ts';
import { storedContracts } from './stored-contracts.ts';

export interface StoredTerm {
  readonly contractId: string;
  readonly term: number;
  readonly action: 'new' | 'changed';
  /** What changed, as the preview shows it; empty for a new contract. */
  readonly changes: readonly FieldChange[];
}

export interface ImportStoreOptions {
  readonly now: Instant;
  /**
   * The time now: a renewal that decided after a long import began, and before its row was changed, must be told of
   * the change. `now` where left out.
   */
  readonly clock?: () => Instant;
  /** Told of each stored batch, for example to start the renewals of new contracts. */
  readonly onStored?: (stored: readonly StoredTerm[]) => Promise<void>;
  /** Makes ids of clients and contacts; random ones where not set. */
  readonly newId?: NewId;
}

/**
 * Contracts and their clients behind an import, found by the keys people know (contract number, client name,
 * address). Clients are written before their contracts, what is new only where it is not there yet, and changes
 * only to the term they were compared with: an import that broke is finished by running it again, and a rival
 * loses nothing.
 *
 * Batches may be applied while others still are: their clients are written in the order of the calls, so that of
 * two rows that disagree about a client the later one counts, and `onStored` is told of one batch at a time.
 */
export function importStore(db: Database, options: ImportStoreOptions): ImportStore {
  const clock = options.clock ?? (() => options.now);
  const steps: Steps = {
    db,
    now: options.now,
    clock,
    newId: options.newId ?? newId,
    clients: inTurn(),
    told: inTurn(),
  };
  return {
    existing: (numbers) => storedContracts(db, numbers),
    apply: (batch) => applyBatch(batch, steps, options.onStored),
  };
}

interface Steps {
  readonly db: Database;
  readonly now: Instant;
  readonly clock: () => Instant;
  readonly newId: NewId;
  readonly clients: ReturnType<typeof inTurn>;
  readonly told: ReturnType<typeof inTurn>;
}

type Fresh = Extract<RowAction, { action: 'new' }>;
type Known = Exclude<RowAction, { action: 'new' }>;
type Written = Exclude<RowAction, { action: 'same' }>;
type ClientOf = (action: Written) => string;

async function applyBatch(
  batch: readonly RowAction[],
  { db, now, clock, newId, clients, told }: Steps,
  onStored: ImportStoreOptions['onStored'],
): Promise<readonly ApplyResult[]> {
  const rows = batch.filter((action) => action.action !== 'same');
  const ids = rows.length === 0 ? new Map<string, string>() : await clients(() => storeClients(db, rows, newId));
  const clientOf: ClientOf = (action) => {
    const id = ids.get(nameKey(action.values.clientName));
    if (id === undefined) throw new Error(`the client of ${action.key} was not stored`);
    return id;
  };
  const stale = new Set([
    ...(await insertContracts(db, fresh(batch), clientOf, now)),
    ...(await changeContracts(db, known(batch), clientOf, clock())),
  ]);
  if (onStored !== undefined) {
    const stored = rows.filter((action) => !stale.has(action)).map(storedTerm);
    if (stored.length > 0) await told(() => onStored(stored));
  }
  return batch.map((action) => {
    const { key } = action;
    if (!stale.has(action)) return { key, ok: true };
    return { key, ok: false, stale: true, problem: problem('contract.changed_meanwhile', { number: excerpt(key) }) };
  });
}

const fresh = (batch: readonly RowAction[]): readonly Fresh[] => batch.filter((one) => one.action === 'new');
const known = (batch: readonly RowAction[]): readonly Known[] => batch.filter((one) => one.action !== 'new');

/** Gives those that a rival has stored meanwhile: theirs is to be compared with, not written over. */
async function insertContracts(
  db: Database,
  actions: readonly Fresh[],
  clientOf: ClientOf,
  now: Instant,
): Promise<readonly RowAction[]> {
  const docs = actions.map((action): ContractDoc => {
    const { values, row } = action;
    const { number, product, startDate, endDate, noticeDate, termMonths, autoRenew, amount, target, paymentDays } =
      values;
    return {
      _id: contractId(number),
      number,
      numberKey: textKey(number),
      clientId: clientOf(action),
      product,
      term: row.term,
      startDate,
      endDate,
      noticeDate,
      termMonths,
      autoRenew,
      amount,
      target,
      paymentDays,
      entry: row.entry ?? null,
      knownSince: now,
      terms: [],
      amendedAt: null,
      amendedBy: null,
      changedAt: null,
      extra: extraOf(values),
      scoredAt: values.healthScore === undefined ? null : now,
      imported: row.imported,
    };
  });
  const inserted = await insertMissing(db.contracts, docs);
  return actions.filter((_, i) => !inserted.has(i));
}

/** Gives those whose contract is in another term by now: what was said of the term before is not for the next. */
async function changeContracts(
  db: Database,
  actions: readonly Known[],
  clientOf: ClientOf,
  now: Instant,
): Promise<readonly RowAction[]> {
  if (actions.length === 0) return [];
  const writes = actions.map((action) => ({
    updateOne: {
      filter: { _id: action.id, term: action.row.term },
      update: { $set: { imported: action.row.imported, ...changesOf(action, clientOf, now) } },
    },
  }));
  const { matchedCount } = await raw(db.contracts).bulkWrite(writes, { ordered: false });
  if (matchedCount === actions.length) return [];
  const ids = actions.map((action) => action.id);
  const docs = await db.contracts
    .find({ _id: trusted({ $in: ids }) }, { term: 1 })
    .lean<Pick<ContractDoc, '_id' | 'term'>[]>();
  const termOf = new Map(docs.map((doc) => [doc._id, doc.term]));
  return actions.filter((action) => termOf.get(action.id) !== action.row.term);
}

const OWN_FIELDS = new Set([
  'product',
  'startDate',
  'endDate',
  'noticeDate',
  'termMonths',
  'autoRenew',
  'amount',
  'target',
  'paymentDays',
]);

function changesOf(action: Known, clientOf: ClientOf, now: Instant): Partial<ContractDoc> {
  if (action.action === 'same') return {};
  const { values, changes } = action;
  const changed = new Set(changes.map((change) => change.field));
  const said = (fields: readonly string[]) => fields.some((field) => changed.has(field));
  return {
    changedAt: now,
    ...Object.fromEntries(changes.filter(({ field }) => OWN_FIELDS.has(field)).map((one) => [one.field, one.after])),
    ...(said(['clientName']) ? { clientId: clientOf(action) } : {}),
    ...(said(['healthScore', 'rootCause', 'remarks']) ? { extra: extraOf(values) } : {}),
    ...(said(['healthScore']) ? { scoredAt: now } : {}),
  };
}

function extraOf({ healthScore, rootCause, remarks }: ContractValues): ContractExtra | null {
  const extra: ContractExtra = {
    ...(healthScore === undefined ? {} : { healthScore }),
    ...(rootCause === undefined ? {} : { rootCause }),
    ...(remarks === undefined ? {} : { remarks }),
  };
  return Object.keys(extra).length === 0 ? null : extra;
}

function storedTerm(action: Written): StoredTerm {
  const { term } = action.row;
  if (action.action === 'new')
    return { contractId: contractId(action.values.number), term, action: 'new', changes: [] };
  return { contractId: action.id, term, action: 'changed', changes: action.changes };
}
