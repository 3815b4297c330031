import { excerpt, problem } from '../../../domain/errors/index.ts';
import type { ContactRole } from '../../../domain/people/contract.ts';
import { readAddress } from '../../../mail/addresses.ts';
import type { ContractField } from '../fields.ts';
import { wordKey } from './row-cells.ts';
import type { RowCells } from './row-cells.ts';
import type { ContactValues, RowContact } from './values.ts';
import { sameKey } from './values.ts';
import { CONTACT_ROLE_WORDS } from './words.ts';

type Columns = readonly [name: ContractField, email: ContractField, phone: ContractField, role: ContractField];

const SLOTS: readonly (readonly [Columns, ContactRole])[] = [
  [['contactName', 'contactEmail', 'contactPhone', 'contactRole'], 'decision-maker'],
  [['contact2Name', 'contact2Email', 'contact2Phone', 'contact2Role'], 'champion'],
];

/** The contacts of a row. A contact without an e-mail is left out with a warning: it could get nothing. */
export function readContacts(cells: RowCells<ContractField>): readonly RowContact[] {
  const contacts: RowContact[] = [];
  for (const [columns, role] of SLOTS) {
    const contact = readContact(cells, columns, role);
    if (contact && !contacts.some((c) => sameKey(c.values.email) === sameKey(contact.values.email))) {
      contacts.push(contact);
    }
  }
  return contacts;
}

function readContact(
  cells: RowCells<ContractField>,
  [nameField, emailField, phoneField, roleField]: Columns,
  usualRole: ContactRole,
): RowContact | undefined {
  const name = cells.text(nameField, 100);
  const email = readEmail(cells, emailField);
  const phone = cells.text(phoneField, 40);
  const roles = readRoles(cells, roleField);
  if (email === undefined) {
    if (name !== undefined && !cells.isWrong(emailField)) {
      cells.warn(nameField, 'contact.no_email', { value: excerpt(name) });
    }
    return undefined;
  }
  const given: (keyof ContactValues)[] = ['email'];
  if (name !== undefined) given.push('name');
  if (phone !== undefined) given.push('phone');
  if (roles.length > 0) given.push('roles');
  const values = {
    name: name ?? email,
    email,
    ...(phone === undefined ? {} : { phone }),
    roles: roles.length > 0 ? roles : [usualRole],
  };
  return { values, given };
}

/** One address, checked by the same rules as when a mail goes out. */
export function readEmail<F extends string>(cells: RowCells<F>, field: F): string | undefined {
  const text = cells.raw(field);
  if (text === undefined) return undefined;
  const read = readAddress(text);
  if (typeof read !== 'string') return cells.fail(field, read);
  const domain = text.slice(text.lastIndexOf('@') + 1);
  if (mixesAlphabets(domain)) cells.warn(field, 'email.lookalike', { value: excerpt(text), ascii: read });
  return read;
}

/** Latin beside Cyrillic or Greek letters in one label is how a false domain looks like a true one. */
function mixesAlphabets(domain: string): boolean {
  if (!/\P{ASCII}/u.test(domain)) return false;
  return domain
    .split('.')
    .some((label) => /\p{Script=Latin}/u.test(label) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(label));
}

function readRoles(cells: RowCells<ContractField>, field: ContractField): readonly ContactRole[] {
  const text = cells.raw(field);
  if (text === undefined) return [];
  const roles = new Set<ContactRole>();
  for (const word of text.split(/[,;\uff0c\uff1b、/|+]/)) {
    const role = CONTACT_ROLE_WORDS.get(wordKey(word));
    if (role === undefined) {
      const choices =
        '@choice.contact.decision-maker, @choice.contact.champion, @choice.contact.billing, @choice.contact.legal';
      cells.fail(field, problem('field.choice', { value: excerpt(text), field: cells.label(field), choices }));
      return [];
    }
    roles.add(role);
  }
  return [...roles];
}
