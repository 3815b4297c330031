import { hash } from 'node:crypto';
import type { ImportedFields } from '../../schemas/contract.ts';
import type { StoredContract } from './plan.ts';
import { clientKey, sameKey } from './rows/values.ts';
import type { ContractRow, RowContact, ValueName } from './rows/values.ts';
import { sameValue } from './same-value.ts';

/** Fields that the client has, not the contract. */
const CLIENT_FIELDS = new Set<ValueName>(['tier', 'locale', 'zone', 'calendarId', 'ownerId', 'contacts']);

/** Fields that each term has anew. */
const TERM_FIELDS = new Set<ValueName>([
  'startDate',
  'endDate',
  'noticeDate',
  'termMonths',
  'amount',
  'target',
  'paymentDays',
  'healthScore',
]);

const DATES = ['endDate', 'startDate', 'noticeDate'] as const;

/** A row with only that in `given` and `contacts` which the table did not say already when it was last imported. */
export function newsOf(row: ContractRow, imported: ImportedFields | undefined): ContractRow {
  // Of a contract that never was in a table all is news.
  if (imported === undefined) return { ...row, given: row.given.filter((field) => field !== 'number') };
  // Under another client all that the row says of the client is news.
  const moved = clientKey(imported.clientName ?? '') !== clientKey(row.values.clientName);
  const known = new Set(moved ? [] : imported.contacts);
  const contacts = row.contacts.filter((contact) => !known.has(digestOf(contact)));
  const given = row.given.filter((field) => {
    if (field === 'number') return false;
    if (field === 'clientName') return moved;
    if (field === 'contacts') return contacts.length > 0;
    if (moved && CLIENT_FIELDS.has(field)) return true;
    return !sameValue(row.values[field], imported[field]);
  });
  return { ...row, given, contacts };
}

/** The same row without what belongs to a term. */
export function withoutTerm(row: ContractRow): ContractRow {
  return { ...row, given: row.given.filter((field) => !TERM_FIELDS.has(field)) };
}

/** True where the dates of a row are those of a term that the contract has left behind. */
export function isPastTerm({ values, given }: ContractRow, stored: StoredContract): boolean {
  const { term = 1, pastEnds = [], imported } = stored;
  if (term === 1) return false;
  const field = DATES.find((one) => given.includes(one));
  const date = field === undefined ? null : values[field];
  if (date === null) return false;
  if (stored.values.startDate !== null && date < stored.values.startDate) return true;
  if (field !== 'endDate' || date === stored.values.endDate) return false;
  return pastEnds.includes(date) || (imported !== undefined && imported.term < term && imported.endDate === date);
}

/** What stands as imported once the news of a row are taken over. */
export function importedWith(
  before: ImportedFields | undefined,
  row: ContractRow,
  news: ContractRow,
  term: number,
): ImportedFields {
  const fields = pick(row.values, news.given.filter(isToldAsIs));
  const dated = before === undefined || DATES.some((field) => news.given.includes(field));
  const contacts = news.contacts.length > 0 ? { contacts: row.contacts.map(digestOf) } : {};
  return { ...before, ...fields, ...contacts, term: dated ? term : before.term };
}

/** The number is the key; of contacts a digest is kept. */
const isToldAsIs = (field: ValueName): field is Exclude<ValueName, 'number' | 'contacts'> =>
  field !== 'number' && field !== 'contacts';

function pick<V extends object, K extends keyof V>(values: V, fields: readonly K[]): Partial<Pick<V, K>> {
  const picked: Partial<Pick<V, K>> = {};
  for (const field of fields) picked[field] = values[field];
  return picked;
}

function digestOf({ values, given }: RowContact): string {
  const said = given.map((field) => [field, field === 'email' ? sameKey(values.email) : values[field]]);
  return hash('sha256', JSON.stringify(said), 'base64url').slice(0, 22);
}
