import { hash } from 'node:crypto';
import { PerennialError } from '../../domain/errors/index.ts';
import type { Contact, ContactRole } from '../../domain/people/contract.ts';
import type { Locale } from '../../domain/text.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import { newId, textKey } from '../../schemas/keys.ts';
import { MAX_NAME } from '../text-fields.ts';
import { FieldChecks } from './checks.ts';
import { contactFields, contactMissing, inClient } from './clients.ts';
import { differenceOf } from './history.ts';
import type { ChangeStamp, CheckRecord } from './stamp.ts';

const MAX_PHONE = 40;
/** A client with more has a list of addresses, not of people one works with. */
export const MAX_CONTACTS = 200;

export interface NewContact {
  readonly name: string;
  readonly email: string;
  readonly phone?: string | undefined;
  readonly roles: readonly ContactRole[];
  /** The client's own where left out. */
  readonly locale?: Locale | undefined;
  readonly zone?: string | undefined;
}

export interface ContactChange {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | null | undefined;
  readonly roles?: readonly ContactRole[] | undefined;
  readonly locale?: Locale | undefined;
  readonly zone?: string | undefined;
  /** Asks that mail may go there again. A new address does so by itself after a bounce; nothing else ever does. */
  readonly suppressed?: null | undefined;
}

/** The contact that came of it, which may have another id, with its client. */
export interface WithContact {
  readonly client: ClientDoc;
  readonly contact: Contact;
}

/**
 * Adds a contact; the same request again finds it there. Throws `contact.address_known` where another contact of the
 * client has the address, `contact.too_many`, and everything that is wrong with the values.
 */
export async function addContact(
  db: Database,
  clientId: string,
  values: NewContact,
  stamp: ChangeStamp,
  check: CheckRecord<ClientDoc>,
): Promise<WithContact> {
  const checks = new FieldChecks();
  const fields = checked(values, checks);
  const id = contactIdOf(clientId, stamp);
  const client = await inClient(db, clientId, stamp, check, async (old, session) => {
    checks.done();
    if (old.contacts.some((one) => one.id === id)) return { next: old, difference: null };
    const { name, email, phone } = fields;
    refuseKnown(old, email ?? '', null);
    if (old.contacts.length >= MAX_CONTACTS) throw PerennialError.of('contact.too_many', { max: MAX_CONTACTS });
    const contact: Contact = {
      id,
      name: name ?? '',
      email: email ?? '',
      ...(phone === undefined || phone === '' ? {} : { phone }),
      roles: [...new Set(values.roles)],
      locale: values.locale ?? old.locale,
      zone: fields.zone ?? old.zone,
    };
    await db.clients.updateOne({ _id: clientId }, { $push: { contacts: contact } }, { session });
    const difference = { before: { contact: null }, after: { contact: contactFields(contact) } };
    return { next: { ...old, contacts: [...old.contacts, contact] }, difference };
  });
  return { client, contact: contactOf(client, id) };
}

/**
 * Changes a contact. After a bounce a new address is a new beginning, and the contact a new one: what is still told of
 * the old address must not strike it. Who has opted out or complained has done so at any address. Throws
 * `contact.suppression_stays`, `contact.address_known`, `resource.not_found`, and what is wrong with the values.
 */
