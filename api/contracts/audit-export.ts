import { z } from 'zod';
import { EXPORT_FORMATS } from '../../operations/export/history-lines.ts';
import { defineRoute } from '../contract.ts';
import { job } from './jobs.ts';
import { civilDate, id } from './shapes.ts';

export const exportHistory = defineRoute({
  id: 'exportHistory',
  method: 'GET',
  path: '/v1/renewals/:renewalId/history/export',
  tag: 'history',
  summary: { en: 'The history of a renewal as a file', 'zh-CN': '导出一个续费的完整历史' },
  access: 'create Export',
  params: z.strictObject({ renewalId: id }),
  query: z.strictObject({ format: z.enum(EXPORT_FORMATS).optional() }),
  produces: 'application/jsonl',
  response: z.string(),
});

export const startExport = defineRoute({
  id: 'startExport',
  method: 'POST',
  path: '/v1/exports',
  tag: 'history',
  summary: { en: 'Export the histories that one may read', 'zh-CN': '导出可查看的全部历史' },
  access: 'create Export',
  body: z.strictObject({
    format: z.enum(EXPORT_FORMATS),
    ownerId: id.optional(),
    from: civilDate.optional(),
    to: civilDate.optional(),
  }),
  status: 202,
  response: job,
});

export const getExport = defineRoute({
  id: 'getExport',
  method: 'GET',
  path: '/v1/exports/:exportId',
  tag: 'history',
  summary: { en: 'How far an export is', 'zh-CN': '导出进度' },
  // One's own only; asking how far it is, is no export.
  access: 'signed in',
  params: z.strictObject({ exportId: id }),
  response: job,
});

export const exportFile = defineRoute({
  id: 'exportFile',
  method: 'GET',
  path: '/v1/exports/:exportId/file',
  tag: 'history',
  summary: { en: 'The file of an export', 'zh-CN': '下载导出文件' },
  access: 'create Export',
  params: z.strictObject({ exportId: id }),
  produces: 'application/jsonl',
  response: z.string(),
});

export const verifyAllHistories = defineRoute({
  id: 'verifyAllHistories',
  method: 'POST',
  path: '/v1/history/verify',
  tag: 'history',
  summary: { en: 'Verify all histories, also against their witnesses', 'zh-CN': '校验全部历史，并与外部佐证核对' },
  access: 'verify History',
  body: z.strictObject({
    /** Compares each chain with what its workflow decided; slower. */
    workflows: z.boolean().optional(),
  }),
  status: 202,
  response: job,
});

export const getVerification = defineRoute({
  id: 'getVerification',
  method: 'GET',
  path: '/v1/history/verify/:jobId',
  tag: 'history',
  summary: { en: 'What a verification has found', 'zh-CN': '校验结果' },
  access: 'verify History',
  params: z.strictObject({ jobId: id }),
  response: job,
});

export const eraseClientData = defineRoute({
  id: 'eraseClient',
  method: 'POST',
  path: '/v1/clients/:clientId/erase',
  tag: 'clients',
  summary: { en: 'Erase what is known of a client’s people', 'zh-CN': '清除客户联系人的个人信息' },
  access: 'delete Client',
  params: z.strictObject({ clientId: id }),
  body: z.strictObject({
    /** The client's name, typed by whoever wants it erased. */
    confirm: z.string().max(500),
  }),
  response: z.strictObject({
    workflows: z.int(),
    heads: z.array(z.strictObject({ renewalId: z.string(), seq: z.int(), hash: z.string() })),
  }),
});
