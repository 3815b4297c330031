import { z } from 'zod';
import { SAVE_OUTCOMES } from '../../domain/renewal/facts.ts';
import { ROW_STATUSES } from '../../domain/renewal/view.ts';
import { RENEWAL_SORTS } from '../../operations/store/renewal-sorts.ts';
import { defineRoute } from '../contract.ts';
import {
  actor,
  assignee,
  civilDate,
  id,
  instant,
  line,
  localText,
  money,
  pageOf,
  paging,
  why,
  yesNo,
} from './shapes.ts';

export const PHASES = ['data-needed', 'scheduled', 'open', 'closed'] as const;
const OUTCOMES = ['renewed', 'renewed-growth', 'renewed-smaller', 'lost', 'lapsed'] as const;
const params = z.strictObject({ renewalId: id });

/** One renewal in a list. */
export const renewalItem = z
  .strictObject({
    id: z.string(),
    contractId: z.string(),
    contractNumber: z.string(),
    term: z.int(),
    clientId: z.string(),
    clientName: z.string(),
    tier: z.enum(['A', 'B', 'C']),
    ownerId: z.string(),
    amount: money,
    target: money,
    endDate: civilDate.nullable(),
    phase: z.enum(PHASES),
    stage: z.string().nullable(),
    atRisk: z.boolean(),
    paused: z.boolean(),
    outcome: z.string().nullable(),
    nextAt: instant.nullable(),
    stalledSince: instant.nullable(),
    /** The stage in work, as its playbook calls it, and how it stands. */
    stageName: localText.nullable(),
    stageStatus: z.enum(ROW_STATUSES).nullable(),
    /** Since when it stands still, and what for. */
    stalled: z.strictObject({ stage: z.string(), since: instant, blocker: z.string(), percent: z.number() }).nullable(),
    decidedAt: instant,
  })
  .meta({ id: 'RenewalItem' });

/** A text of ours before it is put into words: whoever shows it in another zone or language says it anew. */
const coded = z
  .strictObject({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })
  .meta({ id: 'Coded' });

const processRow = z
  .strictObject({
    stage: z.string(),
    name: localText,
    ownerRole: z.string(),
    ownerId: z.string().nullable(),
    start: civilDate,
    begun: z.boolean(),
    end: civilDate,
    status: z.enum(ROW_STATUSES),
    /** In the caller's language. */
    note: z.string().nullable(),
    coded: coded.nullable().meta({ description: 'The note before it is put into words' }),
    provisional: z.boolean(),
  })
  .meta({ id: 'ProcessRow' });

const quote = z
  .strictObject({
    number: z.string(),
    revision: z.int(),
    amount: money,
    listAmount: money,
    discountBasisPoints: z.int(),
    validUntil: civilDate,
    termMonths: z.int(),
    issuedAt: instant,
    issuedBy: z.string(),
    approvedAt: instant.nullable(),
    rejectedAt: instant.nullable(),
    declinedAt: instant.nullable(),
    expiredAt: instant.nullable(),
    acceptedAt: instant.nullable(),
  })
  .meta({ id: 'Quote' });

export const renewal = renewalItem
  .extend({
    noticeDate: civilDate.nullable(),
    opensOn: civilDate.nullable(),
    holdsOutreach: z.boolean(),
    rows: z.array(processRow),
    /** What happens next if nobody acts, and why. */
    next: z
      .strictObject({ at: instant, what: z.string(), text: z.string(), params: coded.shape.params, why })
      .nullable(),
    playbook: z.strictObject({ id: z.string(), version: z.int() }).nullable(),
    quote: quote.nullable(),
    invoice: z.strictObject({ number: z.string(), amount: money, dueDate: civilDate, at: instant }).nullable(),
    paidMinor: z.int(),
    closed: z.strictObject({ at: instant, outcome: z.enum(OUTCOMES), text: z.string() }).nullable(),
    /** The client's latest, whichever of its contracts began it. */
    savePlan: z
      .strictObject({
        id: z.string(),
        cause: z.string(),
        status: z.enum(['open', 'closed']),
        outcome: z.enum(SAVE_OUTCOMES).nullable(),
        openedAt: instant,
        closedAt: instant.nullable(),
      })
      .nullable(),
    /** The terms of the contract before and after this one. */
    earlier: z.strictObject({ id: z.string(), term: z.int(), outcome: z.string().nullable() }).nullable(),
    later: z.strictObject({ id: z.string(), term: z.int() }).nullable(),
  })
  .meta({ id: 'Renewal' });

