import type { ErrorEntries } from '../entry.ts';

/** Mails that came in: what keeps one from its renewal, and why one tells nothing. */
export const mailInCodes = {
  'mail.unreadable': {
    class: 'invalid',
    what: { en: 'the mail cannot be read', 'zh-CN': '无法解析该邮件' },
    fix: {
      en: 'Look at it in the mailbox itself; then discard it here, or assign it to its renewal',
      'zh-CN': '请在邮箱中查看原件，然后在此丢弃，或指派给对应的续费',
    },
  },
  'mail.no_sender': {
    class: 'missing',
    what: { en: 'the mail names no sender', 'zh-CN': '邮件没有发件人' },
    fix: {
      en: 'Discard it, or assign it to its renewal: POST /v1/mails/<id>/assign',
      'zh-CN': '请丢弃，或指派给对应的续费：POST /v1/mails/<编号>/assign',
    },
  },
  'mail.sender_unknown': {
    class: 'missing',
    what: {
      en: 'no contact has the address {found}, and the mail answers none of ours',
      'zh-CN': '没有联系人使用邮箱 {found}，且该邮件不是对我方邮件的回复',
    },
    fix: {
      en: 'Assign it: POST /v1/mails/<id>/assign. Or add the contact, then retry it; or discard it',
      'zh-CN': '请指派：POST /v1/mails/<编号>/assign；或补充联系人后重试；或丢弃',
    },
  },
  'mail.several_clients': {
    class: 'conflict',
    what: {
      en: '{count} clients have a contact with the address {found}',
      'zh-CN': '{count} 个客户都有联系人使用邮箱 {found}',
    },
    fix: {
      en: 'Assign the mail to the renewal that it is about: POST /v1/mails/<id>/assign',
      'zh-CN': '请将邮件指派给对应的续费：POST /v1/mails/<编号>/assign',
    },
  },
  'mail.several_renewals': {
    class: 'conflict',
    what: {
      en: 'the client of {found} has {count} open renewals, and none of them has written to that contact',
      'zh-CN': '{found} 所属客户有 {count} 个进行中的续费，且均未向该联系人发过邮件',
    },
    fix: {
      en: 'Assign the mail to the renewal that it is about: POST /v1/mails/<id>/assign',
      'zh-CN': '请将邮件指派给对应的续费：POST /v1/mails/<编号>/assign',
    },
  },
  'mail.no_renewal': {
    class: 'missing',
    what: { en: 'no renewal that {found} could mean is open', 'zh-CN': '{found} 没有对应的进行中续费' },
    fix: {
      en: 'Hand it to whoever looks after the client, then discard it; or assign it once a renewal is open',
      'zh-CN': '请转给该客户的负责人后丢弃；待续费开启后也可再指派',
    },
  },
  'mail.report_unknown': {
    class: 'missing',
    what: {
      en: 'a report about {found} names no mail of ours, so that it is not believed by itself',
      'zh-CN': '关于 {found} 的投递报告未指明我方邮件，系统不予自动采信',
    },
    fix: {
      en: 'Where it is right, assign it as a bounce with the contact; else discard it',
      'zh-CN': '如属实，请选择联系人并按“退信”指派；否则请丢弃',
    },
  },
  'mail.team_bounce': {
    class: 'invalid',
    what: {
      en: 'a mail about {found} to somebody on the team could not be delivered',
      'zh-CN': '发给团队成员的邮件（{found}）未能送达',
    },
    fix: {
      en: 'Correct that person’s address, then discard this',
      'zh-CN': '请更正该成员的邮箱，然后丢弃此条',
    },
  },
  'mail.undelivered': {
    class: 'unavailable',
    what: {
      en: 'the reader’s server has given up on a mail of ours, without a word against the address',
      'zh-CN': '对方服务器多次重试后放弃投递我方邮件，但并未说明地址有误',
    },
    fix: {
      en: 'Reach the contact another way, then discard this; if the address is dead, assign it as a bounce',
      'zh-CN': '请改用其他方式联系客户，然后丢弃此条；如确认邮箱已失效，请按“退信”指派',
    },
  },
  'mail.out_of_office': {
    class: 'conflict',
    what: { en: 'it is an out-of-office note, which is no answer', 'zh-CN': '这是外出自动回复，不视为客户回复' },
    fix: {
      en: 'Nothing. If a person has written it, assign it as a reply',
      'zh-CN': '无需处理；如确为客户本人所写，可按“回复”指派',
    },
  },
  'mail.automatic': {
    class: 'conflict',
    what: {
      en: 'a machine has written it ({sign}), which is no answer',
      'zh-CN': '系统自动发出的邮件（{sign}），不视为客户回复',
    },
    fix: {
      en: 'Nothing. If a person has written it, assign it as a reply',
      'zh-CN': '无需处理；如确为客户本人所写，可按“回复”指派',
    },
  },
  'mail.delayed': {
    class: 'conflict',
    what: { en: 'a mail of ours is delayed on its way', 'zh-CN': '我方邮件投递延迟，对方服务器仍在重试' },
    fix: { en: 'Nothing: if it is given up, another report comes', 'zh-CN': '无需处理；如最终放弃投递，会另有报告' },
  },
  'mail.own': {
    class: 'conflict',
    what: { en: 'somebody on the team, or we ourselves, have written it', 'zh-CN': '这是团队成员或系统自己发出的邮件' },
    fix: { en: 'Nothing: only what the client writes counts', 'zh-CN': '无需处理；只有客户的来信才计入' },
  },
  'mail.to_team': {
    class: 'conflict',
    what: {
      en: 'it answers a mail to the team about {found}, which is no word of the client',
      'zh-CN': '这是对内部通知邮件（{found}）的回复，不视为客户来信',
    },
    fix: { en: 'Do in Perennial what it asks for', 'zh-CN': '请在 Perennial 中处理相应事项' },
  },
  'mail.contact': {
    class: 'invalid',
    what: { en: 'it is not said whose address it is about', 'zh-CN': '未指明涉及哪位联系人' },
    fix: { en: 'Name the contact: contactId', 'zh-CN': '请填写联系人编号 contactId' },
  },
  'mail.raw': {
    class: 'invalid',
    what: { en: 'the body holds no mail', 'zh-CN': '请求正文中没有邮件内容' },
    fix: {
      en: 'Send the mail itself as message/rfc822, or JSON such as {example}',
      'zh-CN': '请以 message/rfc822 发送原始邮件，或发送 JSON，例如 {example}',
    },
  },
  'webhook.kind': {
    class: 'invalid',
    what: { en: 'this source sends {kind}, which are taken elsewhere', 'zh-CN': '该来源推送的是{kind}，接收地址不同' },
    fix: { en: 'Send to {path}', 'zh-CN': '请推送到 {path}' },
  },
  'source.mail_verification': {
    class: 'invalid',
    what: { en: 'a source of mails cannot be verified by {found}', 'zh-CN': '邮件来源不能使用验证方式 {found}' },
    fix: { en: 'Take one of: {known}', 'zh-CN': '可选：{known}' },
  },
} as const satisfies ErrorEntries;
