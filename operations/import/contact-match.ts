import type { Contact } from '../../domain/people/contract.ts';
import { clientKey, sameKey } from './rows/values.ts';
import type { ContactValues, RowContact } from './rows/values.ts';

export interface KnownContact extends ContactValues {
  readonly suppressed?: Contact['suppressed'];
}

/**
 * Which of the known contacts a row means, or -1. Contacts are known by their address. One that nothing is sent to
 * any more is also known by name and roles: another address beside them is its corrected one.
 */
export function matchContact(known: readonly KnownContact[], { values, given }: RowContact): number {
  const byAddress = known.findIndex((one) => sameKey(one.email) === sameKey(values.email));
  if (byAddress >= 0 || !given.includes('name')) return byAddress;
  return known.findIndex(
    (one) =>
      one.suppressed !== undefined &&
      clientKey(one.name) === clientKey(values.name) &&
      (!given.includes('roles') || [...one.roles].sort().join() === [...values.roles].sort().join()),
  );
}

/** What a row says of a contact that is known: only what it names; the address as known unless it is another one. */
export function mergeContact<C extends ContactValues>(old: C, { values, given }: RowContact): C {
  const merged = { ...old };
  const email = sameKey(old.email) === sameKey(values.email) ? old.email : values.email;
  const said = Object.fromEntries(given.map((field) => [field, values[field]]));
  return Object.assign(merged, said, { email });
}