export const historyEntry = z
  .strictObject({
    seq: z.int(),
    id: z.string(),
    at: instant,
    kind: z.enum(['fact', 'refused', 'effect', 'transition']),
    name: z.string(),
    actor,
    stage: z.string().nullable(),
    /** What happened, in the caller's language. */
    text: z.string(),
    reason: z.string().nullable(),
    why: z.strictObject({ rule: z.string(), inputs: z.record(z.string(), z.unknown()) }).nullable(),
    detail: z.record(z.string(), z.unknown()),
    playbook: z.strictObject({ id: z.string(), version: z.int() }).nullable(),
    hash: z.string(),
    unreadable: z.literal(true).optional().meta({ description: 'It was edited beyond reading' }),
  })
  .meta({ id: 'HistoryEntry' });

/** Which renewals a list or a count is of. */
export const renewalFilters = {
  phase: z.enum(PHASES).optional(),
  stage: line(100).optional(),
  ownerId: id.optional(),
  clientId: id.optional(),
  tier: z.enum(['A', 'B', 'C']).optional(),
  atRisk: yesNo.optional(),
  paused: yesNo.optional(),
  stalled: yesNo.optional(),
  outcome: z.enum(OUTCOMES).optional(),
  endsFrom: civilDate.optional(),
  endsTo: civilDate.optional(),
} as const;

export const listRenewals = defineRoute({
  id: 'listRenewals',
  method: 'GET',
  path: '/v1/renewals',
  tag: 'renewals',
  summary: { en: 'Renewals, by end date', 'zh-CN': '续费列表（按到期日）' },
  access: 'read Renewal',
  query: z.strictObject({
    ...paging,
    ...renewalFilters,
    sort: z.enum(RENEWAL_SORTS).optional(),
    order: z.enum(['up', 'down']).optional(),
  }),
  response: pageOf(renewalItem),
});

export const getRenewal = defineRoute({
  id: 'getRenewal',
  method: 'GET',
  path: '/v1/renewals/:renewalId',
  tag: 'renewals',
  summary: { en: 'One renewal: process table, next step and why', 'zh-CN': '续费详情：流程表、下一步及原因' },
  access: 'read Renewal',
  params,
  response: renewal,
});

export const renewalHistory = defineRoute({
  id: 'renewalHistory',
  method: 'GET',
  path: '/v1/renewals/:renewalId/history',
  tag: 'history',
  summary: { en: 'The history of a renewal, in order', 'zh-CN': '续费的完整历史' },
  access: 'read History',
  params,
  query: z.strictObject({
    ...paging,
    order: z.enum(['up', 'down']).optional().meta({ description: 'The oldest first, or the latest' }),
  }),
  response: pageOf(historyEntry),
});

export const verifyHistory = defineRoute({
  id: 'verifyHistory',
  method: 'GET',
  path: '/v1/renewals/:renewalId/history/verify',
  tag: 'history',
  summary: { en: 'Whether the history is whole and unchanged', 'zh-CN': '校验历史是否完整且未被改动' },
  access: 'read History',
  params,
  response: z.strictObject({
    ok: z.boolean(),
    entries: z.int(),
    fault: z
      .strictObject({ fault: z.string(), seq: z.int(), code: z.string().meta({ description: 'Of the errors' }) })
      .nullable(),
  }),
});

export const renewalTasks = defineRoute({
  id: 'renewalTasks',
  method: 'GET',
  path: '/v1/renewals/:renewalId/tasks',
  tag: 'tasks',
  summary: { en: 'Open tasks of a renewal', 'zh-CN': '续费的待办任务' },
  access: 'read Renewal',
  params,
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        kind: z.string(),
        stage: z.string().nullable(),
        step: z.string().nullable(),
        assignee,
        openedAt: instant,
        dueAt: instant,
        why,
      }),
    ),
  }),
});
