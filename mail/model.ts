import type { Money } from '../domain/money/types.ts';
import type { LocalText } from '../domain/text.ts';
import type { CivilDate, WallTime } from '../domain/time/types.ts';

/**
 * What must be known before a template that reads such variables may be used. `dates` are the dates of the
 * contract (missing while a renewal is parked under "data needed"), `notice` its notice deadline (many
 * contracts have none). Variables without a need are there for every mail.
 */
export const NEEDS = [
  'dates',
  'notice',
  'quote',
  'invoice',
  'meeting',
  'task',
  'escalation',
  'approval',
  'message',
  'savePlan',
] as const;
export type Need = (typeof NEEDS)[number];

interface Values {
  /** A text that exists in both languages may be given as such; the recipient's one is taken. */
  readonly text: string | LocalText;
  readonly date: CivilDate;
  readonly time: WallTime;
  readonly money: Money;
  /** A web address of ours: it may stand as the target of a link as it is. */
  readonly link: string;
  /** Stays a number in conditions: `{% if contract.daysUntilEnd > 1 %}`. */
  readonly number: number;
}
export type VariableKind = keyof Values;

export interface VariableSpec<K extends VariableKind = VariableKind> {
  readonly kind: K;
  readonly need: Need | null;
  readonly label: LocalText;
  readonly sample: Values[K];
}

function variable<K extends VariableKind>(kind: K, need: Need | null, en: string, zh: string, sample: Values[K]) {
  return { kind, need, label: { en, 'zh-CN': zh }, sample } satisfies VariableSpec<K>;
}

const yuan = (amount: number): Money => ({ minor: amount * 100, currency: 'CNY' });
const date = (text: string) => text as CivilDate;

