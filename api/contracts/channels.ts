import { z } from 'zod';
import { CHANNEL_KINDS, DELIVERY_STATES, OFF_REASONS, OUTGOING_TYPES, TEST_TYPE } from '../../domain/outgoing/index.ts';
import { defineRoute } from '../contract.ts';
import { id, instant, line, locale, pageOf, paging } from './shapes.ts';

const channelParams = z.strictObject({ channelId: id });
const deliveryParams = z.strictObject({ channelId: id, deliveryId: id });

const channel = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    url: z.string().meta({ description: 'As much of the address as may be shown' }),
    locale: locale.meta({ description: 'Language of cards' }),
    types: z.array(z.enum(OUTGOING_TYPES)).nullable().meta({ description: 'Null is everything' }),
    secrets: z.array(z.strictObject({ id: z.string(), createdAt: instant, endsAt: instant.nullable() })),
    createdAt: instant,
    updatedAt: instant,
    disabledAt: instant.nullable(),
    disabledBecause: z.enum(OFF_REASONS).nullable(),
  })
  .meta({ id: 'Channel' });

const delivery = z
  .strictObject({
    id: z.string(),
    eventId: z.string().meta({ description: 'What the receiver sees as webhook-id: stays over attempts and replays' }),
    type: z.enum([...OUTGOING_TYPES, TEST_TYPE]),
    occurredAt: instant,
    renewalId: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    state: z.enum(DELIVERY_STATES),
    createdAt: instant,
    nextAt: instant.nullable(),
    doneAt: instant.nullable(),
    attempts: z.int(),
    replays: z.int(),
    tries: z.array(
      z.strictObject({
        at: instant,
        millis: z.int(),
        status: z.int().nullable(),
        fault: z.string().nullable(),
        answer: z.string().meta({ description: 'The first kilobyte of what was answered' }),
      }),
    ),
  })
  .meta({ id: 'Delivery' });

const name = line(200, 1);
const url = z.string().min(1).max(2048);
const types = z.array(z.enum(OUTGOING_TYPES)).min(1).max(OUTGOING_TYPES.length);
const secret = z.string().regex(/^[\x21-\x7e]{8,200}$/);
const made = z.strictObject({
  channel,
  secret: z.string().nullable().meta({ description: 'Told once, here; null where it was not made here' }),
});

export const listOutgoingTypes = defineRoute({
  id: 'listOutgoingTypes',
  method: 'GET',
  path: '/v1/channel-types',
  tag: 'channels',
  summary: { en: 'What channels can be told', 'zh-CN': '可推送的事件类型' },
  access: 'read Channel',
  response: z.strictObject({
    items: z.array(z.strictObject({ type: z.enum(OUTGOING_TYPES), title: z.string(), notable: z.boolean() })),
  }),
});

export const listChannels = defineRoute({
  id: 'listChannels',
  method: 'GET',
  path: '/v1/channels',
  tag: 'channels',
  summary: { en: 'Systems and chat groups that are told of facts', 'zh-CN': '推送渠道列表' },
  access: 'read Channel',
  query: z.strictObject(paging),
  response: pageOf(channel),
});

export const getChannel = defineRoute({
  id: 'getChannel',
  method: 'GET',
  path: '/v1/channels/:channelId',
  tag: 'channels',
  summary: { en: 'One channel, without its secrets', 'zh-CN': '推送渠道详情（不含密钥）' },
  access: 'read Channel',
  params: channelParams,
  response: channel,
});

export const channelTraffic = defineRoute({
  id: 'channelTraffic',
  method: 'GET',
  path: '/v1/channels/:channelId/traffic',
  tag: 'channels',
  summary: { en: 'How it goes: what waits, what was given up', 'zh-CN': '推送状况：待发、已放弃与失败情况' },
  access: 'read Channel',
  params: channelParams,
  response: z.strictObject({
    waiting: z.int(),
    held: z.int(),
    dead: z.int(),
    waitsSince: instant.nullable(),
    failures: z.int().meta({ description: 'Attempts in a row that failed' }),
    failingSince: instant.nullable(),
    restsUntil: instant.nullable(),
    lastDeliveredAt: instant.nullable(),
  }),
});

