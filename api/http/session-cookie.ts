import type { FastifyReply, FastifyRequest } from 'fastify';
import { toMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';

/** The prefix makes browsers insist on: this host only, this path, over TLS (or on the own machine). */
const COOKIE = '__Host-perennial';
const OPTIONS = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

export function sessionSecretOf(request: FastifyRequest): string | undefined {
  const value = request.cookies[COOKIE];
  return value === undefined || !/^[\w-]{20,200}$/.test(value) ? undefined : value;
}

export function setSessionCookie(reply: FastifyReply, secret: string, expiresAt: Instant, now: Instant): void {
  const maxAge = Math.max(0, Math.floor((toMs(expiresAt) - toMs(now)) / 1000));
  void reply.setCookie(COOKIE, secret, { ...OPTIONS, maxAge });
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.clearCookie(COOKIE, OPTIONS).header('clear-site-data', '"cache", "cookies", "storage"');
}
