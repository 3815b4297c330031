import { z } from 'zod';
import { SAVE_OUTCOMES } from '../../domain/renewal/facts.ts';
import { defineRoute } from '../contract.ts';
import { assignee, id, instant, line, localText, wholeNumber, words } from './shapes.ts';
import { TASK_STATES } from './work.ts';

const params = z.strictObject({ renewalId: id });

/** The renewal's first plan is 1; where it is left out, the client's open plan is meant, else the contract's latest. */
const number = z.int().min(1).max(10_000).optional();

export const savePlan = z
  .strictObject({
    id: z.string(),
    renewalId: z.string(),
    contractNumber: z.string(),
    clientName: z.string(),
    cause: z.string(),
    /** The cause as the team calls it; null where the document no longer knows it. */
    name: localText.nullable(),
    rule: z.string(),
    status: z.enum(['open', 'closed']),
    outcome: z.enum(SAVE_OUTCOMES).nullable(),
    openedAt: instant,
    dueAt: instant.nullable(),
    closedAt: instant.nullable(),
    concessionCapPercent: z.number().nullable(),
    concessionNote: localText.nullable(),
    actions: z.array(
      z.strictObject({
        action: z.string().nullable(),
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
  .meta({ id: 'SavePlan' });

const done = z.strictObject({ factId: z.string(), savePlanId: z.string() });

export const getSavePlan = defineRoute({
  id: 'getSavePlan',
  method: 'GET',
  path: '/v1/renewals/:renewalId/save-plan',
  tag: 'renewals',
  summary: { en: 'The save plan with its measures', 'zh-CN': '挽留方案及其措施' },
  access: 'read SavePlan',
  params,
  query: z.strictObject({ number: wholeNumber(1, 10_000).optional() }),
  response: savePlan,
});

export const completeSaveAction = defineRoute({
  id: 'completeSaveAction',
  method: 'POST',
  path: '/v1/renewals/:renewalId/save-plan/actions',
  tag: 'renewals',
  summary: { en: 'A measure of the save plan is done', 'zh-CN': '完成一项挽留措施' },
  access: 'work SavePlan',
  params,
  body: z.strictObject({ number, action: line(80, 1), note: words.optional() }),
  response: done,
});

export const closeSavePlan = defineRoute({
  id: 'closeSavePlan',
  method: 'POST',
  path: '/v1/renewals/:renewalId/save-plan/close',
  tag: 'renewals',
  summary: { en: 'End the save plan, with its outcome', 'zh-CN': '结束挽留方案并登记结果' },
  access: 'work SavePlan',
  params,
  body: z.strictObject({ number, outcome: z.enum(SAVE_OUTCOMES), note: words }),
  response: done,
});
