import { z } from 'zod';
import { OUTCOMES } from '../../domain/renewal/state.ts';
import { BULK_MAX } from '../../operations/jobs/bulk.ts';
import { ITEM_STATES } from '../../operations/jobs/read.ts';
import { defineRoute } from '../contract.ts';
import { job } from './jobs.ts';
import { PHASES } from './renewals.ts';
import { civilDate, id, instant, line, pageOf, paging, words } from './shapes.ts';

const params = z.strictObject({ jobId: id });

const filter = z
  .strictObject({
    phase: z.enum(PHASES).optional(),
    stage: line(100).optional(),
    ownerId: id.optional(),
    clientId: id.optional(),
    tier: z.enum(['A', 'B', 'C']).optional(),
    atRisk: z.boolean().optional(),
    paused: z.boolean().optional(),
    stalled: z.boolean().optional(),
    outcome: z.enum(OUTCOMES).optional(),
    endsFrom: civilDate.optional(),
    endsTo: civilDate.optional(),
  })
  .meta({ id: 'RenewalFilter' });

/** Farther than this a date is set by itself, with care. */
const SHIFT_DAYS = 3660;

const action = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('pause'), reason: words, until: civilDate.nullable().optional() }),
    z.strictObject({ kind: z.literal('resume'), note: words.optional() }),
    z.strictObject({ kind: z.literal('reassign'), ownerId: id }),
    z.strictObject({ kind: z.literal('shift dates'), days: z.int().min(-SHIFT_DAYS).max(SHIFT_DAYS), reason: words }),
    z.strictObject({ kind: z.literal('poke') }),
  ])
  .meta({ id: 'BulkAction' });

const chosen = {
  /** Either this or a list. */
  filter: filter.optional(),
  renewalIds: z.array(id).min(1).max(BULK_MAX).optional(),
  action,
} as const;

const reason = z.strictObject({ code: z.string(), text: z.string() });
const fields = z.record(z.string(), z.union([z.string(), z.boolean(), z.null()]));

const BODY_LIMIT = 1024 * 1024;

export const previewBulk = defineRoute({
  id: 'previewBulk',
  method: 'POST',
  path: '/v1/bulk/preview',
  tag: 'renewals',
  summary: {
    en: 'What an action on many renewals would do, and with which it cannot be done',
    'zh-CN': '预览批量操作的影响及不能执行的续费',
  },
  access: 'read Renewal',
  once: false,
  bodyLimit: BODY_LIMIT,
  body: z.strictObject(chosen),
  response: z.strictObject({
    /** How many it would be done with: give this as `expected`. */
    count: z.int(),
    first: z.array(
      z.strictObject({
        renewalId: z.string(),
        contractNumber: z.string(),
        clientName: z.string(),
        before: fields,
        after: fields,
      }),
    ),
    excluded: z.strictObject({
      count: z.int(),
      reasons: z.array(reason.extend({ count: z.int() })),
      first: z.array(z.strictObject({ renewalId: z.string(), contractNumber: z.string().nullable(), reason })),
    }),
  }),
});

const bulkJob = job
  .extend({
    /** For an undo the action that it takes back. */
    action,
    counts: z.strictObject({
      waiting: z.int(),
      done: z.int(),
      unchanged: z.int(),
      failed: z.int(),
      excluded: z.int(),
    }),
    undoOf: z.string().nullable(),
    undoneBy: z.string().nullable(),
    undoable: z.boolean(),
  })
  .meta({ id: 'BulkJob' });

export const beginBulk = defineRoute({
  id: 'beginBulk',
  method: 'POST',
  path: '/v1/bulk',
  tag: 'renewals',
  summary: {
    en: 'Do something with many renewals; the answer is the job that does it',
    'zh-CN': '对多个续费执行批量操作（返回任务）',
  },
  access: 'read Renewal',
  bodyLimit: BODY_LIMIT,
  body: z.strictObject({
    ...chosen,
    /** The count of the preview: another number stops it. */
    expected: z.int().min(0).optional(),
  }),
  status: 202,
  response: bulkJob,
});

export const listBulk = defineRoute({
  id: 'listBulk',
  method: 'GET',
  path: '/v1/bulk',
  tag: 'renewals',
  summary: { en: 'One’s own bulk actions, the latest first', 'zh-CN': '本人发起的批量任务（由新到旧）' },
  access: 'read Renewal',
  query: z.strictObject(paging),
  response: pageOf(bulkJob),
});

export const getBulk = defineRoute({
  id: 'getBulk',
  method: 'GET',
  path: '/v1/bulk/:jobId',
  tag: 'renewals',
  summary: { en: 'How far a bulk action is', 'zh-CN': '批量任务的进度' },
  access: 'read Renewal',
  params,
  response: bulkJob,
});

export const bulkItems = defineRoute({
  id: 'bulkItems',
  method: 'GET',
  path: '/v1/bulk/:jobId/items',
  tag: 'renewals',
  summary: { en: 'What came of each renewal', 'zh-CN': '批量任务中每个续费的结果' },
  access: 'read Renewal',
  params,
  query: z.strictObject({ ...paging, state: z.enum(ITEM_STATES).optional() }),
  response: pageOf(
    z.strictObject({
      place: z.int(),
      renewalId: z.string(),
      contractNumber: z.string().nullable(),
      clientName: z.string().nullable(),
      state: z.enum(ITEM_STATES),
      reason: reason.nullable(),
      doneAt: instant.nullable(),
    }),
  ),
});

export const undoBulk = defineRoute({
  id: 'undoBulk',
  method: 'POST',
  path: '/v1/bulk/:jobId/undo',
  tag: 'renewals',
  summary: {
    en: 'Take back what a bulk action has done, where nothing has changed since',
    'zh-CN': '撤销批量操作（此后未再变更的部分）',
  },
  access: 'read Renewal',
  params,
  status: 202,
  response: bulkJob,
});
