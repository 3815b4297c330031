import { cut, fitted } from '../card.ts';
import type { Card } from '../card.ts';
import { judgeChatStatus, JSON_HEADERS } from './kind.ts';
import type { Kind } from './kind.ts';

/** Of the header of a message; a section takes ten fields. */
const TITLE = 150;
const FIELDS = 10;
const BYTES = 30_000;

/**
 * Slack, incoming webhooks: one message a second, the address is the secret. What comes back as an error has a status
 * of its own (404 and 410 where the channel is gone).
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export const slack: Kind = {
  hosts: ['hooks.slack.com', 'hooks.slack-gov.com'],
  secret: 'none',
  gapMs: 1000,
  compose: async ({ url, card }) => ({ url, headers: JSON_HEADERS, body: fitted(await card(), BYTES, slackMessage) }),
  judge: judgeChatStatus,
};

export function slackMessage({ title, lines, link }: Card): unknown {
  const plain = (text: string) => ({ type: 'plain_text', text });
  const fields = lines.slice(0, FIELDS).map(({ label, value }) => plain(cut(`${label}: ${value}`)));
  return {
    // For notifications. It is read as markup, the blocks are not.
    text: escaped(cut([title, ...lines.map(({ value }) => value)].join(' · '))),
    blocks: [
      { type: 'header', text: plain(cut(title, TITLE)) },
      ...(fields.length === 0 ? [] : [{ type: 'section', fields }]),
      { type: 'actions', elements: [{ type: 'button', text: plain(link.label), url: link.url }] },
    ],
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
