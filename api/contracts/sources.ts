import { z } from 'zod';
import { EVENT_TYPES, VERIFICATIONS } from '../../domain/events/index.ts';
import { defineRoute } from '../contract.ts';
import { eventSubject } from './event-types.ts';
import { fault, id, instant, pageOf, paging } from './shapes.ts';

/** Senders come in bursts: ten thousand a minute and more are taken from one address. */
const DELIVERIES_PER_MINUTE = 30_000;
const DELIVERY_LIMIT = 1024 * 1024;
/** A mail with what is attached to it, which is let go unread. */
const MAIL_LIMIT = 16 * 1024 * 1024;
const MAILS_PER_MINUTE = 1200;

const sourceParams = z.strictObject({ sourceId: id });

const source = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    verification: z.enum(VERIFICATIONS),
    mapping: z.string(),
    mappingText: z.string().nullable(),
    /** Where its deliveries go. */
    url: z.string(),
    secrets: z.array(z.strictObject({ id: z.string(), createdAt: instant, endsAt: instant.nullable() })),
    createdAt: instant,
    updatedAt: instant,
    disabledAt: instant.nullable(),
  })
  .meta({ id: 'EventSource' });

const name = z.string().min(1).max(200);
const mappingText = z.string().min(1).max(65_536).nullable();
const secret = z.string().regex(/^[\x21-\x7e]{16,200}$/);
const withSecret = z.strictObject({ secret: z.string(), source });

export const listSources = defineRoute({
  id: 'listSources',
  method: 'GET',
  path: '/v1/sources',
  tag: 'events',
  summary: { en: 'Systems that send events', 'zh-CN': '事件来源列表' },
  access: 'read Source',
  query: z.strictObject(paging),
  response: pageOf(source),
});

export const getSource = defineRoute({
  id: 'getSource',
  method: 'GET',
  path: '/v1/sources/:sourceId',
  tag: 'events',
  summary: { en: 'One source, without its secrets', 'zh-CN': '事件来源详情（不含密钥）' },
  access: 'read Source',
  params: sourceParams,
  response: source,
});

export const sourceTraffic = defineRoute({
  id: 'sourceTraffic',
  method: 'GET',
  path: '/v1/sources/:sourceId/traffic',
  tag: 'events',
  summary: { en: 'What a source has sent, and what was refused', 'zh-CN': '来源的推送统计与拒收情况' },
  access: 'read Source',
  params: sourceParams,
  response: z.strictObject({
    accepted: z.int(),
    duplicates: z.int(),
    refused: z.int(),
    lastReceivedAt: instant.nullable(),
    lastRefusedAt: instant.nullable(),
    lastRefusal: z.string().nullable().meta({ description: 'Code of the last refusal' }),
  }),
});

export const createSource = defineRoute({
  id: 'createSource',
  method: 'POST',
  path: '/v1/sources',
  tag: 'events',
  summary: { en: 'Add a source; its secret is told once, here', 'zh-CN': '新增事件来源；密钥仅在此处显示一次' },
  access: 'create Source',
  // The answer holds a secret: it must not be kept for a second asking.
  once: false,
  status: 201,
  body: z.strictObject({
    name,
    verification: z.enum(VERIFICATIONS),
    mapping: z.string().max(40),
    mappingText: mappingText.optional(),
    secret: secret.optional().meta({ description: 'For HubSpot only: the client secret of the app' }),
  }),
  response: withSecret,
});

export const changeSource = defineRoute({
  id: 'changeSource',
  method: 'PATCH',
  path: '/v1/sources/:sourceId',
  tag: 'events',
  summary: { en: 'Change name or mapping, switch off or on', 'zh-CN': '修改名称、映射规则或启停' },
  access: 'update Source',
  ifMatch: true,
  params: sourceParams,
  body: z.strictObject({
    name: name.optional(),
    mapping: z.string().max(40).optional(),
    mappingText: mappingText.optional(),
    disabled: z.boolean().optional(),
  }),
  response: source,
});

export const rotateSourceSecret = defineRoute({
  id: 'rotateSourceSecret',
  method: 'POST',
  path: '/v1/sources/:sourceId/secrets',
  tag: 'events',
  summary: {
    en: 'A new secret, told once; the old one holds for some hours more',
    'zh-CN': '生成新密钥（仅显示一次）；旧密钥在若干小时内仍有效',
  },
  access: 'update Source',
  once: false,
  status: 201,
  params: sourceParams,
  body: z.strictObject({ overlapHours: z.int().min(0).max(168).optional(), secret: secret.optional() }),
  response: withSecret,
});

export const deleteSource = defineRoute({
  id: 'deleteSource',
  method: 'DELETE',
  path: '/v1/sources/:sourceId',
  tag: 'events',
  summary: { en: 'Remove a source; what it has sent stays', 'zh-CN': '删除事件来源；已接收的事件保留' },
  access: 'delete Source',
  params: sourceParams,
  status: 204,
  response: z.undefined(),
});