export const createChannel = defineRoute({
  id: 'createChannel',
  method: 'POST',
  path: '/v1/channels',
  tag: 'channels',
  summary: {
    en: 'Add a webhook or a chat group; it is told what happens from now on',
    'zh-CN': '新增 Webhook 或群机器人；自此刻起推送',
  },
  access: 'create Channel',
  // The answer holds a secret: it must not be kept for a second asking.
  once: false,
  // It goes on telling after a token has ended.
  sessionOnly: true,
  status: 201,
  body: z.strictObject({
    name,
    kind: z.enum(CHANNEL_KINDS),
    url,
    locale: locale.optional(),
    types: types
      .optional()
      .meta({ description: 'Left out: everything for a webhook, what needs a look for a chat group' }),
    secret: secret.optional().meta({ description: 'Of a Feishu or DingTalk bot that has one' }),
  }),
  response: made,
});

export const changeChannel = defineRoute({
  id: 'changeChannel',
  method: 'PATCH',
  path: '/v1/channels/:channelId',
  tag: 'channels',
  summary: {
    en: 'Change name, address, language or types; switch off or on',
    'zh-CN': '修改名称、地址、语言、类型或启停',
  },
  access: 'update Channel',
  sessionOnly: true,
  ifMatch: true,
  params: channelParams,
  body: z.strictObject({
    name: name.optional(),
    url: url.optional(),
    locale: locale.optional(),
    types: types.nullable().optional(),
    disabled: z.boolean().optional(),
  }),
  response: channel,
});

export const rotateChannelSecret = defineRoute({
  id: 'rotateChannelSecret',
  method: 'POST',
  path: '/v1/channels/:channelId/secrets',
  tag: 'channels',
  summary: {
    en: 'A new secret, told once; the old one signs as well for some hours',
    'zh-CN': '生成新密钥（仅显示一次）；旧密钥在若干小时内同时签名',
  },
  access: 'update Channel',
  once: false,
  sessionOnly: true,
  status: 201,
  params: channelParams,
  body: z.strictObject({ overlapHours: z.int().min(0).max(168).optional(), secret: secret.optional() }),
  response: made,
});

export const deleteChannel = defineRoute({
  id: 'deleteChannel',
  method: 'DELETE',
  path: '/v1/channels/:channelId',
  tag: 'channels',
  summary: { en: 'Remove a channel with what waits for it', 'zh-CN': '删除推送渠道及其待发消息' },
  access: 'delete Channel',
  params: channelParams,
  status: 204,
  response: z.undefined(),
});

export const testChannel = defineRoute({
  id: 'testChannel',
  method: 'POST',
  path: '/v1/channels/:channelId/test',
  tag: 'channels',
  summary: {
    en: 'Send a test message, once; the delivery says what came of it',
    'zh-CN': '发送测试消息（仅一次），结果见推送记录',
  },
  access: 'update Channel',
  status: 202,
  params: channelParams,
  response: delivery,
});

export const listDeliveries = defineRoute({
  id: 'listDeliveries',
  method: 'GET',
  path: '/v1/channels/:channelId/deliveries',
  tag: 'channels',
  summary: { en: 'What a channel was sent, the newest first', 'zh-CN': '推送记录，最新在前' },
  access: 'read Channel',
  params: channelParams,
  query: z.strictObject({
    ...paging,
    state: z.enum(DELIVERY_STATES).optional(),
    type: z.enum([...OUTGOING_TYPES, TEST_TYPE]).optional(),
    renewalId: id.optional(),
  }),
  response: pageOf(delivery),
});

export const getDelivery = defineRoute({
  id: 'getDelivery',
  method: 'GET',
  path: '/v1/channels/:channelId/deliveries/:deliveryId',
  tag: 'channels',
  summary: { en: 'One delivery with its attempts', 'zh-CN': '推送记录详情' },
  access: 'read Channel',
  params: deliveryParams,
  response: delivery,
});

export const replayDelivery = defineRoute({
  id: 'replayDelivery',
  method: 'POST',
  path: '/v1/channels/:channelId/deliveries/:deliveryId/replay',
  tag: 'channels',
  summary: { en: 'Send it again under the same id', 'zh-CN': '以相同编号重新推送' },
  access: 'update Channel',
  status: 202,
  params: deliveryParams,
  response: delivery,
});
