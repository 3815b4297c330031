import { z } from 'zod';
import { IMPORT_MAX_BYTES } from '../../operations/imports/imports.ts';
import { defineRoute } from '../contract.ts';
import { job } from './jobs.ts';
import { id, line, pageOf, paging, yesNo } from './shapes.ts';

const params = z.strictObject({ importId: id });

const importJob = job
  .omit({ result: true })
  .extend({
    by: z.string().nullable(),
    file: z.string(),
    bytes: z.int(),
    dryRun: z.boolean(),
    mode: z.enum(['good rows', 'all']),
    /** Null until it is done. */
    result: z
      .strictObject({
        table: z.strictObject({
          format: z.enum(['csv', 'xlsx']),
          encoding: z.string().optional(),
          delimiter: z.string().optional(),
          sheet: z.string().optional(),
          headerRow: z.int(),
        }),
        /** How the columns were read; `chosen` by the mapping that was sent. */
        columns: z.array(
          z.strictObject({
            header: z.string(),
            column: z.int(),
            field: z.string(),
            label: z.string(),
            how: z.enum(['name', 'chosen']),
          }),
        ),
        /** Headers that mean nothing to us: their cells are not imported. */
        ignored: z.array(z.string()),
        rows: z.int(),
        /** Each row is in exactly one of them; of a dry run: what would be. */
        counts: z.strictObject({ new: z.int(), changed: z.int(), same: z.int(), wrong: z.int() }),
        stored: z.boolean(),
        /** Renewals that began with it, and those that were told of a change. */
        started: z.int(),
        changed: z.int(),
        problems: z.int(),
        errorsFile: z.enum(['csv', 'xlsx']).nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'ImportJob' });

export const startImport = defineRoute({
  id: 'startImport',
  method: 'POST',
  path: '/v1/imports',
  tag: 'imports',
  summary: {
    en: 'Import a list of contracts; the body is the file, the answer the job that imports it',
    'zh-CN': '导入合同清单（请求正文即文件，返回导入任务）',
  },
  access: 'create Import',
  consumes: ['text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  bodyLimit: IMPORT_MAX_BYTES,
  query: z.strictObject({
    dryRun: yesNo.optional().meta({ description: 'Reads, checks and compares, and stores nothing' }),
    mode: z
      .enum(['good rows', 'all'])
      .optional()
      .meta({ description: '`good rows` (where left out) stores what is right; `all` nothing while a row is wrong' }),
    name: line(200, 1).optional().meta({ description: 'Name of the file, as messages call it' }),
    sheet: line(100, 1).optional().meta({ description: 'Of a workbook; the first with a table where left out' }),
    mapping: z
      .string()
      .max(8000)
      .optional()
      .meta({
        description: 'JSON: field by header where the guess is wrong, null to leave a column out',
        examples: ['{"Deal":"number"}'],
      }),
  }),
  body: z.unknown().meta({ description: 'The file' }),
  status: 202,
  response: importJob,
});

export const listImports = defineRoute({
  id: 'listImports',
  method: 'GET',
  path: '/v1/imports',
  tag: 'imports',
  summary: { en: 'Imports of everybody, the latest first', 'zh-CN': '全部导入任务（由新到旧）' },
  access: 'read Import',
  query: z.strictObject(paging),
  response: pageOf(importJob),
});

export const getImport = defineRoute({
  id: 'getImport',
  method: 'GET',
  path: '/v1/imports/:importId',
  tag: 'imports',
  summary: {
    en: 'How far an import is, how its columns were read and what came of it',
    'zh-CN': '导入进度、列对应关系及结果',
  },
  access: 'read Import',
  params,
  response: importJob,
});

export const importProblems = defineRoute({
  id: 'importProblems',
  method: 'GET',
  path: '/v1/imports/:importId/problems',
  tag: 'imports',
  summary: {
    en: 'What is wrong or doubtful, by row, with its column, value and remedy',
    'zh-CN': '导入问题清单（按行列出列、值及处理办法）',
  },
  access: 'read Import',
  params,
  query: z.strictObject({ ...paging, severity: z.enum(['error', 'warning']).optional() }),
  response: pageOf(
    z.strictObject({
      code: z.string(),
      severity: z.enum(['error', 'warning']),
      row: z.int().nullable(),
      column: z.int().nullable(),
      /** Header of the column. */
      field: z.string().nullable(),
      /** As it stands in the cell. */
      value: z.string().nullable(),
      what: z.string(),
      fix: z.string(),
    }),
  ),
});

export const importChanges = defineRoute({
  id: 'importChanges',
  method: 'GET',
  path: '/v1/imports/:importId/changes',
  tag: 'imports',
  summary: {
    en: 'The first thousand records that it changes, before and after',
    'zh-CN': '导入涉及的变更（前一千条，含变更前后）',
  },
  access: 'read Import',
  params,
  query: z.strictObject(paging),
  response: pageOf(
    z.strictObject({
      row: z.int(),
      /** The contract number. */
      key: z.string(),
      changes: z.array(z.strictObject({ field: z.string(), before: z.unknown(), after: z.unknown() })),
    }),
  ),
});

export const importErrorsFile = defineRoute({
  id: 'importErrorsFile',
  method: 'GET',
  path: '/v1/imports/:importId/errors-file',
  tag: 'imports',
  summary: {
    en: 'The wrong rows with what is wrong beside them, to be mended and imported again',
    'zh-CN': '下载错误行文件（附错误说明，修改后可重新导入）',
  },
  access: 'read Import',
  params,
  produces: 'text/csv',
  response: z.string(),
});

export const cancelImport = defineRoute({
  id: 'cancelImport',
  method: 'POST',
  path: '/v1/imports/:importId/cancel',
  tag: 'imports',
  summary: { en: 'End an import at its next step; what is stored stays', 'zh-CN': '取消导入（已保存的内容保留）' },
  access: 'create Import',
  params,
  response: importJob,
});
