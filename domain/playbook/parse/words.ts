import { CONTACT_ROLES } from '../../people/contract.ts';
import type { ContactRole } from '../../people/contract.ts';
import { ROLES } from '../../people/types.ts';
import type { Role } from '../../people/types.ts';
import type { Span } from '../../calendar/types.ts';
import type { Anchor, DatePoint } from '../types.ts';

/** Every word a role may be written as; the first of each is the one we print. */
const ROLE_WORDS: Readonly<Record<Role, readonly string[]>> = {
  'sales-rep': ['sales-rep', 'sales rep', 'rep', '销售代表'],
  'sales-manager': ['sales-manager', 'sales manager', 'manager', '销售经理'],
  director: ['director', 'sales director', '总监', '销售总监'],
  'general-manager': ['general-manager', 'general manager', '总经理'],
  legal: ['legal', '法务', '法务部'],
  finance: ['finance', '财务', '财务部'],
  'client-rep': ['client-rep', 'client rep', '客户代表'],
  ops: ['ops', 'operations', '运营'],
};

const CONTACT_WORDS: Readonly<Record<ContactRole, readonly string[]>> = {
  'decision-maker': ['decision-maker', 'decision maker', '决策人'],
  champion: ['champion', '支持者'],
  billing: ['billing', '财务联系人'],
  legal: ['legal', '法务联系人'],
};

export const ANCHOR_WORDS: Readonly<Record<Anchor, readonly string[]>> = {
  end: ['end', 'end date', 'contract end', '到期', '到期日', '合同到期', '合同到期日'],
  notice: ['notice', 'notice deadline', '通知截止', '通知截止日'],
  stage: ['stage', 'stage begins', 'stage start', '阶段开始'],
  invoice: ['invoice', 'invoice due', 'invoice due date', '账单到期', '账单到期日', '发票到期', '发票到期日'],
};

const POINT_UNITS: Readonly<Record<DatePoint['unit'], readonly string[]>> = {
  days: ['days', 'day', '天', '日'],
  'business days': ['business days', 'business day', 'working days', 'working day', '工作日'],
  months: ['months', 'month', '月'],
};

const SPAN_UNITS: Readonly<Record<Span['unit'], readonly string[]>> = {
  'business hours': ['business hours', 'business hour', 'working hours', 'working hour', '工作小时'],
  'business days': POINT_UNITS['business days'],
  days: POINT_UNITS.days,
};

/** Looks a word up without regard to case, blanks and a leading article. */
function lookUp<K extends string>(table: Readonly<Record<K, readonly string[]>>, keys: readonly K[], written: string) {
  const word = written.trim().toLowerCase().replace(/^the /, '').replace(/\s+/g, ' ');
  return keys.find((key) => table[key].includes(word));
}

export function roleOf(written: string): Role | undefined {
  return lookUp(ROLE_WORDS, ROLES, written);
}
export function contactRoleOf(written: string): ContactRole | undefined {
  return lookUp(CONTACT_WORDS, CONTACT_ROLES, written);
}
export function anchorOf(written: string): Anchor | undefined {
  return lookUp(ANCHOR_WORDS, ['end', 'notice', 'stage', 'invoice'], written);
}
export function pointUnitOf(written: string): DatePoint['unit'] | undefined {
  return lookUp(POINT_UNITS, ['days', 'business days', 'months'], written.replace(/^个/, ''));
}
export function spanUnitOf(written: string): Span['unit'] | undefined {
  return lookUp(SPAN_UNITS, ['business hours', 'business days', 'days'], written.replace(/^个/, ''));
}
export function isWeek(written: string): boolean {
  return ['week', 'weeks', '周', '个星期', '星期'].includes(written.trim().toLowerCase());
}
