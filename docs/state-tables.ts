import type { ApprovalRequest, Phase } from '../domain/renewal/state.ts';
import type { RowStatus } from '../domain/renewal/view.ts';
import type { ApprovalStatus } from '../schemas/approval.ts';
import type { SendState } from '../schemas/send.ts';
import type { TaskState } from '../schemas/task.ts';
import type { LocalText } from '../domain/text.ts';

// What the code does not say in one place. Each table is complete by its type, and test/docs/states.test.ts runs the
// core to see that exactly these moves happen.

export interface Move<S extends string> {
  readonly from: S;
  readonly to: S;
  readonly when: LocalText;
}

/** Every move of a renewal's phase. A decision may make several at once: complete data on the opening day. */
export const PHASE_MOVES: readonly Move<Phase>[] = [
  {
    from: 'scheduled',
    to: 'open',
    when: {
      en: 'the opening day of the playbook; at once for an imported contract already in work',
      'zh-CN': '到达流程方案的启动日；导入时已在处理的合同立即启动',
    },
  },
  {
    from: 'scheduled',
    to: 'data-needed',
    when: {
      en: 'no end date, dates out of order, or no playbook applies',
      'zh-CN': '缺少合同到期日、日期先后有误，或没有适用的流程方案',
    },
  },
  { from: 'data-needed', to: 'scheduled', when: { en: 'the data are complete', 'zh-CN': '资料已补全' } },
  {
    from: 'open',
    to: 'data-needed',
    when: { en: 'the data of the contract became wrong', 'zh-CN': '合同资料变得不完整或有误' },
  },
  {
    from: 'data-needed',
    to: 'open',
    when: { en: 'the data are complete again, and it was open before', 'zh-CN': '资料重新补全，且此前已启动' },
  },
  {
    from: 'open',
    to: 'closed',
    when: {
      en: 'all stages done, the client left, or the last day passed',
      'zh-CN': '全部环节完成、客户流失，或已过最后期限',
    },
  },
  { from: 'scheduled', to: 'closed', when: { en: 'cancelled by a person', 'zh-CN': '人工终止' } },
  { from: 'data-needed', to: 'closed', when: { en: 'cancelled by a person', 'zh-CN': '人工终止' } },
];

/** When a row of the process table shows which status. */
export const STATUS_WHEN: Readonly<Record<RowStatus, LocalText>> = {
  'not started': { en: 'a stage before it is not done', 'zh-CN': '前面的环节尚未完成' },
  'in progress': { en: 'the stage in work, within its time', 'zh-CN': '正在处理，未超时限' },
  'waiting for approval': { en: 'the stage in work, a quote waits for approvers', 'zh-CN': '正在处理，报价等待审批' },
  'waiting for client': {
    en: 'the stage in work, the client is the one to act; its clock stands',
    'zh-CN': '正在处理，等待客户；计时暂停',
  },
  overdue: { en: 'the stage in work, past its due time', 'zh-CN': '正在处理，已超时限' },
  done: { en: 'its conditions are met, or a person completed it', 'zh-CN': '完成条件已满足，或由人工完成' },
  skipped: { en: 'a person skipped it, with a reason', 'zh-CN': '由人工跳过并注明原因' },
};

/** The status groups between which a stage moves; inside of "in work" it may change at any time. */
export const IN_WORK: readonly RowStatus[] = ['in progress', 'waiting for approval', 'waiting for client', 'overdue'];

export type RequestStatus = ApprovalRequest['status'] | Exclude<ApprovalStatus, 'waiting'>;

export const REQUEST_WHEN: Readonly<Record<RequestStatus, LocalText>> = {
  waiting: { en: 'an earlier rule of a serial ladder is not decided', 'zh-CN': '逐级审批中，前一级尚未决定' },
  asked: {
    en: 'the approvers have it; silence is answered by the rule of the ladder',
    'zh-CN': '已送达审批人；逾期不答按审批规则处理',
  },
  approved: { en: 'enough approvers agreed (any of, all of)', 'zh-CN': '所需审批人均已同意（任一或全部）' },
  rejected: { en: 'one approver rejected; the quote is to be reworked', 'zh-CN': '有审批人驳回，报价需修改' },
  superseded: {
    en: 'a newer quote, a rejection elsewhere, or the end of the renewal',
    'zh-CN': '已有新报价、他处已驳回，或续费已结束',
  },
};

export const REQUEST_MOVES: readonly { readonly from: RequestStatus; readonly to: RequestStatus }[] = [
  { from: 'waiting', to: 'asked' },
  { from: 'asked', to: 'approved' },
  { from: 'asked', to: 'rejected' },
  { from: 'asked', to: 'superseded' },
];

export const SEND_WHEN: Readonly<Record<SendState, LocalText>> = {
  planned: { en: 'stands in the ledger and waits for delivery', 'zh-CN': '已入账，等待发送' },
  claimed: {
    en: 'one worker works on it; a later claim makes an older one worthless',
    'zh-CN': '由一个工作进程处理；新的认领使旧的失效',
  },
  transmitting: {
    en: 'the final dot may be out: from here on it is never simply tried again',
    'zh-CN': '正文可能已发出，此后不再直接重试',
  },
  sent: { en: 'the mail server took it', 'zh-CN': '邮件服务器已接收' },
  refused: { en: 'the mail server or the address refused it for good', 'zh-CN': '邮件服务器或地址永久拒收' },
  deferred: { en: 'the mail server said later', 'zh-CN': '邮件服务器要求稍后再试' },
  unknown: { en: 'nobody can say whether it arrived; a person settles it', 'zh-CN': '无法确定是否送达，由人工确认' },
  superseded: { en: 'not right any more when its turn came', 'zh-CN': '轮到发送时已不合时宜' },
  suppressed: { en: 'the contact receives no mail', 'zh-CN': '该联系人不再接收邮件' },
  cancelled: { en: 'taken back by a person or with its renewal', 'zh-CN': '由人工或随续费结束而取消' },
};

export const TASK_WHEN: Readonly<Record<TaskState, LocalText>> = {
  open: { en: 'waits for its person or role', 'zh-CN': '等待责任人或角色处理' },
  done: { en: 'completed, or what it asked for has happened', 'zh-CN': '已完成，或所要求的事情已发生' },
  skipped: { en: 'skipped by a person, with a reason', 'zh-CN': '由人工跳过并注明原因' },
  superseded: { en: 'something newer took its place', 'zh-CN': '已被新的任务或结果取代' },
  cancelled: { en: 'the renewal was lost or lapsed', 'zh-CN': '续费已流失或逾期失效' },
};
