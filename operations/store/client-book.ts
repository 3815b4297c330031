import type { mongo } from 'mongoose';
import type { Contact } from '../../domain/people/contract.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import { nameKey } from '../../schemas/keys.ts';
import type { NewId } from '../../schemas/keys.ts';
import { raw } from '../../schemas/raw.ts';
import { matchContact, mergeContact } from '../import/contact-match.ts';
import type { ContractRow, ContractValues, RowContact } from '../import/rows/values.ts';
import { sameValue } from '../import/same-value.ts';
import { insertMissing } from './insert-missing.ts';

type ClientWrite = mongo.AnyBulkWriteOperation<ClientDoc>;

interface Taken {
  readonly values: ContractValues;
  readonly row: ContractRow;
}

const FIELDS = ['tier', 'locale', 'zone', 'calendarId', 'ownerId'] as const;

/**
 * Stores what the rows of a batch say of their clients; gives the ids of these clients by {@link nameKey}.
 *
 * Each client is read once, changed row by row, and written once. One that is not there yet is made of all of its
 * rows and inserted whole; where a rival was faster, what counts is what it stored, and the rows are taken upon
 * that. Of a client that exists only single fields and contacts are written, so that what others set meanwhile
 * stays: a flag that a mail bounced above all. What a row does not say about it stays too; contacts are never
 * removed by a table.
 */
export async function storeClients(
  db: Database,
  rows: readonly Taken[],
  newId: NewId,
): Promise<ReadonlyMap<string, string>> {
  const named = byClient(rows);
  const known = await byName(db, [...named.keys()]);
  const fresh: ClientDoc[] = [];
  for (const [key, [first, ...others]] of named) {
    if (known.has(key) || first === undefined) continue;
    fresh.push(others.reduce((draft, one) => draft.take(one), newDraft(key, first, newId)).client);
  }
  const inserted = await insertMissing(db.clients, fresh);
  const theirs = fresh.filter((_, i) => !inserted.has(i)).map((doc) => doc.nameKey);
  if (theirs.length > 0) for (const [key, client] of await byName(db, theirs)) known.set(key, client);

  const ids = new Map(fresh.map((doc) => [doc.nameKey, doc._id]));
  // An id that was not stored must not be referred to; a rival's client may even be gone again.
  for (const key of theirs) if (!known.has(key)) throw new Error('a client that was there is gone');
  const writes: ClientWrite[] = [];
  for (const [key, client] of known) {
    const draft = new Draft(client, newId);
    for (const one of named.get(key) ?? []) draft.take(one);
    writes.push(...draft.writes);
    ids.set(key, client._id);
  }
  // In order: later rows are taken after earlier ones, and may change a contact that those have added.
  if (writes.length > 0) await raw(db.clients).bulkWrite(writes, { ordered: true });
  return ids;
}

/** The rows of each client, in the order in which they came. */
function byClient(rows: readonly Taken[]): ReadonlyMap<string, readonly Taken[]> {
  const named = new Map<string, Taken[]>();
  for (const one of rows) {
    const key = nameKey(one.values.clientName);
    const others = named.get(key);
    if (others === undefined) named.set(key, [one]);
    else others.push(one);
  }
  return named;
}

async function byName(db: Database, keys: readonly string[]): Promise<Map<string, ClientDoc>> {
  if (keys.length === 0) return new Map();
  const clients = await raw(db.clients)
    .find({ nameKey: { $in: [...keys] } })
    .toArray();
  return new Map(clients.map((client) => [client.nameKey, client]));
}

/** A client as the rows leave it, and the writes that bring the stored one there. */
class Draft {
  client: ClientDoc;
  readonly writes: ClientWrite[] = [];
  readonly #newId: NewId;

  constructor(client: ClientDoc, newId: NewId) {
    this.client = client;
    this.#newId = newId;
  }

  take({ values, row }: Taken): this {
    this.#takeFields(values, row);
    for (const contact of row.contacts) this.#takeContact(contact, values);
    return this;
  }

  #takeFields(values: ContractValues, row: ContractRow): void {
    const { client } = this;
    const changed = FIELDS.filter((field) => row.given.includes(field) && client[field] !== values[field]);
    if (changed.length === 0) return;
    const set = Object.fromEntries(changed.map((field) => [field, values[field]]));
    this.writes.push({ updateOne: { filter: { _id: client._id }, update: { $set: set } } });
    this.client = { ...client, ...set };
  }

  #takeContact(contact: RowContact, values: ContractValues): void {
    const { client } = this;
    const i = matchContact(client.contacts, contact);
    const old = client.contacts[i];
    if (old === undefined) {
      this.#addContact(newContact(contact, values, this.#newId));
      return;
    }
    const merged = mergeContact(old, contact);
    const changed = (['name', 'email', 'phone', 'roles'] as const).filter((f) => !sameValue(old[f], merged[f]));
    if (changed.length === 0) return;
    // A new address starts afresh after a bounce, and as a new contact: what is still told of the old address
    // must not strike it. Who has opted out has done so at any address.
    const fresh = changed.includes('email') && old.suppressed?.reason === 'bounce';
    const next: Contact = fresh ? { ...merged, id: this.#newId('con') } : merged;
    const set: Record<string, unknown> = Object.fromEntries(
      [...changed, ...(fresh ? (['id'] as const) : [])].map((f) => [`contacts.$[contact].${f}`, next[f]]),
    );
    this.writes.push({
      updateOne: {
        filter: { _id: client._id },
        update: { $set: set, ...(fresh ? { $unset: { 'contacts.$[contact].suppressed': true } } : {}) },
        arrayFilters: [{ 'contact.id': old.id, ...(fresh ? { 'contact.suppressed.reason': 'bounce' } : {}) }],
      },
    });
    const { suppressed: _suppressed, ...cleared } = next;
    this.client = { ...client, contacts: client.contacts.with(i, fresh ? cleared : next) };
  }

  #addContact(added: Contact): void {
    const { client } = this;
    // Of two imports at once the second finds the address there.
    const filter = { _id: client._id, 'contacts.email': { $ne: added.email } };
    this.writes.push({ updateOne: { filter, update: { $push: { contacts: added } } } });
    this.client = { ...client, contacts: [...client.contacts, added] };
  }
}

/** A client as the first row that names it describes it: what the row does not say has its default. */
function newDraft(key: string, { values, row }: Taken, newId: NewId): Draft {
  const { clientName, tier, locale, zone, calendarId, ownerId } = values;
  const contacts = row.contacts.map((contact) => newContact(contact, values, newId));
  const client = {
    _id: newId('cli'),
    name: clientName,
    nameKey: key,
    tier,
    locale,
    zone,
    calendarId,
    ownerId,
    contacts,
  };
  return new Draft(client, newId);
}

function newContact({ values }: RowContact, { locale, zone }: ContractValues, newId: NewId): Contact {
  return { id: newId('con'), ...values, locale, zone };
}
