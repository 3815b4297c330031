import type { ErrorEntries } from '../entry.ts';

/** Facts from outside: deliveries, sources, mappings, and what keeps an event from its renewal. */
export const eventCodes = {
  'webhook.signature': {
    class: 'refused',
    what: { en: 'the delivery is not signed as this source signs', 'zh-CN': '推送签名与该来源不符' },
    fix: {
      en: 'Sign the id, the timestamp and the exact bytes of the body with the secret of this source',
      'zh-CN': '请使用该来源的密钥，对 id、时间戳和原始正文进行签名',
    },
  },
  'webhook.timestamp': {
    class: 'invalid',
    what: {
      en: 'the timestamp "{found}" is not within {minutes} minutes of now',
      'zh-CN': '时间戳“{found}”与当前时间相差超过 {minutes} 分钟',
    },
    fix: {
      en: 'Send seconds since 1970, taken when the delivery is made, and check the clock',
      'zh-CN': '请发送推送时的 Unix 时间戳（秒），并检查服务器时钟',
    },
  },
  'webhook.id': {
    class: 'invalid',
    what: { en: 'the delivery id "{found}" cannot be used', 'zh-CN': '无法使用推送编号“{found}”' },
    fix: {
      en: 'Send webhook-id with 1 to 256 visible ASCII characters and no point; the same delivery keeps its id',
      'zh-CN': '请在 webhook-id 中提供 1 到 256 个可见 ASCII 字符（不含点号）；重复推送沿用同一编号',
    },
  },
  'event.future': {
    class: 'invalid',
    what: { en: '{found} lies in the future', 'zh-CN': '{found} 是未来的时间' },
    fix: {
      en: 'Send when it happened, in UTC; five minutes of difference between clocks are allowed',
      'zh-CN': '请填写事件发生的 UTC 时间；允许时钟相差五分钟',
    },
  },
  'event.subject': {
    class: 'invalid',
    what: {
      en: 'it is not clear what the event is about: {found} given',
      'zh-CN': '无法确定事件所指对象：给出了 {found}',
    },
    fix: { en: 'Name exactly one of: {known}', 'zh-CN': '请只填写其中一项：{known}' },
  },
  'event.contract_unknown': {
    class: 'missing',
    what: { en: 'there is no contract "{found}" yet', 'zh-CN': '尚无合同“{found}”' },
    fix: {
      en: 'Import the contract: the event is told within minutes; after seven days it is given up and can be retried',
      'zh-CN': '请导入该合同，事件将在数分钟内送达；七天后仍无合同则放弃，可手动重试',
    },
  },
  'event.client_unknown': {
    class: 'missing',
    what: { en: 'there is no client "{found}" yet', 'zh-CN': '尚无客户“{found}”' },
    fix: {
      en: 'Import the client: the event is told within minutes; after seven days it is given up and can be retried',
      'zh-CN': '请导入该客户，事件将在数分钟内送达；七天后仍无客户则放弃，可手动重试',
    },
  },
  'event.contact_unknown': {
    class: 'missing',
    what: { en: 'no contact of the client has "{found}"', 'zh-CN': '该客户没有联系人“{found}”' },
    fix: {
      en: 'Add the contact to the client, then retry the event',
      'zh-CN': '请为该客户补充联系人，然后重试该事件',
    },
  },
  'event.reference_unknown': {
    class: 'missing',
    what: { en: 'no contract is linked to "{found}" of this source', 'zh-CN': '该来源的“{found}”尚未关联合同' },
    fix: {
      en: 'Link it: PUT /v1/sources/<source>/links/<reference> with the contract number',
      'zh-CN': '请建立关联：PUT /v1/sources/<来源>/links/<编号>，并提供合同编号',
    },
  },
  'event.no_renewal': {
    class: 'missing',
    what: { en: 'no renewal of {found} runs yet', 'zh-CN': '{found} 尚无进行中的续费' },
    fix: {
      en: 'Nothing, where the contract has just come in; else look with "perennial doctor"',
      'zh-CN': '若合同刚导入则无需处理；否则请运行 perennial doctor 检查',
    },
  },
  'event.several': {
    class: 'conflict',
    what: {
      en: '{found} has {count} open renewals, and this is about one',
      'zh-CN': '{found} 有 {count} 个进行中的续费，而该事件只针对其中一个',
    },
    fix: { en: 'Name the contract instead of the client', 'zh-CN': '请填写合同编号而非客户' },
  },
  'event.no_step': {
    class: 'conflict',
    what: { en: 'no step of renewal {found} waits for this now', 'zh-CN': '续费 {found} 目前没有等待该事件的步骤' },
    fix: {
      en: 'The event is tried again for seven days; a step can also be completed by hand',
      'zh-CN': '系统将在七天内继续尝试；也可手动完成该步骤',
    },
  },
  'event.stale': {
    class: 'conflict',
    what: { en: 'something newer is known: of {known}', 'zh-CN': '已有更新的信息：{known}' },
    fix: { en: 'Nothing: an older word never replaces a newer one', 'zh-CN': '无需处理：较早的信息不会覆盖较新的信息' },
  },
  'event.unmapped': {
    class: 'invalid',
    what: { en: 'the mapping makes nothing of "{found}"', 'zh-CN': '映射规则未处理“{found}”' },
    fix: {
      en: 'Nothing, where it is of no interest; else add a rule to the mapping and retry the event',
      'zh-CN': '若不关心此类事件则无需处理；否则请补充映射规则并重试',
    },
  },
  'event.discarded': {
    class: 'conflict',
    what: { en: 'it was discarded by hand', 'zh-CN': '已人工丢弃' },
    fix: { en: 'Retry it if that was a mistake', 'zh-CN': '如系误操作，可重试' },
  },
  'event.state': {
    class: 'conflict',
    what: { en: 'the event is {state}', 'zh-CN': '该事件状态为{state}' },
    fix: { en: 'This is possible while it is: {allowed}', 'zh-CN': '仅在以下状态可操作：{allowed}' },
  },
  'mapping.text': {
    class: 'invalid',
    what: {
      en: 'the mapping is neither YAML nor JSON: {detail}',
      'zh-CN': '映射文件不是有效的 YAML 或 JSON：{detail}',
    },
    fix: { en: 'Correct line {line}', 'zh-CN': '请修正第 {line} 行' },
  },
  'mapping.field': {
    class: 'invalid',
    what: { en: '"{field}" of the mapping cannot be {found}', 'zh-CN': '映射规则中的“{field}”不能是 {found}' },
    fix: { en: 'See the reference of mappings for what may stand there', 'zh-CN': '请参阅映射规则文档' },
  },
  'mapping.unknown': {
    class: 'invalid',
    what: { en: 'there is no mapping "{found}"', 'zh-CN': '没有映射规则“{found}”' },
    fix: {
      en: 'Take one of: {known}; or "custom", with a text',
      'zh-CN': '可选：{known}；或使用 custom 并提供规则文本',
    },
  },
  'mapping.absent': {
    class: 'invalid',
    what: { en: 'the payload has nothing at "{path}"', 'zh-CN': '推送内容中没有“{path}”' },
    fix: {
      en: 'Correct the path, or give a default',
      'zh-CN': '请修正路径，或设置默认值',
    },
  },
  'mapping.value': {
    class: 'invalid',
    what: { en: '"{found}" at "{path}" is not {expected}', 'zh-CN': '“{path}”处的“{found}”不是{expected}' },
    fix: {
      en: 'Have the sender send another value, or change the mapping',
      'zh-CN': '请让发送方修改该值，或调整映射规则',
    },
  },
  'source.secret': {
    class: 'invalid',
    what: {
      en: 'a secret is given where one is made here, or missing where the sender has made it',
      'zh-CN': '密钥应由系统生成时却提供了密钥，或应由发送方提供时缺少密钥',
    },
    fix: {
      en: 'Give "secret" for HubSpot (the client secret of the app), and for nothing else',
      'zh-CN': '仅 HubSpot 需要填写 secret（应用的 client secret），其他方式请勿填写',
    },
  },
} as const satisfies ErrorEntries;
