import { cut, fitted } from '../card.ts';
import type { Card } from '../card.ts';
import { judgeChatStatus, JSON_HEADERS } from './kind.ts';
import type { Kind } from './kind.ts';

/** 28 KB are promised; less has been seen to be refused. */
const BYTES = 20_000;

/**
 * Microsoft Teams, by a workflow that takes web requests (connectors are retired): an adaptive card in a message, four
 * requests a second at most, the address is the secret.
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 */
export const teams: Kind = {
  hosts: ['.logic.azure.com', '.api.powerplatform.com', '.powerautomate.com', '.webhook.office.com'],
  secret: 'none',
  gapMs: 1000,
  compose: async ({ url, card }) => ({ url, headers: JSON_HEADERS, body: fitted(await card(), BYTES, teamsMessage) }),
  judge(reply) {
    const verdict = judgeChatStatus(reply);
    // Old addresses answer 200 and say in the text that it was not.
    const [, status] = /\bHTTP error (\d{3})\b/.exec(reply.body) ?? [];
    if (verdict.what !== 'taken' || status === undefined) return verdict;
    return judgeChatStatus({ ...reply, status: Number(status) });
  },
};

export function teamsMessage({ title, lines, link, urgent }: Card): unknown {
  // Runs of text are shown as they are; a text block would read Markdown in them.
  const run = (text: string, more: object = {}) => ({ type: 'TextRun', text, ...more });
  const line = (inlines: readonly object[]) => ({ type: 'RichTextBlock', spacing: 'Small', inlines });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            line([run(cut(title), { size: 'Large', weight: 'Bolder', ...(urgent ? { color: 'Attention' } : {}) })]),
            ...lines.map(({ label, value }) => line([run(`${label}: `, { isSubtle: true }), run(cut(value))])),
          ],
          actions: [{ type: 'Action.OpenUrl', title: link.label, url: link.url }],
        },
      },
    ],
  };
}
