import { z } from 'zod';
import { defineRoute } from '../contract.ts';

export const live = defineRoute({
  id: 'live',
  method: 'GET',
  path: '/v1/live',
  tag: 'events',
  summary: {
    en: 'What changes, as it changes: server-sent events about renewals, tasks, approvals, mails and jobs',
    'zh-CN': '实时变更：以服务器推送事件（SSE）告知续费、任务、审批、邮件与后台作业的变化',
  },
  access: 'signed in',
  query: z.strictObject({
    /** Goes on after this event, for readers that cannot send `Last-Event-ID`, which counts before it. */
    after: z.string().max(5000).optional(),
  }),
  produces: 'text/event-stream',
  response: z.string(),
});
