import { z } from 'zod';
import { defineRoute } from '../contract.ts';
import { civilDate, id } from './shapes.ts';

/** A table is made in memory: more are exported in parts. */
export const TABLE_ROWS_MAX = 50_000;

export const contractTable = defineRoute({
  id: 'contractTable',
  method: 'GET',
  path: '/v1/tables/contracts',
  tag: 'contracts',
  summary: {
    en: 'Contracts with their renewals as a table, in the columns that an import knows',
    'zh-CN': '导出合同及续费清单（列与导入一致）',
  },
  access: 'create Export',
  query: z.strictObject({
    format: z.enum(['csv', 'xlsx', 'json']).optional().meta({ description: 'CSV where left out' }),
    ownerId: id.optional(),
    clientId: id.optional(),
    endsFrom: civilDate.optional(),
    endsTo: civilDate.optional(),
  }),
  produces: 'text/csv',
  response: z.string(),
});
