import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import { parseLocale } from '../../i18n/index.ts';
import { unavailable } from '../../operations/unavailable.ts';
import type { BoundRoute } from '../call.ts';
import type { ApiDeps } from '../deps.ts';
import { problemDocument } from '../problem.ts';

/** The caller's language: the first of ours that is asked for; English where none is. */
export function localeOf(request: FastifyRequest): Locale {
  const wishes = (request.headers['accept-language'] ?? '').split(',').map((wish) => {
    const [tag = '', q] = wish.trim().split(/;\s*q=/);
    return { tag, weight: q === undefined ? 1 : Number(q) };
  });
  const ordered = wishes.toSorted((a, b) => (b.weight || 0) - (a.weight || 0));
  for (const { tag } of ordered) {
    const locale = parseLocale(tag);
    if (locale !== undefined) return locale;
  }
  return 'en';
}

/** Every failure leaves as a problem document. What is our own fault says its request id, and no more. */
export function answerFaults(app: FastifyInstance, deps: ApiDeps): void {
  app.setErrorHandler(async (error, request, reply) => {
    return sendProblem(reply, request, await toldOf(deps, error, request));
  });
}

/** A failure as it may be told. What is our own fault is noted, and told by its request id alone. */
export async function toldOf(deps: ApiDeps, error: unknown, request: FastifyRequest): Promise<PerennialError> {
  return toTold(error, request) ?? bug(deps, error, request);
}

export function sendProblem(reply: FastifyReply, request: FastifyRequest, error: PerennialError): FastifyReply {
  const document = problemDocument(error, localeOf(request), request.id);
  if (document.status === 401) void reply.header('www-authenticate', 'Bearer realm="perennial"');
  return reply
    .status(document.status)
    .header('vary', 'accept-language')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(document));
}

function toTold(error: unknown, request: FastifyRequest): PerennialError | undefined {
  const known = unavailable(error);
  if (known !== undefined) return known;
  const { code, statusCode } = error as Partial<FastifyError>;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return PerennialError.of('body.too_large', { max: request.routeOptions.bodyLimit });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return PerennialError.of('body.media_type', {
        found: excerpt(request.headers['content-type'] ?? ''),
        known: 'application/json',
      });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    // The caller has gone away in the middle of its body; nobody reads the answer.
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return PerennialError.of('request.malformed');
    default:
      return statusCode === 400 ? PerennialError.of('route.not_found', { path: excerpt(pathOf(request)) }) : undefined;
  }
}

async function bug(deps: ApiDeps, error: unknown, request: FastifyRequest): Promise<PerennialError> {
  deps.onFault({ requestId: request.id, route: request.routeOptions.url ?? '', error });
  return PerennialError.of('server.bug', { requestId: request.id });
}

/** Without the query, which may hold what is nobody's business. */
function pathOf(request: FastifyRequest): string {
  return request.originalUrl.split('?')[0] ?? '';
}

/** A dot in a path is a dot. */
function shapeOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
}

/** Nothing at the path, or nothing under that method. */
export function noRoute(
  app: FastifyInstance,
  routes: readonly BoundRoute[],
  pages: readonly string[],
  forms: readonly string[] = [],
): void {
  const known = [
    ...routes.flatMap(({ contract: { method, path, produces } }) =>
      // What is streamed has no HEAD: nobody would read the stream to its end.
      (method === 'GET' && produces === undefined ? ['GET', 'HEAD'] : [method]).map((one) => ({ method: one, path })),
    ),
    ...pages.flatMap((path) => ['GET', 'HEAD'].map((method) => ({ method, path }))),
    ...forms.map((path) => ({ method: 'POST', path })),
  ];
  const shapes = known.map(({ method, path }) => ({ method, shape: shapeOf(path) }));
  app.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request);
    // An address that cannot be decoded has been led away from every route, and names none.
    const asked = request.url.split('?')[0] ?? '';
    const methods = [...new Set(shapes.filter(({ shape }) => shape.test(asked)).map(({ method }) => method))];
    if (methods.length === 0)
      return sendProblem(reply, request, PerennialError.of('route.not_found', { path: excerpt(path) }));
    const allowed = methods.join(', ');
    void reply.header('allow', allowed);
    const params = { method: excerpt(request.method), path: excerpt(path), allowed };
    return sendProblem(reply, request, PerennialError.of('route.method', params));
  });
}
