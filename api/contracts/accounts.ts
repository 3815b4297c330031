import { z } from 'zod';
import { OFFICE_ROLES } from '../../domain/access/index.ts';
import { AUDIT_NAMES } from '../../operations/audit/names.ts';
import { defineRoute } from '../contract.ts';
import { session } from './session.ts';
import { actor, id, instant, pageOf, paging } from './shapes.ts';

/** How a member of the team signs in, and the roles that only rights know. */
export const account = z
  .strictObject({
    personId: z.string(),
    name: z.string(),
    email: z.string(),
    /** Still on the team. */
    active: z.boolean(),
    roles: z.array(z.enum(OFFICE_ROLES)),
    hasPassword: z.boolean(),
    identities: z.array(z.strictObject({ issuer: z.string(), subject: z.string() })),
    createdAt: instant,
    disabledAt: instant.nullable(),
  })
  .meta({ id: 'Account' });

const link = z.url().meta({ description: 'Told once, here; for the person alone' });
const params = z.strictObject({ personId: id });
const nothing = z.undefined();
const roles = z.array(z.enum(OFFICE_ROLES)).max(OFFICE_ROLES.length);

export const listAccounts = defineRoute({
  id: 'listAccounts',
  method: 'GET',
  path: '/v1/accounts',
  tag: 'team',
  summary: { en: 'Accounts, in the order they were made', 'zh-CN': '账户列表（按创建时间）' },
  access: 'read Account',
  query: z.strictObject(paging),
  response: pageOf(account),
});

export const getAccount = defineRoute({
  id: 'getAccount',
  method: 'GET',
  path: '/v1/accounts/:personId',
  tag: 'team',
  summary: { en: 'One account', 'zh-CN': '账户详情' },
  access: 'read Account',
  params,
  response: account,
});

export const createAccount = defineRoute({
  id: 'createAccount',
  method: 'POST',
  path: '/v1/accounts',
  tag: 'team',
  summary: {
    en: 'Give a member of the team an account; the answer has the link to come in by, once',
    'zh-CN': '为团队成员开通账户；邀请链接仅在此处显示一次',
  },
  access: 'create Account',
  sessionOnly: true,
  // The answer holds a secret; who asks twice is told that the account is there.
  once: false,
  status: 201,
  body: z.strictObject({ personId: id, roles }),
  response: z.strictObject({ account, link }),
});

export const changeAccount = defineRoute({
  id: 'changeAccount',
  method: 'PATCH',
  path: '/v1/accounts/:personId',
  tag: 'team',
  summary: {
    en: 'Change office roles, disable or enable; what is disabled is out at once',
    'zh-CN': '调整管理角色，停用或启用账户；停用立即生效',
  },
  access: 'update Account',
  sessionOnly: true,
  ifMatch: true,
  params,
  body: z.strictObject({ roles: roles.optional(), disabled: z.boolean().optional() }),
  response: account,
});

export const inviteAgain = defineRoute({
  id: 'inviteAgain',
  method: 'POST',
  path: '/v1/accounts/:personId/invitation',
  tag: 'team',
  summary: {
    en: 'A fresh link to set a password; the one before ends',
    'zh-CN': '生成新的设置密码链接；之前的链接失效',
  },
  access: 'update Account',
  sessionOnly: true,
  once: false,
  status: 201,
  params,
  response: z.strictObject({ link }),
});

export const sessionsOfAccount = defineRoute({
  id: 'sessionsOfAccount',
  method: 'GET',
  path: '/v1/accounts/:personId/sessions',
  tag: 'team',
  summary: { en: 'Where a member of the team is signed in', 'zh-CN': '某成员已登录的会话' },
  access: 'read Account',
  params,
  response: z.strictObject({ items: z.array(session) }),
});

export const endSessionsOfAccount = defineRoute({
  id: 'endSessionsOfAccount',
  method: 'DELETE',
  path: '/v1/accounts/:personId/sessions',
  tag: 'team',
  summary: { en: 'Sign a member of the team out everywhere', 'zh-CN': '强制某成员在所有设备上退出登录' },
  access: 'update Account',
  sessionOnly: true,
  params,
  status: 204,
  response: nothing,
});

export const auditLine = z
  .strictObject({
    seq: z.int(),
    id: z.string(),
    at: instant,
    name: z.enum(AUDIT_NAMES),
    actor,
    target: z.strictObject({ kind: z.string(), id: z.string() }).nullable(),
    detail: z.record(z.string(), z.unknown()),
    hash: z.string(),
  })
  .meta({ id: 'AuditLine' });

export const listAudit = defineRoute({
  id: 'listAudit',
  method: 'GET',
  path: '/v1/audit',
  tag: 'history',
  summary: {
    en: 'The audit log: sign-ins, rights, privileged reads and exports, the latest first',
    'zh-CN': '审计日志：登录、权限变更、特权读取与导出（最新在前）',
  },
  access: 'read Audit',
  query: z.strictObject({
    ...paging,
    name: z.enum(AUDIT_NAMES).optional(),
    actorId: id.optional(),
    targetId: id.optional(),
    from: instant.optional(),
    before: instant.optional(),
  }),
  response: pageOf(auditLine),
});

export const verifyAudit = defineRoute({
  id: 'verifyAudit',
  method: 'GET',
  path: '/v1/audit/verify',
  tag: 'history',
  summary: { en: 'Whether the audit log is whole and unchanged', 'zh-CN': '校验审计日志是否完整且未被改动' },
  access: 'read Audit',
  response: z.strictObject({
    ok: z.boolean(),
    entries: z.int(),
    fault: z.strictObject({ fault: z.string(), seq: z.int() }).nullable(),
  }),
});
