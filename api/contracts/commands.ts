import { z } from 'zod';
import { CHANNELS, PAYMENT_METHODS } from '../../domain/renewal/facts.ts';
import type { LocalText } from '../../domain/text.ts';
import type { Permission } from '../../domain/access/index.ts';
import { defineRoute } from '../contract.ts';
import { civilDate, id, line, money, words } from './shapes.ts';

const params = z.strictObject({ renewalId: id });

/** What a person is told once a command has been judged. A refusal is an error instead: 409 with the reason. */
export const judged = z
  .strictObject({
    /** Id of the fact; the same request again has the same one. */
    factId: z.string(),
    repeated: z.boolean(),
    phase: z.string(),
    stage: z.string().nullable(),
  })
  .meta({ id: 'Judged' });

const note = words.optional();
const reason = words;
const code = line(80);

function command<B extends z.ZodType, R extends z.ZodType = typeof judged>(
  what: string,
  operation: string,
  access: Permission,
  summary: LocalText,
  body: B,
  response?: R,
) {
  return defineRoute({
    id: operation,
    method: 'POST',
    path: `/v1/renewals/:renewalId/${what}`,
    tag: 'renewals',
    summary,
    access,
    params,
    body,
    response: (response ?? judged) as R,
  });
}

export const issueQuote = command(
  'quotes',
  'issueQuote',
  'quote Renewal',
  { en: 'Issue a quote; approvals that it needs are asked for', 'zh-CN': '报价；如需审批将自动发起' },
  z
    .strictObject({
      /** Off the list price; or `amount`, from which the discount follows. Neither means the list price. */
      discountBasisPoints: z.int().min(0).max(10_000).optional(),
      amount: money.optional(),
      termMonths: z.int().min(1).max(120).optional(),
      paymentDays: z.int().min(0).max(365).optional(),
      validUntil: civilDate.optional(),
      reason: words.optional(),
    })
    .refine((quote) => quote.discountBasisPoints === undefined || quote.amount === undefined, {
      path: ['amount'],
      params: { code: 'cli.exclusive', params: { first: 'discountBasisPoints', second: 'amount' } },
    }),
  judged.extend({
    /** What was offered, worked out from the contract. */
    quote: z.strictObject({
      number: z.string(),
      amount: money,
      listAmount: money,
      discountBasisPoints: z.int(),
      upliftBasisPoints: z.int(),
      termMonths: z.int(),
      paymentDays: z.int(),
      startDate: civilDate,
      validUntil: civilDate,
      reason: z.string(),
    }),
  }),
);

export const acceptQuote = command(
  'quote/accept',
  'acceptQuote',
  'answer Renewal',
  { en: 'The client accepts the quote', 'zh-CN': '客户接受报价' },
  z.strictObject({ note }),
);

export const declineQuote = command(
  'quote/decline',
  'declineQuote',
  'answer Renewal',
  { en: 'The client declines the quote', 'zh-CN': '客户拒绝报价' },
  z.strictObject({ reason, note }),
);

const step = z.strictObject({ step: code });

export const completeStep = command(
  'steps/complete',
  'completeStep',
  'work Renewal',
  { en: 'A step or stage is done', 'zh-CN': '完成步骤或阶段' },
  step.extend({ note }),
);

export const skipStep = command(
  'steps/skip',
  'skipStep',
  'work Renewal',
  { en: 'Skip a step or stage, with the reason', 'zh-CN': '跳过步骤或阶段（需说明原因）' },
  step.extend({ reason }),
);

export const redoStep = command(
  'steps/redo',
  'redoStep',
  'work Renewal',
  { en: 'Begin a step or stage again, with the reason', 'zh-CN': '重做步骤或阶段（需说明原因）' },
  step.extend({ reason }),
);

export const pauseRenewal = command(
  'pause',
  'pauseRenewal',
  'steer Renewal',
  { en: 'Pause: clocks stand still', 'zh-CN': '暂停：各时限停止计时' },
  z.strictObject({ reason, until: civilDate.nullable().optional() }),
);

export const resumeRenewal = command(
  'resume',
  'resumeRenewal',
  'steer Renewal',
  { en: 'Go on after a pause', 'zh-CN': '恢复续费' },
  z.strictObject({ note }),
);

export const amendDates = command(
  'dates',
  'amendDates',
  'steer Renewal',
  { en: 'Move the dates; every open step moves along', 'zh-CN': '调整日期，所有未完成步骤随之调整' },
  z.strictObject({ endDate: civilDate, noticeDate: civilDate.nullable(), reason }),
);

export const cancelRenewal = command(
  'cancel',
  'cancelRenewal',
  'steer Renewal',
  { en: 'End it as lost, with cause and detail', 'zh-CN': '以流失结束（需填写原因）' },
  z.strictObject({ cause: code, detail: code, competitor: words.nullable().optional(), note }),
);

export const logCommunication = command(
  'communications',
  'logCommunication',
  'work Renewal',
  { en: 'Log a call, mail, meeting or chat', 'zh-CN': '登记电话、邮件、会议或聊天' },
  z.strictObject({
    channel: z.enum(CHANNELS),
    contactId: id.nullable().optional(),
    reached: z.boolean(),
    note,
    promise: words.nullable().optional(),
    nextStep: words.nullable().optional(),
  }),
);

export const issueInvoice = command(
  'invoice',
  'issueInvoice',
  'invoice Renewal',
  { en: 'An invoice was issued', 'zh-CN': '登记账单' },
  z.strictObject({ number: words, amount: money, dueDate: civilDate }),
);

export const receivePayment = command(
  'payments',
  'receivePayment',
  'pay Renewal',
  { en: 'Money came in', 'zh-CN': '登记收款' },
  z.strictObject({
    amount: money,
    receivedOn: civilDate,
    method: z.enum(PAYMENT_METHODS),
    receipt: words.nullable().optional(),
    /** More came in than is owed, and whoever records it knows. */
    overpaid: z.boolean().optional(),
  }),
);

export const flagRisk = command(
  'risk',
  'flagRisk',
  'work Renewal',
  { en: 'Flag the client as at risk; a save plan begins', 'zh-CN': '标记流失风险并启动挽留方案' },
  z.strictObject({ cause: code, note }),
);

export const decideApproval = defineRoute({
  id: 'decideApproval',
  method: 'POST',
  path: '/v1/renewals/:renewalId/approvals/:rule',
  tag: 'approvals',
  summary: { en: 'Approve or reject, on the figures as shown', 'zh-CN': '批准或驳回（以所示数据为准）' },
  access: 'decide Approval',
  params: z.strictObject({ renewalId: id, rule: id }),
  body: z.strictObject({
    decision: z.enum(['approve', 'reject']),
    /** Revision of the quote that was looked at. */
    revision: z.int().min(1),
    comment: words.optional(),
  }),
  response: judged,
});
