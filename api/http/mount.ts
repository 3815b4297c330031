import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { once, onceIdOf } from '../../operations/once.ts';
import type { Answer } from '../../operations/once.ts';
import type { BoundRoute, Call, ReplyParts } from '../call.ts';
import type { RouteContract } from '../contract.ts';
import type { ApiDeps } from '../deps.ts';
import { inTraceOf } from '../service/trace-requests.ts';
import { validated } from '../validate.ts';
import { noted } from './audited.ts';
import { authenticate, headerValues } from './authenticate.ts';
import { checkAccess } from './check-access.ts';
import { names, versionOf } from './conditions.ts';
import { localeOf } from './faults.ts';
import { readKey } from './idempotency-key.ts';
import { principals } from './principals.ts';
import { rateOf } from './rate.ts';
import { clearSessionCookie, sessionSecretOf, setSessionCookie } from './session-cookie.ts';
import { sendStreamed } from './streamed.ts';

const READS = new Set(['GET', 'HEAD']);
/** What handlers have said besides the status of their contract. */
const statuses = new WeakMap<FastifyReply, number>();

/** Puts every route under the one way a request takes: who, may they, what, once, answer. */
export function mount(app: FastifyInstance, deps: ApiDeps, routes: readonly BoundRoute[]): void {
  const ids = new Set<string>();
  // One count for all routes of a caller.
  const limit = rateOf(app, deps, (request) => principals.get(request)?.by.id);
  const ownLimit = (id: string, ratePerMinute: number) =>
    rateOf(app, { ...deps, settings: { ...deps.settings, ratePerMinute } }, ({ ip }) => `${id} ${ip}`);
  for (const route of routes) {
    const { contract } = route;
    const { ratePerMinute } = contract;
    const counted = ratePerMinute === undefined ? limit : ownLimit(contract.id, ratePerMinute);
    if (ids.has(contract.id)) throw new Error(`two routes are called ${contract.id}`);
    ids.add(contract.id);
    app.route({
      method: contract.method,
      url: contract.path,
      // A stream without a reader would never end.
      ...(contract.produces === undefined ? {} : { exposeHeadRoute: false }),
      ...(contract.bodyLimit === undefined ? {} : { bodyLimit: contract.bodyLimit }),
      config: {
        rawBody: contract.rawBody === true || contract.consumes !== undefined,
        accepts: contract.consumes ?? contract.accepts ?? [],
      },
      // Before the body is read: who may not come in need not send anything.
      onRequest: async (request, reply) => {
        // A secret that does not hold keeps nobody from what is open to all: an old cookie must not bar signing in.
        const principal = await authenticate(deps, request).catch(async (error: unknown) => {
          if (contract.access === 'public' && isUnauthenticated(error)) return undefined;
          // Whoever tries secrets one after the other is counted by address.
          await limit(request, reply);
          throw error;
        });
        if (principal !== undefined) principals.set(request, principal);
        await counted(request, reply);
        checkAccess(contract, principal);
      },
      handler: (request, reply) => inTraceOf(request, () => answer(deps, route, request, reply)),
    });
  }
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof PerennialError && error.problems[0]?.code === 'access.unauthenticated';
}

async function answer(
  deps: ApiDeps,
  route: BoundRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { contract } = route;
  const principal = principals.get(request);
  const isOnce = contract.method === 'POST' && contract.once !== false && principal !== undefined;
  const key = isOnce ? readKey(headerValues(request, 'idempotency-key')) : null;
  const personId = principal?.person.id ?? '';
  const call: Call<RouteContract> = {
    deps,
    params: contract.params === undefined ? {} : validated(contract.params, request.params, 'params'),
    query: validatedQuery(contract, request),
    body: contract.body === undefined ? noBody(request) : validated(contract.body, bodyOf(contract, request), 'body'),
    locale: localeOf(request),
    now: deps.now(),
    requestId: request.id,
    onceId: key === null ? request.id : onceIdOf({ personId, key }),
    agent: request.headers['user-agent'] ?? '',
    address: request.ip,
    headers: request.headers,
    reply: replyParts(contract, request, reply, deps),
  };
  const handled = () => noted(contract, call, principal, () => route.handle(call, principal));
  if (contract.produces !== undefined) return sendStreamed(reply, await handled());
  const work = async (): Promise<Answer> => ({
    headers: {},
    // What the contract does not name never gets out.
    body: contract.response.parse(await handled()),
    // Read last: the handler may have said another.
    status: statuses.get(reply) ?? contract.status ?? 200,
  });
  if (key === null) return send(request, reply, await work());
  const named = { personId, key, request: [contract.method, request.url, fingerprint(request.body)] };
  const { answer: told, replayed } = await once(deps.context.db, named, call.now, work);
  if (replayed) void reply.header('idempotent-replayed', 'true');
  return send(request, reply, told);
}

function validatedQuery(contract: RouteContract, request: FastifyRequest): unknown {
  const given = request.query as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(given)) {
    if (Array.isArray(value)) throw PerennialError.of('query.repeated', { name }, { field: `?${name}` });
  }
  if (contract.query !== undefined) return validated(contract.query, { ...given }, 'query');
  const [name] = Object.keys(given);
  if (name === undefined) return {};
  throw PerennialError.of('field.unknown', { key: name, near: '–', known: '–' }, { field: `?${name}` });
}

/** Throws `body.media_type` for JSON where a file is wanted; other types have been refused while they were read. */
function bodyOf({ consumes }: RouteContract, { body, headers }: FastifyRequest): unknown {
  const type = headers['content-type'] ?? '';
  if (consumes === undefined || consumes.some((one) => type.toLowerCase().startsWith(one))) return body;
  throw PerennialError.of('body.media_type', { found: excerpt(type), known: consumes.join(', ') });
}

/** What of a body tells it from another one. */
function fingerprint(body: unknown): unknown {
  return Buffer.isBuffer(body) ? createHash('sha256').update(body).digest('hex') : (body ?? null);
}

function noBody(request: FastifyRequest): undefined {
  if (request.body !== undefined && request.body !== null) {
    throw PerennialError.of('body.type', { found: '@type.object' });
  }
}

function send(request: FastifyRequest, reply: FastifyReply, { status, body }: Answer): FastifyReply {
  void reply.status(status);
  if (status === 204) return reply.send();
  const text = JSON.stringify(body);
  if (READS.has(request.method) && status === 200) {
    const version = versionOf(text);
    void reply.header('etag', version).header('vary', 'accept-language');
    const known = request.headers['if-none-match'];
    if (known !== undefined && names(known, version, true)) return reply.status(304).send();
  }
  return reply.type('application/json; charset=utf-8').send(text);
}

function replyParts(contract: RouteContract, request: FastifyRequest, reply: FastifyReply, deps: ApiDeps): ReplyParts {
  return {
    setSession: (secret, expiresAt) => setSessionCookie(reply, secret, expiresAt, deps.now()),
    clearSession: () => clearSessionCookie(reply),
    sessionSecret: sessionSecretOf(request),
    matchVersion(representation) {
      if (contract.ifMatch !== true) return;
      const wanted = request.headers['if-match'];
      if (wanted === undefined) throw PerennialError.of('precondition.missing', {}, { field: 'If-Match' });
      const current = versionOf(JSON.stringify(representation));
      if (!names(wanted, current, false)) throw PerennialError.of('precondition.failed', { current });
    },
    header: (name, value) => void reply.header(name, value),
    status: (code) => void statuses.set(reply, code),
  };
}
