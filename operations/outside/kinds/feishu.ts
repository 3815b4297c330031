import { createHmac } from 'node:crypto';
import { toMs } from '../../../domain/time/index.ts';
import { cut, fitted } from '../card.ts';
import type { Card } from '../card.ts';
import { judgeCode, JSON_HEADERS } from './kind.ts';
import type { Kind } from './kind.ts';

/** 20 KB are taken; signature and time come on top. */
const BYTES = 19_000;
/** Frequency limited. */
const LIMITS = { 11232: 60_000 } as const;

/**
 * Feishu and Lark, custom bots of a group: a hundred messages a minute and five a second, signed in the body where the
 * bot has a secret, and always 200 with a code.
 * https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
export const feishu: Kind = {
  hosts: ['open.feishu.cn', 'open.larksuite.com'],
  secret: 'theirs',
  gapMs: 1000,
  async compose({ url, card, secrets, now }) {
    const timestamp = String(Math.floor(toMs(now) / 1000));
    const [secret] = secrets;
    const signed = secret === undefined ? {} : { timestamp, sign: feishuSign(timestamp, secret) };
    const body = fitted(await card(), BYTES, (one) => ({ ...signed, ...feishuMessage(one) }));
    return { url, headers: JSON_HEADERS, body };
  },
  judge: (reply) => judgeCode(reply, ['code', 'StatusCode'], LIMITS),
};

/** The key is made of time and secret, and there is nothing that it signs. */
export function feishuSign(timestamp: string, secret: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}

export function feishuMessage({ title, lines, link, urgent }: Card): object {
  const plain = (content: string) => ({ tag: 'plain_text', content });
  return {
    msg_type: 'interactive',
    card: {
      config: { wide_screen_mode: true },
      header: { title: plain(cut(title)), template: urgent ? 'orange' : 'blue' },
      elements: [
        ...lines.map(({ label, value }) => ({ tag: 'div', text: plain(cut(`${label}：${value}`)) })),
        { tag: 'action', actions: [{ tag: 'button', text: plain(link.label), type: 'primary', url: link.url }] },
      ],
    },
  };
}
