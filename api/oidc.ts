import { PerennialError } from '../domain/errors/index.ts';
import { identityProvider, oidcSettings } from '../operations/accounts/oidc.ts';
import type { IdentityProvider } from '../operations/accounts/oidc.ts';
import type { ApiDeps } from './deps.ts';

/** Registered at the provider as the one place to come back to. */
export const CALLBACK_PATH = '/v1/session/oidc/callback';

export function redirectUriOf(publicUrl: string): string {
  return `${publicUrl}${CALLBACK_PATH}`;
}

const providers = new WeakMap<object, IdentityProvider | null>();

/** The identity provider of the deployment, or null. Throws what is wrong with the settings. */
export function configuredProvider({ context }: Pick<ApiDeps, 'context'>): IdentityProvider | null {
  let found = providers.get(context);
  if (found === undefined) {
    const settings = oidcSettings(context.env);
    found = settings === null ? null : identityProvider(settings);
    providers.set(context, found);
  }
  return found;
}

/** As {@link configuredProvider}; throws `access.oidc_off` where there is none. */
export function providerOf(deps: Pick<ApiDeps, 'context'>): IdentityProvider {
  const provider = configuredProvider(deps);
  if (provider === null) throw PerennialError.of('access.oidc_off');
  return provider;
}
