import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { BoundRoute } from './call.ts';
import type { ApiDeps } from './deps.ts';
import { bodies } from './http/bodies.ts';
import { clientErrorHandler, MAX_HEADER_BYTES, newRequestId } from './http/client-errors.ts';
import { answerFaults, noRoute } from './http/faults.ts';
import { mount } from './http/mount.ts';
import { CALLBACK_PATH } from './oidc.ts';
import { oidcCallback } from './oidc-callback.ts';
import { serveLive } from './live/index.ts';
import { servePages, PAGE_FORMS, PAGE_PATHS } from './pages/index.ts';
import { CONTENT_SECURITY } from './http/security-headers.ts';
import { noteAnswers } from './service/answered.ts';
import { traceRequests } from './service/trace-requests.ts';
import { DOCS_PATHS, docsPages } from './service/docs-pages.ts';
import { Meters } from './service/meters.ts';
import { metricsPage } from './service/metrics-page.ts';

/** Bytes of a body, where the contract says nothing else. */
const BODY_LIMIT = 256 * 1024;
/** A parameter longer than that is one that no record has; the longest address fits into the headers anyway. */
const MAX_PARAM = MAX_HEADER_BYTES;

/**
 * The HTTP server with all routes, not listening yet. Fastify checks and shapes nothing by itself: bodies are read by
 * our strict parser, and contracts check what goes in and what comes out.
 */
export async function createServer(deps: ApiDeps, routes: readonly BoundRoute[]): Promise<FastifyInstance> {
  const { requestMs } = deps.settings;
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: requestMs,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: Math.min(5000, requestMs),
      // Node exchanges the two where the headers may take longer than the whole.
      headersTimeout: requestMs,
      requestTimeout: requestMs,
    },
    clientErrorHandler: clientErrorHandler(requestMs),
    rewriteUrl: ({ url = '/' }) => (isReadable(url) ? url : UNREADABLE),
    genReqId: newRequestId,
    requestIdHeader: false,
    trustProxy: deps.settings.trustedProxies.length > 0 ? [...deps.settings.trustedProxies] : false,
    routerOptions: { maxParamLength: MAX_PARAM, ignoreTrailingSlash: false, caseSensitive: true },
    // While it stops, what still comes in on open connections is answered; the listener is closed already.
    return503OnClosing: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id);
    // What is here belongs to one reader at one time; the few things that may be kept say so themselves.
    reply.header('cache-control', 'no-store');
  });
  traceRequests(app);
  await app.register(helmet, CONTENT_SECURITY);
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  const meters = new Meters(deps);
  noteAnswers(app, deps, meters);
  bodies(app);
  answerFaults(app, deps);
  serveLive(app, deps);
  mount(app, deps, routes);
  oidcCallback(app, deps);
  metricsPage(app, deps, meters);
  docsPages(app, routes);
  servePages(app, deps);
  noRoute(app, routes, ['/metrics', CALLBACK_PATH, ...DOCS_PATHS, ...PAGE_PATHS], PAGE_FORMS);
  return app;
}

/** Where nothing is: an address that cannot be decoded takes the way of every other one that leads nowhere. */
const UNREADABLE = '/.unreadable';

function isReadable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?')[0] ?? '');
    return true;
  } catch {
    return false;
  }
}
