import type { ErrorEntries } from '../entry.ts';

/** Facts to outside: where they may go, and what keeps a channel from getting them. */
export const outsideCodes = {
  'url.forbidden': {
    class: 'invalid',
    what: { en: '"{url}" may not be called: {reason}', 'zh-CN': '不允许访问“{url}”：{reason}' },
    fix: {
      en: 'Give a public https address; whoever runs the deployment can allow places of its own network with PERENNIAL_OUTSIDE_ALLOW',
      'zh-CN': '请填写公网 https 地址；如需访问内网，请由运维在 PERENNIAL_OUTSIDE_ALLOW 中放行',
    },
  },
  'channel.host': {
    class: 'invalid',
    what: { en: '"{found}" does not serve this kind of channel', 'zh-CN': '“{found}”不是该类渠道的服务地址' },
    fix: {
      en: 'Give the address as the platform shows it, at {known}; a host of your own is allowed with PERENNIAL_OUTSIDE_ALLOW',
      'zh-CN': '请填写平台给出的地址（{known}）；自建服务请在 PERENNIAL_OUTSIDE_ALLOW 中放行',
    },
  },
  'channel.secret': {
    class: 'invalid',
    what: {
      en: 'a secret is given where one is made here or there is none, or missing where the platform has made it',
      'zh-CN': '该类渠道的密钥由系统生成或无需密钥，却填写了密钥；或应填写平台密钥却未填写',
    },
    fix: {
      en: 'Give "secret" for Feishu and DingTalk, where the bot has one, and for nothing else',
      'zh-CN': '仅飞书、钉钉机器人启用签名时填写 secret，其他渠道请勿填写',
    },
  },
  'channel.off': {
    class: 'conflict',
    what: { en: 'the channel is switched off', 'zh-CN': '该推送渠道已停用' },
    fix: {
      en: 'Switch it on first; what was kept for it goes out then',
      'zh-CN': '请先启用该渠道，保留的消息随即发出',
    },
  },
  'delivery.state': {
    class: 'conflict',
    what: { en: 'the delivery waits to be sent already', 'zh-CN': '该推送正在等待发送' },
    fix: { en: 'Nothing: it goes out at the time it names', 'zh-CN': '无需处理：将在其所示时间发送' },
  },
  'settings.outside_allow': {
    class: 'invalid',
    what: {
      en: '{name} holds "{value}", which is neither a host name nor an address or network',
      'zh-CN': '{name} 中的“{value}”既不是主机名，也不是 IP 地址或网段',
    },
    fix: {
      en: 'Write names, addresses and networks with commas between, for example crm.corp.example,10.20.0.0/16',
      'zh-CN': '请填写主机名、IP 地址或网段，以逗号分隔，例如 crm.corp.example,10.20.0.0/16',
    },
  },
} as const satisfies ErrorEntries;
