import { excerpt, warning } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { CivilDate, Instant } from '../../domain/time/index.ts';
import type { ImportedFields } from '../../schemas/contract.ts';
import { matchContact, mergeContact } from './contact-match.ts';
import type { KnownContact } from './contact-match.ts';
import { importedWith, isPastTerm, newsOf, withoutTerm } from './news.ts';
import type { ContactValues, ContractRow, ContractValues, TeamRow, TeamValues } from './rows/values.ts';
import { sameKey } from './rows/values.ts';
import { sameValue } from './same-value.ts';

/** One field of a record that exists, before and after. The values are plain JSON, as in the records. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

interface Stored<V> {
  readonly id: string;
  readonly values: V;
}
export type StoredPerson = Stored<TeamValues>;

export interface StoredContract extends Stored<ContractValues> {
  /** The term it is in; the first where not set. */
  readonly term?: number;
  /** Ends of the terms before. */
  readonly pastEnds?: readonly CivilDate[];
  readonly imported?: ImportedFields;
  /** When an import last changed it. */
  readonly changedAt?: Instant;
  /** Addresses that nothing is sent to any more, and why. */
  readonly suppressed?: ReadonlyMap<string, KnownContact['suppressed']>;
}

/** A row whose `given` and `contacts` hold only what the table says anew, see {@link newsOf}. */
export interface PlannedContractRow extends ContractRow {
  /** The term that the row was compared with. */
  readonly term: number;
  /** What is to stand as imported when the row is taken over. */
  readonly imported: ImportedFields;
}

/** What an import does with one row. `key` is the contract number or the e-mail address. */
export type PlannedAction<R, V> =
  | {
      readonly action: 'new';
      readonly key: string;
      readonly row: R;
      readonly values: V;
      readonly warnings?: readonly Problem[];
    }
  | {
      readonly action: 'changed';
      readonly key: string;
      readonly row: R;
      readonly id: string;
      /** The whole record as it shall be. */
      readonly values: V;
      readonly changes: readonly FieldChange[];
      readonly warnings?: readonly Problem[];
    }
  | {
      readonly action: 'same';
      readonly key: string;
      readonly row: R;
      readonly id: string;
      /** The table says something new that the record holds already: it is to be remembered that it was said. */
      readonly noted?: boolean;
      readonly warnings?: readonly Problem[];
    };

export type RowAction = PlannedAction<PlannedContractRow, ContractValues>;
export type TeamAction = PlannedAction<TeamRow, TeamValues>;

/**
 * What became of one action. A failure stops nothing: the row goes to the errors file. One that is `stale` met a
 * record that a rival changed meanwhile, wrote nothing, and is to be compared and tried again.
 */
export type ApplyResult =
  | { readonly key: string; readonly ok: true }
  | { readonly key: string; readonly ok: false; readonly problem: Problem; readonly stale?: boolean };

/**
 * The records behind an import. `apply` gets those that are new, changed or to be noted, and must be an upsert by
 * key: an import that broke in the middle is run again, and a second run of the same file changes nothing.
 */
export interface RecordStore<V, A, S extends Stored<V> = Stored<V>> {
  /** The records with these keys, by the key as given. */
  existing(keys: readonly string[]): Promise<ReadonlyMap<string, S>>;
  apply(batch: readonly A[]): Promise<readonly ApplyResult[]>;
}
export type ImportStore = RecordStore<ContractValues, RowAction, StoredContract>;
export type TeamStore = RecordStore<TeamValues, TeamAction>;

/** Decides for each contract row; only what the file says, and did not say when it was last imported, is compared. */
export function planContracts(
  rows: readonly ContractRow[],
  existing: ReadonlyMap<string, StoredContract>,
): readonly RowAction[] {
  return rows.map((row) => planContract(row, existing.get(row.values.number)));
}

function planContract(row: ContractRow, stored: StoredContract | undefined): RowAction {
  const key = row.values.number;
  if (stored === undefined) {
    const imported = importedWith(undefined, row, newsOf(row, undefined), 1);
    const warnings = withoutContact(key, row.values);
    return { action: 'new', key, row: { ...row, term: 1, imported }, values: row.values, warnings };
  }
  const { id, term = 1 } = stored;
  const all = newsOf(row, stored.imported);
  const news = isPastTerm(row, stored) ? withoutTerm(all) : all;
  const planned = { ...news, term, imported: importedWith(stored.imported, row, news, term) };
  const left = news.given.length < all.given.length;
  const values = mergeContract(news, stored);
  const past = left ? [warning('contract.term_past', { number: excerpt(key), term })] : [];
  const warnings = [...past, ...withoutContact(key, values)];
  const changes = changesBetween(stored.values, values);
  if (changes.length > 0) return { action: 'changed', key, row: planned, id, values, changes, warnings };
  return { action: 'same', key, row: planned, id, noted: news.given.length > 0, warnings };
}

/** Told by what the contract will have, not by what one table says of it. */
function withoutContact(number: string, { contacts }: ContractValues): readonly Problem[] {
  return contacts.length === 0 ? [warning('contact.missing', { number: excerpt(number) })] : [];
}

export function planTeam(rows: readonly TeamRow[], existing: ReadonlyMap<string, StoredPerson>): readonly TeamAction[] {
  return rows.map((row) => {
    const key = row.values.email;
    const stored = existing.get(key);
    if (stored === undefined) return { action: 'new', key, row, values: row.values };
    const values = mergeGiven(row, stored.values);
    const changes = changesBetween(stored.values, values);
    if (changes.length === 0) return { action: 'same', key, row, id: stored.id };
    return { action: 'changed', key, row, id: stored.id, values, changes };
  });
}

function changesBetween<V extends object>(before: V, after: V): readonly FieldChange[] {
  return (Object.keys(after) as (keyof V & string)[])
    .filter((field) => !sameValue(before[field], after[field]))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] }));
}

function mergeGiven<V extends object>(row: { values: V; given: readonly (keyof V & string)[] }, before: V): V {
  const values = { ...before };
  for (const field of row.given) values[field] = row.values[field];
  return values;
}

function mergeContract(row: ContractRow, { values: before, suppressed }: StoredContract): ContractValues {
  const values = mergeGiven(row, before);
  const known = before.contacts.map((one) => ({ ...one, suppressed: suppressed?.get(sameKey(one.email)) }));
  // The number may come in another case; the one that is known stays.
  const merged = { ...values, number: before.number, contacts: mergeContacts(known, row) };
  // A target that was only ever the amount goes along with it.
  const follows = !row.given.includes('target') && sameValue(before.target, before.amount);
  return follows ? { ...merged, target: merged.amount } : merged;
}

/** Those the file does not name stay, and so does what it leaves empty. */
function mergeContacts(before: readonly KnownContact[], row: ContractRow): readonly ContactValues[] {
  const merged = [...before];
  for (const contact of row.contacts) {
    const i = matchContact(merged, contact);
    const old = merged[i];
    if (old === undefined) merged.push(contact.values);
    else merged[i] = mergeContact(old, contact);
  }
  return merged.map(({ suppressed: _suppressed, ...values }) => values);
}
