import type { Problem } from '../../domain/errors/index.ts';
import type { ContactValues, ContractRow, ContractValues, TeamRow, TeamValues } from './rows/values.ts';
import { sameKey } from './rows/values.ts';

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
export type StoredContract = Stored<ContractValues>;
export type StoredPerson = Stored<TeamValues>;

/** What an import does with one row. `key` is the contract number or the e-mail address. */
export type PlannedAction<R, V> =
  | { readonly action: 'new'; readonly key: string; readonly row: R; readonly values: V }
  | {
      readonly action: 'changed';
      readonly key: string;
      readonly row: R;
      readonly id: string;
      /** The whole record as it shall be. */
      readonly values: V;
      readonly changes: readonly FieldChange[];
    }
  | { readonly action: 'same'; readonly key: string; readonly row: R; readonly id: string };

export type RowAction = PlannedAction<ContractRow, ContractValues>;
export type TeamAction = PlannedAction<TeamRow, TeamValues>;

/** What became of one action. A failure stops nothing: the row goes to the errors file. */
export type ApplyResult =
  { readonly key: string; readonly ok: true } | { readonly key: string; readonly ok: false; readonly problem: Problem };

/**
 * The records behind an import. `apply` gets new and changed ones only and must be an upsert by key: an import
 * that broke in the middle is run again, and a second run of the same file changes nothing.
 */
export interface RecordStore<V, A> {
  /** The records with these keys, by the key as given. */
  existing(keys: readonly string[]): Promise<ReadonlyMap<string, Stored<V>>>;
  apply(batch: readonly A[]): Promise<readonly ApplyResult[]>;
}
export type ImportStore = RecordStore<ContractValues, RowAction>;
export type TeamStore = RecordStore<TeamValues, TeamAction>;

/** Decides for each contract row; only what the file says is compared. */
export function planContracts(
  rows: readonly ContractRow[],
  existing: ReadonlyMap<string, StoredContract>,
): readonly RowAction[] {
  return rows.map((row) => planRow(row, row.values.number, existing.get(row.values.number), mergeContract));
}

export function planTeam(rows: readonly TeamRow[], existing: ReadonlyMap<string, StoredPerson>): readonly TeamAction[] {
  return rows.map((row) => planRow(row, row.values.email, existing.get(row.values.email), mergeGiven));
}

interface Row<V> {
  readonly values: V;
  readonly given: readonly (keyof V & string)[];
}

function planRow<R extends Row<V>, V extends object>(
  row: R,
  key: string,
  stored: Stored<V> | undefined,
  merge: (row: R, before: V) => V,
): PlannedAction<R, V> {
  if (stored === undefined) return { action: 'new', key, row, values: row.values };
  const values = merge(row, stored.values);
  const changes: FieldChange[] = [];
  for (const field of Object.keys(values) as (keyof V & string)[]) {
    const before = stored.values[field];
    const after = values[field];
    if (!sameValue(before, after)) changes.push({ field, before: before ?? null, after });
  }
  if (changes.length === 0) return { action: 'same', key, row, id: stored.id };
  return { action: 'changed', key, row, id: stored.id, values, changes };
}

function mergeGiven<V extends object>(row: Row<V>, before: V): V {
  const values = { ...before };
  for (const field of row.given) values[field] = row.values[field];
  return values;
}

function mergeContract(row: ContractRow, before: ContractValues): ContractValues {
  const values = mergeGiven(row, before);
  // The number may come in another case; the one that is known stays.
  const merged = { ...values, number: before.number, contacts: mergeContacts(before.contacts, row) };
  // A target that was only ever the amount goes along with it.
  const follows = !row.given.includes('target') && sameValue(before.target, before.amount);
  return follows ? { ...merged, target: merged.amount } : merged;
}

/** Contacts are known by their address; those the file does not name stay, and so does what it leaves empty. */
function mergeContacts(before: readonly ContactValues[], row: ContractRow): readonly ContactValues[] {
  const merged = [...before];
  for (const contact of row.contacts) {
    const i = merged.findIndex((c) => sameKey(c.email) === sameKey(contact.values.email));
    const old = merged[i];
    if (old === undefined) merged.push(contact.values);
    else merged[i] = { ...mergeGiven<ContactValues>(contact, old), email: old.email };
  }
  return merged;
}

/** Equality of plain JSON; texts that only differ in Unicode composition are the same. */
function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b || a.normalize('NFC') === b.normalize('NFC');
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => sameValue(x, b[i]));
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => sameValue(left[key], right[key]));
  }
  return a === b;
}
