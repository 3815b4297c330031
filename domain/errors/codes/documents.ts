import type { ErrorEntries } from '../entry.ts';

/** Documents that people write in YAML: syntax, keys and values. */
export const documentCodes = {
  'yaml.syntax': {
    class: 'invalid',
    what: { en: 'The text is not valid YAML: {detail}', 'zh-CN': 'YAML 格式有误：{detail}' },
    fix: {
      en: 'Check indentation, quotes and brackets on this line; put a text with ": " or " #" in quotes',
      'zh-CN': '请检查本行的缩进、引号和括号；含有“: ”或“ #”的文本请加引号',
    },
  },
  'yaml.syntax.tab': {
    class: 'invalid',
    what: { en: 'Tabs are not allowed as indentation', 'zh-CN': '缩进不能使用制表符（Tab）' },
    fix: { en: 'Indent with spaces, two for each level', 'zh-CN': '请用空格缩进，每级两个' },
  },
  'yaml.syntax.space': {
    class: 'invalid',
    what: {
      en: 'The indentation holds a space that is not a plain one (no-break or full-width)',
      'zh-CN': '缩进中含有特殊空格（不换行空格或全角空格）',
    },
    fix: { en: 'Delete it and type plain spaces', 'zh-CN': '请删除后改用普通半角空格' },
  },
  'yaml.syntax.fullwidth': {
    class: 'invalid',
    what: { en: 'A full-width colon (：) stands where a plain one is needed', 'zh-CN': '此处使用了全角冒号（：）' },
    fix: { en: 'Write a plain colon and a space: "key: value"', 'zh-CN': '请改用半角冒号加空格：“key: value”' },
  },
  'yaml.duplicate_key': {
    class: 'invalid',
    what: {
      en: 'The key "{key}" stands here a second time; the first is on line {first}',
      'zh-CN': '字段“{key}”重复，首次出现在第 {first} 行',
    },
    fix: { en: 'Join the two, or delete one', 'zh-CN': '请合并或删除其中一个' },
  },
  'yaml.alias_limit': {
    class: 'invalid',
    what: { en: 'The alias {value} is not allowed', 'zh-CN': '不支持别名 {value}' },
    fix: {
      en: 'Write the text out; anchors (&) and aliases (*) are not supported. A text that begins with * stands in quotes',
      'zh-CN': '请直接写出内容；不支持锚点（&）和别名（*）。以 * 开头的文本请加引号',
    },
  },
  'yaml.depth': {
    class: 'invalid',
    what: { en: 'The document is nested more than {max} levels deep', 'zh-CN': '文档嵌套超过 {max} 层' },
    fix: { en: 'Check for brackets or dashes that are not closed', 'zh-CN': '请检查是否有未闭合的括号或多余的短横线' },
  },
  'yaml.multiple_documents': {
    class: 'invalid',
    what: { en: 'The file holds more than one document', 'zh-CN': '文件中有多个文档' },
    fix: {
      en: 'Keep one document in a file; delete the line "---"',
      'zh-CN': '每个文件只放一个文档；请删除“---”这一行',
    },
  },
  'yaml.tag': {
    class: 'invalid',
    what: { en: 'Tags are not supported: {value}', 'zh-CN': '不支持标签：{value}' },
    fix: {
      en: 'Delete the tag; a condition that begins with "!" stands in quotes',
      'zh-CN': '请删除标签；以“!”开头的条件请加引号',
    },
  },
  'key.forbidden': {
    class: 'invalid',
    what: { en: 'The name "{key}" is not allowed', 'zh-CN': '不允许使用名称“{key}”' },
    fix: { en: 'Choose another name', 'zh-CN': '请换一个名称' },
  },
  'number.range': {
    class: 'invalid',
    what: { en: 'The number {value} is outside the range', 'zh-CN': '数值 {value} 超出范围' },
    fix: { en: 'Give a number from {min} to {max}', 'zh-CN': '数值应在 {min} 到 {max} 之间' },
  },
  type: {
    class: 'invalid',
    what: { en: 'Got {value}, expected {want}', 'zh-CN': '实际为 {value}，应为 {want}' },
    fix: {
      en: 'Write {want}; a text that looks like something else stands in quotes',
      'zh-CN': '请写成 {want}；容易混淆的文本请加引号',
    },
  },
  'text.empty': {
    class: 'invalid',
    what: { en: 'The text is empty', 'zh-CN': '文本为空' },
    fix: { en: 'Write the text, or delete the line', 'zh-CN': '请填写文本，或删除该行' },
  },
  'field.unknown': {
    class: 'invalid',
    what: { en: 'There is no key "{key}" here', 'zh-CN': '此处没有字段“{key}”' },
    fix: { en: 'Nearest: {near}. Known here: {known}', 'zh-CN': '最接近的是：{near}。可用字段：{known}' },
  },
  'field.secret': {
    class: 'invalid',
    what: {
      en: 'The key "{key}" looks like a secret, and secrets never stand in a document',
      'zh-CN': '字段“{key}”疑似密钥，文档中不得存放密钥',
    },
    fix: {
      en: 'Delete it here and change the secret; give it in the environment of the server',
      'zh-CN': '请从文档中删除并更换该密钥，改为在服务器环境变量中配置',
    },
  },
  'field.required': {
    class: 'invalid',
    what: { en: 'The key "{key}" is missing', 'zh-CN': '缺少字段“{key}”' },
    fix: { en: 'Add it, for example {example}', 'zh-CN': '请补充，例如 {example}' },
  },
  'choice.unknown': {
    class: 'invalid',
    what: { en: '"{value}" is not one of the choices', 'zh-CN': '“{value}”不在可选范围内' },
    fix: { en: 'Nearest: {near}. Choices: {known}', 'zh-CN': '最接近的是：{near}。可选：{known}' },
  },
  'language.missing': {
    class: 'invalid',
    what: { en: 'The text has no {language}', 'zh-CN': '缺少 {language} 文本' },
    fix: {
      en: 'Every text stands in both languages: { en: …, zh-CN: … }',
      'zh-CN': '每段文本都需要两种语言：{ en: …, zh-CN: … }',
    },
  },
} as const satisfies ErrorEntries;
