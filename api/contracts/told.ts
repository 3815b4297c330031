import { z } from 'zod';
import type { LocalText } from '../../domain/text.ts';
import { defineRoute } from '../contract.ts';
import { assignee, civilDate, id, instant, line, words } from './shapes.ts';

/** What the team has heard of a client and tells by hand. Such a fact is never refused by the engine. */

const params = z.strictObject({ renewalId: id });

const told = z
  .strictObject({
    /** Id of the fact; the same request again has the same one. */
    factId: z.string(),
    /** False where no worker has looked at it yet: it is kept, and counts once one does. */
    judged: z.boolean(),
    phase: z.string(),
    stage: z.string().nullable(),
    atRisk: z.boolean(),
  })
  .meta({ id: 'Told' });

function tell<B extends z.ZodType, R extends z.ZodType>(
  what: string,
  operation: string,
  summary: LocalText,
  body: B,
  response: R,
) {
  return defineRoute({
    id: operation,
    method: 'POST',
    path: `/v1/renewals/:renewalId/${what}`,
    tag: 'renewals',
    summary,
    access: 'work Renewal',
    params,
    body,
    response,
  });
}

export const scoreHealth = tell(
  'health',
  'scoreHealth',
  { en: 'How well the client is, from 0 to 100', 'zh-CN': '登记客户健康分（0–100）' },
  z.strictObject({ score: z.number().min(0).max(100) }),
  told,
);

export const giveNotice = tell(
  'notice',
  'giveNotice',
  { en: 'The client has given notice', 'zh-CN': '登记客户的终止通知' },
  z.strictObject({ note: words.optional() }),
  told.extend({
    /** After the last day for it. */
    late: z.boolean(),
    deadline: civilDate.nullable(),
    /** What somebody has to do because of it. */
    task: z.strictObject({ id: z.string(), assignee, dueAt: instant }).nullable(),
  }),
);

const complaint = z.strictObject({ complaintId: line(80, 1).optional() });
const toldOfComplaint = told.extend({ complaintId: z.string() });

export const openComplaint = tell(
  'complaints',
  'openComplaint',
  { en: 'The client complains; without an id it gets the next number', 'zh-CN': '登记客户投诉（不填编号则自动编号）' },
  complaint,
  toldOfComplaint,
);

export const closeComplaint = tell(
  'complaints/close',
  'closeComplaint',
  {
    en: 'A complaint is settled; without an id the only open one',
    'zh-CN': '结束客户投诉（不填编号则为唯一未结投诉）',
  },
  complaint,
  toldOfComplaint,
);
