import { Schema } from 'mongoose';
import type { Client, Contact } from '../domain/people/contract.ts';
import { inCollection, json, text } from './fields.ts';

/** A client with its contacts. Contacts have ids that are unique in the whole collection. */
export interface ClientDoc extends Omit<Client, 'id' | 'contacts'> {
  readonly _id: string;
  readonly contacts: readonly Contact[];
  /** The name as it is compared ({@link nameKey}): composed, without doubled blanks; unique. */
  readonly nameKey: string;
}

export const clientSchema = new Schema<ClientDoc>(
  {
    _id: text,
    name: text,
    nameKey: text,
    tier: text,
    locale: text,
    zone: text,
    calendarId: text,
    ownerId: text,
    contacts: json,
  },
  inCollection('clients'),
);

clientSchema.index({ nameKey: 1 }, { unique: true, name: 'one_client_per_name' });
clientSchema.index({ ownerId: 1, nameKey: 1, _id: 1 }, { name: 'by_owner_and_name' });
clientSchema.index({ 'contacts.email': 1 }, { name: 'by_contact_email' });
clientSchema.index({ 'contacts.id': 1 }, { name: 'by_contact' });

export function clientToDomain(doc: ClientDoc): Client {
  const { _id, nameKey: _nameKey, ...client } = doc;
  return { id: _id, ...client };
}
