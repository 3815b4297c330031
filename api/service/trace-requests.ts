import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const traces = new WeakMap<FastifyRequest, { readonly span: Span; readonly within: Context }>();

/**
 * A span for each request, under the caller's trace where a `traceparent` header names one. It tells method, route and
 * status; never a path with its values, a query or a body, which may hold what is nobody's business.
 */
export function traceRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const outer = propagation.extract(ROOT_CONTEXT, request.headers);
    const route = request.routeOptions.url ?? '';
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'perennial.request_id': request.id,
    };
    const options = { kind: SpanKind.SERVER, attributes };
    const span = trace.getTracer('perennial').startSpan(`${request.method} ${route}`, options, outer);
    traces.set(request, { span, within: trace.setSpan(outer, span) });
  });
  app.addHook('onResponse', async (request, { statusCode }) => {
    const { span } = traces.get(request) ?? {};
    span?.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  });
}

/** Does the work of a request under its span. Reading the body has lost the hook's own context by then. */
export function inTraceOf<T>(request: FastifyRequest, work: () => T): T {
  const known = traces.get(request);
  return known === undefined ? work() : context.with(known.within, work);
}
