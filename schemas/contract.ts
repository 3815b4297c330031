import { Schema } from 'mongoose';
import type { Client, Contract } from '../domain/people/contract.ts';
import type { Event } from '../domain/renewal/facts.ts';
import type { Instant } from '../domain/time/types.ts';
import { flag, inCollection, json, jsonIfAny, jsonOrNull, number, text, textOrNull } from './fields.ts';

/** What a term was when the next one took its place. */
export interface PastTerm extends Pick<
  Contract,
  'term' | 'startDate' | 'endDate' | 'noticeDate' | 'termMonths' | 'amount' | 'target' | 'paymentDays' | 'knownSince'
> {
  readonly endedAt: Instant;
}

/** One contract: the current term on top, the earlier ones in `terms`, oldest first. */
export interface ContractDoc extends Omit<Contract, 'id' | 'entry'> {
  readonly _id: string;
  /** The number as people compare it ({@link textKey}); unique. */
  readonly numberKey: string;
  readonly entry: NonNullable<Contract['entry']> | null;
  readonly terms: readonly PastTerm[];
  /** When a command last amended the dates of the current term, by its renewal's clock; imports leave it alone. */
  readonly amendedAt: Instant | null;
  /** Id of that amendment: done again it changes nothing, also where an import has set other dates since. */
  readonly amendedBy?: string | null;
  /** What the imported table said besides. */
  readonly extra: ContractExtra | null;
  /** When the health score in `extra` was imported; null where there is none. */
  readonly scoredAt?: Instant | null;
  /** When an import last changed it; its renewal has been told once it has decided after that. */
  readonly changedAt?: Instant | null;
  /** Absent where the contract never was in a table. */
  readonly imported?: ImportedFields;
}

/**
 * What the table last said of a contract, field by field; what it never named is absent. Only a table that says
 * something else is news: the same one again must not undo what people or a renewal have changed since.
 */
export interface ImportedFields
  extends
    Partial<Pick<Contract, 'product' | 'startDate' | 'endDate' | 'noticeDate' | 'termMonths' | 'autoRenew'>>,
    Partial<Pick<Contract, 'amount' | 'target' | 'paymentDays'>>,
    Partial<Pick<Client, 'tier' | 'locale' | 'zone' | 'calendarId' | 'ownerId'>>,
    ContractExtra {
  /** The term that the dates were for. */
  readonly term: number;
  readonly clientName?: string;
  /** A digest of each contact, as far as the table described it. */
  readonly contacts?: readonly string[];
}

export interface ContractExtra {
  /** 0 (worst) to 100. */
  readonly healthScore?: number;
  readonly rootCause?: string;
  readonly remarks?: string;
}

export const contractSchema = new Schema<ContractDoc>(
  {
    _id: text,
    number: text,
    numberKey: text,
    clientId: text,
    product: text,
    term: number,
    startDate: textOrNull,
    endDate: textOrNull,
    noticeDate: textOrNull,
    termMonths: number,
    autoRenew: flag,
    amount: json,
    target: json,
    paymentDays: number,
    entry: jsonOrNull,
    knownSince: text,
    terms: json,
    amendedAt: textOrNull,
    amendedBy: textOrNull,
    extra: jsonOrNull,
    scoredAt: textOrNull,
    changedAt: textOrNull,
    imported: jsonIfAny,
  },
  inCollection('contracts'),
);

contractSchema.index({ numberKey: 1 }, { unique: true, name: 'one_contract_per_number' });
contractSchema.index({ clientId: 1, endDate: 1, _id: 1 }, { name: 'by_client_and_end' });
contractSchema.index({ endDate: 1, _id: 1 }, { name: 'by_end' });

export function contractToDomain(doc: ContractDoc): Contract {
  const { _id, number, clientId, product, term, startDate, endDate, noticeDate, termMonths, autoRenew } = doc;
  const { amount, target, paymentDays, entry, knownSince } = doc;
  return {
    id: _id,
    number,
    clientId,
    product,
    term,
    startDate,
    endDate,
    noticeDate,
    termMonths,
    autoRenew,
    amount,
    target,
    paymentDays,
    ...(entry === null ? {} : { entry }),
    knownSince,
  };
}

/** The health score that came with the contract list, as a fact for its renewal: told again it counts once. */
export function importedScore(
  contract: Pick<ContractDoc, 'extra' | 'scoredAt' | 'knownSince'>,
  renewalId: string,
): Extract<Event, { kind: 'health scored' }> | null {
  const score = contract.extra?.healthScore;
  if (score === undefined) return null;
  const at = contract.scoredAt ?? contract.knownSince;
  const id = `import/health/${renewalId}/${score}/${at}`;
  return { id, at, by: { kind: 'system', id: 'import' }, kind: 'health scored', score };
}
