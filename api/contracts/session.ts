import { z } from 'zod';
import { ACTIONS, SUBJECTS } from '../../domain/access/index.ts';
import { SCOPES } from '../../operations/accounts/tokens.ts';
import { defineRoute } from '../contract.ts';
import { id, instant, line, locale } from './shapes.ts';

const rule = z.strictObject({
  action: z.union([z.enum(ACTIONS), z.array(z.enum(ACTIONS))]),
  subject: z.union([z.enum(SUBJECTS), z.array(z.enum(SUBJECTS))]),
  conditions: z.record(z.string(), z.unknown()).optional(),
});

/** Who is signed in, with the rights in plain JSON: pages show what may be done, the server decides it. */
export const me = z
  .strictObject({
    personId: z.string(),
    name: z.string(),
    email: z.string(),
    roles: z.array(z.string()),
    locale,
    zone: z.string(),
    standsFor: z
      .array(z.string())
      .meta({ description: 'Ids of colleagues who are away and whose clients and work are this person’s meanwhile' }),
    rules: z.array(rule),
  })
  .meta({ id: 'Me' });

export const session = z
  .strictObject({
    id: z.string(),
    createdAt: instant,
    lastSeenAt: instant,
    expiresAt: instant,
    agent: z.string(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' });

const token = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    ending: z.string().meta({ description: 'The last four characters of the secret' }),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'Token' });

const password = z.string().min(1).max(512);
const nothing = z.undefined();

export const signIn = defineRoute({
  id: 'signIn',
  method: 'POST',
  path: '/v1/session',
  tag: 'session',
  summary: { en: 'Sign in with e-mail and password', 'zh-CN': '使用邮箱和密码登录' },
  access: 'public',
  once: false,
  body: z.strictObject({ email: line(320), password }),
  response: me,
});

export const whoAmI = defineRoute({
  id: 'whoAmI',
  method: 'GET',
  path: '/v1/session',
  tag: 'session',
  summary: { en: 'Who is signed in, with roles and rights', 'zh-CN': '当前登录人及其角色与权限' },
  access: 'signed in',
  response: me,
});

export const signOut = defineRoute({
  id: 'signOut',
  method: 'DELETE',
  path: '/v1/session',
  tag: 'session',
  summary: { en: 'Sign out', 'zh-CN': '退出登录' },
  access: 'signed in',
  status: 204,
  response: nothing,
});

export const listSessions = defineRoute({
  id: 'listSessions',
  method: 'GET',
  path: '/v1/sessions',
  tag: 'session',
  summary: { en: 'Where one is signed in', 'zh-CN': '已登录的会话' },
  access: 'signed in',
  response: z.strictObject({ items: z.array(session) }),
});

export const changePassword = defineRoute({
  id: 'changePassword',
  method: 'POST',
  path: '/v1/session/password',
  tag: 'session',
  summary: { en: 'Change one’s password; all other sessions end', 'zh-CN': '修改自己的密码；其他会话将全部结束' },
  access: 'signed in',
  sessionOnly: true,
  // The body holds secrets: nothing of it is kept for a second asking.
  once: false,
  body: z.strictObject({ current: password, next: password }),
  status: 204,
  response: nothing,
});

export const endSession = defineRoute({
  id: 'endSession',
  method: 'DELETE',
  path: '/v1/sessions/:sessionId',
  tag: 'session',
  summary: { en: 'End one session', 'zh-CN': '结束某个会话' },
  access: 'signed in',
  params: z.strictObject({ sessionId: id }),
  status: 204,
  response: nothing,
});

const secret = z.string().regex(/^[\w-]{20,200}$/);

export const readInvitation = defineRoute({
  id: 'readInvitation',
  method: 'GET',
  path: '/v1/invitations/:secret',
  tag: 'session',
  summary: { en: 'What a link is for; reading it uses nothing up', 'zh-CN': '查看链接用途（不会使链接失效）' },
  access: 'public',
  params: z.strictObject({ secret }),
  response: z.strictObject({
    purpose: z.enum(['first administrator', 'password']),
    email: z.string().nullable(),
    expiresAt: instant,
  }),
});

export const acceptInvitation = defineRoute({
  id: 'acceptInvitation',
  method: 'POST',
  path: '/v1/invitations/:secret',
  tag: 'session',
  summary: { en: 'Set a password by a link, and sign in', 'zh-CN': '通过链接设置密码并登录' },
  access: 'public',
  once: false,
  params: z.strictObject({ secret }),
  body: z.strictObject({
    password,
    administrator: z
      .strictObject({ name: line(200, 1), email: z.email().max(320), locale, zone: line(100) })
      .optional()
      .meta({ description: 'Who the first administrator is; for a first link only' }),
  }),
  response: me,
});

export const listTokens = defineRoute({
  id: 'listTokens',
  method: 'GET',
  path: '/v1/tokens',
  tag: 'session',
  summary: { en: 'One’s API tokens, without their secrets', 'zh-CN': '自己的 API 令牌（不含密钥）' },
  access: 'signed in',
  response: z.strictObject({ items: z.array(token) }),
});

export const createToken = defineRoute({
  id: 'createToken',
  method: 'POST',
  path: '/v1/tokens',
  tag: 'session',
  summary: {
    en: 'Make an API token; its secret is told once, here',
    'zh-CN': '创建 API 令牌；密钥仅在此处显示一次',
  },
  access: 'signed in',
  sessionOnly: true,
  // The answer holds a secret: it must not be kept for a second asking.
  once: false,
  status: 201,
  body: z.strictObject({
    name: line(200, 1),
    scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
    expiresAt: instant.nullable(),
  }),
  response: z.strictObject({ secret: z.string(), token }),
});

export const revokeToken = defineRoute({
  id: 'revokeToken',
  method: 'DELETE',
  path: '/v1/tokens/:tokenId',
  tag: 'session',
  summary: { en: 'Revoke an API token at once', 'zh-CN': '立即吊销 API 令牌' },
  access: 'signed in',
  params: z.strictObject({ tokenId: id }),
  status: 204,
  response: nothing,
});
