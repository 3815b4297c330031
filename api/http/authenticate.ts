import type { FastifyRequest } from 'fastify';
import { PerennialError } from '../../domain/errors/index.ts';
import { principalOfSession, principalOfToken } from '../../operations/accounts/principal.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import type { ApiDeps } from '../deps.ts';
import { sessionSecretOf } from './session-cookie.ts';

const BEARER = /^Bearer ([\w-]{20,200})$/;
const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Who makes the request: a token in `Authorization`, else the session of the cookie; undefined where neither is
 * given. Throws `access.unauthenticated` where one is given that does not hold (without a word on why), and
 * `access.cross_site` where another site uses a reader's cookie to change something.
 */
export async function authenticate(deps: ApiDeps, request: FastifyRequest): Promise<Principal | undefined> {
  const given = headerValues(request, 'authorization');
  if (given.length > 0) {
    const [, secret] = BEARER.exec(given.length === 1 ? (given[0] ?? '') : '') ?? [];
    const principal = secret && (await principalOfToken(deps.context.db, secret, deps.now()));
    if (!principal) throw PerennialError.of('access.unauthenticated');
    return principal;
  }
  const secret = sessionSecretOf(request);
  if (secret === undefined) return undefined;
  if (!CHANGES_NOTHING.has(request.method)) refuseOtherSites(deps, request);
  const principal = await principalOfSession(deps.context.db, secret, deps.now());
  if (principal === undefined) throw PerennialError.of('access.unauthenticated');
  return principal;
}

/**
 * Browsers say where a request comes from; who says neither is no browser of ours. Throws `access.cross_site`.
 *
 * @param form sent by a page of ours: without a referrer, as they are, its origin is `null`, and the other header says it
 */
export function refuseOtherSites(
  { settings }: Pick<ApiDeps, 'settings'>,
  request: FastifyRequest,
  { form = false } = {},
): void {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const sameSite = site === undefined || site === 'same-origin';
  const silent = origin === undefined || (form && origin === 'null');
  const sameOrigin = silent ? site === 'same-origin' : origin === new URL(settings.publicUrl).origin;
  if (!sameSite || !sameOrigin) throw PerennialError.of('access.cross_site');
}

/** All values of a header: Node keeps the first of some and joins others. */
export function headerValues(request: FastifyRequest, name: string): readonly string[] {
  const { rawHeaders } = request.raw;
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '');
  }
  return values;
}
