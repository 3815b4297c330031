import { z } from 'zod';
import { defineRoute } from '../contract.ts';

const nothing = z.strictObject({});
const url = z.strictObject({
  url: z.url().meta({ description: 'At the identity provider; the browser goes there next' }),
});

export const waysToSignIn = defineRoute({
  id: 'waysToSignIn',
  method: 'GET',
  path: '/v1/session/ways',
  tag: 'session',
  summary: { en: 'How one can sign in here', 'zh-CN': '可用的登录方式' },
  access: 'public',
  response: z.strictObject({ password: z.literal(true), oidc: z.boolean() }),
});

export const beginOidc = defineRoute({
  id: 'beginOidc',
  method: 'POST',
  path: '/v1/session/oidc',
  tag: 'session',
  summary: {
    en: 'Sign in through the identity provider; with the secret of an invitation, link an identity for the first time',
    'zh-CN': '通过身份提供方登录；附带邀请链接的密钥可首次关联身份',
  },
  access: 'public',
  once: false,
  body: z.strictObject({
    invitation: z
      .string()
      .regex(/^[\w-]{20,200}$/)
      .optional(),
  }),
  response: url,
});

export const linkIdentity = defineRoute({
  id: 'linkIdentity',
  method: 'POST',
  path: '/v1/session/identities',
  tag: 'session',
  summary: { en: 'Link an identity of the provider to one’s account', 'zh-CN': '将身份提供方的身份关联到自己的账户' },
  access: 'signed in',
  sessionOnly: true,
  once: false,
  body: nothing,
  response: url,
});
