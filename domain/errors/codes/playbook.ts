import type { ErrorEntries } from '../entry.ts';

/** Playbooks, approval ladders and save plans: what their phrases mean and how they fit together. */
export const playbookCodes = {
  'playbook.empty': {
    class: 'invalid',
    what: { en: 'The document has no content', 'zh-CN': '文档没有内容' },
    fix: {
      en: 'Begin with the key `playbook:`, `approvals:` or `save plans:`',
      'zh-CN': '请以 `playbook:`、`approvals:` 或 `save plans:` 开头',
    },
  },
  'playbook.kind': {
    class: 'invalid',
    what: {
      en: 'The document begins with "{key}", which is no kind of document',
      'zh-CN': '文档以“{key}”开头，无法判断其类型',
    },
    fix: { en: 'Begin with one of {known}', 'zh-CN': '首个字段应为：{known}' },
  },
  'playbook.too_large': {
    class: 'invalid',
    what: { en: 'The document has {size} KiB', 'zh-CN': '文档大小为 {size} KiB' },
    fix: {
      en: 'Keep it under {max} KiB; long texts belong into templates',
      'zh-CN': '请控制在 {max} KiB 以内；长文本请放入模板',
    },
  },
  'playbook.limit': {
    class: 'invalid',
    what: { en: 'There are {count} of {what}', 'zh-CN': '{what} 共有 {count} 项' },
    fix: { en: 'Use at most {max}; split the document in two', 'zh-CN': '最多 {max} 项；请拆分文档' },
  },
  'role.unknown': {
    class: 'invalid',
    what: { en: '"{value}" is not a role of the team', 'zh-CN': '“{value}”不是团队角色' },
    fix: { en: 'Nearest: {near}. Roles: {known}', 'zh-CN': '最接近的是：{near}。角色：{known}' },
  },
  'recipient.unknown': {
    class: 'invalid',
    what: {
      en: '"{value}" is not a role of a contact: the mail would go to nobody',
      'zh-CN': '“{value}”不是联系人角色，邮件将无人收到',
    },
    fix: { en: 'Nearest: {near}. Contact roles: {known}', 'zh-CN': '最接近的是：{near}。联系人角色：{known}' },
  },
  'step.id_syntax': {
    class: 'invalid',
    what: { en: '"{value}" cannot be an id', 'zh-CN': '“{value}”不能用作编号' },
    fix: {
      en: 'Use lower-case letters, digits and dashes, at most 60, beginning with a letter',
      'zh-CN': '请使用小写字母、数字和短横线，以字母开头，最多 60 个字符',
    },
  },
  'step.id_duplicate': {
    class: 'invalid',
    what: { en: 'The id "{id}" is used twice', 'zh-CN': '编号“{id}”重复' },
    fix: { en: 'Give each of them its own id', 'zh-CN': '请使用不同的编号' },
  },
  'step.order': {
    class: 'invalid',
    what: { en: '"{value}" is out of order', 'zh-CN': '“{value}”的先后顺序有误' },
    fix: {
      en: 'Put the dates in rising order; a date after the contract end needs `after end: true` in the step',
      'zh-CN': '日期应从早到晚排列；合同到期之后的日期需在步骤中写明 `after end: true`',
    },
  },
  'step.never': {
    class: 'invalid',
    what: { en: '"{value}" is never reached: {limit}', 'zh-CN': '“{value}”永远不会执行：{limit}' },
    fix: {
      en: 'Move the step between the opening and the lapse of the renewal',
      'zh-CN': '请把该步骤放在续费启动与失效之间',
    },
  },
  'stage.order': {
    class: 'invalid',
    what: {
      en: 'The stage "{stage}" starts before the stage "{before}" that stands above it',
      'zh-CN': '阶段“{stage}”的开始早于上一阶段“{before}”',
    },
    fix: {
      en: 'Stages run from top to bottom: change the order or the date',
      'zh-CN': '阶段自上而下执行：请调整顺序或日期',
    },
  },
  'opening.order': {
    class: 'invalid',
    what: {
      en: '"{value}" is before the opening of the renewal ({opens})',
      'zh-CN': '“{value}”早于续费启动时间（{opens}）',
    },
    fix: { en: 'Open earlier, or move it later', 'zh-CN': '请提前启动续费，或推后该日期' },
  },
  'lapse.order': {
    class: 'invalid',
    what: { en: 'The renewal would lapse before the contract ends', 'zh-CN': '续费会在合同到期之前失效' },
    fix: {
      en: 'Let it lapse on or after the end, for example 30 days after end',
      'zh-CN': '失效日期应不早于合同到期日，例如 30 days after end',
    },
  },
  'anchor.not_here': {
    class: 'invalid',
    what: { en: 'A date here cannot hang on "{anchor}"', 'zh-CN': '此处的日期不能以“{anchor}”为基准' },
    fix: { en: 'Use one of {known}', 'zh-CN': '可用的基准：{known}' },
  },
  'duration.point': {
    class: 'invalid',
    what: { en: '"{value}" is not a date of a playbook', 'zh-CN': '“{value}”不是有效的日期写法' },
    fix: {
      en: 'Write it as "90 days before end", "5 business days after stage", "on notice" or "到期前90天"',
      'zh-CN': '请写成“到期前90天”、“90 days before end”、“5 business days after stage”或“on notice”',
    },
  },
  'duration.anchor': {
    class: 'invalid',
    what: { en: '"{value}" does not say what it is counted from', 'zh-CN': '“{value}”没有说明从哪一天算起' },
    fix: {
      en: 'Add the anchor, for example "{value} before end" or "{value} after stage"',
      'zh-CN': '请补上基准，例如“{value} before end”或“{value} after stage”',
    },
  },
  'duration.plain_days': {
    class: 'invalid',
    what: { en: '"{value}" is not a number of days', 'zh-CN': '“{value}”不是天数' },
    fix: { en: 'Write it in plain days or weeks, for example "30 days"', 'zh-CN': '请写成自然日或周，例如“30 days”' },
  },
  'duration.hours': {
    class: 'invalid',
    what: { en: '"{value}" is not a number of hours', 'zh-CN': '“{value}”不是小时数' },
    fix: { en: 'Write it as "20 hours"', 'zh-CN': '请写成“20 hours”' },
  },
  'duration.minutes': {
    class: 'invalid',
    what: { en: '"{value}" is not a length in minutes', 'zh-CN': '“{value}”不是时长' },
    fix: { en: 'Write it as "45 minutes" or "1 hour"', 'zh-CN': '请写成“45 minutes”或“1 hour”' },
  },
  'cap.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not a limit on mails', 'zh-CN': '“{value}”不是有效的发送上限' },
    fix: { en: 'Write it as "3 in 60 days"', 'zh-CN': '请写成“3 in 60 days”或“60天内最多3次”' },
  },
  'cap.exceeded': {
    class: 'invalid',
    what: {
      en: '{count} mails are planned, but only {max} in {days} days may go out',
      'zh-CN': '计划发送 {count} 封，但 {days} 天内最多只能发 {max} 封',
    },
    fix: {
      en: 'Raise the limit or take out mails; what is over the limit becomes a task for the owner',
      'zh-CN': '请提高上限或减少邮件；超出部分会转为负责人的任务',
    },
  },
  'time.window_syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not a window of the day', 'zh-CN': '“{value}”不是有效的时间段' },
    fix: { en: 'Write it as "09:00 to 17:00"', 'zh-CN': '请写成“09:00 to 17:00”' },
  },
  'percent.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not a percentage of the due time', 'zh-CN': '“{value}”不是时限的百分比' },
    fix: { en: 'Write it as "50% of due"', 'zh-CN': '请写成“50% of due”或“时限的50%”' },
  },
  'action.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not something the engine can do here', 'zh-CN': '“{value}”不是可执行的动作' },
    fix: {
      en: 'Write "warn the owner" or "escalate to" and a role',
      'zh-CN': '请写“warn the owner”（提醒负责人）或“escalate to”加角色（升级）',
    },
  },
  'stall.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not a level of escalation', 'zh-CN': '“{value}”不是有效的升级级别' },
    fix: {
      en: 'Write it as "50% of due → warn the owner" (-> works too)',
      'zh-CN': '请写成“50% of due → warn the owner”（也可用 ->）',
    },
  },
  'stall.order': {
    class: 'invalid',
    what: { en: 'The level at {at} % does not rise above the one before it', 'zh-CN': '{at} % 这一级没有高于上一级' },
    fix: {
      en: 'Let percentages rise, and each level reach someone higher',
      'zh-CN': '百分比应递增，且每一级应通知更高的层级',
    },
  },
  'timeout.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not a timeout', 'zh-CN': '“{value}”不是有效的超时设置' },
    fix: {
      en: 'Say how long and then what: "10 business days → escalate to director"',
      'zh-CN': '请写明时长和动作：“10 business days → escalate to director”',
    },
  },
  'timeout.before_due': {
    class: 'invalid',
    what: {
      en: 'The timeout ({after}) comes before the stage is due ({due})',
      'zh-CN': '超时（{after}）早于阶段时限（{due}）',
    },
    fix: { en: 'Give the timeout more time than the stage', 'zh-CN': '超时应长于阶段时限' },
  },
  'risk.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not an answer to a risk', 'zh-CN': '“{value}”不是有效的风险处置' },
    fix: {
      en: 'Write "open save plan for low-use; hold outreach except legal notices", or without the cause',
      'zh-CN': '请写成“open save plan for low-use; hold outreach except legal notices”，原因可省略',
    },
  },
  'risk.unknown_health': {
    class: 'invalid',
    what: {
      en: 'The rule reads health.score, but does not ask health.known',
      'zh-CN': '规则使用了 health.score，却没有判断 health.known',
    },
    fix: {
      en: 'Write health.known && health.score < …, or clients without data count as bad',
      'zh-CN': '请写成 health.known && health.score < …，否则没有数据的客户也会触发',
    },
  },
  'concession.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not a limit of a concession', 'zh-CN': '“{value}”不是有效的让利上限' },
    fix: { en: 'Write "none" or "up to 15%"', 'zh-CN': '请写“none”或“up to 15%”' },
  },
  'repeat.limit': {
    class: 'invalid',
    what: { en: '"{value}" is outside of what may be repeated', 'zh-CN': '“{value}”超出了重复发送的限制' },
    fix: {
      en: 'Repeat every 1 day or more, from an earlier to a later date on the same anchor, at most {max} times',
      'zh-CN': '间隔至少 1 天，起止以同一基准且由早到晚，最多 {max} 次',
    },
  },
  'approval.nobody': {
    class: 'invalid',
    what: { en: 'No approver is named', 'zh-CN': '没有指定审批人' },
    fix: {
      en: 'Name at least one role under `any of` or `all of`; where a reason is enough: `any of: []` and `reason required: true`',
      'zh-CN':
        '请在 `any of` 或 `all of` 下至少写一个角色；如只需填写理由，请写 `any of: []` 和 `reason required: true`',
    },
  },
  'approval.four_eyes': {
    class: 'invalid',
    what: { en: 'Only "{role}" would approve, the role that asks for it', 'zh-CN': '审批人只有发起方角色“{role}”' },
    fix: {
      en: 'Add or name another role: nobody approves their own request',
      'zh-CN': '请指定其他角色：发起人不能审批自己的申请',
    },
  },
  'approval.both': {
    class: 'invalid',
    what: { en: 'The row has both `any of` and `all of`', 'zh-CN': '该行同时写了 `any of` 和 `all of`' },
    fix: { en: 'Keep one of them, or make two rows', 'zh-CN': '请只保留其中一个，或拆成两行' },
  },
  'template.unknown': {
    class: 'invalid',
    what: { en: 'There is no template "{id}"', 'zh-CN': '没有模板“{id}”' },
    fix: { en: 'Nearest: {near}', 'zh-CN': '最接近的是：{near}' },
  },
  'flow.unknown_target': {
    class: 'invalid',
    what: { en: 'Nothing is called "{id}" where {field} points', 'zh-CN': '{field} 指向的“{id}”不存在' },
    fix: { en: 'Nearest: {near}. Known: {known}', 'zh-CN': '最接近的是：{near}。可用：{known}' },
  },
  'plan.collision': {
    class: 'invalid',
    what: {
      en: '"{first}" and "{second}" write to the same contact on the same day ({when})',
      'zh-CN': '“{first}”与“{second}”会在同一天（{when}）发给同一联系人',
    },
    fix: { en: 'Move one of them, or give both a condition', 'zh-CN': '请调整其中一个的日期，或为两者设置条件' },
  },
  'legal.missing': {
    class: 'invalid',
    what: {
      en: 'The contract renews by itself, but no legal notice is planned',
      'zh-CN': '合同会自动续约，但没有安排法定通知',
    },
    fix: {
      en: 'Add an outreach step with `legal notice: true` before the notice deadline',
      'zh-CN': '请在通知截止日前增加一个带 `legal notice: true` 的步骤',
    },
  },
  'legal.in_stage': {
    class: 'invalid',
    what: {
      en: 'The legal notice "{id}" belongs to a stage and waits until that stage is in work',
      'zh-CN': '法定通知“{id}”属于某个阶段，阶段未开始时不会发送',
    },
    fix: { en: 'Move it to `reminders`, where it goes out on its day', 'zh-CN': '请移到 `reminders`，以便按日期发送' },
  },
  'legal.late': {
    class: 'invalid',
    what: {
      en: 'The legal notice "{value}" comes after the notice deadline',
      'zh-CN': '法定通知“{value}”晚于通知截止日',
    },
    fix: { en: 'Plan it before the notice deadline', 'zh-CN': '请安排在通知截止日之前' },
  },
  'condition.no_tasks': {
    class: 'invalid',
    what: { en: 'The stage waits for its tasks, but has none', 'zh-CN': '阶段要等待任务完成，却没有任务' },
    fix: {
      en: 'Add a task, or take "tasks done" out of `done when`',
      'zh-CN': '请添加任务，或从 `done when` 中去掉“tasks done”',
    },
  },
  'task.done_before': {
    class: 'invalid',
    what: {
      en: 'The task "{id}" is done when "{fact}", but the stage "{stage}" before it already waits for that: it would never be opened',
      'zh-CN': '任务“{id}”以“{fact}”为完成条件，但之前的阶段“{stage}”已在等待该条件，任务永远不会开启',
    },
    fix: {
      en: 'Take `done when` out of the task, or move the task to an earlier stage',
      'zh-CN': '请去掉该任务的 `done when`，或将任务移到更早的阶段',
    },
  },
  'payment.order': {
    class: 'invalid',
    what: {
      en: 'The contract would be closed as unpaid before it is suspended',
      'zh-CN': '会在暂停服务之前就按未付款关闭',
    },
    fix: { en: 'Let `close after` be later than `suspend after`', 'zh-CN': '`close after` 应晚于 `suspend after`' },
  },
} as const satisfies ErrorEntries;
