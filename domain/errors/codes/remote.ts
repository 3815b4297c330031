import type { ErrorEntries } from '../entry.ts';

/** What stands between the command line and a server that it works against. */
export const remoteCodes = {
  'remote.url': {
    class: 'invalid',
    what: { en: '"{value}" is no address of a server', 'zh-CN': '“{value}”不是有效的服务器地址' },
    fix: {
      en: 'Write it as https://renewals.example.com',
      'zh-CN': '请按 https://renewals.example.com 的格式填写',
    },
  },
  'remote.only_here': {
    class: 'invalid',
    what: {
      en: '`perennial {command}` works only on the machine where Perennial runs',
      'zh-CN': '`perennial {command}` 只能在运行 Perennial 的机器上使用',
    },
    fix: {
      en: 'Run it there, without --server and PERENNIAL_SERVER',
      'zh-CN': '请在该机器上运行，并去掉 --server 与 PERENNIAL_SERVER',
    },
  },
  'remote.as': {
    class: 'invalid',
    what: {
      en: '--as does not go with a server: the token says who acts',
      'zh-CN': '连接服务器时不能使用 --as：操作人由令牌决定',
    },
    fix: {
      en: 'Leave --as out; `perennial login --server {url}` makes a token of one’s own',
      'zh-CN': '请去掉 --as；用 `perennial login --server {url}` 以本人身份登录',
    },
  },
  'remote.server_needed': {
    class: 'invalid',
    what: { en: 'Which server is meant was not said', 'zh-CN': '没有指定服务器' },
    fix: {
      en: 'Add --server URL, or set PERENNIAL_SERVER',
      'zh-CN': '请加上 --server URL，或设置 PERENNIAL_SERVER',
    },
  },
  'remote.token_needed': {
    class: 'invalid',
    what: { en: 'There is no token for {url}', 'zh-CN': '没有用于 {url} 的令牌' },
    fix: {
      en: '`perennial login --server {url}` makes one; or set PERENNIAL_TOKEN, or give --token-file FILE',
      'zh-CN': '请先执行 `perennial login --server {url}`；也可设置 PERENNIAL_TOKEN 或使用 --token-file FILE',
    },
  },
  'remote.token_form': {
    class: 'invalid',
    what: { en: 'What {source} holds is no token', 'zh-CN': '{source} 中的内容不是令牌' },
    fix: {
      en: 'A token is one line that begins with prn_; it is told once, when it is made',
      'zh-CN': '令牌为以 prn_ 开头的一行文字，仅在创建时显示一次',
    },
  },
  'remote.token_refused': {
    class: 'refused',
    what: {
      en: '{url} does not take the token: it was taken back, has ended, or its account is disabled',
      'zh-CN': '{url} 不接受该令牌：可能已吊销、已过期，或账号已停用',
    },
    fix: {
      en: '`perennial login --server {url}` makes a new one',
      'zh-CN': '请用 `perennial login --server {url}` 重新登录',
    },
  },
  'remote.password_needed': {
    class: 'invalid',
    what: { en: 'There is no terminal to ask for {what} on', 'zh-CN': '没有可以输入{what}的终端' },
    fix: {
      en: 'Give --email and --password-stdin, or a token with --token-file',
      'zh-CN': '请使用 --email 与 --password-stdin，或用 --token-file 提供令牌',
    },
  },
  'remote.unreachable': {
    class: 'unavailable',
    what: { en: 'Nothing answers at {url} ({reason})', 'zh-CN': '{url} 没有响应（{reason}）' },
    fix: {
      en: 'Check the address, and whether the server runs; `perennial up` prints where its API is',
      'zh-CN': '请检查地址以及服务器是否在运行；`perennial up` 会显示 API 地址',
    },
  },
  'remote.no_answer': {
    class: 'unavailable',
    what: { en: 'No answer came from {url} ({reason})', 'zh-CN': '{url} 没有返回结果（{reason}）' },
    fix: {
      en: 'Look with `perennial renewal show` whether it was done, before it is done again',
      'zh-CN': '请先用 `perennial renewal show` 查看是否已生效，再决定是否重做',
    },
  },
  'remote.lost': {
    class: 'unavailable',
    what: { en: 'The connection to {url} broke ({reason})', 'zh-CN': '与 {url} 的连接中断（{reason}）' },
    fix: { en: 'Try again', 'zh-CN': '请重试' },
  },
  'remote.foreign': {
    class: 'unavailable',
    what: {
      en: 'What answers at {url} is not the API of Perennial',
      'zh-CN': '{url} 返回的不是 Perennial 的 API 结果',
    },
    fix: {
      en: 'Check the address: {url}/livez answers {"live":true}',
      'zh-CN': '请检查地址：{url}/livez 应返回 {"live":true}',
    },
  },
  'remote.version': {
    class: 'unavailable',
    what: {
      en: 'The server at {url} is of another version: it does not know {what} as this release does',
      'zh-CN': '{url} 的服务器版本不同：其 {what} 与本版本不一致',
    },
    fix: {
      en: 'Use the release of the server; `perennial --version` tells the one here',
      'zh-CN': '请使用与服务器一致的版本；`perennial --version` 可查看本机版本',
    },
  },
  'remote.said_invalid': {
    class: 'invalid',
    what: { en: 'The server says: {what}', 'zh-CN': '服务器提示：{what}' },
    fix: { en: '{fix} (its code: {code})', 'zh-CN': '{fix}（服务器代码：{code}）' },
  },
  'remote.said_missing': {
    class: 'missing',
    what: { en: 'The server says: {what}', 'zh-CN': '服务器提示：{what}' },
    fix: { en: '{fix} (its code: {code})', 'zh-CN': '{fix}（服务器代码：{code}）' },
  },
  'remote.said_refused': {
    class: 'refused',
    what: { en: 'The server says: {what}', 'zh-CN': '服务器提示：{what}' },
    fix: { en: '{fix} (its code: {code})', 'zh-CN': '{fix}（服务器代码：{code}）' },
  },
  'remote.said_conflict': {
    class: 'conflict',
    what: { en: 'The server says: {what}', 'zh-CN': '服务器提示：{what}' },
    fix: { en: '{fix} (its code: {code})', 'zh-CN': '{fix}（服务器代码：{code}）' },
  },
  'remote.said_unavailable': {
    class: 'unavailable',
    what: { en: 'The server says: {what}', 'zh-CN': '服务器提示：{what}' },
    fix: { en: '{fix} (its code: {code})', 'zh-CN': '{fix}（服务器代码：{code}）' },
  },
} as const satisfies ErrorEntries;
