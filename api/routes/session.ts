import { PerennialError } from '../../domain/errors/index.ts';
import { excerpt } from '../../domain/errors/index.ts';
import type { Instant, ZoneId } from '../../domain/time/index.ts';
import type { Doer } from '../../operations/accounts/doer.ts';
import { acceptInvitation, readInvitation } from '../../operations/accounts/invitations.ts';
import { principalOfSession } from '../../operations/accounts/principal.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import {
  changePassword,
  closeSession,
  endSession,
  openSession,
  sessionsOf,
  signIn,
} from '../../operations/accounts/sessions.ts';
import type { SignedIn } from '../../operations/accounts/sessions.ts';
import { createToken, revokeToken, tokensOf } from '../../operations/accounts/tokens.ts';
import { compileZone } from '../../operations/calendars/zone-offsets.ts';
import type { SessionDoc, TokenDoc } from '../../schemas/account.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { bind, bindPublic } from '../call.ts';
import type { BoundRoute, Call } from '../call.ts';
import * as contracts from '../contracts/session.ts';

export const sessionRoutes: readonly BoundRoute[] = [
  bindPublic(contracts.signIn, async (call) => {
    const { deps, body, agent, address, now } = call;
    return welcome(call, await signIn(deps.context.db, { ...body, agent, address }, now));
  }),

  bind(contracts.whoAmI, async ({ principal }) => meOf(principal)),

  bind(contracts.signOut, async (call) => {
    const { deps, reply, now } = call;
    if (reply.sessionSecret !== undefined) await closeSession(deps.context.db, reply.sessionSecret, doerOf(call), now);
    reply.clearSession();
  }),

  bind(contracts.changePassword, async (call) => {
    const { deps, principal, body, now } = call;
    await changePassword(deps.context.db, { ...body, sessionId: principal.by.id }, doerOf(call), now);
  }),

  bind(contracts.listSessions, async ({ deps, principal, now }) => {
    const sessions = await sessionsOf(deps.context.db, principal.person.id, now);
    return { items: sessions.map((one) => sessionOf(one, principal)) };
  }),

  bind(contracts.endSession, async (call) => {
    const { deps, principal, params, now } = call;
    const ended = await endSession(deps.context.db, principal.person.id, params.sessionId, doerOf(call), now);
    if (!ended) throw missing('session', params.sessionId);
  }),

  bindPublic(contracts.readInvitation, async ({ deps, params, now }) => {
    const { db } = deps.context;
    const { purpose, personId, expiresAt } = await readInvitation(db, params.secret, now);
    const person = personId === null ? null : await db.people.findOne({ _id: personId }).lean<PersonDoc>();
    return { purpose, email: person?.email ?? null, expiresAt };
  }),

  bindPublic(contracts.acceptInvitation, async (call) => {
    const { deps, params, body, agent, address, now } = call;
    const { db } = deps.context;
    const first = body.administrator ?? null;
    const administrator = first === null ? null : { ...first, zone: knownZone(first.zone, now) };
    const personId = await acceptInvitation(db, params.secret, body.password, administrator, address, now);
    return welcome(call, await openSession(db, personId, { agent, address }, 'link', now));
  }),

  bind(contracts.listTokens, async ({ deps, principal }) => {
    const tokens = await tokensOf(deps.context.db, principal.person.id);
    return { items: tokens.map(tokenOf) };
  }),

  bind(contracts.createToken, async (call) => {
    const { secret, token } = await createToken(call.deps.context.db, doerOf(call), call.body, call.now);
    return { secret, token: tokenOf(token) };
  }),

  bind(contracts.revokeToken, async (call) => {
    const { deps, params, now } = call;
    const revoked = await revokeToken(deps.context.db, doerOf(call), params.tokenId, now);
    if (!revoked) throw missing('token', params.tokenId);
  }),
];

/** Who makes a call, for the audit log. */
export function doerOf({ principal, address }: { readonly principal: Principal; readonly address: string }): Doer {
  return { personId: principal.person.id, address };
}

export function sessionOf(
  { publicId, createdAt, lastSeenAt, expiresAt, agent }: SessionDoc,
  { by }: Pick<Principal, 'by'>,
) {
  return { id: publicId, createdAt, lastSeenAt, expiresAt, agent, current: by.id === publicId };
}

/** Throws `zone.unknown`: a person in a zone that is none could not be told any time. */
function knownZone(zone: string, now: Instant): ZoneId {
  const year = Number(now.slice(0, 4));
  return compileZone(zone, year, year).zone;
}

type AnyCall = Pick<Call<typeof contracts.signIn>, 'deps' | 'reply' | 'now'>;

/** Hands out the cookie, and says who has come in. */
export async function welcome({ deps, reply, now }: AnyCall, { secret, session }: SignedIn) {
  const principal = await principalOfSession(deps.context.db, secret, now);
  if (principal === undefined) throw PerennialError.of('access.sign_in');
  reply.setSession(secret, session.expiresAt);
  return meOf(principal);
}

function meOf({ person, roles, rights, standsFor }: Principal) {
  const { id: personId, name, email, locale, zone } = person;
  return {
    personId,
    name,
    email,
    roles: [...roles],
    locale,
    zone,
    standsFor: [...standsFor],
    rules: rights.rules.map(plainRule),
  };
}

function plainRule({ action, subject, conditions }: Principal['rights']['rules'][number]) {
  const list = <T>(value: T | readonly T[]): T | T[] =>
    Array.isArray(value) ? [...(value as readonly T[])] : (value as T);
  return {
    action: list(action),
    subject: list(subject),
    ...(conditions === undefined ? {} : { conditions: { ...conditions } }),
  };
}

function tokenOf({ _id, name, scopes, ending, createdAt, lastUsedAt, expiresAt }: TokenDoc) {
  return { id: _id, name, scopes: [...scopes], ending, createdAt, lastUsedAt, expiresAt };
}

function missing(kind: 'session' | 'token', id: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: `@kind.${kind}`, id: excerpt(id) });
}
