import { z } from 'zod';
import { defineRoute } from '../contract.ts';
import { civilDate, id, instant, pageOf, paging, words, yesNo } from './shapes.ts';

/** Somebody is away, and somebody else stands in. */
export const absence = z
  .strictObject({
    id: z.string(),
    personId: z.string(),
    from: civilDate,
    to: civilDate,
    zone: z.string().meta({ description: 'Zone of the days' }),
    begins: instant,
    ends: instant,
    substituteId: z.string(),
    reason: z.string(),
    createdAt: instant,
    createdBy: z.string(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Absence' });

const params = z.strictObject({ absenceId: id });
const nothing = z.undefined();

export const listAbsences = defineRoute({
  id: 'listAbsences',
  method: 'GET',
  path: '/v1/absences',
  tag: 'team',
  summary: { en: 'Who is away and who stands in, the latest first', 'zh-CN': '缺勤与代理（最新在前）' },
  access: 'read Absence',
  query: z.strictObject({ ...paging, personId: id.optional(), past: yesNo.optional() }),
  response: pageOf(absence),
});

export const getAbsence = defineRoute({
  id: 'getAbsence',
  method: 'GET',
  path: '/v1/absences/:absenceId',
  tag: 'team',
  summary: { en: 'One absence', 'zh-CN': '缺勤详情' },
  access: 'read Absence',
  params,
  response: absence,
});

export const createAbsence = defineRoute({
  id: 'createAbsence',
  method: 'POST',
  path: '/v1/absences',
  tag: 'team',
  summary: {
    en: 'Somebody will be away: who stands in, from the first day to the last',
    'zh-CN': '登记缺勤及代理人（起止日期均含当日）',
  },
  access: 'create Absence',
  status: 201,
  body: z.strictObject({ personId: id, from: civilDate, to: civilDate, substituteId: id, reason: words.optional() }),
  response: absence,
});

export const changeAbsence = defineRoute({
  id: 'changeAbsence',
  method: 'PATCH',
  path: '/v1/absences/:absenceId',
  tag: 'team',
  summary: { en: 'Other days, or another substitute', 'zh-CN': '修改缺勤日期或代理人' },
  access: 'update Absence',
  ifMatch: true,
  params,
  body: z.strictObject({
    from: civilDate.optional(),
    to: civilDate.optional(),
    substituteId: id.optional(),
    reason: words.optional(),
  }),
  response: absence,
});

export const endAbsence = defineRoute({
  id: 'endAbsence',
  method: 'DELETE',
  path: '/v1/absences/:absenceId',
  tag: 'team',
  summary: { en: 'The person is back, or does not go: all is as before', 'zh-CN': '提前结束或取消缺勤，恢复原状' },
  access: 'delete Absence',
  params,
  status: 204,
  response: nothing,
});

export const handOver = defineRoute({
  id: 'handOver',
  method: 'POST',
  path: '/v1/people/:personId/handover',
  tag: 'team',
  summary: {
    en: 'Hand all clients of a person to another in one go; `preview` changes nothing',
    'zh-CN': '将某人的全部客户一次性交接给另一人；preview 仅预览',
  },
  access: 'update Client',
  params: z.strictObject({ personId: id }),
  body: z.strictObject({ to: id, preview: z.boolean() }),
  response: z.strictObject({
    preview: z.boolean(),
    clients: z.int(),
    renewals: z.int(),
    tasks: z.int(),
    approvals: z.int(),
    names: z
      .array(z.strictObject({ id: z.string(), name: z.string() }))
      .meta({ description: 'The first 200 clients, by name' }),
  }),
});
