import { z } from 'zod';
import { LINK_PURPOSES } from '../../operations/links/links.ts';
import { defineRoute } from '../contract.ts';
import { id, instant } from './shapes.ts';

const link = z
  .strictObject({
    id: z.string(),
    purpose: z.enum(LINK_PURPOSES),
    /** Whom it was given to. */
    personId: z.string().nullable(),
    contactId: z.string().nullable(),
    approvalId: z.string().nullable(),
    revision: z.int().nullable(),
    createdAt: instant,
    createdBy: z.string(),
    expiresAt: instant.nullable(),
    state: z.enum(['valid', 'used', 'expired', 'revoked']),
    used: z.strictObject({ at: instant, by: z.string(), what: z.string() }).nullable(),
  })
  .meta({ id: 'Link' });

export const listLinks = defineRoute({
  id: 'listLinks',
  method: 'GET',
  path: '/v1/renewals/:renewalId/links',
  tag: 'renewals',
  summary: {
    en: 'Links that were given out for a renewal, without their secrets; the latest first, at most 200',
    'zh-CN': '续费已发出的链接（不含密钥，由新到旧，最多 200 条）',
  },
  access: 'read Renewal',
  params: z.strictObject({ renewalId: id }),
  response: z.strictObject({ items: z.array(link) }),
});

export const revokeLink = defineRoute({
  id: 'revokeLink',
  method: 'DELETE',
  path: '/v1/renewals/:renewalId/links/:linkId',
  tag: 'renewals',
  summary: { en: 'Withdraw a link at once', 'zh-CN': '立即撤销链接' },
  access: 'answer Renewal',
  params: z.strictObject({ renewalId: id, linkId: id }),
  status: 204,
  response: z.undefined(),
});