export async function changeContact(
  db: Database,
  clientId: string,
  contactId: string,
  change: ContactChange,
  stamp: ChangeStamp,
  check: CheckRecord<ClientDoc>,
): Promise<WithContact> {
  const checks = new FieldChecks();
  const fields = checked(change, checks);
  const fresh = newId('con');
  let id = contactId;
  const client = await inClient(db, clientId, stamp, check, async (old, session) => {
    const before = contactOf(old, contactId);
    checks.done();
    const moved = fields.email !== undefined && textKey(fields.email) !== textKey(before.email);
    if (moved) refuseKnown(old, fields.email ?? '', contactId);
    const revived = moved && before.suppressed?.reason === 'bounce';
    if (change.suppressed === null && before.suppressed !== undefined && !revived) {
      throw PerennialError.of(
        'contact.suppression_stays',
        { reason: `@suppressed.${before.suppressed.reason}` },
        { field: 'suppressed' },
      );
    }
    id = revived ? fresh : contactId;
    const { roles, locale, phone } = change;
    const contact = changed(before, { ...fields, roles, locale, phone: fields.phone ?? phone }, id, revived);
    const difference = differenceOf(contactFields(before), contactFields(contact));
    if (difference === null) return { next: old, difference };
    const contacts = old.contacts.map((one) => (one.id === contactId ? contact : one));
    await db.clients.updateOne(
      { _id: clientId },
      { $set: { 'contacts.$[contact]': contact } },
      { session, arrayFilters: [{ 'contact.id': contactId }] },
    );
    const { before: was, after } = difference;
    return {
      next: { ...old, contacts },
      difference: { before: { contact: { id: before.id, ...was } }, after: { contact: { id, ...after } } },
    };
  });
  return { client, contact: contactOf(client, id) };
}

/**
 * Removes a contact. One who has opted out or complained stays: the address could come back as a new contact, and be
 * written to again. Throws `contact.suppression_kept` and `resource.not_found`.
 */
export async function removeContact(
  db: Database,
  clientId: string,
  contactId: string,
  stamp: ChangeStamp,
  check: CheckRecord<ClientDoc>,
): Promise<ClientDoc> {
  return inClient(db, clientId, stamp, check, async (old, session) => {
    const contact = contactOf(old, contactId);
    const reason = contact.suppressed?.reason;
    if (reason !== undefined && reason !== 'bounce') {
      throw PerennialError.of('contact.suppression_kept', { reason: `@suppressed.${reason}` });
    }
    await db.clients.updateOne({ _id: clientId }, { $pull: { contacts: { id: contactId } } }, { session });
    const difference = { before: { contact: contactFields(contact) }, after: { contact: null } };
    return { next: { ...old, contacts: old.contacts.filter((one) => one.id !== contactId) }, difference };
  });
}

/** Follows from the request, so that one whose answer was lost adds the contact once; says nothing about the person. */
function contactIdOf(clientId: string, { id }: ChangeStamp): string {
  return `con_${hash('sha256', `${clientId}/${id}`, 'hex').slice(0, 20)}`;
}

function checked({ name, email, phone, zone }: Partial<ContactChange>, checks: FieldChecks) {
  return {
    ...(name === undefined ? {} : { name: checks.text('name', name, MAX_NAME) }),
    ...(email === undefined ? {} : { email: checks.address('email', email) }),
    ...(phone === undefined || phone === null ? {} : { phone: checks.text('phone', phone, MAX_PHONE, false) }),
    ...(zone === undefined ? {} : { zone: checks.zone('zone', zone) }),
  };
}

function changed(
  before: Contact,
  change: Omit<ReturnType<typeof checked>, 'phone'> & Pick<ContactChange, 'roles' | 'locale' | 'phone'>,
  id: string,
  revived: boolean,
): Contact {
  const { phone: oldPhone, suppressed, ...kept } = before;
  const phone = change.phone === undefined ? oldPhone : change.phone;
  return {
    ...kept,
    id,
    name: change.name ?? before.name,
    email: change.email ?? before.email,
    ...(phone === undefined || phone === null || phone === '' ? {} : { phone }),
    roles: change.roles === undefined ? before.roles : [...new Set(change.roles)],
    locale: change.locale ?? before.locale,
    zone: change.zone ?? before.zone,
    ...(suppressed === undefined || revived ? {} : { suppressed }),
  };
}

/** Contacts are known by their address, within their client. */
function refuseKnown(client: ClientDoc, email: string, except: string | null): void {
  const known = client.contacts.some((one) => one.id !== except && textKey(one.email) === textKey(email));
  if (known) throw PerennialError.of('contact.address_known', {}, { field: 'email' });
}

function contactOf(client: ClientDoc, contactId: string): Contact {
  const contact = client.contacts.find((one) => one.id === contactId);
  if (contact === undefined) throw contactMissing(contactId);
  return contact;
}
