import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PerennialError } from '../../domain/errors/index.ts';
import type { ApiDeps } from '../deps.ts';

const WINDOW_SECONDS = 60;

export type Limit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Requests of one session, token or (where nobody is signed in) address are counted together. */
export function rateOf(
  app: FastifyInstance,
  { settings }: ApiDeps,
  who: (request: FastifyRequest) => string | undefined,
): Limit {
  const max = settings.ratePerMinute;
  const limit = app.createRateLimit({
    max,
    timeWindow: WINDOW_SECONDS * 1000,
    keyGenerator: (request) => who(request) ?? `ip ${request.ip}`,
  });
  return async (request, reply) => {
    const seen = await limit(request);
    if (seen.isAllowed || !seen.isExceeded) return;
    void reply.header('retry-after', String(seen.ttlInSeconds));
    throw PerennialError.of('rate.exceeded', { max, seconds: WINDOW_SECONDS, after: seen.ttlInSeconds });
  };
}
