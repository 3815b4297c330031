import { z } from 'zod';
import { SAVE_OUTCOMES } from '../../domain/renewal/facts.ts';
import { defineRoute } from '../contract.ts';
import { assignee, id, instant, line, localText, pageOf, paging, why } from './shapes.ts';
import { TASK_STATES } from './work.ts';

const STATUSES = ['open', 'closed'] as const;

/** A plan is numbered within the renewal that opened it. */
const planId = z
  .string()
  .regex(/^[\w:.@~-]{1,180}\/save\/\d{1,4}$/)
  .meta({ description: 'As lists give it, escaped: it has slashes in it' });

export const savePlanItem = z
  .strictObject({
    id: z.string(),
    renewalId: z.string(),
    contractId: z.string(),
    clientId: z.string(),
    clientName: z.string(),
    ownerId: z.string(),
    cause: z.string(),
    /** The cause in the caller's language. */
    causeText: z.string(),
    status: z.enum(STATUSES),
    outcome: z.enum(SAVE_OUTCOMES).nullable(),
    openedAt: instant,
    closedAt: instant.nullable(),
    why,
  })
  .meta({ id: 'SavePlanItem' });

export const savePlanWithActions = savePlanItem
  .extend({
    /** By when it should have an outcome; null where the calendar or the measures are gone. */
    dueAt: instant.nullable(),
    concessionCapPercent: z.number().nullable(),
    concessionNote: localText.nullable(),
    actions: z.array(
      z.strictObject({
        id: z.string(),
        action: z.string().nullable(),
        /** Null where the document no longer knows the measure. */
        name: localText.nullable(),
        assignee,
        dueAt: instant,
        state: z.enum(TASK_STATES),
        closedAt: instant.nullable(),
        closedBy: z.string().nullable(),
        note: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'SavePlanWithActions' });

export const listSavePlans = defineRoute({
  id: 'listSavePlans',
  method: 'GET',
  path: '/v1/save-plans',
  tag: 'renewals',
  summary: { en: 'Save plans, the latest first', 'zh-CN': '挽留方案列表（由新到旧）' },
  access: 'read SavePlan',
  query: z.strictObject({
    ...paging,
    status: z.enum(STATUSES).optional(),
    outcome: z.enum(SAVE_OUTCOMES).optional(),
    cause: line(100, 1).optional(),
    clientId: id.optional(),
    ownerId: id.optional(),
    renewalId: id.optional(),
  }),
  response: pageOf(savePlanItem),
});

export const savePlanById = defineRoute({
  id: 'savePlanById',
  method: 'GET',
  path: '/v1/save-plans/:savePlanId',
  tag: 'renewals',
  summary: { en: 'One save plan with its measures', 'zh-CN': '挽留方案详情及其措施' },
  access: 'read SavePlan',
  params: z.strictObject({ savePlanId: planId }),
  response: savePlanWithActions,
});
