import type { ErrorEntries } from '../entry.ts';

/** Settings from the environment, the payload codec, and mail that goes out. */
export const outreachCodes = {
  'settings.required': {
    class: 'invalid',
    what: { en: 'The setting {name} is missing', 'zh-CN': '缺少设置项 {name}' },
    fix: {
      en: 'Set {name} in the environment, or start Perennial with its embedded services',
      'zh-CN': '请在环境变量中设置 {name}，或使用内置服务启动 Perennial',
    },
  },
  'settings.address': {
    class: 'invalid',
    what: { en: '{name} is "{value}", which is not an address', 'zh-CN': '{name} 的值“{value}”不是有效的服务地址' },
    fix: {
      en: 'Write host:port, for example temporal.example.com:7233',
      'zh-CN': '请填写“主机:端口”，例如 temporal.example.com:7233',
    },
  },
  'settings.name': {
    class: 'invalid',
    what: { en: '{name} is "{value}", which is not a valid name', 'zh-CN': '{name} 的值“{value}”不是有效的名称' },
    fix: {
      en: 'Use 2 to 64 letters, digits, dots, dashes or underscores',
      'zh-CN': '请使用 2 到 64 个字母、数字、点、短横线或下划线',
    },
  },
  'settings.mongodb_url': {
    class: 'invalid',
    what: { en: '{name} is not a MongoDB connection string', 'zh-CN': '{name} 不是有效的 MongoDB 连接串' },
    fix: {
      en: 'Write mongodb://host:port/database or mongodb+srv://host/database; its value is not shown because it may hold a password',
      'zh-CN': '请填写 mongodb://主机:端口/数据库 或 mongodb+srv://主机/数据库；其中可能含有密码，这里不显示原值',
    },
  },
  'settings.smtp_url': {
    class: 'invalid',
    what: { en: '{name} is not a mail server URL', 'zh-CN': '{name} 不是有效的邮件服务器地址' },
    fix: {
      en: 'Write smtps://user:password@host:465, or smtp://user:password@host:587 (STARTTLS is then required, except on this machine); its value is not shown because it may hold a password',
      'zh-CN':
        '请填写 smtps://用户:密码@主机:465，或 smtp://用户:密码@主机:587（此时必须支持 STARTTLS，本机服务器除外）；其中可能含有密码，这里不显示原值',
    },
  },
  'settings.domain': {
    class: 'invalid',
    what: {
      en: '{name} is "{value}", which is not a mail domain',
      'zh-CN': '{name} 的值“{value}”不是有效的邮件域名',
    },
    fix: { en: 'Write a domain, for example example.com', 'zh-CN': '请填写域名，例如 example.com' },
  },
  'settings.public_url': {
    class: 'invalid',
    what: {
      en: '{name} is "{value}", which is not an address that browsers can sign in at',
      'zh-CN': '{name} 的值 “{value}” 不是浏览器可登录的地址',
    },
    fix: {
      en: 'Write https://host without a path, for example https://renewals.example.com; http only for this machine',
      'zh-CN': '请填写不带路径的 https://主机名，例如 https://renewals.example.com；http 仅限本机',
    },
  },
  'settings.proxies': {
    class: 'invalid',
    what: {
      en: '{name} holds "{value}", which is not the address of a proxy',
      'zh-CN': '{name} 中的 “{value}” 不是有效的代理地址',
    },
    fix: {
      en: 'Write IP addresses or ranges with commas between, for example 10.0.0.5,10.1.0.0/16',
      'zh-CN': '请填写 IP 地址或网段，以逗号分隔，例如 10.0.0.5,10.1.0.0/16',
    },
  },
  'settings.number': {
    class: 'invalid',
    what: { en: '{name} is "{value}", which is out of range', 'zh-CN': '{name} 的值“{value}”不在允许范围内' },
    fix: { en: 'Give a number from {min} to {max}', 'zh-CN': '请填写 {min} 到 {max} 之间的数字' },
  },
  'settings.pair': {
    class: 'invalid',
    what: { en: '{name} is set but {other} is not', 'zh-CN': '已设置 {name}，但未设置 {other}' },
    fix: { en: 'Set both, or neither', 'zh-CN': '请两项都设置，或都不设置' },
  },
  'settings.unreadable': {
    class: 'invalid',
    what: { en: 'The file {file} named by {name} cannot be read', 'zh-CN': '无法读取 {name} 指定的文件 {file}' },
    fix: {
      en: 'Check the path and the rights of the file',
      'zh-CN': '请检查文件路径和读取权限',
    },
  },
  'settings.codec_keys': {
    class: 'invalid',
    what: {
      en: 'Entry {entry} of {name} is not an encryption key',
      'zh-CN': '{name} 的第 {entry} 项不是有效的加密密钥',
    },
    fix: {
      en: 'Write id:key pairs with commas between them, the current one first; a key is 32 random bytes in base64, for example from `openssl rand -base64 32`',
      'zh-CN':
        '请以逗号分隔填写“编号:密钥”，当前使用的放在最前；密钥为 32 个随机字节的 base64，可用 `openssl rand -base64 32` 生成',
    },
  },
  'settings.codec_keys_missing': {
    class: 'invalid',
    what: {
      en: 'The Temporal server {address} is named, but {name} is not set: no other machine could read what this one writes there',
      'zh-CN': '已指定 Temporal 服务 {address}，但未设置 {name}：本机写入的数据其他机器将无法读取',
    },
    fix: {
      en: 'Set {name} to one key ring for all workers and commands: id:key with a key of 32 random bytes in base64. `perennial config new-key` prints one; if runs are encrypted already, take the key they were made with (codec-keys.json in its data folder)',
      'zh-CN':
        '请为所有执行程序和命令设置同一个 {name}，格式为“编号:密钥”，密钥为 32 个随机字节的 base64。`perennial config new-key` 可生成；若已有加密数据，请使用当时的密钥（见其数据目录下的 codec-keys.json）',
    },
  },
  'settings.codec_key_twice': {
    class: 'invalid',
    what: { en: 'The key id "{id}" stands twice in {name}', 'zh-CN': '{name} 中密钥编号“{id}”重复' },
    fix: { en: 'Give every key its own id', 'zh-CN': '请为每个密钥使用不同的编号' },
  },
  'codec.key_unknown': {
    class: 'unavailable',
    what: {
      en: 'Stored data are encrypted with the key "{id}", which is not in the key ring',
      'zh-CN': '已存数据使用密钥“{id}”加密，但密钥环中没有该密钥',
    },
    fix: {
      en: 'Add the key "{id}" to PERENNIAL_CODEC_KEYS after the current one, or put back the key file of the data folder; known keys: {known}',
      'zh-CN': '请把密钥“{id}”加到 PERENNIAL_CODEC_KEYS 中当前密钥之后，或恢复数据目录下的密钥文件；现有密钥：{known}',
    },
  },
  'codec.damaged': {
    class: 'unavailable',
    what: {
      en: 'Stored data encrypted with the key "{id}" were changed or damaged',
      'zh-CN': '使用密钥“{id}”加密的已存数据被改动或已损坏',
    },
    fix: {
      en: 'Nothing was read from them. Check that "{id}" still means the same key, then look into the Temporal server and its backup',
      'zh-CN': '系统没有采用这些数据。请先确认编号“{id}”对应的密钥没有被替换，再检查 Temporal 服务器及其备份',
    },
  },
  'send.not_found': {
    class: 'missing',
    what: { en: 'There is no mail "{id}" in the send ledger', 'zh-CN': '发送台账中没有邮件“{id}”' },
    fix: {
      en: 'Use an id as the list of doubtful mails shows it',
      'zh-CN': '请使用“存疑邮件”列表中显示的编号',
    },
  },
  'send.not_unknown': {
    class: 'conflict',
    what: {
      en: 'Nothing is open about the mail "{id}": its state is "{state}"',
      'zh-CN': '邮件“{id}”没有待确认的问题，当前状态为“{state}”',
    },
    fix: {
      en: 'Only mails of which it is unknown whether they went out can be settled by hand',
      'zh-CN': '只有无法确定是否已发出的邮件才需要人工确认',
    },
  },
  'send.too_late': {
    class: 'conflict',
    what: {
      en: 'The mail "{id}" may not be sent after {notAfter}',
      'zh-CN': '邮件“{id}”已过最晚发送时间 {notAfter}',
    },
    fix: {
      en: 'Settle it as sent or drop it, and reach the client another way',
      'zh-CN': '请确认为“已发出”或放弃发送，并通过其他方式联系客户',
    },
  },
} as const satisfies ErrorEntries;
