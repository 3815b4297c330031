import type { MailClass } from '../../../domain/mail-in/index.ts';
import { deliveryReport, letter, OURS, otherReport } from './write-mail.ts';

export interface Sample {
  readonly what: string;
  readonly raw: Buffer;
  readonly kind: MailClass;
  /** What is left of the text, where it matters. */
  readonly words?: string;
}

const answer = { answers: OURS };

const replies: readonly Sample[] = [
  {
    what: 'a plain answer',
    raw: letter({ ...answer, text: 'Yes, please send the quote.' }),
    kind: 'reply',
    words: 'Yes, please send the quote.',
  },
  {
    what: 'an answer above the quoted mail',
    raw: letter({
      ...answer,
      text: 'We renew.\n\nOn Mon, Feb 1, 2027 at 9:00 AM Li Na <li.na@vendor.example.com>\nwrote:\n\n> Your contract ends soon.\n> Reply STOP to opt out.\n',
    }),
    kind: 'reply',
    words: 'We renew.',
  },
  {
    what: 'an answer between the quoted lines',
    raw: letter({
      ...answer,
      text: 'Li Na <li.na@vendor.example.com> wrote:\n> How many seats?\nForty.\n> For how long?\nTwo years.\n',
    }),
    kind: 'reply',
    words: 'Forty.\nTwo years.',
  },
  {
    what: 'an answer below the quote',
    raw: letter({
      ...answer,
      text: 'On 1 Feb 2027, Li Na wrote:\n> STOP\n> is what you may write.\n\nWe would like to talk first.\n',
    }),
    kind: 'reply',
    words: 'We would like to talk first.',
  },
  {
    what: 'a Chinese answer with a quote from a phone',
    raw: letter({
      ...answer,
      subject: '回复：合同续费提醒',
      text: '好的，我们下周确认。\n\n发自我的iPhone\n\n在 2027年2月1日，上午9:00，李娜 <li.na@vendor.example.com> 写道：\n\n> 您的合同将于下月到期。\n',
    }),
    kind: 'reply',
    words: '好的，我们下周确认。',
  },
  {
    what: 'an answer from QQ with the original below a divider',
    raw: letter({
      ...answer,
      subject: '回复：续费报价',
      text: '价格能否再优惠一些？\n\n------------------ 原始邮件 ------------------\n发件人: "李娜"<li.na@vendor.example.com>;\n发送时间: 2027年2月1日(星期一) 上午9:00\n主题: 续费报价\n\n退订\n',
    }),
    kind: 'reply',
    words: '价格能否再优惠一些？',
  },
  {
    what: 'an answer from Outlook with the headers of the original',
    raw: letter({
      ...answer,
      text: 'Approved on our side.\n\nFrom: Li Na <li.na@vendor.example.com>\nSent: Monday, February 1, 2027 9:00 AM\nTo: Chen Jing\nSubject: Your contract\n\nUnsubscribe\n',
    }),
    kind: 'reply',
    words: 'Approved on our side.',
  },
  {
    what: 'an answer from Outlook in Chinese',
    raw: letter({
      ...answer,
      subject: '答复: 合同续费',
      text: '同意续签。\n\n发件人: 李娜\n发送时间: 2027年2月1日 9:00\n收件人: 陈静\n主题: 合同续费\n\n您好\n',
    }),
    kind: 'reply',
    words: '同意续签。',
  },
  {
    what: 'an answer of HTML alone',
    raw: letter({ ...answer, html: '<p>We will renew.</p><blockquote><p>STOP</p></blockquote>' }),
    kind: 'reply',
    words: 'We will renew.',
  },
  {
    what: 'an answer with a signature',
    raw: letter({ ...answer, text: 'Call me tomorrow.\n-- \nChen Jing\nHead of purchasing\n' }),
    kind: 'reply',
    words: 'Call me tomorrow.',
  },
  {
    what: 'a mail that answers nothing',
    raw: letter({ subject: 'Our renewal', text: 'Could somebody call us about the renewal?' }),
    kind: 'reply',
  },
  {
    what: 'an answer that says no to automation by its header',
    raw: letter({ ...answer, headers: { 'Auto-Submitted': 'no' }, text: 'Thanks, received.' }),
    kind: 'reply',
  },
  {
    what: 'an answer by way of the client’s mailing list',
    raw: letter({
      ...answer,
      headers: { Precedence: 'list', 'List-Id': '<purchasing.client.example.com>' },
      text: 'We agree.',
    }),
    kind: 'reply',
  },
  {
    what: 'an answer about somebody who is out of the office',
    raw: letter({ ...answer, text: 'My colleague is out of the office this week; I will answer for her.' }),
    kind: 'reply',
  },
  {
    what: 'an answer that wants something else stopped',
    raw: letter({ ...answer, text: 'Stop the renewal of the second site, keep the first.' }),
    kind: 'reply',
  },
  {
    what: 'an answer that speaks of unsubscribing in a sentence',
    raw: letter({
      ...answer,
      text: 'Our users cannot unsubscribe from the product newsletter, please mend that first.',
    }),
    kind: 'reply',
  },
  {
    what: 'an answer that mentions 退订 in a sentence',
    raw: letter({ ...answer, text: '我们想了解退订部分席位后的价格。' }),
    kind: 'reply',
  },
  {
    what: 'an answer that wants to cancel the contract, not the mail',
    raw: letter({ ...answer, text: 'Cancel' }),
    kind: 'reply',
  },
  { what: 'an empty answer', raw: letter({ ...answer, text: '' }), kind: 'reply', words: '' },
  {
    what: 'an answer from a machine’s address, to our very mail',
    raw: letter({ ...answer, from: 'noreply@client.example.com', text: 'Ticket 12: please proceed.' }),
    kind: 'reply',
  },
];

