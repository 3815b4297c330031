import { trusted } from 'mongoose';
import type { Contact } from '../../domain/people/contract.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import { nameKey } from '../../schemas/keys.ts';
import type { NewId } from '../../schemas/keys.ts';
import { matchContact, mergeContact } from '../import/contact-match.ts';
import type { ContractRow, ContractValues, RowContact } from '../import/rows/values.ts';
import { sameValue } from '../import/same-value.ts';
import { insertMissing } from './insert-missing.ts';

type ClientWrite = Parameters<Database['clients']['bulkWrite']>[0][number];

interface Taken {
  readonly values: ContractValues;
  readonly row: ContractRow;
}

const FIELDS = ['tier', 'locale', 'zone', 'calendarId', 'ownerId'] as const;

/**
 * The clients that a batch of contracts belongs to: read once, changed row by row, written once. Only single
 * fields and contacts are written, so that what others set meanwhile stays: a flag that a mail bounced above all.
 * What a row does not say about a client that exists stays too; contacts are never removed by a table.
 */
export class ClientBook {
  readonly #db: Database;
  readonly #newId: NewId;
  readonly #clients: Map<string, ClientDoc>;
  readonly #writes: ClientWrite[] = [];

  private constructor(db: Database, newId: NewId, clients: Map<string, ClientDoc>) {
    this.#db = db;
    this.#newId = newId;
    this.#clients = clients;
  }

  /** Reads the clients of the rows; those that are not there yet are made of the first row that names them. */
  static async open(db: Database, rows: readonly Taken[], newId: NewId): Promise<ClientBook> {
    const first = new Map<string, Taken>();
    for (const one of rows) {
      const key = nameKey(one.values.clientName);
      if (!first.has(key)) first.set(key, one);
    }
    const clients = await byName(db, [...first.keys()]);
    const missing = [...first].filter(([key]) => !clients.has(key));
    if (missing.length > 0) {
      const docs = missing.map(([key, taken]) => newClient(key, taken, newId));
      const inserted = await insertMissing(db.clients, docs);
      for (const doc of docs) clients.set(doc.nameKey, doc);
      // Where a rival was faster, what counts is what it stored.
      const theirs = docs.filter((_, i) => !inserted.has(i)).map((doc) => doc.nameKey);
      if (theirs.length > 0) for (const [key, client] of await byName(db, theirs)) clients.set(key, client);
    }
    return new ClientBook(db, newId, clients);
  }

  /** Takes what a row says of its client; gives the client's id. */
  take({ values, row }: Taken): string {
    const key = nameKey(values.clientName);
    const before = this.#clients.get(key);
    if (before === undefined) throw new Error('the client of a row was not read');
    let client = this.#takeFields(before, values, row);
    for (const contact of row.contacts) client = this.#takeContact(client, contact, values);
    this.#clients.set(key, client);
    return client._id;
  }

  async save(): Promise<void> {
    const writes = this.#writes.splice(0);
    if (writes.length === 0) return;
    await this.#db.clients.bulkWrite(writes, { ordered: true, throwOnValidationError: true });
  }

  #takeFields(client: ClientDoc, values: ContractValues, row: ContractRow): ClientDoc {
    const changed = FIELDS.filter((field) => row.given.includes(field) && client[field] !== values[field]);
    if (changed.length === 0) return client;
    const set = Object.fromEntries(changed.map((field) => [field, values[field]]));
    this.#writes.push({ updateOne: { filter: { _id: client._id }, update: { $set: set } } });
    return { ...client, ...set };
  }

  #takeContact(client: ClientDoc, contact: RowContact, values: ContractValues): ClientDoc {
    const i = matchContact(client.contacts, contact);
    const old = client.contacts[i];
    if (old === undefined) return this.#addContact(client, newContact(contact, values, this.#newId));
    const merged = mergeContact(old, contact);
    const changed = (['name', 'email', 'phone', 'roles'] as const).filter((f) => !sameValue(old[f], merged[f]));
    if (changed.length === 0) return client;
    // A new address starts afresh after a bounce, and as a new contact: what is still told of the old address
    // must not strike it. Who has opted out has done so at any address.
    const fresh = changed.includes('email') && old.suppressed?.reason === 'bounce';
    const next: Contact = fresh ? { ...merged, id: this.#newId('con') } : merged;
    const set: Record<string, unknown> = Object.fromEntries(
      [...changed, ...(fresh ? (['id'] as const) : [])].map((f) => [`contacts.$[contact].${f}`, next[f]]),
    );
    this.#writes.push({
      updateOne: {
        filter: { _id: client._id },
        update: { $set: set, ...(fresh ? { $unset: { 'contacts.$[contact].suppressed': true } } : {}) },
        arrayFilters: [{ 'contact.id': old.id, ...(fresh ? { 'contact.suppressed.reason': 'bounce' } : {}) }],
      },
    });
    const { suppressed: _suppressed, ...cleared } = next;
    return { ...client, contacts: client.contacts.with(i, fresh ? cleared : next) };
  }

  #addContact(client: ClientDoc, added: Contact): ClientDoc {
    // Of two imports at once the second finds the address there.
    const filter = { _id: client._id, 'contacts.email': trusted({ $ne: added.email }) };
    this.#writes.push({ updateOne: { filter, update: { $push: { contacts: added } } } });
    return { ...client, contacts: [...client.contacts, added] };
  }
}

async function byName(db: Database, keys: readonly string[]): Promise<Map<string, ClientDoc>> {
  const clients = await db.clients.find({ nameKey: trusted({ $in: keys }) }).lean<ClientDoc[]>();
  return new Map(clients.map((client) => [client.nameKey, client]));
}

function newClient(key: string, { values, row }: Taken, newId: NewId): ClientDoc {
  const { clientName, tier, locale, zone, calendarId, ownerId } = values;
  const contacts = row.contacts.map((contact) => newContact(contact, values, newId));
  return { _id: newId('cli'), name: clientName, nameKey: key, tier, locale, zone, calendarId, ownerId, contacts };
}

function newContact({ values }: RowContact, { locale, zone }: ContractValues, newId: NewId): Contact {
  return { id: newId('con'), ...values, locale, zone };
}
