import { z } from 'zod';
import { ROLES } from '../../domain/people/types.ts';
import { TASK_KINDS } from '../../domain/renewal/effects.ts';
import { COUNT_MAX, DUE_GROUPS } from '../../operations/store/due-groups.ts';
import { CHANNELS } from '../../domain/renewal/facts.ts';
import { SEND_STATES } from '../../operations/store/send-states.ts';
import { defineRoute } from '../contract.ts';
import { actor, assignee, civilDate, id, instant, money, pageOf, paging, why } from './shapes.ts';

const params = z.strictObject({ renewalId: id });

/** Whose: `me` is what the caller is asked to do, `team` everything that the caller's rights show. */
const whose = z.enum(['me', 'team']).optional();
/** Of the team's: those of one person, or of everybody with a role. */
const ofWhom = { personId: id.optional(), role: z.enum(ROLES).optional() } as const;

export const TASK_STATES = ['open', 'done', 'skipped', 'superseded', 'cancelled'] as const;
export const EVERY_TASK_KIND = [...TASK_KINDS, 'escalation', 'oversight', 'channel off'] as const;
export const APPROVAL_STATUSES = ['waiting', 'approved', 'rejected', 'superseded'] as const;

/** "For X": whose work it is, where the caller stands in for an absent colleague. */
const insteadOf = z
  .string()
  .nullable()
  .meta({ description: 'Id of the absent colleague whose work this is, where the caller stands in; else null' });

export const taskItem = z
  .strictObject({
    id: z.string(),
    renewalId: z.string(),
    contractNumber: z.string(),
    clientId: z.string(),
    clientName: z.string(),
    ownerId: z.string(),
    title: z.string(),
    kind: z.string(),
    stage: z.string().nullable(),
    step: z.string().nullable(),
    assignee,
    openedAt: instant,
    dueAt: instant,
    state: z.enum(TASK_STATES),
    insteadOf,
    closedAt: instant.nullable(),
    closedBy: z.string().nullable(),
    note: z.string().nullable(),
    why,
    escalation: z.strictObject({ level: z.string(), since: instant, blocker: z.string(), money }).nullable(),
  })
  .meta({ id: 'TaskItem' });

const dueCounts = z
  .strictObject(
    Object.fromEntries(DUE_GROUPS.map((group) => [group, z.int()])) as Record<(typeof DUE_GROUPS)[number], z.ZodInt>,
  )
  .meta({
    id: 'DueCounts',
    description: `Open tasks by due date in the caller's zone; ${COUNT_MAX} stands for that many and more`,
  });

export const listTasks = defineRoute({
  id: 'listTasks',
  method: 'GET',
  path: '/v1/tasks',
  tag: 'tasks',
  summary: {
    en: 'Tasks by due date: one’s own inbox, or those of the team',
    'zh-CN': '任务列表（按截止时间）：本人待办或团队任务',
  },
  access: 'read Task',
  query: z.strictObject({
    ...paging,
    for: whose,
    ...ofWhom,
    state: z.enum(TASK_STATES).optional(),
    kind: z.enum(EVERY_TASK_KIND).optional(),
    dueBefore: instant.optional(),
    renewalId: id.optional(),
  }),
  response: pageOf(taskItem).extend({
    /** On the first page of open tasks. */
    counts: dueCounts.nullable(),
  }),
});

const approvalQuote = z
  .strictObject({
    number: z.string(),
    revision: z.int(),
    amount: money,
    listAmount: money,
    discountBasisPoints: z.int(),
    upliftBasisPoints: z.int(),
    termMonths: z.int(),
    paymentDays: z.int(),
    startDate: civilDate,
    validUntil: civilDate,
    reason: z.string(),
    issuedAt: instant,
    issuedBy: z.string(),
  })
  .meta({ id: 'ApprovalQuote' });

export const approvalItem = z
  .strictObject({
    id: z.string(),
    renewalId: z.string(),
    contractNumber: z.string(),
    clientId: z.string(),
    clientName: z.string(),
    ownerId: z.string(),
    rule: z.string(),
    mode: z.enum(['any of', 'all of']),
    people: z.array(z.string()),
    /** Who is asked, by role. */
    asked: z.array(z.strictObject({ role: z.string(), people: z.array(z.string()) })),
    insteadOf,
    requestedBy: z.string(),
    /** The figures as they are to be decided on. */
    quote: approvalQuote,
    currentAmount: money,
    askedAt: instant,
    dueAt: instant,
    status: z.enum(APPROVAL_STATUSES),
    closedAt: instant.nullable(),
    closedBy: z.string().nullable(),
    comment: z.string().nullable(),
    decisions: z.array(
      z.strictObject({
        at: instant,
        by: z.string(),
        decision: z.enum(['approve', 'reject']),
        note: z.string(),
        /** Whose vote it is, where a substitute gave it. */
        for: z.string().nullable(),
      }),
    ),
    why,
  })
  .meta({ id: 'ApprovalItem' });

