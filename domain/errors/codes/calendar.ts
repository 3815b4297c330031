import type { ErrorEntries } from '../entry.ts';

export const calendarCodes = {
  'calendar.no_workday': {
    class: 'conflict',
    what: {
      en: 'The calendar "{calendar}" has no working day within {days} days of {date}',
      'zh-CN': '日历“{calendar}”在 {date} 前后 {days} 天内没有工作日',
    },
    fix: {
      en: 'Correct the days off or the work week of the calendar; the renewal is held until then',
      'zh-CN': '请修正该日历的休息日或每周工作日设置；在此之前续费流程暂停推进',
    },
  },
  'calendar.hours': {
    class: 'invalid',
    what: {
      en: 'The opening hours {open}–{close} of the calendar "{calendar}" end before they begin',
      'zh-CN': '日历“{calendar}”的工作时间 {open}–{close} 结束早于开始',
    },
    fix: {
      en: 'Give a closing time later on the same day, for example 09:00 to 18:00, or 00:00 to 24:00',
      'zh-CN': '下班时间须晚于同一天的上班时间，例如 09:00 到 18:00，全天则为 00:00 到 24:00',
    },
  },
  'calendar.country': {
    class: 'invalid',
    what: { en: 'No public holidays are known for "{value}"', 'zh-CN': '没有“{value}”的法定节假日数据' },
    fix: {
      en: 'Use a two-letter country code, with a region where needed, for example US, DE or DE-BY; or upload a calendar file',
      'zh-CN': '请使用两位国家/地区代码，必要时加上区域，例如 US、DE、DE-BY；也可以上传日历文件',
    },
  },
  'calendar.file_type': {
    class: 'invalid',
    what: { en: 'The file "{value}" is neither CSV nor YAML', 'zh-CN': '文件“{value}”不是 CSV 或 YAML' },
    fix: {
      en: 'Upload a .csv, .yaml or .yml file of at most 1 MB',
      'zh-CN': '请上传 .csv、.yaml 或 .yml 文件，大小不超过 1 MB',
    },
  },
  'calendar.file_syntax': {
    class: 'invalid',
    what: { en: 'The calendar file cannot be read: {detail}', 'zh-CN': '无法读取日历文件：{detail}' },
    fix: {
      en: 'Correct the place named; a CSV needs the columns date, kind, name and name_zh, a YAML file a list "days" of the same',
      'zh-CN': '请修正所指位置；CSV 需要 date、kind、name、name_zh 四列，YAML 需要包含相同字段的 days 列表',
    },
  },
  'calendar.columns': {
    class: 'invalid',
    what: { en: 'The column "{column}" is missing', 'zh-CN': '缺少“{column}”列' },
    fix: {
      en: 'Name the columns date, kind (off or work), name and name_zh; found: {found}',
      'zh-CN':
        '表头应为 date（日期）、kind（off 休息或 work 上班）、name（英文名）、name_zh（中文名）；目前为：{found}',
    },
  },
  'calendar.field': {
    class: 'invalid',
    what: { en: 'The field "{value}" is not known here', 'zh-CN': '此处没有“{value}”字段' },
    fix: { en: 'Use one of: {known}', 'zh-CN': '可用字段：{known}' },
  },
  'calendar.day_kind': {
    class: 'invalid',
    what: {
      en: '"{value}" says neither day off nor working day',
      'zh-CN': '“{value}”看不出是休息日还是工作日',
    },
    fix: { en: 'Write off or work', 'zh-CN': '请填写 off（休息）或 work（上班）' },
  },
  'calendar.day_duplicate': {
    class: 'invalid',
    what: {
      en: 'The day {date} stands twice in the file, first on line {first}',
      'zh-CN': '日期 {date} 在文件中重复，首次出现在第 {first} 行',
    },
    fix: { en: 'Keep one line for each day', 'zh-CN': '每个日期只保留一行' },
  },
  'calendar.name_missing': {
    class: 'invalid',
    what: { en: 'The day {date} has no name', 'zh-CN': '日期 {date} 没有名称' },
    fix: {
      en: 'Give a name in English or in Chinese, best in both',
      'zh-CN': '请填写英文名或中文名，最好两者都填',
    },
  },
  'calendar.year': {
    class: 'invalid',
    what: { en: '"{value}" is not a year', 'zh-CN': '“{value}”不是有效的年份' },
    fix: { en: 'Give years from 2000 to 2100', 'zh-CN': '年份应在 2000 到 2100 之间' },
  },
  'calendar.year_open': {
    class: 'invalid',
    what: {
      en: 'The file has days in {year}, but the days off of {year} are not declared complete',
      'zh-CN': '文件中有 {year} 年的日期，但没有声明 {year} 年的休息日已经齐全',
    },
    fix: {
      en: 'If all days off of {year} are known now, declare it ("covers: [{year}]"); until then plans in {year} stay provisional',
      'zh-CN': '若 {year} 年的休息日已全部公布，请声明“covers: [{year}]”；在此之前，{year} 年的计划仍为暂定',
    },
  },
} as const satisfies ErrorEntries;
