import type { ErrorEntries } from '../entry.ts';

/** What can be wrong with one row of a contract or team table. */
export const importRowCodes = {
  'field.missing': {
    class: 'invalid',
    what: { en: '{field} is empty', 'zh-CN': '{field} 未填写' },
    fix: { en: 'Fill in {field}', 'zh-CN': '请填写 {field}' },
  },
  'field.forbidden': {
    class: 'refused',
    what: { en: 'The column "{value}" may not be imported', 'zh-CN': '不允许导入“{value}”列' },
    fix: {
      en: 'Remove the column: every row belongs to the company that imports it',
      'zh-CN': '请删除该列：导入的数据一律归属当前公司',
    },
  },
  'field.choice': {
    class: 'invalid',
    what: { en: '"{value}" is not a {field}', 'zh-CN': '“{value}”不是有效的 {field}' },
    fix: { en: 'Use one of: {choices}', 'zh-CN': '请填写以下之一：{choices}' },
  },
  'number.format': {
    class: 'invalid',
    what: { en: '"{value}" is not a whole number', 'zh-CN': '“{value}”不是整数' },
    fix: { en: 'Write a whole number from {min} to {max}', 'zh-CN': '请填写 {min} 到 {max} 之间的整数' },
  },
  'text.invalid_char': {
    class: 'invalid',
    what: {
      en: 'The text "{value}" holds the character {char}, which no one can read',
      'zh-CN': '文本“{value}”中含有无法显示的字符 {char}',
    },
    fix: { en: 'Delete the character or type the text again', 'zh-CN': '请删除该字符，或重新输入这段文本' },
  },
  'text.bidi_control': {
    class: 'invalid',
    what: {
      en: 'The text "{value}" holds the invisible character {char}, which changes how it is read',
      'zh-CN': '文本“{value}”中含有会改变显示顺序的不可见字符 {char}',
    },
    fix: { en: 'Type the text again by hand', 'zh-CN': '请手工重新输入这段文本' },
  },
  'text.too_long': {
    class: 'invalid',
    what: { en: '{field} has {got} characters', 'zh-CN': '{field} 有 {got} 个字符' },
    fix: { en: 'Shorten it to at most {max} characters', 'zh-CN': '请缩短到 {max} 个字符以内' },
  },
  'email.multiple': {
    class: 'invalid',
    what: { en: '"{value}" holds several e-mail addresses', 'zh-CN': '“{value}”含有多个邮箱地址' },
    fix: {
      en: 'Keep one address here and give every further one a contact of its own',
      'zh-CN': '此处只保留一个邮箱，其他邮箱请另列联系人',
    },
  },
  'email.control_char': {
    class: 'refused',
    what: {
      en: 'The e-mail address "{value}" holds a line break or another invisible character',
      'zh-CN': '邮箱地址“{value}”中含有换行或其他不可见字符',
    },
    fix: { en: 'Type the address again by hand', 'zh-CN': '请手工重新输入邮箱地址' },
  },
  'email.utf8_unsupported': {
    class: 'refused',
    what: {
      en: 'The mail server cannot deliver to "{value}": the part before the @ has letters outside ASCII',
      'zh-CN': '邮件服务器无法投递到“{value}”：@ 之前含有非英文字符',
    },
    fix: {
      en: 'Ask the contact for an address in plain letters',
      'zh-CN': '请向联系人索取纯英文字符的邮箱地址',
    },
  },
  'email.lookalike': {
    class: 'invalid',
    what: {
      en: 'The domain of "{value}" mixes letters of several alphabets ({ascii})',
      'zh-CN': '邮箱“{value}”的域名混用了多种文字的字母（{ascii}）',
    },
    fix: { en: 'Check the address: it may imitate another one', 'zh-CN': '请核对该地址，它可能在仿冒其他域名' },
  },
  'currency.missing': {
    class: 'invalid',
    what: { en: 'The amount "{value}" has no currency', 'zh-CN': '金额“{value}”没有币种' },
    fix: {
      en: 'Fill in the currency column, or name the currency in the header, for example "amount (USD)"',
      'zh-CN': '请填写币种列，或在表头注明币种，例如“金额（万元）”',
    },
  },
  'currency.conflict': {
    class: 'invalid',
    what: {
      en: 'The header says {header} but the row says {value}',
      'zh-CN': '表头注明的币种是 {header}，而该行填的是 {value}',
    },
    fix: { en: 'Correct the currency of the row or the header', 'zh-CN': '请改正该行的币种或表头' },
  },
  'contract.dates': {
    class: 'invalid',
    what: {
      en: '{later} {laterValue} is before {earlier} {earlierValue}',
      'zh-CN': '{later} {laterValue} 早于 {earlier} {earlierValue}',
    },
    fix: { en: 'Correct one of the two dates', 'zh-CN': '请改正其中一个日期' },
  },
  'contract.end_missing': {
    class: 'invalid',
    what: { en: 'Contract {number} has no end date', 'zh-CN': '合同 {number} 没有合同到期日' },
    fix: {
      en: 'It is taken in but stands under "data needed" and nothing is sent until the end date is filled in',
      'zh-CN': '已收录，但会停在“待补数据”，补上合同到期日之前不会发送任何邮件',
    },
  },
  'contract.end_past': {
    class: 'invalid',
    what: { en: 'Contract {number} ended on {value}', 'zh-CN': '合同 {number} 已于 {value} 到期' },
    fix: {
      en: 'No reminder is sent for it; correct the date if the contract goes on',
      'zh-CN': '不会为它发送提醒；如果合同仍在执行，请改正日期',
    },
  },
  'contract.term_past': {
    class: 'invalid',
    what: {
      en: 'Contract {number} is in term {term}, and the dates of this row are of a term before it: dates, amounts and score of the row were left out',
      'zh-CN': '合同 {number} 已进入第 {term} 期，而本行日期属于之前的合同期：本行的日期、金额和健康分未导入',
    },
    fix: {
      en: 'Give the dates of the term that runs now if the row is meant for it',
      'zh-CN': '如需更新当前合同期，请填写当前合同期的日期',
    },
  },
  'contract.changed_meanwhile': {
    class: 'conflict',
    what: {
      en: 'Contract {number} was changed by somebody else each time this row was to be stored',
      'zh-CN': '保存本行时，合同 {number} 正被他人反复修改',
    },
    fix: { en: 'Import the row again', 'zh-CN': '请重新导入本行' },
  },
  'contract.notice_differs': {
    class: 'invalid',
    what: {
      en: 'The notice date {value} is not {days} days before the end ({computed})',
      'zh-CN': '通知截止日 {value} 与到期前 {days} 天（{computed}）不一致',
    },
    fix: { en: 'The date {value} is used; correct one of the two columns', 'zh-CN': '以 {value} 为准；请改正其中一列' },
  },
  'contact.missing': {
    class: 'invalid',
    what: {
      en: 'Contract {number} has no contact with an e-mail address',
      'zh-CN': '合同 {number} 没有带邮箱的联系人',
    },
    fix: {
      en: 'It is taken in, but its mails become tasks for the owner; add a contact e-mail',
      'zh-CN': '已收录，但应发的邮件会变成负责人的待办；请补充联系人邮箱',
    },
  },
  'contact.no_email': {
    class: 'invalid',
    what: {
      en: 'The contact {value} has no e-mail address and is left out',
      'zh-CN': '联系人 {value} 没有邮箱，未收录',
    },
    fix: { en: 'Fill in the e-mail address of this contact', 'zh-CN': '请填写该联系人的邮箱' },
  },
  'row.duplicate': {
    class: 'invalid',
    what: {
      en: '"{value}" stands in row {row} and in row {other}',
      'zh-CN': '“{value}”在第 {row} 行和第 {other} 行重复出现',
    },
    fix: { en: 'Keep one of the two rows', 'zh-CN': '请只保留其中一行' },
  },
  'client.differs': {
    class: 'invalid',
    what: {
      en: 'Client {client} has the {field} "{value}" here but "{other}" in row {row}',
      'zh-CN': '客户 {client} 在此处的 {field} 为“{value}”，而第 {row} 行为“{other}”',
    },
    fix: {
      en: 'Write the same value in all rows of this client; the last one counts',
      'zh-CN': '请统一该客户各行的内容；否则以最后一行为准',
    },
  },
  'id.leading_zero': {
    class: 'invalid',
    what: {
      en: 'The contract number {value} may have lost its leading zeros',
      'zh-CN': '合同编号 {value} 可能丢失了前导零',
    },
    fix: {
      en: 'Format the column as text and write the number in full, for example 00{value}',
      'zh-CN': '请把该列设为“文本”格式并写全编号，例如 00{value}',
    },
  },
  'owner.unknown': {
    class: 'invalid',
    what: { en: 'Nobody in the team is "{value}"', 'zh-CN': '团队中没有“{value}”' },
    fix: {
      en: 'Use the name or e-mail of a member of the team, or import the team table first',
      'zh-CN': '请填写团队成员的姓名或邮箱，或先导入团队表',
    },
  },
  'owner.ambiguous': {
    class: 'invalid',
    what: { en: 'Several people are called "{value}": {found}', 'zh-CN': '有多人名为“{value}”：{found}' },
    fix: { en: 'Write the e-mail address instead of the name', 'zh-CN': '请改填邮箱地址' },
  },
  'owner.disabled': {
    class: 'invalid',
    what: { en: '"{value}" no longer works in the team', 'zh-CN': '“{value}”已不在团队中' },
    fix: { en: 'Name somebody else as the owner', 'zh-CN': '请改填其他负责人' },
  },
  'manager.cycle': {
    class: 'invalid',
    what: { en: 'The chain of managers goes round: {path}', 'zh-CN': '上级关系形成了循环：{path}' },
    fix: { en: 'Correct the manager of one of them', 'zh-CN': '请改正其中一人的上级' },
  },
} as const satisfies ErrorEntries;
