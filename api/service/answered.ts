import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { principals } from '../http/principals.ts';
import type { Meters } from './meters.ts';

/** Counts and notes each answer, with nothing of what was asked or said in it. */
export function noteAnswers(app: FastifyInstance, deps: ApiDeps, meters: Meters): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '',
      status: reply.statusCode,
      millis: Math.round(reply.elapsedTime * 10) / 10,
      by: principals.get(request)?.by.id ?? null,
    };
    meters.answered(line);
    deps.onAnswered?.(line);
  });
}
