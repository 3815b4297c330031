import { Schema } from 'mongoose';
import type { Contract } from '../domain/people/contract.ts';
import type { Instant } from '../domain/time/types.ts';
import { flag, inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';

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
  /** When the dates of the current term were last amended; an older amendment that comes late is ignored. */
  readonly amendedAt: Instant | null;
  /** What the imported table said besides. */
  readonly extra: ContractExtra | null;
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
    extra: jsonOrNull,
  },
  inCollection('contracts'),
);

contractSchema.index({ numberKey: 1 }, { unique: true, name: 'one_contract_per_number' });
contractSchema.index({ clientId: 1 }, { name: 'by_client' });
contractSchema.index({ endDate: 1, _id: 1 }, { name: 'by_end' });

export function contractToDomain(doc: ContractDoc): Contract {
  const { _id, entry, numberKey: _key, terms: _terms, amendedAt: _amendedAt, extra: _extra, ...contract } = doc;
  return entry === null ? { id: _id, ...contract } : { id: _id, ...contract, entry };
}
