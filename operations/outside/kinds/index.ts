import type { ChannelKind } from '../../../domain/outgoing/index.ts';
import { dingtalk } from './dingtalk.ts';
import { feishu } from './feishu.ts';
import type { Kind } from './kind.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

export const KINDS: Readonly<Record<ChannelKind, Kind>> = { webhook, slack, teams, feishu, dingtalk, wecom };

/** Whether a host serves a kind: it is one of the list, or ends as one that begins with a point. */
export function servesKind(kind: ChannelKind, host: string): boolean {
  const { hosts } = KINDS[kind];
  return hosts === null || hosts.some((one) => (one.startsWith('.') ? host.endsWith(one) : host === one));
}
