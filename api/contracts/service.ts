import { z } from 'zod';
import { defineRoute } from '../contract.ts';

export const livez = defineRoute({
  id: 'livez',
  method: 'GET',
  path: '/livez',
  tag: 'service',
  summary: { en: 'Whether this process answers', 'zh-CN': '进程是否存活' },
  access: 'public',
  response: z.strictObject({ live: z.literal(true) }),
});

export const readyz = defineRoute({
  id: 'readyz',
  method: 'GET',
  path: '/readyz',
  tag: 'service',
  summary: {
    en: 'Whether commands are taken and judged: database, Temporal and a worker answer. 503 where not',
    'zh-CN': '是否可受理指令：数据库、Temporal 与执行程序均可用；否则返回 503',
  },
  access: 'public',
  response: z.strictObject({
    ready: z.literal(true),
    /** For those who may read Service. */
    checks: z
      .array(
        z.strictObject({
          name: z.enum(['mongodb', 'temporal', 'worker', 'mail', 'inbox']),
          ok: z.boolean(),
          needed: z.boolean(),
          millis: z.int(),
        }),
      )
      .optional()
      .meta({ description: 'Only for those who may read Service' }),
  }),
});
