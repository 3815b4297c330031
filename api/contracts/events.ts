import { z } from 'zod';
import { EVENT_TYPES, INBOX_STATES } from '../../domain/events/index.ts';
import { defineRoute } from '../contract.ts';
import { eventSubject } from './event-types.ts';
import { fault, id, instant, pageOf, paging } from './shapes.ts';

/** Events taken at once. */
export const EVENTS_AT_ONCE = 500;
const BODY_LIMIT = 2 * 1024 * 1024;

const inboxEvent = z
  .strictObject({
    id: z.string(),
    source: z.string(),
    eventId: z.string(),
    delivery: z.string().nullable(),
    type: z.enum(EVENT_TYPES).nullable(),
    foreignType: z.string().nullable().meta({ description: 'How the sender calls it' }),
    occurredAt: instant,
    receivedAt: instant,
    subject: eventSubject.nullable(),
    data: z.record(z.string(), z.unknown()),
    payload: z.unknown().meta({ description: 'As it came, where nothing could be made of it' }),
    state: z.enum(INBOX_STATES),
    attempts: z.int(),
    nextAt: instant.nullable(),
    deadline: instant,
    renewals: z.array(z.string()),
    problem: fault.nullable(),
  })
  .meta({ id: 'InboxEvent' });

export const sendEvents = defineRoute({
  id: 'sendEvents',
  method: 'POST',
  path: '/v1/events',
  tag: 'events',
  summary: {
    en: 'Tell what has happened elsewhere; each event is answered by itself, and what is accepted is stored',
    'zh-CN': '上报外部系统发生的事件；逐条返回结果，已接受的事件均已存储',
  },
  access: 'create Event',
  scope: 'events',
  // The ids of the events make each of them count once.
  once: false,
  status: 202,
  bodyLimit: BODY_LIMIT,
  body: z.strictObject({
    /** Names the sender: ids of events are one sender's own. */
    source: z
      .string()
      .regex(/^(?!src_|mail$)[A-Za-z0-9][\w.-]{0,79}$/)
      .optional(),
    events: z
      .array(z.unknown().meta({ description: 'An event; each is checked and answered by itself' }))
      .min(1)
      .max(EVENTS_AT_ONCE),
  }),
  response: z.strictObject({
    accepted: z.int(),
    duplicates: z.int(),
    stale: z.int(),
    invalid: z.int(),
    items: z.array(
      z.strictObject({
        /** In the inbox; null where it was not stored. */
        id: z.string().nullable(),
        eventId: z.string().nullable(),
        result: z.enum(['accepted', 'duplicate', 'stale', 'invalid']),
        errors: z.array(fault),
      }),
    ),
  }),
});

export const listEvents = defineRoute({
  id: 'listEvents',
  method: 'GET',
  path: '/v1/events',
  tag: 'events',
  summary: { en: 'Events that came in, the newest first', 'zh-CN': '接收到的事件（最新在前）' },
  access: 'read Event',
  query: z.strictObject({
    ...paging,
    state: z.enum(INBOX_STATES).optional(),
    type: z.enum(EVENT_TYPES).optional(),
    source: z.string().max(80).optional(),
    contractId: id.optional(),
  }),
  response: pageOf(inboxEvent),
});

const params = z.strictObject({ eventId: id });

export const getEvent = defineRoute({
  id: 'getEvent',
  method: 'GET',
  path: '/v1/events/:eventId',
  tag: 'events',
  summary: { en: 'One event, and what became of it', 'zh-CN': '事件详情及处理结果' },
  access: 'read Event',
  params,
  response: inboxEvent,
});

export const retryEvent = defineRoute({
  id: 'retryEvent',
  method: 'POST',
  path: '/v1/events/:eventId/retry',
  tag: 'events',
  summary: {
    en: 'Tell an event again; what could not be read is mapped anew first',
    'zh-CN': '重试事件；无法解析的事件将先按当前映射规则重新解析',
  },
  access: 'update Event',
  params,
  response: inboxEvent,
});

export const discardEvent = defineRoute({
  id: 'discardEvent',
  method: 'POST',
  path: '/v1/events/:eventId/discard',
  tag: 'events',
  summary: { en: 'Give an event up for good', 'zh-CN': '丢弃事件' },
  access: 'update Event',
  params,
  response: inboxEvent,
});

export const listEventTypes = defineRoute({
  id: 'listEventTypes',
  method: 'GET',
  path: '/v1/event-types',
  tag: 'events',
  summary: { en: 'What may be told, with the fields of each', 'zh-CN': '可上报的事件类型及其字段' },
  access: 'signed in',
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        type: z.enum(EVENT_TYPES),
        about: z.string(),
        reception: z.enum(['fact', 'command']),
        newestWins: z.boolean(),
        data: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of `data`' }),
      }),
    ),
  }),
});
