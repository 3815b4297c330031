import { PerennialError } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Scope, TokenDoc } from '../../schemas/account.ts';
import type { Database } from '../../schemas/connection.ts';
import { appendAudit } from '../audit/append.ts';
import { audited } from './doer.ts';
import type { Doer } from './doer.ts';
import { digestOfSecret, newSecret, publicId } from './secrets.ts';

export { SCOPES } from '../../schemas/account.ts';

export interface TokenWish {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Instant | null;
}

/** A new token of a person. The secret is told once, here. Throws `account.token_over`. */
export async function createToken(
  db: Database,
  doer: Doer,
  wish: TokenWish,
  now: Instant,
): Promise<{ readonly secret: string; readonly token: TokenDoc }> {
  if (wish.expiresAt !== null && wish.expiresAt <= now) {
    throw PerennialError.of('account.token_over', { at: wish.expiresAt }, { field: 'expiresAt' });
  }
  const secret = newSecret('prn_');
  const token: TokenDoc = {
    _id: publicId('tok'),
    hash: digestOfSecret(secret),
    personId: doer.personId,
    name: wish.name,
    scopes: wish.scopes,
    ending: secret.slice(-4),
    createdAt: now,
    lastUsedAt: null,
    expiresAt: wish.expiresAt,
    revokedAt: null,
  };
  const about = { detail: { token: token._id, scopes: [...token.scopes], expiresAt: token.expiresAt } };
  await db.transaction(async (session) => {
    await db.tokens.create([token], { session });
    await appendAudit(db, session, [audited(doer, 'token made', about, now)]);
  });
  return { secret, token };
}

export async function tokensOf(db: Database, personId: string): Promise<readonly TokenDoc[]> {
  return db.tokens.find({ personId, revokedAt: null }).sort({ createdAt: -1 }).limit(200).lean<TokenDoc[]>();
}

/** False where the person has no such token. Revoked twice it is revoked once. */
export async function revokeToken(db: Database, doer: Doer, id: string, now: Instant): Promise<boolean> {
  return db.transaction(async (session) => {
    const token = await db.tokens.findOne({ _id: id, personId: doer.personId }, null, { session }).lean<TokenDoc>();
    if (token === null) return false;
    if (token.revokedAt !== null) return true;
    await db.tokens.updateOne({ _id: id }, { $set: { revokedAt: now } }, { session });
    await appendAudit(db, session, [audited(doer, 'token revoked', { detail: { token: id } }, now)]);
    return true;
  });
}