const away: readonly Sample[] = [
  {
    what: 'an absence by RFC 3834',
    raw: letter({
      ...answer,
      subject: 'Automatic reply: Your contract',
      headers: { 'Auto-Submitted': 'auto-replied' },
      text: 'I am away until Monday.',
    }),
    kind: 'out of office',
  },
  {
    what: 'an absence with a vacation time in its header',
    raw: letter({ ...answer, headers: { 'Auto-Submitted': 'auto-replied (vacation)' }, text: 'Back on 8 February.' }),
    kind: 'out of office',
  },
  {
    what: 'an absence by X-Autoreply',
    raw: letter({ ...answer, headers: { 'X-Autoreply': 'yes' }, text: 'I read mail again on Monday.' }),
    kind: 'out of office',
  },
  {
    what: 'an absence by X-Autorespond',
    raw: letter({ ...answer, headers: { 'X-Autorespond': 'Your contract' }, text: 'Away.' }),
    kind: 'out of office',
  },
  {
    what: 'an absence by Precedence',
    raw: letter({ ...answer, headers: { Precedence: 'auto_reply' }, text: 'Away.' }),
    kind: 'out of office',
  },
  {
    what: 'an absence by a rule of Exchange',
    raw: letter({
      ...answer,
      headers: { 'X-MS-Exchange-Generated-Message-Source': 'Mailbox Rules Agent' },
      text: 'Away.',
    }),
    kind: 'out of office',
  },
  {
    what: 'an absence by its subject alone',
    raw: letter({ ...answer, subject: 'Out of Office: Re: Your contract', text: 'Please write to my colleague.' }),
    kind: 'out of office',
  },
  {
    what: 'a Chinese absence by its subject alone',
    raw: letter({ ...answer, subject: '自动回复:合同续费提醒', text: '您好，我正在休假，2月8日返回。' }),
    kind: 'out of office',
  },
  {
    what: 'a Chinese absence in brackets',
    raw: letter({ ...answer, subject: '【自动回复】合同续费提醒', text: '外出中。' }),
    kind: 'out of office',
  },
  {
    what: 'a Chinese absence by its text alone',
    raw: letter({ ...answer, subject: 'Re: 合同续费', text: '您好，这是一封自动回复邮件，我已收到您的来信。' }),
    kind: 'out of office',
  },
  {
    what: 'an absence by its text alone',
    raw: letter({ ...answer, text: 'This is an automatic reply. I am travelling.' }),
    kind: 'out of office',
  },
  {
    what: 'an absence that says STOP',
    raw: letter({
      ...answer,
      headers: { 'Auto-Submitted': 'auto-replied' },
      text: 'STOP\nI do not work here any more.',
    }),
    kind: 'out of office',
  },
];

const machines: readonly Sample[] = [
  {
    what: 'a ticket system that has received it',
    raw: letter({
      ...answer,
      subject: '[#4711] We have received your request',
      headers: { 'Auto-Submitted': 'auto-generated' },
      text: 'We answer soon.',
    }),
    kind: 'automatic',
  },
  {
    what: 'a newsletter',
    raw: letter({
      subject: 'News in February',
      headers: { 'List-Unsubscribe': '<https://news.example.com/u>' },
      text: 'Read on.',
    }),
    kind: 'automatic',
  },
  {
    what: 'a bulk mail',
    raw: letter({ ...answer, headers: { Precedence: 'bulk' }, text: 'To all suppliers.' }),
    kind: 'automatic',
  },
  {
    what: 'a mail of a list that answers nothing',
    raw: letter({ headers: { Precedence: 'list' }, text: 'To the list.' }),
    kind: 'automatic',
  },
  {
    what: 'a receipt for having been read',
    raw: otherReport('disposition-notification', [
      'Final-Recipient: rfc822; chen.jing@client.example.com',
      'Disposition: manual-action/MDN-sent-manually; displayed',
    ]),
    kind: 'automatic',
  },
  {
    what: 'a mail that nobody sent',
    raw: letter({ ...answer, headers: { 'Return-Path': '<>' }, text: 'Received.' }),
    kind: 'automatic',
  },
  {
    what: 'a report that it was delivered',
    raw: deliveryReport({ action: 'delivered', status: '2.0.0' }),
    kind: 'automatic',
  },
];