export const listApprovals = defineRoute({
  id: 'listApprovals',
  method: 'GET',
  path: '/v1/approvals',
  tag: 'approvals',
  summary: {
    en: 'Approvals by due date: those one is asked for, or of the team',
    'zh-CN': '审批列表（按截止时间）：待本人审批或团队审批',
  },
  access: 'read Approval',
  query: z.strictObject({
    ...paging,
    for: whose,
    personId: ofWhom.personId,
    status: z.enum(APPROVAL_STATUSES).optional(),
    renewalId: id.optional(),
  }),
  response: pageOf(approvalItem),
});

export const renewalApprovals = defineRoute({
  id: 'renewalApprovals',
  method: 'GET',
  path: '/v1/renewals/:renewalId/approvals',
  tag: 'approvals',
  summary: { en: 'All approvals of a renewal, the oldest first', 'zh-CN': '续费的全部审批（由旧到新）' },
  access: 'read Renewal',
  params,
  response: z.strictObject({ items: z.array(approvalItem) }),
});

const communication = z
  .strictObject({
    id: z.string(),
    at: instant,
    channel: z.enum(CHANNELS),
    direction: z.enum(['in', 'out']),
    contactId: z.string().nullable(),
    reached: z.boolean(),
    note: z.string().nullable(),
    promise: z.string().nullable(),
    nextStep: z.string().nullable(),
    by: actor,
  })
  .meta({ id: 'Communication' });

export const renewalCommunications = defineRoute({
  id: 'renewalCommunications',
  method: 'GET',
  path: '/v1/renewals/:renewalId/communications',
  tag: 'communications',
  summary: { en: 'What was said with the client, the latest first', 'zh-CN': '沟通记录（由新到旧）' },
  access: 'read Communication',
  params,
  query: z.strictObject(paging),
  response: pageOf(communication),
});

export const sendItem = z
  .strictObject({
    id: z.string(),
    renewalId: z.string(),
    audience: z.enum(['client', 'team']),
    recipient: z.union([
      z.strictObject({ kind: z.literal('contact'), contactId: z.string(), role: z.string() }),
      z.strictObject({ kind: z.literal('person'), personId: z.string() }),
    ]),
    template: z.string(),
    legal: z.boolean(),
    dueAt: instant,
    notAfter: instant,
    plannedAt: instant,
    state: z.enum(SEND_STATES),
    reason: z.string().nullable(),
    /** State and reason in the caller's language. */
    text: z.string(),
    tries: z.int(),
    nextAttemptAt: instant.nullable(),
    settledAt: instant.nullable(),
    messageId: z.string().nullable(),
    answer: z.strictObject({ code: z.int().nullable(), text: z.string(), at: instant }).nullable(),
    moves: z.array(
      z.strictObject({
        from: z.enum(SEND_STATES).nullable(),
        to: z.enum(SEND_STATES),
        at: instant,
        by: z.string(),
        note: z.string(),
      }),
    ),
  })
  .meta({ id: 'SendItem' });

export const renewalSends = defineRoute({
  id: 'renewalSends',
  method: 'GET',
  path: '/v1/renewals/:renewalId/sends',
  tag: 'mail',
  summary: {
    en: 'Mails of a renewal with state and reason, the latest first',
    'zh-CN': '续费的邮件及其状态与原因（由新到旧）',
  },
  access: 'read Send',
  params,
  query: z.strictObject({
    ...paging,
    state: z.enum(SEND_STATES).optional(),
    audience: z.enum(['client', 'team']).optional(),
  }),
  response: pageOf(sendItem),
});

export const listSends = defineRoute({
  id: 'listSends',
  method: 'GET',
  path: '/v1/sends',
  tag: 'mail',
  summary: {
    en: 'Mails of all renewals one sees, the latest first, and how many stand in which state',
    'zh-CN': '可见续费的邮件（由新到旧）及各状态数量',
  },
  access: 'read Send',
  query: z.strictObject({ ...paging, state: z.enum(SEND_STATES).optional() }),
  response: pageOf(sendItem).extend({
    /** On the first page. */
    counts: z.record(z.string(), z.int()).nullable(),
  }),
});
