import type { ErrorEntries } from '../entry.ts';

export const moneyCodes = {
  'money.format': {
    class: 'invalid',
    what: { en: '"{value}" is not an amount of money', 'zh-CN': '“{value}”不是有效的金额' },
    fix: {
      en: 'Write digits with a point before at most {scale} decimals, for example {example}; "1.2万" is understood too',
      'zh-CN': '请填写数字，小数点用半角句点，小数最多 {scale} 位，例如 {example}；也可写成 1.2万',
    },
  },
  'money.negative': {
    class: 'invalid',
    what: { en: 'The amount "{value}" is below zero', 'zh-CN': '金额“{value}”为负数' },
    fix: { en: 'Give an amount of 0 or more', 'zh-CN': '请填写不小于 0 的金额' },
  },
  'money.short': {
    class: 'invalid',
    what: { en: '"{value}" is a short way of writing an amount', 'zh-CN': '“{value}”是金额的简写' },
    fix: { en: 'Write it in full: {full}', 'zh-CN': '请写出完整数字：{full}' },
  },
  'money.scale': {
    class: 'invalid',
    what: {
      en: '"{value}" has more decimals than {currency} allows',
      'zh-CN': '“{value}”的小数位数超出了 {currency} 的最小单位',
    },
    fix: { en: 'Use at most {scale} decimals', 'zh-CN': '小数最多 {scale} 位' },
  },
  'money.range': {
    class: 'invalid',
    what: { en: 'The amount {value} is outside the range', 'zh-CN': '金额 {value} 超出范围' },
    fix: { en: 'Give an amount from {min} to {max}', 'zh-CN': '金额应在 {min} 到 {max} 之间' },
  },
  'money.currency': {
    class: 'invalid',
    what: {
      en: '{left} and {right} are two currencies; amounts in them cannot be mixed',
      'zh-CN': '{left} 与 {right} 币种不同，金额不能混用',
    },
    fix: { en: 'Give both amounts in one currency', 'zh-CN': '请使用同一币种' },
  },
  'money.full_width': {
    class: 'invalid',
    what: { en: 'The amount "{value}" was read as {read}', 'zh-CN': '金额“{value}”已按 {read} 读取' },
    fix: {
      en: 'Nothing to do if that is right; full-width characters are better written as plain digits',
      'zh-CN': '如无误则无需处理；建议把全角字符改为半角数字',
    },
  },
  'currency.unknown': {
    class: 'invalid',
    what: { en: '"{value}" is not a currency code', 'zh-CN': '“{value}”不是货币代码' },
    fix: {
      en: 'Use the three letters of ISO 4217, for example CNY, USD or EUR{hint}',
      'zh-CN': '请使用 ISO 4217 三字母代码，例如 CNY、USD、EUR{hint}',
    },
  },
} as const satisfies ErrorEntries;
