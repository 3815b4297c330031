import { z } from 'zod';
import { INBOX_STATES } from '../../domain/events/index.ts';
import { MAIL_CLASSES } from '../../domain/mail-in/index.ts';
import { ASSIGNED_KINDS } from '../../operations/mail-in/assign.ts';
import { defineRoute } from '../contract.ts';
import { fault, id, instant, pageOf, paging } from './shapes.ts';

const incomingMail = z
  .strictObject({
    id: z.string(),
    messageId: z.string().nullable(),
    via: z.string().meta({ description: '`imap`, or the id of the source that has sent it' }),
    from: z.strictObject({ name: z.string(), address: z.string() }).nullable(),
    subject: z.string(),
    class: z.enum(MAIL_CLASSES).nullable().meta({ description: 'Null where it could not be read' }),
    sign: z.string().meta({ description: 'By what the class was seen' }),
    words: z.string().meta({ description: 'What the sender has written, as long as nobody has been told' }),
    occurredAt: instant,
    receivedAt: instant,
    state: z.enum(INBOX_STATES),
    sendId: z.string().nullable().meta({ description: 'The mail of ours that it answers or reports on' }),
    renewals: z.array(z.string()),
    problem: fault.nullable().meta({ description: 'Why it waits for somebody, or why it tells nothing' }),
  })
  .meta({ id: 'IncomingMail' });

export const listMails = defineRoute({
  id: 'listMails',
  method: 'GET',
  path: '/v1/mails',
  tag: 'mail',
  summary: {
    en: 'Mails that came in, the newest first; those that wait for somebody are `dead`',
    'zh-CN': '来信列表（最新在前）；待人工处理的来信状态为 dead',
  },
  access: 'read Event',
  query: z.strictObject({
    ...paging,
    state: z.enum(INBOX_STATES).optional(),
    class: z.enum(MAIL_CLASSES).optional(),
  }),
  response: pageOf(incomingMail),
});

const params = z.strictObject({ mailId: id });

export const getMail = defineRoute({
  id: 'getMail',
  method: 'GET',
  path: '/v1/mails/:mailId',
  tag: 'mail',
  summary: { en: 'One mail that came in, and what became of it', 'zh-CN': '来信详情及处理结果' },
  access: 'read Event',
  params,
  response: incomingMail,
});

export const assignMail = defineRoute({
  id: 'assignMail',
  method: 'POST',
  path: '/v1/mails/:mailId/assign',
  tag: 'mail',
  summary: {
    en: 'Say which renewal a mail is about, and as what it counts',
    'zh-CN': '将来信指派给续费，并指明其性质',
  },
  access: 'update Event',
  params,
  body: z.strictObject({
    renewalId: id,
    as: z.enum(ASSIGNED_KINDS).optional().meta({ description: '`reply` where left out' }),
    contactId: id.optional().meta({ description: 'Must be named for an opt-out and a bounce' }),
  }),
  response: incomingMail,
});
