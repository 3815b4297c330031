import { cut, fitted, flat } from '../card.ts';
import type { Card } from '../card.ts';
import { judgeCode, JSON_HEADERS } from './kind.ts';
import type { Kind } from './kind.ts';

/** Of the Markdown, not of the message around it; what is around it is short. */
const BYTES = 4096;
const LIMITS = { 45009: 60_000 } as const;

/**
 * WeCom, bots of a group: twenty messages a minute, the key in the address is the secret, and always 200 with a code.
 * https://developer.work.weixin.qq.com/document/path/91770
 */
export const wecom: Kind = {
  hosts: ['qyapi.weixin.qq.com'],
  secret: 'none',
  gapMs: 3100,
  compose: async ({ url, card }) => ({ url, headers: JSON_HEADERS, body: fitted(await card(), BYTES, wecomMessage) }),
  judge: (reply) => judgeCode(reply, ['errcode'], LIMITS),
};

export function wecomMessage({ title, lines, link, urgent }: Card): unknown {
  const color = urgent ? 'warning' : 'info';
  const content = [
    `<font color="${color}">**${flat(cut(title))}**</font>`,
    ...lines.map(({ label, value }) => `> ${label}：${flat(cut(value))}`),
    `[${flat(link.label)}](${link.url})`,
  ];
  return { msgtype: 'markdown', markdown: { content: content.join('\n') } };
}
