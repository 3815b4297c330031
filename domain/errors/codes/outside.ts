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
