import { z } from 'zod';
import { CONTACT_ROLES } from '../../domain/people/contract.ts';
import { defineRoute } from '../contract.ts';
import { id, instant, line, locale, pageOf, paging } from './shapes.ts';

const tier = z.enum(['A', 'B', 'C']);
const zone = line(64, 1);
const roles = z.array(z.enum(CONTACT_ROLES)).max(CONTACT_ROLES.length);
const params = z.strictObject({ clientId: id });
const contactParams = z.strictObject({ clientId: id, contactId: id });

export const clientItem = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    tier,
    locale,
    zone: z.string(),
    calendarId: z.string(),
    ownerId: z.string(),
    contacts: z.int().meta({ description: 'How many contacts there are' }),
  })
  .meta({ id: 'ClientItem' });

export const contact = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    phone: z.string().nullable(),
    roles: z.array(z.enum(CONTACT_ROLES)),
    locale,
    zone: z.string(),
    /** Why nothing but legal matters is mailed there, and since when. */
    suppressed: z.strictObject({ reason: z.enum(['bounce', 'opt-out', 'complaint']), at: instant }).nullable(),
  })
  .meta({ id: 'Contact' });

export const client = clientItem.extend({ contacts: z.array(contact) }).meta({ id: 'Client' });

export const listClients = defineRoute({
  id: 'listClients',
  method: 'GET',
  path: '/v1/clients',
  tag: 'clients',
  summary: { en: 'Clients, by name', 'zh-CN': '客户列表（按名称）' },
  access: 'read Client',
  query: z.strictObject({
    ...paging,
    ownerId: id.optional(),
    tier: tier.optional(),
    /** How the name begins. */
    name: line(200, 1).optional(),
    /** Address of a contact, as it is written there. */
    email: line(254, 3).optional(),
  }),
  response: pageOf(clientItem),
});

export const getClient = defineRoute({
  id: 'getClient',
  method: 'GET',
  path: '/v1/clients/:clientId',
  tag: 'clients',
  summary: { en: 'One client with its contacts', 'zh-CN': '客户档案及联系人' },
  access: 'read Client',
  params,
  response: client,
});

export const changeClient = defineRoute({
  id: 'changeClient',
  method: 'PATCH',
  path: '/v1/clients/:clientId',
  tag: 'clients',
  summary: {
    en: 'Change a client; tier and owner need more than looking after it',
    'zh-CN': '修改客户资料（等级与负责人需更高权限）',
  },
  access: 'work Client',
  ifMatch: true,
  params,
  body: z.strictObject({
    tier: tier.optional(),
    locale: locale.optional(),
    zone: zone.optional(),
    calendarId: id.optional(),
    ownerId: id.optional(),
  }),
  response: client,
});

const contactFields = {
  name: line(200, 1),
  email: line(254, 3),
  phone: line(40),
  roles,
  locale,
  zone,
} as const;

export const addContact = defineRoute({
  id: 'addContact',
  method: 'POST',
  path: '/v1/clients/:clientId/contacts',
  tag: 'clients',
  summary: { en: 'Add a contact', 'zh-CN': '新增联系人' },
  access: 'work Client',
  params,
  body: z.strictObject({
    name: contactFields.name,
    email: contactFields.email,
    phone: contactFields.phone.optional(),
    roles,
    /** The client's own where left out. */
    locale: locale.optional(),
    zone: zone.optional(),
  }),
  status: 201,
  response: contact,
});

export const changeContact = defineRoute({
  id: 'changeContact',
  method: 'PATCH',
  path: '/v1/clients/:clientId/contacts/:contactId',
  tag: 'clients',
  summary: {
    en: 'Change a contact; If-Match is the version of the client',
    'zh-CN': '修改联系人（If-Match 为客户的版本）',
  },
  access: 'work Client',
  ifMatch: true,
  params: contactParams,
  body: z.strictObject({
    name: contactFields.name.optional(),
    email: contactFields.email.optional(),
    phone: contactFields.phone.nullable().optional(),
    roles: roles.optional(),
    locale: locale.optional(),
    zone: zone.optional(),
    /** Mail may go there again: only after a bounce, together with a new address. */
    suppressed: z.null().optional(),
  }),
  response: contact,
});

export const removeContact = defineRoute({
  id: 'removeContact',
  method: 'DELETE',
  path: '/v1/clients/:clientId/contacts/:contactId',
  tag: 'clients',
  summary: {
    en: 'Remove a contact; If-Match is the version of the client',
    'zh-CN': '删除联系人（If-Match 为客户的版本）',
  },
  access: 'work Client',
  ifMatch: true,
  params: contactParams,
  status: 204,
  response: z.undefined(),
});