/** Every variable a mail template may read: the check, the documentation and the previews all use this table. */
export const MAIL_VARIABLES = {
  'recipient.name': variable('text', null, 'Name of the reader', '收件人姓名', { en: 'Chen Jing', 'zh-CN': '陈静' }),
  'client.name': variable('text', null, 'Name of the client', '客户名称', {
    en: 'Xinghe Logistics',
    'zh-CN': '星河物流',
  }),
  'contract.number': variable('text', null, 'Contract number', '合同编号', 'HT-2025-0188'),
  'contract.product': variable('text', null, 'What the contract is about', '合同产品', {
    en: 'Team Workspace',
    'zh-CN': '团队协作平台',
  }),
  'contract.startDate': variable('date', 'dates', 'First day of the term', '合同开始日', date('2025-12-02')),
  'contract.endDate': variable('date', 'dates', 'Last day of the term', '合同到期日', date('2026-12-01')),
  'contract.daysUntilEnd': variable(
    'number',
    'dates',
    'Days until the end; 0 today, negative after it',
    '距合同到期日的天数；当天为 0，过期为负数',
    30,
  ),
  'contract.noticeDate': variable('date', 'notice', 'Last day for giving notice', '通知截止日', date('2026-11-15')),
  'contract.daysUntilNotice': variable(
    'number',
    'notice',
    'Days until the notice deadline; 0 today, negative after it',
    '距通知截止日的天数；当天为 0，过后为负数',
    14,
  ),
  'contract.amount': variable('money', null, 'What the current term costs', '当前合同金额', yuan(120_000)),
  'renewal.id': variable('text', null, 'Id of the renewal', '续费编号', 'renewal:HT-2025-0188:2'),
  'renewal.stage': variable('text', null, 'Stage of the renewal', '续费阶段', {
    en: 'First contact',
    'zh-CN': '初步沟通',
  }),
  'owner.name': variable('text', null, 'Person responsible for the client', '客户负责人', {
    en: 'Li Na',
    'zh-CN': '李娜',
  }),
  'owner.email': variable('text', null, 'E-mail of that person', '客户负责人邮箱', 'li.na@example.com'),
  'quote.number': variable('text', 'quote', 'Quote number', '报价编号', 'BJ-2026-0412'),
  'quote.amount': variable('money', 'quote', 'Price offered', '报价金额', yuan(113_400)),
  'quote.listAmount': variable('money', 'quote', 'Price before the discount', '折前金额', yuan(126_000)),
  'quote.discountPercent': variable('number', 'quote', 'Discount in percent', '优惠百分比', 10),
  'quote.validUntil': variable('date', 'quote', 'Last day of the offer', '报价有效期截止日', date('2026-11-20')),
  'quote.termMonths': variable('number', 'quote', 'Months of the new term', '新合同月数', 12),
  'invoice.number': variable('text', 'invoice', 'Invoice number', '发票编号', 'FP-2026-0733'),
  'invoice.amount': variable('money', 'invoice', 'Amount to pay', '应付金额', yuan(113_400)),
  'invoice.dueDate': variable('date', 'invoice', 'Payment is due on', '付款到期日', date('2026-12-31')),
  'invoice.daysLate': variable(
    'number',
    'invoice',
    'Days after the due date; negative before it',
    '逾期天数；未到期为负数',
    7,
  ),
  'meeting.date': variable(
    'date',
    'meeting',
    'Day of the meeting, at the reader',
    '会议日期（收件人所在时区）',
    date('2026-11-10'),
  ),
  'meeting.time': variable(
    'time',
    'meeting',
    'Begin of the meeting, at the reader',
    '会议开始时间（收件人所在时区）',
    '10:00' as WallTime,
  ),
  'meeting.minutes': variable('number', 'meeting', 'Length of the meeting in minutes', '会议时长（分钟）', 30),
  'task.name': variable('text', 'task', 'What is to be done', '任务名称', {
    en: 'Call the decision-maker',
    'zh-CN': '致电决策人',
  }),
  'task.dueDate': variable('date', 'task', 'The task is due on', '任务截止日', date('2026-11-06')),
  'task.reason': variable('text', 'task', 'Why the task exists', '任务原因', {
    en: 'The client has not answered two mails.',
    'zh-CN': '客户未回复前两封邮件。',
  }),
  'escalation.stage': variable('text', 'escalation', 'Stage that is stalled', '停滞的阶段', {
    en: 'Renewal quote',
    'zh-CN': '续费报价',
  }),
  'escalation.since': variable('date', 'escalation', 'Nothing has happened since', '停滞开始日', date('2026-10-26')),
  'escalation.blocker': variable('text', 'escalation', 'What it waits for', '停滞原因', {
    en: 'No quote has been issued yet',
    'zh-CN': '尚未出具续费报价',
  }),
  'escalation.money': variable('money', 'escalation', 'Money at stake', '涉及金额', yuan(120_000)),
  'escalation.level': variable('text', 'escalation', 'Level of the escalation', '升级级别', {
    en: 'Sales manager',
    'zh-CN': '销售经理',
  }),
  'approval.requester': variable('text', 'approval', 'Who asks', '申请人', { en: 'Li Na', 'zh-CN': '李娜' }),
  'approval.level': variable('text', 'approval', 'Name of the approval rule', '审批级别', {
    en: 'Discount up to 10%',
    'zh-CN': '优惠10%以内',
  }),
  'approval.dueDate': variable('date', 'approval', 'Decision is due on', '审批截止日', date('2026-11-05')),
  'approval.reason': variable('text', 'approval', 'Reason given for the discount', '优惠理由', {
    en: 'Two-year customer, adds 20 seats.',
    'zh-CN': '合作两年的老客户，新增20个席位。',
  }),
  'approval.link': variable(
    'link',
    'approval',
    'Address where the reader decides; missing for who cannot sign in',
    '审批链接；收件人无法登录时没有此链接',
    'https://renewals.example.com/decide/Yq3mT0aV7kQe2ZsN5bRw8u',
  ),
  'message.from': variable('text', 'message', 'Who has written', '留言人', { en: 'Wang Fang', 'zh-CN': '王芳' }),
  'message.email': variable('text', 'message', 'E-mail of that person', '留言人邮箱', 'wang.fang@example.com'),
  'message.text': variable('text', 'message', 'What was written', '留言内容', {
    en: 'Why three years and not two?',
    'zh-CN': '为什么是三年而不是两年？',
  }),
  'savePlan.cause': variable('text', 'savePlan', 'Cause of the risk', '流失风险原因', {
    en: 'Low use',
    'zh-CN': '使用率低',
  }),
} as const satisfies Readonly<Record<string, VariableSpec>>;

export type VariablePath = keyof typeof MAIL_VARIABLES;
type Group = VariablePath extends infer P ? (P extends `${infer G}.${string}` ? G : never) : never;
type Field<G extends Group> = VariablePath extends infer P ? (P extends `${G}.${infer F}` ? F : never) : never;
type ValueAt<P> = P extends VariablePath ? Values[(typeof MAIL_VARIABLES)[P]['kind']] : never;

/**
 * The data of one mail. What is not known is left out or null: a template that reads it then fails with
 * `template.missing_value` instead of printing a hole.
 */
export type MailModel = {
  readonly [G in Group]?: { readonly [F in Field<G>]?: ValueAt<`${G}.${F}`> | null };
};

export const VARIABLE_PATHS = Object.keys(MAIL_VARIABLES) as readonly VariablePath[];

export function isVariable(path: string): path is VariablePath {
  return Object.hasOwn(MAIL_VARIABLES, path);
}

/** The sample values, for previews and checks. With `needs`, only what a mail with those needs would have. */
export function sampleModel(needs: readonly Need[] = NEEDS): MailModel {
  const model: Record<string, Record<string, unknown>> = {};
  for (const path of VARIABLE_PATHS) {
    const { need, sample } = MAIL_VARIABLES[path];
    if (need !== null && !needs.includes(need)) continue;
    const [group = '', field = ''] = path.split('.');
    (model[group] ??= {})[field] = sample;
  }
  return model;
}
