import type { FastifyInstance } from 'fastify';
import { PerennialError } from '../domain/errors/index.ts';
import { arrive } from '../operations/accounts/identities.ts';
import { principalOfSession } from '../operations/accounts/principal.ts';
import type { ApiDeps } from './deps.ts';
import { rateOf } from './http/rate.ts';
import { sessionSecretOf, setSessionCookie } from './http/session-cookie.ts';
import { clearJourneyCookie, journeySecretOf } from './http/journey-cookie.ts';
import { CALLBACK_PATH, providerOf, redirectUriOf } from './oidc.ts';

/** More comes from no provider. */
const LONGEST_ANSWER = 8192;

/**
 * Where the identity provider sends the browser back to. A page for a person and no call for a program: whatever comes
 * of it, the browser goes on to a page of ours, with the code of what was wrong and nothing else.
 */
export function oidcCallback(app: FastifyInstance, deps: ApiDeps): void {
  const limit = rateOf(app, deps, ({ ip }) => `oidc ${ip}`);
  app.get(CALLBACK_PATH, { onRequest: limit }, async (request, reply) => {
    const { publicUrl } = deps.settings;
    const now = deps.now();
    const secret = journeySecretOf(request);
    clearJourneyCookie(reply);
    try {
      const cut = request.url.indexOf('?');
      const answer = new URL(`${redirectUriOf(publicUrl)}${cut === -1 ? '' : request.url.slice(cut)}`);
      if (secret === undefined || answer.href.length > LONGEST_ANSWER) {
        throw PerennialError.of('access.oidc', { reason: 'browser' });
      }
      const provider = providerOf(deps);
      const session = sessionSecretOf(request);
      const here = session === undefined ? undefined : await principalOfSession(deps.context.db, session, now);
      const origin = { agent: request.headers['user-agent'] ?? '', address: request.ip };
      const arrival = { ...origin, secret, answer, signedIn: here?.person.id ?? null };
      const signedIn = await arrive(deps.context.db, provider, arrival, now);
      if (signedIn !== null) setSessionCookie(reply, signedIn.secret, signedIn.session.expiresAt, now);
      return await reply.redirect(`${publicUrl}/`, 303);
    } catch (error) {
      if (!(error instanceof PerennialError)) deps.onFault({ requestId: request.id, route: CALLBACK_PATH, error });
      const code = error instanceof PerennialError ? (error.problems[0]?.code ?? 'access.oidc') : 'server.bug';
      return reply.redirect(`${publicUrl}/sign-in?error=${encodeURIComponent(code)}`, 303);
    }
  });
}
