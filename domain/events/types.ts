import type { LocalText } from '../text.ts';

/** What other systems may tell. The list is closed and documented; a new type is a new line here. */
export const EVENT_TYPES = [
  'reply.received',
  'meeting.booked',
  'contact.opted_out',
  'mail.bounced',
  'notice.given',
  'health.scored',
  'usage.dropped',
  'sponsor.left',
  'complaint.opened',
  'complaint.closed',
  'invoice.issued',
  'payment.received',
  'legal_review.done',
  'contract.signed',
  'step.completed',
  'contract.dates_changed',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/**
 * How a renewal takes it. A `fact` is never refused: late, doubled and shuffled ones give the same state. A
 * `command` is given in the name of the source and judged like a person's; a refusal is kept with its reason.
 */
export type Reception = 'fact' | 'command';

export interface EventTypeInfo {
  readonly reception: Reception;
  /** Of several only the newest counts: an older one that comes after it changes nothing. */
  readonly newestWins: boolean;
  readonly about: LocalText;
}

const fact = (en: string, zh: string): EventTypeInfo => ({
  reception: 'fact',
  newestWins: false,
  about: { en, 'zh-CN': zh },
});
const command = (en: string, zh: string, newestWins = false): EventTypeInfo => ({
  reception: 'command',
  newestWins,
  about: { en, 'zh-CN': zh },
});

export const EVENTS: Readonly<Record<EventType, EventTypeInfo>> = {
  'reply.received': fact('The client has answered', '客户已回复'),
  'meeting.booked': fact('A meeting with the client is booked', '已与客户约定会议'),
  'contact.opted_out': fact('A contact wants no more mail', '联系人退订邮件'),
  'mail.bounced': fact('Mail to a contact cannot be delivered', '发给联系人的邮件被退回'),
  'notice.given': fact('The client has given notice', '客户已发出不续约通知'),
  'health.scored': fact('A new health score, 0 (worst) to 100', '新的健康分（0 最差，100 最好）'),
  'usage.dropped': fact('Usage has dropped against the usual level', '使用量较平时下降'),
  'sponsor.left': fact('Our champion has left the client', '客户方关键支持者已离职'),
  'complaint.opened': fact('A complaint or an escalated ticket is open', '客户投诉或工单升级'),
  'complaint.closed': fact('A complaint is settled', '投诉已解决'),
  'invoice.issued': command('An invoice was issued', '已开具账单', true),
  'payment.received': command('Money came in', '款项到账'),
  'legal_review.done': command(
    'The legal review is done: open tasks of legal are completed',
    '合同审核完成，法务的待办任务随之完成',
  ),
  'contract.signed': command(
    'The contract is signed: a signature step is completed; without one, the quote counts as accepted',
    '合同已签署：完成签署步骤；如流程无此步骤，则视为客户接受报价',
  ),
  'step.completed': command('A step of the playbook is done', '流程步骤已完成'),
  'contract.dates_changed': command('The dates of the contract have changed', '合同日期变更', true),
};

/** What an event is about: exactly one of these. */
export type EventSubject =
  | { readonly contractNumber: string }
  | { readonly contractId: string }
  | { readonly renewalId: string }
  | { readonly clientId: string }
  | { readonly clientName: string }
  | { readonly contactEmail: string }
  /** A record of the source; links of the source say which contract it belongs to. */
  | { readonly reference: string };

export const SUBJECT_KINDS = [
  'contractNumber',
  'contractId',
  'renewalId',
  'clientId',
  'clientName',
  'contactEmail',
  'reference',
] as const;

/**
 * What became of an event: `received` waits to be told, `told` has reached its renewal, `parked` waits for what it
 * is about (an unknown contract, a refusal that may pass), `dead` was given up and waits for a person, `ignored`
 * leads to nothing.
 */
export const INBOX_STATES = ['received', 'told', 'parked', 'dead', 'ignored'] as const;
export type InboxState = (typeof INBOX_STATES)[number];

/**
 * How we know that a delivery is from the source: signed as Standard Webhooks say, as HubSpot does (version 3), or,
 * for senders that cannot sign, with the secret itself.
 */
export const VERIFICATIONS = ['standard webhooks', 'hubspot', 'token'] as const;
export type Verification = (typeof VERIFICATIONS)[number];
