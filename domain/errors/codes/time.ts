import type { ErrorEntries } from '../entry.ts';

export const timeCodes = {
  'date.invalid': {
    class: 'invalid',
    what: { en: 'There is no such day as "{value}"', 'zh-CN': '“{value}”这一天不存在' },
    fix: {
      en: 'Check day and month; write for example 2026-03-01',
      'zh-CN': '请核对月份和日期，例如 2026-03-01',
    },
  },
  'date.format': {
    class: 'invalid',
    what: { en: '"{value}" is not written as a date', 'zh-CN': '“{value}”不是日期的写法' },
    fix: {
      en: 'Write the day with a four-digit year, for example 2026-03-01 or 31.12.2026',
      'zh-CN': '年份请写满四位，例如 2026-03-01、2026/3/1 或 2026年3月1日',
    },
  },
  'date.range': {
    class: 'invalid',
    what: { en: 'The date {value} is outside the range', 'zh-CN': '日期 {value} 超出范围' },
    fix: { en: 'Give a date from {min} to {max}', 'zh-CN': '日期应在 {min} 到 {max} 之间' },
  },
  'date.ambiguous': {
    class: 'invalid',
    what: {
      en: '"{value}" can be read as {first} or as {second}',
      'zh-CN': '“{value}”既可能是 {first}，也可能是 {second}',
    },
    fix: {
      en: 'Write the date as {first} or {second}, or declare the order of day and month for the column',
      'zh-CN': '请写成 {first} 或 {second}，或为该列指定日、月的先后顺序',
    },
  },
  'date.serial': {
    class: 'invalid',
    what: { en: 'The number {value} is not a usable spreadsheet date', 'zh-CN': '数字 {value} 无法换算为表格日期' },
    fix: {
      en: 'Format the cell as a date, or write it as text, for example 2026-03-01',
      'zh-CN': '请把单元格设为日期格式，或直接填写文本，例如 2026-03-01',
    },
  },
  'instant.invalid': {
    class: 'invalid',
    what: { en: '"{value}" is not a point in time', 'zh-CN': '“{value}”不是有效的时间点' },
    fix: {
      en: 'Write date, time and offset, for example 2026-03-01T09:00:00Z or 2026-03-01T09:00:00+08:00',
      'zh-CN': '请写明日期、时间和时差，例如 2026-03-01T09:00:00Z 或 2026-03-01T09:00:00+08:00',
    },
  },
  'time.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not a time of day', 'zh-CN': '“{value}”不是有效的时刻' },
    fix: {
      en: 'Write hours and minutes with two digits each, for example 09:00 (in YAML in quotes: "09:00")',
      'zh-CN': '请按“时:分”各写两位，例如 09:00（YAML 中请加引号："09:00"）',
    },
  },
  'time.window': {
    class: 'invalid',
    what: { en: 'The window {from}–{to} ends before it begins', 'zh-CN': '时间段 {from}–{to} 的结束早于开始' },
    fix: {
      en: 'Give an end later on the same day than the begin, for example 09:00 to 18:00',
      'zh-CN': '结束时间须晚于同一天的开始时间，例如 09:00 到 18:00',
    },
  },
  'zone.unknown': {
    class: 'invalid',
    what: { en: '"{value}" is not a time zone', 'zh-CN': '“{value}”不是有效的时区' },
    fix: {
      en: 'Use an IANA time zone, for example {suggestion}',
      'zh-CN': '请使用 IANA 时区名称，例如 {suggestion}',
    },
  },
  'duration.unit': {
    class: 'invalid',
    what: { en: 'The length "{value}" has no unit', 'zh-CN': '时长“{value}”没有写单位' },
    fix: {
      en: 'Add the unit, for example "{value} business days", "{value} days" or "{value} business hours"',
      'zh-CN':
        '请补上单位，例如“{value} business days”（工作日）、“{value} days”（自然日）、“{value} business hours”（工作小时）',
    },
  },
  'duration.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not a length of time', 'zh-CN': '“{value}”不是有效的时长' },
    fix: {
      en: 'Write a whole number and a unit, for example "5 business days", "24 business hours" or "10 days"',
      'zh-CN':
        '请写“整数 + 单位”，例如“5 business days”（5 个工作日）、“24 business hours”（24 个工作小时）、“10 days”（10 天）',
    },
  },
} as const satisfies ErrorEntries;
