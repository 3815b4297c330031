import type { ErrorEntries } from '../entry.ts';

/** The HTTP API: bodies, headers, keys of idempotency, pages. */
export const apiCodes = {
  'json.syntax': {
    class: 'invalid',
    what: { en: 'the body is not JSON; it breaks at "{found}"', 'zh-CN': '请求正文不是有效的 JSON，在“{found}”处出错' },
    fix: { en: 'Send one JSON object, in UTF-8', 'zh-CN': '请发送一个 UTF-8 编码的 JSON 对象' },
  },
  'json.duplicate_key': {
    class: 'invalid',
    what: { en: 'the key "{key}" is given twice', 'zh-CN': '键“{key}”出现了两次' },
    fix: {
      en: 'Give each key once: parsers differ in which one they take',
      'zh-CN': '每个键只写一次：不同的解析器取值不同',
    },
  },
  'json.key': {
    class: 'invalid',
    what: { en: 'the key "{key}" is not allowed', 'zh-CN': '不允许使用键“{key}”' },
    fix: { en: 'Leave it out', 'zh-CN': '请删除该键' },
  },
  'json.number': {
    class: 'invalid',
    what: {
      en: 'the number {found} cannot be held exactly',
      'zh-CN': '数字 {found} 无法精确表示',
    },
    fix: {
      en: 'Whole numbers go from -9007199254740991 to 9007199254740991; amounts are in minor units',
      'zh-CN': '整数范围为 -9007199254740991 到 9007199254740991；金额以最小货币单位（如分）表示',
    },
  },
  'json.text': {
    class: 'invalid',
    what: { en: 'a text holds half a character', 'zh-CN': '文本中含有不完整的字符' },
    fix: {
      en: 'Write characters beyond U+FFFF as themselves, or as both halves of their pair',
      'zh-CN': '超出 U+FFFF 的字符请直接书写，或写全代理对的两半',
    },
  },
  'json.depth': {
    class: 'invalid',
    what: { en: 'the body is nested more than {max} deep', 'zh-CN': '请求正文的嵌套超过 {max} 层' },
    fix: { en: 'Send it flatter', 'zh-CN': '请减少嵌套层数' },
  },
  'json.keys': {
    class: 'invalid',
    what: { en: 'the body has more than {max} keys', 'zh-CN': '请求正文的键超过 {max} 个' },
    fix: { en: 'Split it into several requests', 'zh-CN': '请拆分为多次请求' },
  },
  'body.type': {
    class: 'invalid',
    what: { en: 'the body is {found}, and an object is needed', 'zh-CN': '请求正文是 {found}，而这里需要一个对象' },
    fix: { en: 'Send a JSON object such as {"field": "value"}', 'zh-CN': '请发送 JSON 对象，例如 {"field": "value"}' },
  },
  'body.media_type': {
    class: 'invalid',
    what: { en: 'a body of type "{found}" is not taken here', 'zh-CN': '此处不接受“{found}”类型的正文' },
    fix: {
      en: 'Send Content-Type: {known}, without Content-Encoding',
      'zh-CN': '请使用 Content-Type: {known}，且不要使用 Content-Encoding',
    },
  },
  'body.too_large': {
    class: 'invalid',
    what: { en: 'the body is larger than {max} bytes', 'zh-CN': '请求正文超过 {max} 字节' },
    fix: { en: 'Send less at once', 'zh-CN': '请减少单次发送的内容' },
  },
  'field.absent': {
    class: 'invalid',
    what: { en: 'the field "{field}" is missing', 'zh-CN': '缺少字段“{field}”' },
    fix: { en: 'Send it too', 'zh-CN': '请补充该字段' },
  },
  'field.type': {
    class: 'invalid',
    what: { en: '{found} is not {expected}', 'zh-CN': '{found} 不是{expected}' },
    fix: { en: 'Send {expected}; values are never converted', 'zh-CN': '请发送{expected}；系统不会自动转换类型' },
  },
  'field.range': {
    class: 'invalid',
    what: { en: '{found} is outside of what is allowed here: {allowed}', 'zh-CN': '{found} 超出允许范围：{allowed}' },
    fix: { en: 'Give a value within it', 'zh-CN': '请填写范围内的值' },
  },
  'field.format': {
    class: 'invalid',
    what: { en: '"{found}" does not look like {expected}', 'zh-CN': '“{found}”不符合{expected}的格式' },
    fix: { en: 'Write it like {example}', 'zh-CN': '请按此格式填写：{example}' },
  },
  'query.repeated': {
    class: 'invalid',
    what: { en: 'the parameter "{name}" is given more than once', 'zh-CN': '参数“{name}”重复出现' },
    fix: { en: 'Give it once', 'zh-CN': '请只填写一次' },
  },
  'route.not_found': {
    class: 'missing',
    what: { en: 'there is nothing at {path}', 'zh-CN': '{path} 不存在' },
    fix: { en: 'The list of paths is at /docs', 'zh-CN': '所有路径见 /docs' },
  },
  'route.method': {
    class: 'invalid',
    what: { en: '{method} is not possible at {path}', 'zh-CN': '{path} 不支持 {method}' },
    fix: { en: 'Possible: {allowed}', 'zh-CN': '可用方法：{allowed}' },
  },
  'resource.not_found': {
    class: 'missing',
    what: { en: 'there is no {kind} "{id}" that you may see', 'zh-CN': '没有您可以查看的{kind}“{id}”' },
    fix: { en: 'Check the id, or ask who looks after the client', 'zh-CN': '请核对编号，或询问该客户的负责人' },
  },
  'idempotency.missing': {
    class: 'invalid',
    what: { en: 'the header Idempotency-Key is missing', 'zh-CN': '缺少请求头 Idempotency-Key' },
    fix: {
      en: 'Send one of your own for each thing that is to happen once, for example a UUID; repeat the request with the same key',
      'zh-CN': '请为每个只应发生一次的操作提供一个键（如 UUID）；重试时使用同一个键',
    },
  },
  'idempotency.key': {
    class: 'invalid',
    what: { en: 'the Idempotency-Key "{found}" cannot be used', 'zh-CN': '无法使用 Idempotency-Key“{found}”' },
    fix: { en: 'Use 1 to 255 visible ASCII characters', 'zh-CN': '请使用 1 到 255 个可见 ASCII 字符' },
  },
  'idempotency.mismatch': {
    class: 'invalid',
    what: {
      en: 'the Idempotency-Key "{found}" was used before for another request',
      'zh-CN': 'Idempotency-Key“{found}”已用于另一请求',
    },
    fix: { en: 'Use a new key, or repeat the first request as it was', 'zh-CN': '请使用新的键，或原样重复最初的请求' },
  },
  'idempotency.in_progress': {
    class: 'conflict',
    what: {
      en: 'the request with Idempotency-Key "{found}" is still being worked on',
      'zh-CN': '使用 Idempotency-Key“{found}”的请求仍在处理中',
    },
    fix: { en: 'Ask again in a few seconds with the same key', 'zh-CN': '请几秒后用同一个键重试' },
  },
  'precondition.missing': {
    class: 'invalid',
    what: { en: 'the header If-Match is missing', 'zh-CN': '缺少请求头 If-Match' },
    fix: {
      en: 'Read the record first and send its ETag, so that nobody else’s change is overwritten',
      'zh-CN': '请先读取记录并发送其 ETag，以免覆盖他人的修改',
    },
  },
  'precondition.failed': {
    class: 'conflict',
    what: {
      en: 'somebody changed it meanwhile: it is at {current} now',
      'zh-CN': '内容已被他人修改，当前版本为 {current}',
    },
    fix: { en: 'Read it again, and decide on what stands there now', 'zh-CN': '请重新读取后，根据最新内容再作决定' },
  },
  'page.cursor': {
    class: 'invalid',
    what: { en: 'the cursor "{found}" was not given out here', 'zh-CN': '游标“{found}”无效' },
    fix: {
      en: 'Use "next" of the page before as it is, or begin without',
      'zh-CN': '请原样使用上一页的 next，或从头开始',
    },
  },
  'request.malformed': {
    class: 'invalid',
    what: { en: 'the request is not HTTP as it should be', 'zh-CN': '请求不符合 HTTP 规范' },
    fix: {
      en: 'Look at its first line, its headers and its length; a proxy in between may have changed them',
      'zh-CN': '请检查请求行、请求头和正文长度；中间的代理也可能改动了它们',
    },
  },
  'request.headers_large': {
    class: 'invalid',
    what: { en: 'the headers are larger than {max} bytes', 'zh-CN': '请求头超过 {max} 字节' },
    fix: { en: 'Send fewer cookies and a shorter address', 'zh-CN': '请减少 Cookie 或缩短网址' },
  },
  'request.slow': {
    class: 'unavailable',
    what: { en: 'the request did not arrive within {seconds} s', 'zh-CN': '请求未在 {seconds} 秒内传完' },
    fix: { en: 'Send it again, in one go', 'zh-CN': '请一次性重新发送' },
  },
  'service.away': {
    class: 'unavailable',
    what: { en: '{service} does not answer', 'zh-CN': '{service} 无响应' },
    fix: {
      en: 'Try again in a minute; perennial doctor says more',
      'zh-CN': '请稍后重试；可运行 perennial doctor 查看详情',
    },
  },
  'service.no_worker': {
    class: 'unavailable',
    what: { en: 'no worker takes work', 'zh-CN': '没有执行程序在处理任务' },
    fix: { en: 'Start one: perennial up', 'zh-CN': '请启动：perennial up' },
  },
  'service.not_ready': {
    class: 'unavailable',
    what: { en: 'not ready to work', 'zh-CN': '尚未就绪' },
    fix: { en: 'Ask again in some seconds', 'zh-CN': '请几秒后重试' },
  },
  'rate.exceeded': {
    class: 'unavailable',
    what: { en: 'more than {max} requests in {seconds} s', 'zh-CN': '{seconds} 秒内请求超过 {max} 次' },
    fix: { en: 'Go on after {after} s', 'zh-CN': '请在 {after} 秒后继续' },
  },
  'server.bug': {
    class: 'unavailable',
    what: { en: 'something went wrong on our side', 'zh-CN': '服务器内部错误' },
    fix: {
      en: 'Try again; if it stays, tell your administrator the request id {requestId}',
      'zh-CN': '请重试；如仍失败，请将请求编号 {requestId} 告知管理员',
    },
  },
} as const satisfies ErrorEntries;
