import type { ErrorEntries } from '../entry.ts';

/** Links in mails and addresses that are secrets. */
export const linkCodes = {
  'link.invalid': {
    class: 'missing',
    what: { en: 'this link is not valid', 'zh-CN': '链接无效' },
    fix: {
      en: 'Open it from the mail itself, whole; where that does not help, ask whoever sent it for a new one',
      'zh-CN': '请直接在邮件中打开完整链接；如仍无效，请联系发件人获取新链接',
    },
  },
  'link.expired': {
    class: 'conflict',
    what: { en: 'this link has expired', 'zh-CN': '链接已过期' },
    fix: { en: 'Ask whoever sent it for a new one', 'zh-CN': '请联系发件人获取新链接' },
  },
  'link.revoked': {
    class: 'conflict',
    what: { en: 'this link has been withdrawn', 'zh-CN': '链接已被撤销' },
    fix: { en: 'Ask whoever sent it what holds now', 'zh-CN': '请联系发件人了解最新情况' },
  },
  'link.outdated': {
    class: 'conflict',
    what: { en: 'what this page showed has changed meanwhile', 'zh-CN': '页面内容已发生变化' },
    fix: { en: 'Look at it again, and decide anew', 'zh-CN': '请核对最新内容后重新操作' },
  },
  'link.form': {
    class: 'refused',
    what: { en: 'this was not sent by the page’s own button', 'zh-CN': '该请求不是通过页面按钮提交的' },
    fix: {
      en: 'Open the link again and press the button; a page is good for some hours',
      'zh-CN': '请重新打开链接并点击按钮；页面仅在数小时内有效',
    },
  },
  'link.not_yours': {
    class: 'refused',
    what: { en: 'this link was given to {name}', 'zh-CN': '该链接是发给{name}的' },
    fix: {
      en: 'Sign in as that person, or let that person decide',
      'zh-CN': '请由本人登录后处理',
    },
  },
  'link.words_missing': {
    class: 'invalid',
    what: { en: 'a few words are needed', 'zh-CN': '请填写说明' },
    fix: { en: 'Write them, and press the button again', 'zh-CN': '请填写后再次提交' },
  },
} as const satisfies ErrorEntries;
