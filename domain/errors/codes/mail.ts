import type { ErrorEntries } from '../entry.ts';

/** Mail templates, rendering, and addresses. The other codes of e-mail addresses stand in import-rows.ts. */
export const mailCodes = {
  'template.unknown_variable': {
    class: 'invalid',
    what: { en: 'There is no variable "{name}"', 'zh-CN': '没有名为“{name}”的变量' },
    fix: {
      en: 'Nearest: {near}. All variables are listed in playbooks/templates/README.md',
      'zh-CN': '最接近的变量：{near}。全部变量见 playbooks/templates/README.md',
    },
  },
  'template.syntax': {
    class: 'invalid',
    what: { en: 'The template cannot be read at "{source}"', 'zh-CN': '模板在“{source}”处无法解析' },
    fix: {
      en: 'Close every opening brace pair and every if or for. These filters exist: {filters}',
      'zh-CN': '请检查每个花括号以及 if、for 是否都已闭合。可用的过滤器：{filters}',
    },
  },
  'template.tag_forbidden': {
    class: 'refused',
    what: { en: 'The tag "{tag}" is not allowed in mail templates', 'zh-CN': '邮件模板中不允许使用标签“{tag}”' },
    fix: {
      en: 'Write the text into the template itself. These tags are allowed: {allowed}',
      'zh-CN': '请将内容直接写入模板。允许使用的标签：{allowed}',
    },
  },
  'template.limit': {
    class: 'refused',
    what: {
      en: 'The template takes more time, memory or text than a mail may take',
      'zh-CN': '模板占用的时间、内存或文本超出上限',
    },
    fix: {
      en: 'Shorten the template or remove its loops; a template holds at most {limit} characters',
      'zh-CN': '请缩短模板或去掉循环；模板最多 {limit} 个字符',
    },
  },
  'template.link_forbidden': {
    class: 'refused',
    what: { en: 'Mail may not link to "{target}"', 'zh-CN': '邮件中不允许链接到“{target}”' },
    fix: {
      en: 'Use a link that begins with https://, http:// or mailto:; pictures are not supported',
      'zh-CN': '链接须以 https://、http:// 或 mailto: 开头；不支持图片',
    },
  },
  'template.need_missing': {
    class: 'invalid',
    what: {
      en: 'The template reads "{name}", but does not say that it needs {need}',
      'zh-CN': '模板使用了“{name}”，但未声明需要 {need}',
    },
    fix: {
      en: 'Add {need} to `needs`, or read the variable only inside an if that tests for it',
      'zh-CN': '请在 `needs` 中加入 {need}，或仅在判断该变量存在的 if 中使用',
    },
  },
  'template.languages_differ': {
    class: 'invalid',
    what: {
      en: 'The two languages of the {field} read different variables: only English {en}; only Chinese {zh}',
      'zh-CN': '{field} 的两种语言使用的变量不一致：仅英文 {en}；仅中文 {zh}',
    },
    fix: {
      en: 'Check that no fact is missing in one of the languages',
      'zh-CN': '请检查是否有一种语言遗漏了信息',
    },
  },
  'template.text_missing': {
    class: 'invalid',
    what: { en: 'The template has no text for {field}', 'zh-CN': '模板缺少 {field} 的文本' },
    fix: {
      en: 'Write subject and body in both en and zh-CN',
      'zh-CN': '主题和正文都须同时提供 en 与 zh-CN 两种文本',
    },
  },
  'template.missing_value': {
    class: 'conflict',
    what: {
      en: 'The mail "{template}" is held: {name} is not known',
      'zh-CN': '邮件“{template}”已暂缓发送：缺少 {name}',
    },
    fix: {
      en: 'Fill in the missing value; the mail then goes out by itself',
      'zh-CN': '补全该数据后，邮件会自动发送',
    },
  },
  'template.quotes': {
    class: 'invalid',
    what: {
      en: 'A text that begins with braces needs quotes: {source}',
      'zh-CN': '以花括号开头的文本须加引号：{source}',
    },
    fix: {
      en: "Write it as '…' or as a block after |",
      'zh-CN': "请写成 '…' 的形式，或写在 | 之后另起一行",
    },
  },
  'template.field': {
    class: 'invalid',
    what: {
      en: 'The field "{field}" of the template file is missing or not as expected',
      'zh-CN': '模板文件的字段“{field}”缺失或不符合要求',
    },
    fix: { en: 'Expected: {expected}', 'zh-CN': '应为：{expected}' },
  },
  'template.field_unknown': {
    class: 'invalid',
    what: { en: 'A template file has no field "{field}"', 'zh-CN': '模板文件没有字段“{field}”' },
    fix: { en: 'Known fields: {known}', 'zh-CN': '可用字段：{known}' },
  },
  'subject.empty': {
    class: 'conflict',
    what: {
      en: 'The mail "{template}" is held: its subject is empty',
      'zh-CN': '邮件“{template}”已暂缓发送：主题为空',
    },
    fix: { en: 'Write a subject into the template', 'zh-CN': '请在模板中填写主题' },
  },
  'subject.cut': {
    class: 'invalid',
    what: {
      en: 'The subject of "{template}" was cut to {limit} characters',
      'zh-CN': '邮件“{template}”的主题已截断为 {limit} 个字符',
    },
    fix: { en: 'Write a shorter subject', 'zh-CN': '请缩短主题' },
  },
  'mail.empty': {
    class: 'conflict',
    what: { en: 'The mail "{template}" is held: its text is empty', 'zh-CN': '邮件“{template}”已暂缓发送：正文为空' },
    fix: {
      en: 'Check the conditions in the template: with these data none of its text is left',
      'zh-CN': '请检查模板中的条件：按当前数据，没有任何正文可发送',
    },
  },
  'mail.too_large': {
    class: 'conflict',
    what: {
      en: 'The mail "{template}" is held: it is larger than {limit} bytes',
      'zh-CN': '邮件“{template}”已暂缓发送：超过 {limit} 字节',
    },
    fix: { en: 'Shorten the template or the values it shows', 'zh-CN': '请缩短模板或其中显示的内容' },
  },
  'email.syntax': {
    class: 'invalid',
    what: { en: '"{value}" is not an e-mail address', 'zh-CN': '“{value}”不是有效的邮箱地址' },
    fix: { en: 'Write it like name@example.com', 'zh-CN': '请按 name@example.com 的形式填写' },
  },
} as const satisfies ErrorEntries;
