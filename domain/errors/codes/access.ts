import type { ErrorEntries } from '../entry.ts';

/** Accounts, sessions, tokens and rights. None of them says more than the caller may know. */
export const accessCodes = {
  'access.unauthenticated': {
    class: 'refused',
    what: { en: 'nobody is signed in', 'zh-CN': '尚未登录' },
    fix: {
      en: 'Sign in, or send Authorization: Bearer with an API token that is still valid',
      'zh-CN': '请登录，或在 Authorization: Bearer 中提供有效的 API 令牌',
    },
  },
  'access.sign_in': {
    class: 'refused',
    what: { en: 'e-mail and password do not fit together', 'zh-CN': '邮箱与密码不匹配' },
    fix: {
      en: 'Check both; an administrator can send a new link',
      'zh-CN': '请核对后重试；管理员可以重新发送链接',
    },
  },
  'access.sign_in_slow': {
    class: 'refused',
    what: { en: 'too many attempts to sign in', 'zh-CN': '登录尝试次数过多' },
    fix: { en: 'Wait {seconds} s', 'zh-CN': '请等待 {seconds} 秒' },
  },
  'access.forbidden': {
    class: 'refused',
    what: { en: 'your roles ({roles}) do not allow this', 'zh-CN': '您的角色（{roles}）没有此权限' },
    fix: { en: 'Ask somebody who may: {who}', 'zh-CN': '请联系有权限的同事：{who}' },
  },
  'access.cross_site': {
    class: 'refused',
    what: { en: 'the request came from another site', 'zh-CN': '请求来自其他网站' },
    fix: {
      en: 'Use the pages of Perennial itself, or an API token',
      'zh-CN': '请使用 Perennial 自身的页面或 API 令牌',
    },
  },
  'access.scope': {
    class: 'refused',
    what: { en: 'this API token may only: {scopes}', 'zh-CN': '该 API 令牌仅可：{scopes}' },
    fix: { en: 'Make a token with the scope that is needed', 'zh-CN': '请创建具有所需范围的令牌' },
  },
  'account.link': {
    class: 'missing',
    what: { en: 'this link is not valid any more', 'zh-CN': '该链接已失效' },
    fix: { en: 'Ask an administrator for a new one', 'zh-CN': '请向管理员索取新的链接' },
  },
  'account.password_short': {
    class: 'invalid',
    what: {
      en: 'the password has {length} characters; at least {min} are needed',
      'zh-CN': '密码为 {length} 个字符，至少需要 {min} 个',
    },
    fix: { en: 'Take a sentence: length counts, signs do not', 'zh-CN': '建议使用一句话：长度比符号更重要' },
  },
  'account.password_common': {
    class: 'invalid',
    what: { en: 'this password is among the first that are tried', 'zh-CN': '该密码属于常见密码，极易被猜中' },
    fix: { en: 'Take one that only you would think of', 'zh-CN': '请换一个只有您会想到的密码' },
  },
  'account.password_twice': {
    class: 'invalid',
    what: { en: 'the two passwords differ', 'zh-CN': '两次输入的密码不一致' },
    fix: { en: 'Type the same one twice', 'zh-CN': '请两次输入相同的密码' },
  },
  'account.exists': {
    class: 'conflict',
    what: { en: '{email} has an account already', 'zh-CN': '{email} 已有账户' },
    fix: { en: 'Send that person a new link instead', 'zh-CN': '请改为向其发送新的链接' },
  },
  'access.session_only': {
    class: 'refused',
    what: { en: 'an API token may not do this', 'zh-CN': 'API 令牌不能执行此操作' },
    fix: { en: 'Sign in and do it yourself', 'zh-CN': '请登录后亲自操作' },
  },
  'access.identity': {
    class: 'refused',
    what: {
      en: 'this identity belongs to no account here',
      'zh-CN': '该身份尚未关联任何账户',
    },
    fix: {
      en: 'Open the link of your invitation first, or sign in with your password and link it',
      'zh-CN': '请先打开邀请链接，或使用密码登录后再关联',
    },
  },
  'access.oidc': {
    class: 'refused',
    what: {
      en: 'the identity provider’s answer cannot be trusted: {reason}',
      'zh-CN': '身份提供方的应答不可信：{reason}',
    },
    fix: { en: 'Begin to sign in once more, in this browser', 'zh-CN': '请在此浏览器中重新登录' },
  },
  'access.oidc_off': {
    class: 'missing',
    what: { en: 'no identity provider is set up', 'zh-CN': '未配置身份提供方' },
    fix: { en: 'Sign in with e-mail and password', 'zh-CN': '请使用邮箱和密码登录' },
  },
  'access.oidc_away': {
    class: 'unavailable',
    what: { en: 'the identity provider does not answer', 'zh-CN': '身份提供方没有响应' },
    fix: { en: 'Try again in a minute', 'zh-CN': '请稍后重试' },
  },
  'settings.issuer': {
    class: 'invalid',
    what: {
      en: '{name}: "{value}" is no safe address of an identity provider',
      'zh-CN': '{name}：“{value}”不是安全的身份提供方地址',
    },
    fix: {
      en: 'Give its issuer, beginning with https:// (http:// only on this machine)',
      'zh-CN': '请填写以 https:// 开头的颁发者地址（仅本机可用 http://）',
    },
  },
  'account.password_wrong': {
    class: 'refused',
    what: { en: 'that is not the present password', 'zh-CN': '当前密码不正确' },
    fix: { en: 'Type the password that you sign in with', 'zh-CN': '请输入您当前用于登录的密码' },
  },
  'account.token_over': {
    class: 'invalid',
    what: { en: 'the token would end at {at}, which has passed', 'zh-CN': '令牌的到期时间 {at} 已过' },
    fix: { en: 'Give a later time, or null for none', 'zh-CN': '请填写更晚的时间，或填 null 表示不过期' },
  },
  'account.person_inactive': {
    class: 'conflict',
    what: { en: '{email} has left the team', 'zh-CN': '{email} 已离开团队' },
    fix: { en: 'Make that member of the team active first', 'zh-CN': '请先将该成员设为在职' },
  },
  'account.disabled': {
    class: 'conflict',
    what: { en: 'the account of {email} is disabled', 'zh-CN': '{email} 的账户已停用' },
    fix: { en: 'Enable it first', 'zh-CN': '请先启用该账户' },
  },
  'account.identity_taken': {
    class: 'conflict',
    what: { en: 'this identity belongs to another account already', 'zh-CN': '该身份已关联其他账户' },
    fix: { en: 'Sign in with it, or use another identity', 'zh-CN': '请直接使用该身份登录，或更换身份' },
  },
  'absence.order': {
    class: 'invalid',
    what: { en: 'the last day {to} is before the first day {from}', 'zh-CN': '最后一天 {to} 早于第一天 {from}' },
    fix: { en: 'Swap them, or correct one', 'zh-CN': '请对调或更正日期' },
  },
  'absence.past': {
    class: 'invalid',
    what: { en: 'the absence would have ended already, on {to}', 'zh-CN': '该缺勤已于 {to} 结束' },
    fix: { en: 'Give a last day from today on', 'zh-CN': '请填写今天或以后的最后一天' },
  },
  'absence.self': {
    class: 'invalid',
    what: { en: 'nobody stands in for themselves', 'zh-CN': '不能由本人代理本人' },
    fix: { en: 'Name a colleague', 'zh-CN': '请指定一位同事' },
  },
  'absence.overlaps': {
    class: 'conflict',
    what: {
      en: 'there is an absence from {from} to {to} already',
      'zh-CN': '该时间段内已有缺勤：{from} 至 {to}',
    },
    fix: { en: 'Change that one, or choose other days', 'zh-CN': '请修改该缺勤，或选择其他日期' },
  },
  'absence.nobody': {
    class: 'conflict',
    what: {
      en: 'from {at} on nobody would do the work of {name}: everybody who stands in is away too',
      'zh-CN': '自 {at} 起将无人处理{name}的工作：所有代理人均不在岗',
    },
    fix: { en: 'Name a substitute who is there then', 'zh-CN': '请指定届时在岗的代理人' },
  },
  'absence.begun': {
    class: 'conflict',
    what: { en: 'the absence has begun on {from} already', 'zh-CN': '该缺勤已于 {from} 开始' },
    fix: { en: 'Change its last day only', 'zh-CN': '仅可修改最后一天' },
  },
  'absence.over': {
    class: 'conflict',
    what: { en: 'this absence has ended', 'zh-CN': '该缺勤已结束' },
    fix: { en: 'Make a new one', 'zh-CN': '请新建缺勤' },
  },
  'handover.self': {
    class: 'invalid',
    what: { en: 'the clients are to stay where they are', 'zh-CN': '交接双方为同一人' },
    fix: { en: 'Name another member of the team', 'zh-CN': '请指定另一位团队成员' },
  },
  'account.last_admin': {
    class: 'conflict',
    what: { en: '{email} is the last administrator', 'zh-CN': '{email} 是最后一名管理员' },
    fix: { en: 'Make somebody else an administrator first', 'zh-CN': '请先指定另一名管理员' },
  },
} as const satisfies ErrorEntries;
