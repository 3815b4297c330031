import type { Permission } from '../../domain/access/index.ts';
import type { Contact } from '../../domain/people/contract.ts';
import { changeClient } from '../../operations/records/clients.ts';
import { addContact, changeContact, removeContact } from '../../operations/records/contacts.ts';
import { refusedOwner } from '../../operations/records/owner.ts';
import { listClients } from '../../operations/store/queries.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/clients.ts';
import { changeStamp, seeClient, throwIf, visibleClient } from './visible-records.ts';

export const clientRoutes: readonly BoundRoute[] = [
  bind(contracts.listClients, async ({ deps, principal, query }) => {
    const only = principal.rights.filter('read Client');
    if (only === null) return { items: [], next: null };
    const page = await listClients(deps.context.db, only, query);
    return { items: page.items.map((doc) => ({ ...fieldsOf(doc), contacts: doc.contacts.length })), next: page.next };
  }),

  bind(contracts.getClient, async ({ deps, principal, params }) =>
    clientOf(await visibleClient(deps.context.db, principal, params.clientId)),
  ),

  bind(contracts.changeClient, async (call) => {
    const { deps, principal, params, body, reply } = call;
    const { db } = deps.context;
    const { ownerId, tier } = body;
    const permission: Permission = ownerId === undefined && tier === undefined ? 'work Client' : 'update Client';
    const refusal = ownerId === undefined ? undefined : await refusedOwner(db, principal.rights, ownerId);
    const changed = await changeClient(db, params.clientId, body, changeStamp(call), (doc) => {
      seeClient(principal, doc, permission);
      throwIf(refusal);
      reply.matchVersion(clientOf(doc));
    });
    return clientOf(changed);
  }),

  bind(contracts.addContact, async (call) => {
    const { deps, principal, params, body } = call;
    const check = (doc: ClientDoc) => seeClient(principal, doc, 'work Client');
    const { contact } = await addContact(deps.context.db, params.clientId, body, changeStamp(call), check);
    return contactOf(contact);
  }),

  bind(contracts.changeContact, async (call) => {
    const { deps, principal, params, body, reply } = call;
    const { clientId, contactId } = params;
    const changed = await changeContact(deps.context.db, clientId, contactId, body, changeStamp(call), (doc) => {
      seeClient(principal, doc, 'work Client');
      reply.matchVersion(clientOf(doc));
    });
    return contactOf(changed.contact);
  }),

  bind(contracts.removeContact, async (call) => {
    const { deps, principal, params, reply } = call;
    const { clientId, contactId } = params;
    await removeContact(deps.context.db, clientId, contactId, changeStamp(call), (doc) => {
      seeClient(principal, doc, 'work Client');
      reply.matchVersion(clientOf(doc));
    });
  }),
];

function fieldsOf({ _id, name, tier, locale, zone, calendarId, ownerId }: ClientDoc) {
  return { id: _id, name, tier, locale, zone, calendarId, ownerId };
}

/** As the contract orders its fields: the version of a client is taken over this text. */
function clientOf(doc: ClientDoc) {
  return contracts.client.parse({ ...fieldsOf(doc), contacts: doc.contacts.map(contactOf) });
}

function contactOf({ id, name, email, phone, roles, locale, zone, suppressed }: Contact) {
  return {
    id,
    name,
    email,
    phone: phone ?? null,
    roles: [...roles],
    locale,
    zone,
    suppressed: suppressed === undefined ? null : { reason: suppressed.reason, at: suppressed.at },
  };
}