export const trySource = defineRoute({
  id: 'trySource',
  method: 'POST',
  path: '/v1/sources/:sourceId/try',
  tag: 'events',
  summary: {
    en: 'What a payload would become; nothing is stored',
    'zh-CN': '试运行：查看推送内容将产生的事件（不存储）',
  },
  access: 'update Source',
  once: false,
  params: sourceParams,
  body: z.strictObject({
    payload: z.unknown().meta({ description: 'As the system would send it' }),
    mappingText: mappingText.optional().meta({ description: 'Tried instead of the mapping that the source has' }),
  }),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        eventId: z.string(),
        foreignType: z.string().nullable(),
        event: z
          .strictObject({
            type: z.enum(EVENT_TYPES),
            occurredAt: instant,
            subject: eventSubject,
            data: z.record(z.string(), z.unknown()),
          })
          .nullable(),
        ignored: z.boolean(),
        problems: z.array(fault),
      }),
    ),
  }),
});

const link = z
  .strictObject({ reference: z.string(), contractId: z.string(), createdAt: instant, revision: z.int() })
  .meta({ id: 'SourceLink' });
const linkParams = z.strictObject({ sourceId: id, reference: z.string().regex(/^[\x21-\x7e]{1,200}$/) });

export const listSourceLinks = defineRoute({
  id: 'listSourceLinks',
  method: 'GET',
  path: '/v1/sources/:sourceId/links',
  tag: 'events',
  summary: { en: 'Which contracts the records of a source belong to', 'zh-CN': '来源记录与合同的关联' },
  access: 'read Source',
  params: sourceParams,
  query: z.strictObject(paging),
  response: pageOf(link),
});

export const linkReference = defineRoute({
  id: 'linkReference',
  method: 'PUT',
  path: '/v1/sources/:sourceId/links/:reference',
  tag: 'events',
  summary: {
    en: 'Link a record of a source to a contract; events that waited for it are told',
    'zh-CN': '将来源记录关联到合同；等待中的事件随即送达',
  },
  access: 'update Source',
  params: linkParams,
  body: z.strictObject({ contractNumber: z.string().min(1).max(200) }),
  response: link,
});

export const unlinkReference = defineRoute({
  id: 'unlinkReference',
  method: 'DELETE',
  path: '/v1/sources/:sourceId/links/:reference',
  tag: 'events',
  summary: { en: 'Remove a link', 'zh-CN': '删除关联' },
  access: 'update Source',
  params: linkParams,
  status: 204,
  response: z.undefined(),
});

const mapping = z.strictObject({
  id: z.string(),
  version: z.int(),
  name: z.string(),
  about: z.string(),
  text: z.string(),
});

export const listMappings = defineRoute({
  id: 'listMappings',
  method: 'GET',
  path: '/v1/mappings',
  tag: 'events',
  summary: { en: 'Mappings that come with Perennial, with their texts', 'zh-CN': '内置映射规则及其文本' },
  access: 'read Source',
  response: z.strictObject({ items: z.array(mapping) }),
});

export const receiveDelivery = defineRoute({
  id: 'receiveDelivery',
  method: 'POST',
  path: '/v1/webhooks/:sourceId',
  tag: 'events',
  summary: {
    en: 'Where a source sends to, signed (Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature)',
    'zh-CN': '来源推送地址，须签名（Standard Webhooks：webhook-id、webhook-timestamp、webhook-signature）',
  },
  access: 'public',
  once: false,
  rawBody: true,
  ratePerMinute: DELIVERIES_PER_MINUTE,
  bodyLimit: DELIVERY_LIMIT,
  params: sourceParams,
  body: z.unknown().meta({ description: 'What the mapping of the source reads' }),
  status: 202,
  response: z.strictObject({
    duplicate: z.boolean(),
    stale: z.boolean(),
    accepted: z.int(),
    ignored: z.int(),
    faulty: z.int(),
  }),
});

export const receiveMail = defineRoute({
  id: 'receiveMail',
  method: 'POST',
  path: '/v1/webhooks/:sourceId/mail',
  tag: 'events',
  summary: {
    en: 'Where a source with the mapping "mail" sends mails that came in: whole, as message/rfc822 or in base64',
    'zh-CN': '映射为 mail 的来源推送来信的地址：原始邮件（message/rfc822）或 base64',
  },
  access: 'public',
  once: false,
  rawBody: true,
  accepts: ['message/rfc822'],
  ratePerMinute: MAILS_PER_MINUTE,
  bodyLimit: MAIL_LIMIT,
  params: sourceParams,
  body: z.unknown().meta({ description: '`{"raw": "<the mail in base64>"}`' }),
  status: 202,
  response: z.strictObject({
    fate: z.enum(['told', 'kept', 'waiting', 'duplicate']).meta({
      description: 'All of them are stored; one that waits stands in `GET /v1/mails` until a person has looked',
    }),
  }),
});
