import { z } from 'zod';
import { ROLES } from '../../domain/people/types.ts';
import { defineRoute } from '../contract.ts';
import { id, locale, pageOf, paging, yesNo } from './shapes.ts';

const role = z.enum(ROLES);
const params = z.strictObject({ personId: id });

export const person = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    roles: z.array(role),
    managerId: z.string().nullable(),
    locale,
    zone: z.string(),
    active: z.boolean(),
  })
  .meta({ id: 'Person' });

export const listPeople = defineRoute({
  id: 'listPeople',
  method: 'GET',
  path: '/v1/people',
  tag: 'team',
  summary: { en: 'The team, by name', 'zh-CN': '团队成员（按姓名）' },
  access: 'read Person',
  query: z.strictObject({
    ...paging,
    role: role.optional(),
    active: yesNo.optional(),
    managerId: id.optional(),
  }),
  response: pageOf(person),
});

export const getPerson = defineRoute({
  id: 'getPerson',
  method: 'GET',
  path: '/v1/people/:personId',
  tag: 'team',
  summary: { en: 'One member of the team', 'zh-CN': '团队成员详情' },
  access: 'read Person',
  params,
  response: person,
});

export const changePerson = defineRoute({
  id: 'changePerson',
  method: 'PATCH',
  path: '/v1/people/:personId',
  tag: 'team',
  summary: { en: 'Change roles, superior, or whether somebody still works here', 'zh-CN': '修改角色、上级或在职状态' },
  access: 'update Person',
  ifMatch: true,
  params,
  body: z.strictObject({
    roles: z.array(role).max(ROLES.length).optional(),
    managerId: id.nullable().optional(),
    active: z.boolean().optional(),
  }),
  response: person,
});
