import type { ErrorEntries } from '../entry.ts';

/** Conditions in playbooks and approval ladders. `{got}` and `{want}` are examples of a value, the same in every language. */
export const expressionCodes = {
  'expr.syntax': {
    class: 'invalid',
    what: { en: 'The condition cannot be read at "{detail}"', 'zh-CN': '条件在“{detail}”处无法识别' },
    fix: {
      en: 'Write comparisons joined by && and ||, for example health.score < 50 || facts.complaintOpen',
      'zh-CN': '请写成用 && 与 || 连接的比较，例如 health.score < 50 || facts.complaintOpen',
    },
  },
  'expr.type': {
    class: 'invalid',
    what: {
      en: '{value} is of the kind {got}, but {want} is needed here',
      'zh-CN': '{value} 的类型是 {got}，而这里需要 {want}',
    },
    fix: {
      en: 'Compare like with like: texts stand in quotes, numbers and true/false do not',
      'zh-CN': '请比较同类的值：文本要加引号，数字和 true/false 不加引号',
    },
  },
  'expr.unknown_field': {
    class: 'invalid',
    what: { en: 'There is no field {field}', 'zh-CN': '没有字段 {field}' },
    fix: { en: 'Nearest: {near}. Known here: {known}', 'zh-CN': '最接近的是：{near}。可用字段：{known}' },
  },
  'expr.unknown_name': {
    class: 'invalid',
    what: { en: 'The name {name} means nothing in this place', 'zh-CN': '此处不能使用名称 {name}' },
    fix: { en: 'Nearest: {near}. Known here: {known}', 'zh-CN': '最接近的是：{near}。此处可用：{known}' },
  },
  'expr.unknown_value': {
    class: 'invalid',
    what: { en: '{field} never has the value "{value}"', 'zh-CN': '{field} 不可能等于“{value}”' },
    fix: { en: 'Use one of {known}', 'zh-CN': '可选值：{known}' },
  },
  'expr.whole_group': {
    class: 'invalid',
    what: { en: '{name} is a group of fields, not a value', 'zh-CN': '{name} 是一组字段，不是一个值' },
    fix: { en: 'Name one of its fields: {known}', 'zh-CN': '请写出具体字段：{known}' },
  },
  'expr.limit': {
    class: 'invalid',
    what: { en: 'The condition is beyond the limit ({limit})', 'zh-CN': '条件超出限制（{limit}）' },
    fix: {
      en: 'Keep it under 2,048 characters and 32 brackets deep, or split it into several rules',
      'zh-CN': '请控制在 2048 个字符、32 层括号以内，或拆成多条规则',
    },
  },
  'expr.division': {
    class: 'invalid',
    what: { en: 'Division by {value} could be a division by zero', 'zh-CN': '除以 {value} 可能出现除以零' },
    fix: {
      en: 'Divide only by a written number other than 0, or multiply the other side instead',
      'zh-CN': '除数只能是非零的数字；或改为在另一侧做乘法',
    },
  },
  'expr.not_allowed': {
    class: 'invalid',
    what: { en: '{value} is not part of the language of conditions', 'zh-CN': '条件中不支持 {value}' },
    fix: {
      en: 'Use fields, numbers, texts, true/false, == != < <= > >= && || ! + - * /, in and startsWith/endsWith/contains',
      'zh-CN':
        '可使用字段、数字、文本、true/false、== != < <= > >= && || ! + - * /、in 以及 startsWith/endsWith/contains',
    },
  },
} as const satisfies ErrorEntries;
