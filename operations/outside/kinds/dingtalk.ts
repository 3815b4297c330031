import { createHmac } from 'node:crypto';
import { toMs } from '../../../domain/time/index.ts';
import { cut, fitted, flat } from '../card.ts';
import type { Card } from '../card.ts';
import { judgeCode, JSON_HEADERS } from './kind.ts';
import type { Kind } from './kind.ts';

const BYTES = 19_000;
/** Too many: the group is closed for ten minutes. */
const LIMITS = { 130101: 600_000, 90030: 600_000 } as const;

/**
 * DingTalk, custom bots of a group: twenty messages a minute, signed in the address where the bot has a secret, and
 * always 200 with a code.
 * https://open.dingtalk.com/document/robots/customize-robot-security-settings
 */
export const dingtalk: Kind = {
  hosts: ['oapi.dingtalk.com'],
  secret: 'theirs',
  gapMs: 3100,
  async compose({ url, card, secrets, now }) {
    const [secret] = secrets;
    const body = fitted(await card(), BYTES, dingtalkMessage);
    return { url: secret === undefined ? url : signedUrl(url, toMs(now), secret), headers: JSON_HEADERS, body };
  },
  judge: (reply) => judgeCode(reply, ['errcode'], LIMITS),
};

function signedUrl(url: string, ms: number, secret: string): string {
  const signed = new URL(url);
  signed.searchParams.set('timestamp', String(ms));
  signed.searchParams.set('sign', dingtalkSign(ms, secret));
  return signed.href;
}

/** The other way round than Feishu: the secret is the key, and it is in what is signed as well. */
export function dingtalkSign(ms: number, secret: string): string {
  return createHmac('sha256', secret).update(`${ms}\n${secret}`).digest('base64');
}

export function dingtalkMessage({ title, lines, link }: Card): unknown {
  const text = [`#### ${flat(cut(title))}`, ...lines.map(({ label, value }) => `${label}：${flat(cut(value))}`)];
  return {
    msgtype: 'actionCard',
    // A blank line between: one break alone is not shown.
    actionCard: { title: cut(title), text: text.join('\n\n'), singleTitle: link.label, singleURL: link.url },
  };
}
