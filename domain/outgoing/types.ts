import type { LocalText } from '../text.ts';

/** Where facts may go: an address of another system, or a chat group. */
export const CHANNEL_KINDS = ['webhook', 'slack', 'teams', 'feishu', 'dingtalk', 'wecom'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What is told to outside. The list is closed and documented; a new type is a new line here. */
export const OUTGOING_TYPES = [
  'renewal.opened',
  'renewal.data_needed',
  'renewal.stage_begun',
  'renewal.stage_ended',
  'renewal.at_risk',
  'renewal.risk_settled',
  'renewal.closed',
  'quote.issued',
  'quote.approved',
  'quote.rejected',
  'quote.accepted',
  'quote.declined',
  'approval.requested',
  'approval.decided',
  'task.opened',
  'task.closed',
  'escalation.raised',
  'notice.given',
  'invoice.issued',
  'payment.received',
  'mail.unknown',
  'mail.refused',
] as const;
export type OutgoingType = (typeof OUTGOING_TYPES)[number];

/** Sent when somebody tries a channel; no fact of a renewal. */
export const TEST_TYPE = 'channel.test';
export type DeliveredType = OutgoingType | typeof TEST_TYPE;

/** Counts up where the fields of a type change in a way that a reader must know of. */
export const OUTGOING_VERSION = 1;

export interface OutgoingTypeInfo {
  /** A few words, as they head a card. */
  readonly title: LocalText;
  /** A chat group gets it where nothing else was asked for: somebody should look. */
  readonly notable: boolean;
}

const plain = (en: string, zh: string): OutgoingTypeInfo => ({ title: { en, 'zh-CN': zh }, notable: false });
const notable = (en: string, zh: string): OutgoingTypeInfo => ({ title: { en, 'zh-CN': zh }, notable: true });

export const OUTGOING: Readonly<Record<DeliveredType, OutgoingTypeInfo>> = {
  'renewal.opened': plain('Renewal opened', '续费已启动'),
  'renewal.data_needed': notable('Renewal waits for data', '续费待补资料'),
  'renewal.stage_begun': plain('Stage begun', '进入新环节'),
  'renewal.stage_ended': plain('Stage ended', '环节已完成'),
  'renewal.at_risk': notable('Renewal at risk', '续费存在风险'),
  'renewal.risk_settled': notable('Save plan closed', '挽留计划已结束'),
  'renewal.closed': notable('Renewal closed', '续费已结束'),
  'quote.issued': plain('Quote issued', '已报价'),
  'quote.approved': plain('Quote approved', '报价已审批通过'),
  'quote.rejected': notable('Quote rejected', '报价被驳回'),
  'quote.accepted': notable('Client accepted the quote', '客户已接受报价'),
  'quote.declined': notable('Client declined the quote', '客户已拒绝报价'),
  'approval.requested': notable('Approval needed', '待审批'),
  'approval.decided': plain('Approval decided', '审批已有结果'),
  'task.opened': plain('Task opened', '新任务'),
  'task.closed': plain('Task closed', '任务已关闭'),
  'escalation.raised': notable('Escalation', '已升级'),
  'notice.given': notable('Client gave notice', '客户已发出不续约通知'),
  'invoice.issued': plain('Invoice issued', '已开具账单'),
  'payment.received': plain('Payment received', '款项到账'),
  'mail.unknown': notable('Nobody knows whether a mail arrived', '邮件是否送达无法确认'),
  'mail.refused': notable('A mail was refused', '邮件被拒收'),
  'channel.test': plain('Test message', '测试消息'),
};

/**
 * Where a delivery stands. `waiting`: it is tried now or later. `delivered`: the other side has taken it. `dead`: given
 * up after all attempts. `held`: its channel is switched off; it goes on when that is switched on again.
 */
export const DELIVERY_STATES = ['waiting', 'delivered', 'dead', 'held'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why a channel is off: a person did it, the other side said that it is gone (410), or nothing got through for days. */
export const OFF_REASONS = ['person', 'gone', 'failing'] as const;
export type OffReason = (typeof OFF_REASONS)[number];
