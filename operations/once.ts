import { createHash, randomUUID } from 'node:crypto';
import { excerpt, PerennialError } from '../domain/errors/index.ts';
import { canonicalJson } from '../domain/history/index.ts';
import { toMs } from '../domain/time/index.ts';
import type { Instant } from '../domain/time/index.ts';
import type { Database } from '../schemas/connection.ts';
import type { RequestDoc } from '../schemas/idempotency.ts';
import { isDuplicateKey } from '../schemas/transaction.ts';

/** An attempt that is older than this has died with its process: the next one takes over. */
const ATTEMPT_MS = 120_000;

export interface Named {
  /** Who asks: keys of two people never meet. */
  readonly personId: string;
  readonly key: string;
  /** What is asked: method, path and body. */
  readonly request: unknown;
}

export type Answer = NonNullable<RequestDoc['answer']>;

/** An id for what the request does: the same request again has the same one, so that the engine too counts it once. */
export function onceIdOf({ personId, key }: Pick<Named, 'personId' | 'key'>): string {
  return `req_${digest(`${personId}\n${key}`).slice(0, 26)}`;
}

/**
 * Does a request once: the same again gets the first answer. Only answers are kept that say what became of it; a fault
 * of ours, or a service that was away, is tried again. Throws `idempotency.mismatch` and `idempotency.in_progress`.
 *
 * @returns the answer, and whether it is a kept one
 */
export async function once(
  db: Pick<Database, 'requests'>,
  named: Named,
  now: Instant,
  work: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly replayed: boolean }> {
  const _id = `${named.personId}/${named.key}`;
  const claim: RequestDoc = {
    _id,
    digest: digest(canonicalJson(named.request)),
    state: 'running',
    attempt: randomUUID(),
    begunAt: now,
    answer: null,
  };
  const kept = await claimOrKept(db, claim, now);
  if (kept !== null) return { answer: kept, replayed: true };
  const mine = { _id, attempt: claim.attempt };
  try {
    const answer = await work();
    if (answer.status >= 500) await db.requests.deleteOne(mine);
    else await db.requests.updateOne(mine, { $set: { state: 'done', answer } });
    return { answer, replayed: false };
  } catch (error) {
    await db.requests.deleteOne(mine);
    throw error;
  }
}

/** Null where the request is ours to do now. */
async function claimOrKept(db: Pick<Database, 'requests'>, claim: RequestDoc, now: Instant): Promise<Answer | null> {
  try {
    await db.requests.insertMany([claim]);
    return null;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const found = await db.requests.findOne({ _id: claim._id }).lean<RequestDoc>();
  // It failed and was taken back between our two looks.
  if (found === null) return claimOrKept(db, claim, now);
  const key = excerpt(claim._id.slice(claim._id.indexOf('/') + 1));
  if (found.digest !== claim.digest) throw PerennialError.of('idempotency.mismatch', { found: key });
  if (found.state === 'done' && found.answer !== null) return found.answer;
  if (toMs(now) - toMs(found.begunAt) < ATTEMPT_MS) throw PerennialError.of('idempotency.in_progress', { found: key });
  const { modifiedCount } = await db.requests.updateOne(
    { _id: claim._id, state: 'running', attempt: found.attempt },
    { $set: { attempt: claim.attempt, begunAt: now } },
  );
  if (modifiedCount === 0) throw PerennialError.of('idempotency.in_progress', { found: key });
  return null;
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
