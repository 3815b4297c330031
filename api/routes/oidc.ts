import { setOut } from '../../operations/accounts/identities.ts';
import type { Departure } from '../../operations/accounts/identities.ts';
import { bind, bindPublic } from '../call.ts';
import type { BoundRoute, Call } from '../call.ts';
import * as contracts from '../contracts/oidc.ts';
import { journeyCookie } from '../http/journey-cookie.ts';
import { configuredProvider, providerOf, redirectUriOf } from '../oidc.ts';

/** Setting out to the identity provider. Coming back is a page: `oidc-callback.ts`. */
export const oidcRoutes: readonly BoundRoute[] = [
  bindPublic(contracts.waysToSignIn, async ({ deps }) => ({
    password: true as const,
    oidc: configuredProvider(deps) !== null,
  })),

  bindPublic(contracts.beginOidc, (call) => depart(call, { invitation: call.body.invitation ?? null, personId: null })),

  bind(contracts.linkIdentity, (call) => depart(call, { invitation: null, personId: call.principal.person.id })),
];

async function depart(
  { deps, reply, now }: Pick<Call<typeof contracts.beginOidc>, 'deps' | 'reply' | 'now'>,
  departure: Departure,
) {
  const { db } = deps.context;
  const { url, secret } = await setOut(db, providerOf(deps), redirectUriOf(deps.settings.publicUrl), departure, now);
  reply.header('set-cookie', journeyCookie(secret));
  return { url };
}
