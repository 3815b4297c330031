import type { ErrorEntries } from '../entry.ts';

/** What the core answers to a command it does not take. Params that begin with `@` are names of the catalogue beside this table. */
export const renewalCodes = {
  'renewal.not_found': {
    class: 'missing',
    what: { en: 'There is no renewal "{id}"', 'zh-CN': '找不到续费“{id}”' },
    fix: {
      en: 'Use a renewal id or a contract number; `perennial renewals` lists them',
      'zh-CN': '请使用续费编号或合同编号；`perennial renewals` 可列出全部',
    },
  },
  'renewal.closed': {
    class: 'conflict',
    what: { en: 'This renewal is closed ({outcome}, {at})', 'zh-CN': '该续费已结束（{outcome}，{at}）' },
    fix: {
      en: 'A closed renewal takes no commands; its next term, if any, has a renewal of its own',
      'zh-CN': '已结束的续费不再接受操作；如有下一期合同，请在新的续费中处理',
    },
  },
  'renewal.already_paused': {
    class: 'conflict',
    what: { en: 'The renewal is already paused, since {since}', 'zh-CN': '该续费已处于暂停状态（自 {since} 起）' },
    fix: { en: 'Resume it first, or let it rest', 'zh-CN': '如需调整，请先恢复' },
  },
  'renewal.not_paused': {
    class: 'conflict',
    what: { en: 'The renewal is not paused', 'zh-CN': '该续费没有暂停' },
    fix: { en: 'Nothing needs to be resumed', 'zh-CN': '无需恢复' },
  },
  'renewal.paused': {
    class: 'conflict',
    what: { en: 'The renewal is paused since {since}: {reason}', 'zh-CN': '该续费自 {since} 起暂停：{reason}' },
    fix: { en: 'Resume it first', 'zh-CN': '请先恢复该续费' },
  },
  'renewal.data_needed': {
    class: 'conflict',
    what: { en: 'The renewal is parked: its contract lacks data', 'zh-CN': '该续费已搁置：合同资料不完整' },
    fix: {
      en: "Complete the contract's dates (`perennial amend`) or publish a playbook that applies",
      'zh-CN': '请先补全合同日期（`perennial amend`），或发布适用的流程方案',
    },
  },
  'pause.until_past': {
    class: 'invalid',
    what: { en: '{value} is not in the future', 'zh-CN': '{value} 不是将来的日期' },
    fix: {
      en: 'Give a date after today, or none to pause until somebody resumes',
      'zh-CN': '请填写今天之后的日期；不填则一直暂停，直到有人恢复',
    },
  },
  'command.wrong_state': {
    class: 'conflict',
    what: {
      en: '"{command}" is not possible while the renewal is {state}',
      'zh-CN': '续费处于 {state} 时不能执行“{command}”',
    },
    fix: { en: 'It is possible while the renewal is: {allowed}', 'zh-CN': '以下状态可以执行：{allowed}' },
  },
  'quote.currency': {
    class: 'invalid',
    what: {
      en: 'The quote is in {currency}, the contract in {wanted}',
      'zh-CN': '报价币种为 {currency}，合同币种为 {wanted}',
    },
    fix: { en: 'Quote in {wanted}', 'zh-CN': '请使用 {wanted} 报价' },
  },
  'quote.discount_range': {
    class: 'invalid',
    what: { en: '{value} % is no discount', 'zh-CN': '{value}% 不是有效的折扣' },
    fix: { en: 'Give a discount from 0 to 100 %', 'zh-CN': '折扣应在 0% 到 100% 之间' },
  },
  'quote.valid_until': {
    class: 'invalid',
    what: { en: 'The quote would expire on {value}, which is past', 'zh-CN': '报价有效期 {value} 已过' },
    fix: { en: 'Give a date from today on', 'zh-CN': '请填写今天或以后的日期' },
  },
  'quote.reason_required': {
    class: 'invalid',
    what: {
      en: 'A discount of {discount} % needs a reason (rule {rule})',
      'zh-CN': '{discount}% 的折扣必须填写理由（规则 {rule}）',
    },
    fix: { en: 'Give one with --reason', 'zh-CN': '请用 --reason 填写理由' },
  },
  'quote.already_accepted': {
    class: 'conflict',
    what: { en: 'The client has already accepted the quote ({by}, {at})', 'zh-CN': '客户已接受报价（{by}，{at}）' },
    fix: { en: 'Redo the quote step if a new quote is needed', 'zh-CN': '如需重新报价，请重做报价步骤' },
  },
  'quote.not_open': {
    class: 'conflict',
    what: {
      en: 'There is no quote the client could answer: {reason}',
      'zh-CN': '目前没有可供客户答复的报价：{reason}',
    },
    fix: { en: 'Issue a quote and have it approved first', 'zh-CN': '请先报价并完成审批' },
  },
  'approval.unknown': {
    class: 'missing',
    what: { en: 'The current quote asks for no approval "{rule}"', 'zh-CN': '当前报价没有“{rule}”这项审批' },
    fix: { en: '`perennial approvals` lists what is waiting', 'zh-CN': '`perennial approvals` 可查看待审批事项' },
  },
  'approval.already_decided': {
    class: 'conflict',
    what: { en: 'Already decided: {decision} by {by}, {at}', 'zh-CN': '已审批：{decision}（{by}，{at}）' },
    fix: { en: 'A decision stands; a new quote asks again', 'zh-CN': '审批结果不可更改；重新报价会重新发起审批' },
  },
  'approval.own_request': {
    class: 'refused',
    what: { en: '{by} asked for this approval and cannot decide it', 'zh-CN': '{by} 是申请人，不能审批自己的申请' },
    fix: { en: 'Somebody else who is asked must decide', 'zh-CN': '须由其他被指定的审批人处理' },
  },
  'approval.not_asked_yet': {
    class: 'conflict',
    what: { en: 'The approval "{rule}" is not being asked now', 'zh-CN': '审批“{rule}”当前未在进行' },
    fix: {
      en: 'Earlier levels decide first; `perennial approvals` shows whose turn it is',
      'zh-CN': '须等前一级审批完成；`perennial approvals` 可查看当前轮到谁',
    },
  },
  'approval.not_yours': {
    class: 'refused',
    what: { en: '{by} is not among those asked', 'zh-CN': '{by} 不在审批人之列' },
    fix: { en: 'Asked are: {asked}', 'zh-CN': '审批人为：{asked}' },
  },
  'step.unknown': {
    class: 'missing',
    what: { en: 'There is no step "{step}" in this renewal', 'zh-CN': '该续费没有步骤“{step}”' },
    fix: { en: 'Steps are: {known}', 'zh-CN': '可用的步骤：{known}' },
  },
  'step.not_begun': {
    class: 'conflict',
    what: { en: 'The step "{step}" has not begun', 'zh-CN': '步骤“{step}”尚未开始' },
    fix: {
      en: 'The step in work is "{current}"; complete or skip it first',
      'zh-CN': '当前步骤是“{current}”，请先完成或跳过它',
    },
  },
  'step.already_ended': {
    class: 'conflict',
    what: { en: 'The step "{step}" has already ended ({at})', 'zh-CN': '步骤“{step}”已结束（{at}）' },
    fix: { en: 'Use `step redo` to begin it again', 'zh-CN': '如需重新开始，请使用 `step redo`' },
  },
  'step.needs_fact': {
    class: 'conflict',
    what: {
      en: 'The step "{step}" ends by itself once: {facts}',
      'zh-CN': '步骤“{step}”在以下条件满足后自动结束：{facts}',
    },
    fix: {
      en: 'Record that (log, quote, approve, pay \u2026), or skip the step with a reason',
      'zh-CN': '请记录相应事实（沟通、报价、审批、收款等），或填写理由跳过该步骤',
    },
  },
  'step.reason_required': {
    class: 'invalid',
    what: { en: 'Skipping or redoing "{step}" needs a reason', 'zh-CN': '跳过或重做“{step}”必须填写理由' },
    fix: { en: 'Give one with --reason', 'zh-CN': '请用 --reason 填写理由' },
  },
  'contract.end_before_start': {
    class: 'invalid',
    what: {
      en: 'The end date {end} is not after the start date {start}',
      'zh-CN': '到期日 {end} 不晚于开始日期 {start}',
    },
    fix: { en: 'Give an end date after {start}', 'zh-CN': '到期日应晚于 {start}' },
  },
  'contract.notice_after_end': {
    class: 'invalid',
    what: {
      en: 'The notice deadline {notice} is after the end date {end}',
      'zh-CN': '通知截止日 {notice} 晚于合同到期日 {end}',
    },
    fix: { en: 'Give a notice deadline up to {end}', 'zh-CN': '通知截止日不应晚于 {end}' },
  },
  'loss.unknown_cause': {
    class: 'invalid',
    what: { en: '"{cause}" is not a reason for a loss', 'zh-CN': '“{cause}”不是有效的流失原因' },
    fix: { en: 'Use one of: {known}', 'zh-CN': '可选：{known}' },
  },
  'loss.unknown_detail': {
    class: 'invalid',
    what: {
      en: '"{detail}" is not a detail of the reason "{cause}"',
      'zh-CN': '“{detail}”不是“{cause}”下的细分原因',
    },
    fix: { en: 'Use one of: {known}', 'zh-CN': '可选：{known}' },
  },
  'risk.unknown_cause': {
    class: 'invalid',
    what: { en: '"{cause}" is not a root cause with a save plan', 'zh-CN': '“{cause}”没有对应的挽留方案' },
    fix: { en: 'Use one of: {known}', 'zh-CN': '可选：{known}' },
  },
  'payment.before_acceptance': {
    class: 'conflict',
    what: { en: '"{command}" comes before the client has accepted', 'zh-CN': '客户尚未接受报价，不能执行“{command}”' },
    fix: {
      en: "Record the client's acceptance first (`quote accept`)",
      'zh-CN': '请先记录客户接受报价（`quote accept`）',
    },
  },
  'payment.amount': {
    class: 'invalid',
    what: { en: '{value} is not an amount that can be received', 'zh-CN': '{value} 不是有效的收款金额' },
    fix: { en: 'Give an amount greater than 0', 'zh-CN': '请填写大于 0 的金额' },
  },
  'payment.currency': {
    class: 'invalid',
    what: {
      en: 'The payment is in {currency}, {wanted} is due',
      'zh-CN': '收款币种为 {currency}，应收币种为 {wanted}',
    },
    fix: { en: "Record it in {wanted}, converted at the bank's rate", 'zh-CN': '请按银行汇率折算为 {wanted} 后登记' },
  },
  'save_plan.closed': {
    class: 'conflict',
    what: { en: 'The save plan is closed ({outcome}, {at})', 'zh-CN': '该挽留方案已结束（{outcome}，{at}）' },
    fix: {
      en: 'A new risk opens a new plan (`perennial flag-risk`)',
      'zh-CN': '如有新的风险，请重新标记（`perennial flag-risk`）',
    },
  },
  'save_plan.unknown_action': {
    class: 'missing',
    what: { en: 'The save plan has no action "{action}"', 'zh-CN': '该挽留方案没有措施“{action}”' },
    fix: { en: 'Actions are: {known}', 'zh-CN': '可选措施：{known}' },
  },
  'save_plan.nothing_done': {
    class: 'conflict',
    what: { en: "None of the plan's actions is done", 'zh-CN': '该挽留方案的措施尚未执行' },
    fix: {
      en: 'Complete an action first ({known}), or close the plan as "not needed"',
      'zh-CN': '请先完成至少一项措施（{known}），或以“无需挽留”结束',
    },
  },
  'save_plan.note_required': {
    class: 'invalid',
    what: { en: 'Closing a save plan needs a note', 'zh-CN': '结束挽留方案必须填写说明' },
    fix: { en: 'Say with --note what was reached', 'zh-CN': '请用 --note 说明结果' },
  },
  'save_plan.not_found': {
    class: 'missing',
    what: { en: 'There is no open save plan for "{id}"', 'zh-CN': '“{id}”没有进行中的挽留方案' },
    fix: {
      en: '`perennial renewal show` tells whether one is open',
      'zh-CN': '`perennial renewal show` 可查看是否有进行中的挽留方案',
    },
  },
  'quote.figures': {
    class: 'invalid',
    what: {
      en: 'The {field} of the quote is given as {given}, but its prices make it {right}',
      'zh-CN': '报价的 {field} 填写为 {given}，按价格计算应为 {right}',
    },
    fix: {
      en: 'Give the prices only; discount and uplift follow from them',
      'zh-CN': '只需填写价格，折扣和涨幅由系统计算',
    },
  },
  'quote.list_too_low': {
    class: 'invalid',
    what: {
      en: 'The list amount {list} is below what the current term costs for the same time, {current}',
      'zh-CN': '目录价 {list} 低于现合同同期价格 {current}',
    },
    fix: {
      en: 'Quote from the current price and give the difference as a discount',
      'zh-CN': '请以现合同价格为基准，差额作为折扣填写',
    },
  },
  'approval.no_ladder': {
    class: 'conflict',
    what: {
      en: 'The approval ladder "{ladder}" is not published, so a discount cannot be approved',
      'zh-CN': '审批方案“{ladder}”尚未发布，无法审批折扣',
    },
    fix: {
      en: 'Publish the ladder (`perennial playbook publish`), then quote again',
      'zh-CN': '请先发布审批方案（`perennial playbook publish`），再重新报价',
    },
  },
  'payment.twice': {
    class: 'conflict',
    what: {
      en: 'This payment is recorded already (receipt "{receipt}", received {on})',
      'zh-CN': '该笔收款已登记（票据“{receipt}”，到账日 {on}）',
    },
    fix: {
      en: 'If it is another payment, give its own receipt number with --receipt',
      'zh-CN': '如为另一笔收款，请用 --receipt 填写其票据号',
    },
  },
  'payment.over': {
    class: 'conflict',
    what: {
      en: '{amount} is more than the client owes: {owed}, of which {paid} is paid',
      'zh-CN': '收款 {amount} 超出应收：应收 {owed}，已收 {paid}',
    },
    fix: {
      en: 'Check the amount; if so much really came in, record it with --allow-overpayment',
      'zh-CN': '请核对金额；如确实多收，请加 --allow-overpayment 登记',
    },
  },
  'payment.method': {
    class: 'invalid',
    what: { en: '"{value}" is not a way to pay that we know', 'zh-CN': '“{value}”不是可用的付款方式' },
    fix: { en: 'Give one of: {known}', 'zh-CN': '请填写以下之一：{known}' },
  },
  'payment.future': {
    class: 'invalid',
    what: { en: 'The payment cannot have been received on {value}', 'zh-CN': '到账日期 {value} 尚未到来' },
    fix: { en: 'Give the day it came in, up to {today}', 'zh-CN': '请填写实际到账日期，不晚于 {today}' },
  },
} as const satisfies ErrorEntries;
