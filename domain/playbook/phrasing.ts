import { formatSpan } from '../calendar/index.ts';
import type { Span } from '../calendar/types.ts';
import type { ContactRole } from '../people/contract.ts';
import type { Role } from '../people/types.ts';
import type { Locale, LocalText } from '../text.ts';
import type { Anchor, Condition, DatePoint, EscalationAction, StopEvent, TaskFact } from './types.ts';

/** The words of the format in both languages; English phrases and Chinese dates and spans parse back. */
const ANCHORS: Readonly<Record<Anchor, LocalText>> = {
  end: { en: 'end', 'zh-CN': '到期' },
  notice: { en: 'notice', 'zh-CN': '通知截止' },
  stage: { en: 'stage', 'zh-CN': '阶段开始' },
  invoice: { en: 'invoice', 'zh-CN': '账单到期' },
};

const ON: Readonly<Record<Anchor, LocalText>> = {
  end: { en: 'on end', 'zh-CN': '到期日' },
  notice: { en: 'on notice', 'zh-CN': '通知截止日' },
  stage: { en: 'on stage', 'zh-CN': '阶段开始当天' },
  invoice: { en: 'on invoice', 'zh-CN': '账单到期日' },
};

const UNITS: Readonly<Record<DatePoint['unit'], { one: string; many: string; zh: string }>> = {
  days: { one: 'day', many: 'days', zh: '天' },
  'business days': { one: 'business day', many: 'business days', zh: '个工作日' },
  months: { one: 'month', many: 'months', zh: '个月' },
};

export const ROLE_NAMES: Readonly<Record<Role, LocalText>> = {
  'sales-rep': { en: 'sales rep', 'zh-CN': '销售代表' },
  'sales-manager': { en: 'sales manager', 'zh-CN': '销售经理' },
  director: { en: 'director', 'zh-CN': '总监' },
  'general-manager': { en: 'general manager', 'zh-CN': '总经理' },
  legal: { en: 'legal team', 'zh-CN': '法务' },
  finance: { en: 'finance team', 'zh-CN': '财务' },
  'client-rep': { en: 'client rep', 'zh-CN': '客户代表' },
  ops: { en: 'operations team', 'zh-CN': '运营' },
};

export const CONTACT_NAMES: Readonly<Record<ContactRole, LocalText>> = {
  'decision-maker': { en: 'decision-maker', 'zh-CN': '决策人' },
  champion: { en: 'champion', 'zh-CN': '支持者' },
  billing: { en: 'billing contact', 'zh-CN': '财务联系人' },
  legal: { en: 'legal contact', 'zh-CN': '法务联系人' },
};

export const CONDITION_NAMES: Readonly<Record<Condition | TaskFact, LocalText>> = {
  'client contacted': { en: 'the client was contacted', 'zh-CN': '已联系客户' },
  'quote issued': { en: 'the quote is issued', 'zh-CN': '已发出报价' },
  'quote approved': { en: 'the quote is approved', 'zh-CN': '报价已审批通过' },
  'tasks done': { en: 'all its tasks are done', 'zh-CN': '任务全部完成' },
  'client accepted': { en: 'the client has accepted', 'zh-CN': '客户已确认' },
  'invoice issued': { en: 'the invoice is recorded', 'zh-CN': '已登记账单' },
  'notice window passed': { en: 'the notice deadline has passed', 'zh-CN': '通知截止日已过' },
  'payment received': { en: 'the payment has arrived', 'zh-CN': '款项已到账' },
};

export const STOP_NAMES: Readonly<Record<StopEvent, LocalText>> = {
  reply: { en: 'a reply', 'zh-CN': '客户回复' },
  'meeting booked': { en: 'a booked meeting', 'zh-CN': '已约会议' },
  'opted out': { en: 'an opt-out', 'zh-CN': '客户退订' },
  bounce: { en: 'a bounce', 'zh-CN': '邮件退回' },
  'client contacted': { en: 'contact with the client', 'zh-CN': '已联系客户' },
  'client accepted': { en: 'acceptance', 'zh-CN': '客户确认' },
  'payment received': { en: 'payment', 'zh-CN': '款项到账' },
};

/** "90 days before end" · "到期前90天". */
export function pointText(point: DatePoint, locale: Locale = 'en'): string {
  if (point.amount === 0) return ON[point.anchor][locale];
  const count = Math.abs(point.amount);
  const unit = UNITS[point.unit];
  const anchor = ANCHORS[point.anchor][locale];
  if (locale === 'zh-CN') return `${anchor}${point.amount < 0 ? '前' : '后'}${count}${unit.zh}`;
  return `${count} ${count === 1 ? unit.one : unit.many} ${point.amount < 0 ? 'before' : 'after'} ${anchor}`;
}

const PROSE: Readonly<Record<Anchor, { before: string; on: string }>> = {
  end: { before: 'the end', on: 'on the last day of the contract' },
  notice: { before: 'the notice deadline', on: 'on the day of the notice deadline' },
  stage: { before: 'the stage begins', on: 'when the stage begins' },
  invoice: { before: 'the invoice is due', on: 'on the day the invoice is due' },
};

/** The same in a sentence: "90 days before the end", "3 days after the invoice is due". */
export function pointProse(point: DatePoint, locale: Locale): string {
  if (locale === 'zh-CN') return pointText(point, locale);
  const { before, on } = PROSE[point.anchor];
  return point.amount === 0 ? on : pointText(point).replace(/\w+$/, before);
}

/** "5 business days" · "5 个工作日". */
export function spanText(span: Span, locale: Locale = 'en'): string {
  return formatSpan(span, locale);
}

/** "warn the owner", "escalate to director". */
export function actionText(action: EscalationAction, locale: Locale = 'en'): string {
  if (action.kind === 'warn owner') return locale === 'zh-CN' ? '提醒负责人' : 'warn the owner';
  // English goes back into documents, where the id of the role is the safest word.
  return locale === 'zh-CN' ? `升级至${ROLE_NAMES[action.to]['zh-CN']}` : `escalate to ${action.to}`;
}
