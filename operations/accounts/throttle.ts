import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { PerennialError } from '../../domain/errors/index.ts';
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, toMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { Database } from '../../schemas/connection.ts';
import { textKey } from '../../schemas/keys.ts';
import type { SignInAttemptDoc } from '../../schemas/sign-in-attempt.ts';
import { isDuplicateKey } from '../../schemas/transaction.ts';

/** After so many failures each further attempt waits, twice as long each time. */
interface Bounds {
  readonly free: number;
  readonly longestMs: number;
}

/**
 * One guesser at one account is slowed soonest. An account tried from everywhere, by many addresses, waits a minute at
 * most: nobody is to be locked out by others. An address that tries many accounts may be an office behind one router.
 */
const BOUNDS = {
  pair: { free: 5, longestMs: 15 * MS_PER_MINUTE },
  account: { free: 30, longestMs: MS_PER_MINUTE },
  address: { free: 30, longestMs: 15 * MS_PER_MINUTE },
} as const satisfies Record<string, Bounds>;
type Kind = keyof typeof BOUNDS;

/** Failures older than this count no more. */
const FORGOTTEN_MS = MS_PER_HOUR;
/** Attempts that run side by side count one after the other; so many rivals are waited for. */
const RIVALS = 20;

export interface Attempt {
  /** What was typed; whether we know it makes no difference. */
  readonly email: string;
  readonly address: string;
}

/**
 * Counts an attempt as failed before the password is looked at, so that a hundred at once are a hundred; whoever is
 * right takes it back with {@link forgive}. Throws `access.sign_in_slow`.
 */
export async function countAttempt(
  db: Pick<Database, 'signInAttempts'>,
  attempt: Attempt,
  now: Instant,
): Promise<void> {
  for (const [kind, _id] of keysOf(attempt)) await countOne(db, kind, _id, now);
}

/** The attempt was right. What the address did with other accounts stays counted. */
export async function forgive(db: Pick<Database, 'signInAttempts'>, attempt: Attempt): Promise<void> {
  for (const [kind, _id] of keysOf(attempt)) {
    if (kind === 'address') await db.signInAttempts.updateOne({ _id }, { $inc: { failures: -1 } });
    else await db.signInAttempts.deleteOne({ _id });
  }
}

function keysOf({ email, address }: Attempt): readonly (readonly [Kind, string])[] {
  const who = textKey(email);
  const from = networkOf(address);
  const key = (kind: Kind, ...parts: readonly string[]) => [kind, `${kind}/${digest(parts.join('\n'))}`] as const;
  return [key('pair', who, from), key('account', who), key('address', from)];
}

/** A customer of a provider has a whole /64 of the newer addresses: each of them would be a fresh start. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const known = groups(head);
  const missing = tail === undefined ? 0 : 8 - known.length - groups(tail).length;
  const full = [...known, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...groups(tail ?? '')];
  return full
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

async function countOne(db: Pick<Database, 'signInAttempts'>, kind: Kind, _id: string, now: Instant): Promise<void> {
  for (let rival = 0; rival < RIVALS; rival += 1) {
    const found = await db.signInAttempts.findOne({ _id }).lean<SignInAttemptDoc>();
    const wait = found === null ? 0 : waitOf(found, BOUNDS[kind], now);
    if (wait > 0) throw slow(wait);
    if (await counted(db, found, _id, now)) return;
  }
  throw slow(MS_PER_SECOND);
}

/** False where somebody else counted in between. */
async function counted(
  db: Pick<Database, 'signInAttempts'>,
  found: SignInAttemptDoc | null,
  _id: string,
  now: Instant,
): Promise<boolean> {
  if (found === null) {
    try {
      await db.signInAttempts.insertMany([{ _id, failures: 1, lastAt: now }]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
  const failures = isForgotten(found, now) ? 1 : Math.max(0, found.failures) + 1;
  const { modifiedCount, matchedCount } = await db.signInAttempts.updateOne(
    { _id, failures: found.failures, lastAt: found.lastAt },
    { $set: { failures, lastAt: now } },
  );
  return modifiedCount + matchedCount > 0;
}

function isForgotten({ lastAt }: SignInAttemptDoc, now: Instant): boolean {
  return toMs(now) - toMs(lastAt) > FORGOTTEN_MS;
}

function waitOf(found: SignInAttemptDoc, { free, longestMs }: Bounds, now: Instant): number {
  if (found.failures < free || isForgotten(found, now)) return 0;
  const wait = Math.min(longestMs, MS_PER_SECOND * 2 ** (found.failures - free + 1));
  return Math.max(0, toMs(found.lastAt) + wait - toMs(now));
}

function slow(wait: number): PerennialError {
  return PerennialError.of('access.sign_in_slow', { seconds: Math.ceil(wait / MS_PER_SECOND) });
}
