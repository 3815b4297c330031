import type { Instant } from '../../../domain/time/types.ts';
import type { DeliveryDoc } from '../../../schemas/channel.ts';
import type { Card } from '../card.ts';
import type { OutsideRequest, Reply } from '../sender.ts';

/** What one delivery is made of. */
export interface Composing {
  readonly delivery: DeliveryDoc;
  readonly url: string;
  /** Those that hold now, in the clear; none where the platform has no signatures. */
  readonly secrets: readonly string[];
  /** When it is sent. */
  readonly now: Instant;
  readonly card: () => Promise<Card>;
}

/** What an answer means. */
export type Verdict =
  | { readonly what: 'taken' }
  /** It is tried again. `fault` is a code of the other side, or of ours. */
  | { readonly what: 'again'; readonly fault: string; readonly afterMs: number | null }
  /** Too many in a short time: nobody's failure, it goes on later. */
  | { readonly what: 'limited'; readonly fault: string; readonly afterMs: number }
  /** There is nobody any more. */
  | { readonly what: 'gone'; readonly fault: string };

/** One kind of channel: how a message is made, how an answer is judged, and what the other side bears. */
export interface Kind {
  /** Hosts that serve it, as they end; null where any may. */
  readonly hosts: readonly string[] | null;
  /** Whether we make the secret, the platform does (and it may be left out), or there is none. */
  readonly secret: 'ours' | 'theirs' | 'none';
  /** The least time between two messages. */
  readonly gapMs: number;
  compose(composing: Composing): Promise<OutsideRequest>;
  judge(reply: Extract<Reply, { readonly answered: true }>): Verdict;
}

/** What the status alone says. */
export function judgeStatus({ status, retryAfterMs }: Extract<Reply, { readonly answered: true }>): Verdict {
  if (status >= 200 && status < 300) return { what: 'taken' };
  if (status === 410) return { what: 'gone', fault: 'status 410' };
  return { what: 'again', fault: `status ${status}`, afterMs: retryAfterMs };
}

const LIMIT_MS = 60_000;

/** The same for a chat platform, where 429 says that the group has its limit. */
export function judgeChatStatus(reply: Extract<Reply, { readonly answered: true }>): Verdict {
  return reply.status === 429
    ? { what: 'limited', fault: 'status 429', afterMs: reply.retryAfterMs ?? LIMIT_MS }
    : judgeStatus(reply);
}

/**
 * Platforms that answer 200 whatever happens say in the body what became of it.
 *
 * @param fields of the code, the first that is there counts; 0 is success
 * @param limits codes that mean too many, with the time to wait
 */
export function judgeCode(
  reply: Extract<Reply, { readonly answered: true }>,
  fields: readonly string[],
  limits: Readonly<Record<number, number>>,
): Verdict {
  const byStatus = judgeChatStatus(reply);
  if (byStatus.what !== 'taken') return byStatus;
  const code = codeIn(reply.body, fields);
  if (code === 0) return byStatus;
  if (code === undefined) return { what: 'again', fault: 'no code in the answer', afterMs: null };
  const wait = limits[code];
  const fault = `code ${code}`;
  return wait === undefined ? { what: 'again', fault, afterMs: null } : { what: 'limited', fault, afterMs: wait };
}

function codeIn(body: string, fields: readonly string[]): number | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const found = fields.map((field) => (parsed as Readonly<Record<string, unknown>>)[field]);
    return found.find((code) => typeof code === 'number');
  } catch {
    return undefined;
  }
}

export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' } as const;
