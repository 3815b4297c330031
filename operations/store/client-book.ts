import { trusted } from 'mongoose';
import type { Contact } from '../../domain/people/contract.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import { idFor, nameKey, textKey } from '../../schemas/keys.ts';
import type { ContactValues, ContractValues, ValueName } from '../import/rows/values.ts';

/**
 * The clients that a batch of contracts belongs to: read once, changed row by row, written once. What a row does
 * not say about a client that exists stays as it is; contacts are never removed by a table.
 */
export class ClientBook {
  readonly #db: Database;
  readonly #clients: Map<string, ClientDoc>;
  readonly #changed = new Set<string>();

  private constructor(db: Database, clients: readonly ClientDoc[]) {
    this.#db = db;
    this.#clients = new Map(clients.map((client) => [client.nameKey, client]));
  }

  static async open(db: Database, names: readonly string[]): Promise<ClientBook> {
    const keys = [...new Set(names.map(nameKey))];
    return new ClientBook(db, await db.clients.find({ nameKey: trusted({ $in: keys }) }).lean<ClientDoc[]>());
  }

  /** Takes what a row says of its client; gives the client's id. */
  take(values: ContractValues, given: readonly ValueName[]): string {
    const key = nameKey(values.clientName);
    const before = this.#clients.get(key);
    const after = before === undefined ? newClient(key, values) : changedClient(before, values, given);
    if (JSON.stringify(before) !== JSON.stringify(after)) {
      this.#clients.set(key, after);
      this.#changed.add(key);
    }
    return after._id;
  }

  async save(): Promise<void> {
    const docs = [...this.#changed].flatMap((key) => this.#clients.get(key) ?? []);
    this.#changed.clear();
    if (docs.length === 0) return;
    await this.#db.clients.bulkWrite(
      docs.map(({ _id, ...fields }) => ({ updateOne: { filter: { _id }, update: { $set: fields }, upsert: true } })),
      { ordered: false, throwOnValidationError: true },
    );
  }
}

function newClient(key: string, values: ContractValues): ClientDoc {
  const { clientName, tier, locale, zone, calendarId, ownerId } = values;
  const _id = idFor('cli', key);
  const contacts = mergeContacts(_id, [], values);
  return { _id, name: clientName, nameKey: key, tier, locale, zone, calendarId, ownerId, contacts };
}

function changedClient(before: ClientDoc, values: ContractValues, given: readonly ValueName[]): ClientDoc {
  const says = (field: ValueName): boolean => given.includes(field);
  return {
    ...before,
    tier: says('tier') ? values.tier : before.tier,
    locale: says('locale') ? values.locale : before.locale,
    zone: says('zone') ? values.zone : before.zone,
    calendarId: says('calendarId') ? values.calendarId : before.calendarId,
    ownerId: says('ownerId') ? values.ownerId : before.ownerId,
    contacts: says('contacts') ? mergeContacts(before._id, before.contacts, values) : before.contacts,
  };
}

/** Contacts are known by their address. A known one keeps its id, and stays suppressed if it was. */
function mergeContacts(clientId: string, before: readonly Contact[], values: ContractValues): readonly Contact[] {
  const merged = [...before];
  for (const contact of values.contacts) {
    const i = merged.findIndex((one) => textKey(one.email) === textKey(contact.email));
    const old = merged[i];
    if (old === undefined) merged.push(newContact(clientId, contact, values));
    else merged[i] = { ...old, ...contact, email: old.email };
  }
  return merged;
}

function newContact(clientId: string, contact: ContactValues, { locale, zone }: ContractValues): Contact {
  return { id: idFor('con', clientId, textKey(contact.email)), ...contact, locale, zone };
}