const reports: readonly Sample[] = [
  {
    what: 'an unknown mailbox',
    raw: deliveryReport({ diagnostic: '550 5.1.1 No such user' }),
    kind: 'bounce',
    words: '550 5.1.1 No such user',
  },
  {
    what: 'an unknown domain, with the whole original',
    raw: deliveryReport({ status: '5.1.2', original: 'whole' }),
    kind: 'bounce',
  },
  { what: 'a report without the original', raw: deliveryReport({ original: 'none' }), kind: 'bounce' },
  {
    what: 'a Chinese report',
    raw: deliveryReport({ status: '5.1.1' }, { subject: '系统退信', text: '收件人不存在。' }),
    kind: 'bounce',
  },
  {
    what: 'a failure whose code stands in the text alone',
    raw: deliveryReport({ status: '' }, { text: '550 #5.1.10 RESOLVER.ADR.RecipientNotFound' }),
    kind: 'bounce',
  },
  { what: 'a delay', raw: deliveryReport({ action: 'delayed', status: '4.4.1' }), kind: 'delay' },
  { what: 'a greylisted mail', raw: deliveryReport({ action: 'delayed', status: '4.2.0' }), kind: 'delay' },
  {
    what: 'a temporary fault that was given up',
    raw: deliveryReport({ action: 'failed', status: '4.4.7' }),
    kind: 'undelivered',
  },
  {
    what: 'a failure in plain words',
    raw: letter({
      from: 'MAILER-DAEMON@mx.client.example.com',
      subject: 'Mail delivery failed: returning message to sender',
      headers: { 'X-Failed-Recipients': 'chen.jing@client.example.com' },
      text: 'A message that you sent could not be delivered.\n\n  chen.jing@client.example.com\n    550 unknown user\n',
    }),
    kind: 'bounce',
  },
  {
    what: 'a failure in plain Chinese words',
    raw: letter({
      from: 'postmaster@client.example.com',
      subject: '退信：合同续费提醒',
      text: '无法投递，550 User not found。',
    }),
    kind: 'bounce',
  },
  {
    what: 'a delay in plain words',
    raw: letter({
      from: 'MAILER-DAEMON@mx.client.example.com',
      subject: 'Warning: message still being retried',
      text: '451 try later',
    }),
    kind: 'delay',
  },
  {
    what: 'a complaint',
    raw: otherReport('feedback-report', [
      'Feedback-Type: abuse',
      'User-Agent: Loop/1',
      'Version: 1',
      'Original-Rcpt-To: chen.jing@client.example.com',
    ]),
    kind: 'complaint',
  },
  {
    what: 'the opposite of a complaint',
    raw: otherReport('feedback-report', ['Feedback-Type: not-spam', 'User-Agent: Loop/1', 'Version: 1']),
    kind: 'automatic',
  },
];

const optOuts: readonly Sample[] = [
  ...[
    'STOP',
    'stop.',
    'Unsubscribe',
    'Please unsubscribe me from this mailing list.',
    'Please remove me from your list, thanks',
    'Please stop sending me these emails.',
    'Do not email me again',
    '退订',
    '退订！',
    'TD',
    '请退订，谢谢',
    '请不要再给我发邮件了',
    '取消订阅',
  ].map((text): Sample => ({ what: `the wish "${text}"`, raw: letter({ ...answer, text }), kind: 'opt-out' })),
  {
    what: 'a wish above the quoted mail',
    raw: letter({ ...answer, text: 'STOP\n\nOn 1 Feb 2027, Li Na wrote:\n> Your contract ends soon.\n' }),
    kind: 'opt-out',
    words: 'STOP',
  },
  { what: 'a wish below an empty line', raw: letter({ ...answer, text: '\n\n  退订\n' }), kind: 'opt-out' },
  { what: 'a wish in HTML', raw: letter({ ...answer, html: '<div>&nbsp;<b>STOP</b></div>' }), kind: 'opt-out' },
  { what: 'a wish as subject', raw: letter({ subject: 'unsubscribe', text: '' }), kind: 'opt-out' },
  {
    what: 'what a mail program sends for its own button',
    raw: letter({ subject: 'unsubscribe 0123456789abcdef0123456789abcdef01234567.abcdefghijklmnopqrstuv', text: '' }),
    kind: 'opt-out',
  },
];

/** Every sample with the class that it must get. */
export const SAMPLES: readonly Sample[] = [...replies, ...away, ...machines, ...reports, ...optOuts];
