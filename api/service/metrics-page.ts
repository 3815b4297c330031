import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { authenticate } from '../http/authenticate.ts';
import { checkAccess } from '../http/check-access.ts';
import type { Meters } from './meters.ts';

/**
 * `GET /metrics`. Open to a monitor on the same machine that comes straight to us, and to those who may read Service; a
 * proxy on this machine makes everybody look local, so a request that has passed one never counts as that.
 */
export function metricsPage(app: FastifyInstance, deps: ApiDeps, meters: Meters): void {
  app.get('/metrics', async (request, reply) => {
    if (!isLocal(request)) {
      checkAccess({ access: 'read Service', method: 'GET' }, await authenticate(deps, request));
    }
    return reply.type(meters.contentType).send(await meters.text());
  });
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** The name too: a page of another site may have its name point here, and must not read with a reader's browser. */
const LOCAL_NAME = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;
const PASSED_ON = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

function isLocal({ raw, headers }: FastifyRequest): boolean {
  const passedOn = PASSED_ON.some((name) => headers[name] !== undefined);
  return !passedOn && LOOPBACK.test(raw.socket.remoteAddress ?? '') && LOCAL_NAME.test(headers.host ?? '');
}
