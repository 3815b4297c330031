import { z } from 'zod';
import { defineRoute } from '../contract.ts';
import { renewal, renewalFilters } from './renewals.ts';
import { id, instant, line, localText } from './shapes.ts';

const params = z.strictObject({ renewalId: id });
const named = z.strictObject({ id: z.string(), name: localText });
const counts = z.record(z.string(), z.int());
const renewalCounts = z.strictObject({
  total: z.int(),
  phases: counts,
  stages: counts,
  atRisk: z.int(),
  paused: z.int(),
  stalled: z.int(),
});

export const findRenewal = defineRoute({
  id: 'findRenewal',
  method: 'GET',
  path: '/v1/renewals/find',
  tag: 'renewals',
  summary: {
    en: 'The renewal that a text means: its id, its contract’s number (then the latest term), or how one of them begins',
    'zh-CN': '按续费编号、合同编号（取最新一期）或其开头查找续费',
  },
  access: 'read Renewal',
  query: z.strictObject({ text: line(300, 1) }),
  response: renewal,
});

export const renewalWords = defineRoute({
  id: 'renewalWords',
  method: 'GET',
  path: '/v1/renewals/:renewalId/words',
  tag: 'renewals',
  summary: {
    en: 'What a renewal’s stages, steps, causes and measures are called, and by which ids commands take them',
    'zh-CN': '续费各环节、步骤、原因与挽留措施的名称及编号',
  },
  access: 'read Renewal',
  params,
  response: z.strictObject({
    /** The version that the renewal pinned; null before it has one. */
    playbook: z
      .strictObject({
        id: z.string(),
        version: z.int(),
        name: localText,
        stages: z.array(
          named.extend({
            steps: z.array(
              z.strictObject({
                id: z.string(),
                kind: z.enum(['task', 'meeting', 'outreach']),
                /** Mails have none. */
                name: localText.nullable(),
                template: z.string().nullable(),
              }),
            ),
          }),
        ),
      })
      .nullable(),
    /** What may be said when it ends as lost; null where there is no list. */
    lossReasons: z.array(named.extend({ details: z.array(named) })).nullable(),
    /** Root causes that have a save plan, with its measures; null where there is no list. */
    causes: z.array(named.extend({ actions: z.array(named) })).nullable(),
  }),
});

export const listStages = defineRoute({
  id: 'listStages',
  method: 'GET',
  path: '/v1/stages',
  tag: 'playbooks',
  summary: { en: 'The stages of all published playbooks', 'zh-CN': '全部已发布流程的环节' },
  access: 'read Playbook',
  response: z.strictObject({ items: z.array(named) }),
});

export const countRenewals = defineRoute({
  id: 'countRenewals',
  method: 'GET',
  path: '/v1/renewals/counts',
  tag: 'renewals',
  summary: { en: 'How many renewals one sees, by phase and by stage', 'zh-CN': '可见续费的数量（按状态与步骤）' },
  access: 'read Renewal',
  query: z.strictObject(renewalFilters),
  response: renewalCounts,
});

const lastCheck = z
  .strictObject({
    name: z.enum(['watchdog', 'reconciler']),
    at: instant,
    ageMinutes: z.int(),
    old: z.boolean(),
    lookedAt: z.int(),
    found: z.int(),
    listed: z.array(z.string()),
    numbers: counts,
  })
  .nullable();

export const overview = defineRoute({
  id: 'overview',
  method: 'GET',
  path: '/v1/overview',
  tag: 'service',
  summary: {
    en: 'How the work stands: renewals, tasks, approvals and mails by state, and what happens next',
    'zh-CN': '工作概览：续费、任务、审批与邮件的状态，以及接下来的事项',
  },
  access: 'read Renewal',
  response: z.strictObject({
    counts: renewalCounts,
    openTasks: z.int(),
    waitingApprovals: z.int(),
    sends: counts,
    /** What happens next if nobody acts. */
    next: z.array(
      z.strictObject({
        renewalId: z.string(),
        contractNumber: z.string(),
        clientName: z.string(),
        at: instant,
        step: z
          .strictObject({
            at: instant,
            what: z.string(),
            params: z.record(z.string(), z.union([z.string(), z.number()])),
          })
          .nullable(),
      }),
    ),
    /** Of the engine itself; null for those who may not read Service. */
    engine: z
      .strictObject({
        overdueWakes: z.int().meta({ description: 'Renewals that no worker has looked at in time' }),
        oversight: z.strictObject({ watchdog: lastCheck, reconciler: lastCheck }),
      })
      .nullable(),
  }),
});
