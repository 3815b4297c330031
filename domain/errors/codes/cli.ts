import type { ErrorEntries } from '../entry.ts';

/** Mistakes on the command line and what stands between it and a running Perennial. */
export const cliCodes = {
  'cli.unknown_command': {
    class: 'invalid',
    what: { en: 'There is no command "{value}"', 'zh-CN': '没有命令“{value}”' },
    fix: { en: '`perennial --help` lists all commands', 'zh-CN': '输入 `perennial --help` 查看全部命令' },
  },
  'cli.unknown_command_near': {
    class: 'invalid',
    what: { en: 'There is no command "{value}"', 'zh-CN': '没有命令“{value}”' },
    fix: { en: 'Did you mean `perennial {hint}`?', 'zh-CN': '您要输入的是 `perennial {hint}` 吗？' },
  },
  'cli.unknown_option': {
    class: 'invalid',
    what: { en: '`perennial {command}` has no option {value}', 'zh-CN': '`perennial {command}` 没有选项 {value}' },
    fix: {
      en: '`perennial {command} --help` lists its options',
      'zh-CN': '输入 `perennial {command} --help` 查看可用选项',
    },
  },
  'cli.unknown_option_near': {
    class: 'invalid',
    what: { en: '`perennial {command}` has no option {value}', 'zh-CN': '`perennial {command}` 没有选项 {value}' },
    fix: { en: 'Did you mean {hint}?', 'zh-CN': '您要输入的是 {hint} 吗？' },
  },
  'cli.missing_argument': {
    class: 'invalid',
    what: { en: 'The argument <{value}> is missing', 'zh-CN': '缺少参数 <{value}>' },
    fix: { en: 'Write: {usage}', 'zh-CN': '写法：{usage}' },
  },
  'cli.excess_argument': {
    class: 'invalid',
    what: { en: '"{value}" is one argument too many', 'zh-CN': '多出了参数“{value}”' },
    fix: {
      en: 'Write: {usage} (put texts with spaces in quotes)',
      'zh-CN': '写法：{usage}（含空格的文字请加引号）',
    },
  },
  'cli.option_value': {
    class: 'invalid',
    what: { en: 'The option {option} has no value', 'zh-CN': '选项 {option} 缺少取值' },
    fix: { en: 'Write: {usage}', 'zh-CN': '写法：{usage}' },
  },
  'cli.option_required': {
    class: 'invalid',
    what: { en: 'The option {option} is missing', 'zh-CN': '缺少选项 {option}' },
    fix: { en: 'Add it: {usage}', 'zh-CN': '请补上：{usage}' },
  },
  'cli.choice': {
    class: 'invalid',
    what: { en: '"{value}" is not a possible value of {option}', 'zh-CN': '“{value}”不是 {option} 的可选值' },
    fix: { en: 'Choose one of: {choices}', 'zh-CN': '可选值：{choices}' },
  },
  'cli.number': {
    class: 'invalid',
    what: {
      en: '"{value}" is not a whole number from {min} to {max}',
      'zh-CN': '“{value}”不是 {min} 到 {max} 之间的整数',
    },
    fix: { en: 'Write {option} with digits only, for example {min}', 'zh-CN': '{option} 只能填写数字，例如 {min}' },
  },
  'cli.percent': {
    class: 'invalid',
    what: { en: '"{value}" is not a percentage from 0 to 100', 'zh-CN': '“{value}”不是 0 到 100 之间的百分比' },
    fix: { en: 'Write for example 18% or 7.5%', 'zh-CN': '请写成 18% 或 7.5% 这样的形式' },
  },
  'cli.percent_share': {
    class: 'invalid',
    what: {
      en: '{value} without a % sign can mean {value}% or {share}%',
      'zh-CN': '{value} 没有写百分号，既可能是 {value}%，也可能是 {share}%',
    },
    fix: {
      en: 'Did you mean {share}%? Write {share} or {value}%',
      'zh-CN': '您要填写的是 {share}% 吗？请写成 {share} 或 {value}%',
    },
  },
  'cli.currency': {
    class: 'invalid',
    what: {
      en: '"{value}" is in another currency: this contract is in {currency}',
      'zh-CN': '“{value}”币种不符：该合同的币种为 {currency}',
    },
    fix: { en: 'Give the amount in {currency}', 'zh-CN': '请填写以 {currency} 计的金额' },
  },
  'cli.exclusive': {
    class: 'invalid',
    what: { en: '{first} and {second} cannot be used together', 'zh-CN': '{first} 与 {second} 不能同时使用' },
    fix: { en: 'Choose one of them', 'zh-CN': '请只用其中一个' },
  },
  'cli.one_of': {
    class: 'invalid',
    what: { en: 'Either {first} or {second} is needed', 'zh-CN': '需要 {first} 或 {second} 之一' },
    fix: { en: 'Add one of them', 'zh-CN': '请补上其中一个' },
  },
  'cli.map': {
    class: 'invalid',
    what: { en: '"{value}" does not map a header to a field', 'zh-CN': '“{value}”没有说明表头对应哪个字段' },
    fix: {
      en: 'Write --map HEADER=FIELD, for example --map ACV=amount',
      'zh-CN': '请写成 --map 表头=字段，例如 --map 年费=amount',
    },
  },
  'cli.actor_missing': {
    class: 'invalid',
    what: { en: 'It is not said who does this', 'zh-CN': '没有说明由谁操作' },
    fix: {
      en: 'Add --as with your e-mail, or set PERENNIAL_AS; `perennial people` lists the team',
      'zh-CN': '请加 --as 并填写您的邮箱，或设置 PERENNIAL_AS；`perennial people` 可列出团队成员',
    },
  },
  'cli.actor_unknown': {
    class: 'missing',
    what: { en: 'Nobody in the team has the e-mail "{email}"', 'zh-CN': '团队中没有邮箱为“{email}”的成员' },
    fix: {
      en: 'Use an e-mail that `perennial people` lists; an import of a team file adds people',
      'zh-CN': '请使用 `perennial people` 列出的邮箱；导入团队文件可新增成员',
    },
  },
  'cli.actor_inactive': {
    class: 'refused',
    what: { en: '{name} is no longer active in the team', 'zh-CN': '{name} 已不在团队中' },
    fix: {
      en: 'Act as somebody who is active: `perennial people`',
      'zh-CN': '请以在职成员的身份操作：`perennial people`',
    },
  },
  'cli.not_running': {
    class: 'unavailable',
    what: { en: 'Perennial is not running for the folder {folder}', 'zh-CN': '目录 {folder} 的 Perennial 没有运行' },
    fix: {
      en: 'Start it in another terminal with `perennial up`, or name running services with MONGODB_URI and TEMPORAL_ADDRESS',
      'zh-CN': '请在另一个终端用 `perennial up` 启动，或用 MONGODB_URI 和 TEMPORAL_ADDRESS 指定正在运行的服务',
    },
  },
  'cli.service_silent': {
    class: 'unavailable',
    what: { en: '{service} does not answer: {reason}', 'zh-CN': '{service} 没有响应：{reason}' },
    fix: {
      en: 'See whether it runs: `perennial doctor`; then try the same command again, it is safe to repeat',
      'zh-CN': '请用 `perennial doctor` 检查是否在运行，然后重试原命令，重复执行不会重复生效',
    },
  },
  'cli.worker_silent': {
    class: 'unavailable',
    what: {
      en: 'The command was handed over, but no worker has taken it up within {seconds} seconds',
      'zh-CN': '命令已提交，但 {seconds} 秒内没有执行程序处理',
    },
    fix: {
      en: 'Start a worker with `perennial up`. The command stays queued; `perennial renewal show {id}` tells when it is done',
      'zh-CN': '请用 `perennial up` 启动执行程序。命令仍在队列中；用 `perennial renewal show {id}` 查看是否已处理',
    },
  },
  'cli.worker_failing': {
    class: 'unavailable',
    what: {
      en: 'The command was not taken: the work on {id} has failed for {seconds} seconds',
      'zh-CN': '命令未被接受：{id} 的处理已连续失败 {seconds} 秒',
    },
    fix: {
      en: 'Try again. If it stays, `perennial doctor` and the log of the worker say why; nothing is lost meanwhile',
      'zh-CN': '请重试。如仍失败，请查看 `perennial doctor` 和执行程序的日志；期间不会丢失任何内容',
    },
  },
  'cli.ambiguous': {
    class: 'invalid',
    what: { en: '"{id}" fits several renewals: {matches}', 'zh-CN': '“{id}”对应多笔续费：{matches}' },
    fix: { en: 'Write more of the id', 'zh-CN': '请把编号写得更完整' },
  },
  'cli.file': {
    class: 'missing',
    what: { en: 'The file {file} cannot be read: {reason}', 'zh-CN': '无法读取文件 {file}：{reason}' },
    fix: { en: 'Check the path and the rights on the file', 'zh-CN': '请检查路径和文件权限' },
  },
  'cli.file_write': {
    class: 'unavailable',
    what: { en: 'The file {file} cannot be written: {reason}', 'zh-CN': '无法写入文件 {file}：{reason}' },
    fix: { en: 'Choose another place or make room', 'zh-CN': '请换一个位置，或腾出空间' },
  },
  'cli.file_ending': {
    class: 'invalid',
    what: { en: 'The ending of {file} says no known format', 'zh-CN': '{file} 的后缀不是已知格式' },
    fix: { en: 'Use .csv or .xlsx', 'zh-CN': '请使用 .csv 或 .xlsx' },
  },
  'cli.nothing_to_decide': {
    class: 'conflict',
    what: { en: 'No approval of {id} waits for a decision', 'zh-CN': '{id} 没有待审批的事项' },
    fix: { en: '`perennial approvals` lists what waits', 'zh-CN': '`perennial approvals` 可列出待审批事项' },
  },
  'cli.several_to_decide': {
    class: 'invalid',
    what: { en: 'Several approvals of {id} wait: {rules}', 'zh-CN': '{id} 有多项待审批：{rules}' },
    fix: { en: 'Choose one with --rule', 'zh-CN': '请用 --rule 指定其中一项' },
  },
  'cli.quote_waits': {
    class: 'conflict',
    what: { en: 'The client cannot accept the quote yet. {waits}', 'zh-CN': '客户还不能接受该报价。{waits}' },
    fix: {
      en: 'Record it again once they have approved; `perennial approvals` shows what waits',
      'zh-CN': '请在审批通过后再记录；`perennial approvals` 可查看待审批事项',
    },
  },
  'cli.contact_unknown': {
    class: 'missing',
    what: { en: 'The client has no contact "{value}"', 'zh-CN': '该客户没有联系人“{value}”' },
    fix: { en: 'Known contacts: {contacts}', 'zh-CN': '现有联系人：{contacts}' },
  },
  'cli.mail_number': {
    class: 'missing',
    what: { en: 'There is no mail number {number}', 'zh-CN': '没有第 {number} 封邮件' },
    fix: { en: '`perennial inbox` lists the {count} mails', 'zh-CN': '`perennial inbox` 可列出全部 {count} 封邮件' },
  },
  'cli.no_inbox': {
    class: 'unavailable',
    what: { en: 'No mail is caught here: {reason}', 'zh-CN': '这里没有拦截邮件：{reason}' },
    fix: {
      en: 'Mail is caught while `perennial up` runs without SMTP_URL',
      'zh-CN': '未设置 SMTP_URL 时，`perennial up` 运行期间会拦截邮件',
    },
  },
  'cli.no_dates': {
    class: 'conflict',
    what: { en: 'The contract {number} has no end date', 'zh-CN': '合同 {number} 没有到期日' },
    fix: {
      en: 'Set it with `perennial amend {number} --end-date …`',
      'zh-CN': '请用 `perennial amend {number} --end-date …` 补上',
    },
  },
  'cli.unknown_id': {
    class: 'missing',
    what: { en: 'There is nothing called "{value}"', 'zh-CN': '找不到“{value}”' },
    fix: { en: 'Known are: {known}', 'zh-CN': '现有：{known}' },
  },
  'cli.bug': {
    class: 'unavailable',
    what: { en: 'Something unexpected happened: {reason}', 'zh-CN': '发生意外错误：{reason}' },
    fix: {
      en: 'Try again; if it stays, report it with what PERENNIAL_DEBUG=1 prints',
      'zh-CN': '请重试；若仍出现，请附上设置 PERENNIAL_DEBUG=1 后的输出反馈给我们',
    },
  },
  'command.field': {
    class: 'invalid',
    what: { en: '{value} cannot be used as {field}', 'zh-CN': '{field} 不能为 {value}' },
    fix: { en: "The command's `--help` says what may stand there", 'zh-CN': '请用该命令的 `--help` 查看允许的取值' },
  },
  'command.too_large': {
    class: 'invalid',
    what: { en: '{field} is {value}, which is too much', 'zh-CN': '{field} 为 {value}，超出上限' },
    fix: { en: 'Give at most {max}', 'zh-CN': '最多为 {max}' },
  },
  'command.too_small': {
    class: 'invalid',
    what: { en: '{field} is {value}, which is too little', 'zh-CN': '{field} 为 {value}，低于下限' },
    fix: { en: 'Give at least {min}', 'zh-CN': '至少为 {min}' },
  },
  'command.quote_amount': {
    class: 'invalid',
    what: {
      en: 'The amount {value} is more than {times} times what the contract costs now',
      'zh-CN': '报价金额 {value} 超过现合同价格的 {times} 倍',
    },
    fix: {
      en: 'Give at most {limit}; check that no digit or decimal point slipped in',
      'zh-CN': '最多为 {limit}，请核对是否多写了位数或漏写了小数点',
    },
  },
  'command.text_empty': {
    class: 'invalid',
    what: { en: '{field} is empty', 'zh-CN': '{field} 不能为空' },
    fix: { en: 'Write a few words: the history keeps them', 'zh-CN': '请写几个字说明，历史记录会保存' },
  },
  'command.text_long': {
    class: 'invalid',
    what: {
      en: '{field} has {length} characters; {max} are allowed',
      'zh-CN': '{field} 有 {length} 个字符，最多 {max} 个',
    },
    fix: { en: 'Shorten it', 'zh-CN': '请精简' },
  },
  'command.text_control': {
    class: 'invalid',
    what: { en: '{field} holds invisible characters: {value}', 'zh-CN': '{field} 含有不可见字符：{value}' },
    fix: { en: 'Type the text again instead of pasting it', 'zh-CN': '请重新输入，不要直接粘贴' },
  },
  'complaint.id': {
    class: 'invalid',
    what: { en: '"{value}" cannot be the number of a complaint', 'zh-CN': '“{value}”不能用作投诉编号' },
    fix: {
      en: 'Use letters, digits and # . _ / - (at most 80)',
      'zh-CN': '请使用字母、数字和 # . _ / - 等符号，最多 80 个字符',
    },
  },
  'complaint.known': {
    class: 'conflict',
    what: { en: 'The complaint "{id}" is recorded already', 'zh-CN': '投诉“{id}”已经登记过' },
    fix: {
      en: 'Give another number with --complaint, or none to take the next one',
      'zh-CN': '请用 --complaint 填写其他编号；不填则自动取下一个编号',
    },
  },
  'complaint.not_open': {
    class: 'missing',
    what: { en: 'There is no open complaint "{id}"', 'zh-CN': '没有未结的投诉“{id}”' },
    fix: { en: 'Open complaints: {known}', 'zh-CN': '未结的投诉：{known}' },
  },
  'complaint.none_open': {
    class: 'conflict',
    what: { en: 'No complaint is open', 'zh-CN': '没有未结的投诉' },
    fix: { en: 'Nothing needs to be closed', 'zh-CN': '无需结案' },
  },
  'complaint.several': {
    class: 'invalid',
    what: { en: 'Several complaints are open: {known}', 'zh-CN': '有多起未结的投诉：{known}' },
    fix: { en: 'Say with --complaint which one is settled', 'zh-CN': '请用 --complaint 指定结案的是哪一起' },
  },
  'command.not_running': {
    class: 'unavailable',
    what: { en: 'The renewal {id} is listed, but nothing runs for it', 'zh-CN': '续费 {id} 在列表中，但没有运行' },
    fix: {
      en: 'The reconciler starts it again within the hour; `perennial doctor` tells more',
      'zh-CN': '对账程序会在一小时内重新启动它；详情见 `perennial doctor`',
    },
  },
} as const satisfies ErrorEntries;
