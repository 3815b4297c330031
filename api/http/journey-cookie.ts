import type { FastifyReply, FastifyRequest } from 'fastify';
import { JOURNEY_MS } from '../../operations/accounts/identities.ts';

/** Binds a way to the identity provider and back to one browser. Lax, since the way back begins on another site. */
const COOKIE = '__Host-perennial-oidc';
const OPTIONS = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

/** As a header, for handlers that answer with data. */
export function journeyCookie(secret: string): string {
  return `${COOKIE}=${secret}; Max-Age=${JOURNEY_MS / 1000}; Path=/; HttpOnly; Secure; SameSite=Lax`;
}

export function journeySecretOf(request: FastifyRequest): string | undefined {
  const value = request.cookies[COOKIE];
  return value === undefined || !/^[\w-]{20,200}$/.test(value) ? undefined : value;
}

export function clearJourneyCookie(reply: FastifyReply): void {
  void reply.clearCookie(COOKIE, OPTIONS);
}
