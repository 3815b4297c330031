import * as client from 'openid-client';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Environment } from '../context.ts';

/** The identity provider of a deployment. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Null for a public client: the proof is PKCE alone. */
  readonly clientSecret: string | null;
}

const PATIENCE_SECONDS = 10;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * The provider that the environment names; null where it names none. Throws `settings.pair` where half of it is missing
 * and `settings.issuer` for an address that anybody on the way could answer for.
 */
export function oidcSettings(env: Environment): OidcSettings | null {
  const of = (name: string) => env[name]?.trim() ?? '';
  const [issuer, clientId] = [of('PERENNIAL_OIDC_ISSUER'), of('PERENNIAL_OIDC_CLIENT_ID')];
  if (issuer === '' && clientId === '') return null;
  const [name, other] =
    issuer === ''
      ? ['PERENNIAL_OIDC_CLIENT_ID', 'PERENNIAL_OIDC_ISSUER']
      : ['PERENNIAL_OIDC_ISSUER', 'PERENNIAL_OIDC_CLIENT_ID'];
  if (issuer === '' || clientId === '') throw PerennialError.of('settings.pair', { name, other }, { field: name });
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (url === null || !safe) {
    throw PerennialError.of('settings.issuer', { name, value: excerpt(issuer) }, { field: name });
  }
  const secret = of('PERENNIAL_OIDC_CLIENT_SECRET');
  return { issuer: url, clientId, clientSecret: secret === '' ? null : secret };
}

/** Who somebody is at the provider. Never the e-mail: that may pass to somebody else. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** What is remembered while somebody is at the provider. */
export interface Journey {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The other side of signing in: sends people to the provider and reads what comes back. */
export interface IdentityProvider {
  /** Throws `access.oidc_away`. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly journey: Journey }>;
  /**
   * The identity that an answer proves: issuer, audience, signature, nonce, state and PKCE are checked. Throws
   * `access.oidc` and `access.oidc_away`.
   *
   * @param answer the address that the browser came back to
   */
  finish(answer: URL, journey: Journey): Promise<Identity>;
}

/** Looks the provider up on first use; one that was away is looked up again. */
export function identityProvider(settings: OidcSettings): IdentityProvider {
  let found: Promise<client.Configuration> | undefined;
  const configuration = () => {
    found ??= discover(settings).catch((error: unknown) => {
      found = undefined;
      throw toldOf(error);
    });
    return found;
  };
  return {
    async begin(redirectUri) {
      const config = await configuration();
      const journey: Journey = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid',
        state: journey.state,
        nonce: journey.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(journey.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, journey };
    },
    async finish(answer, { state, nonce, verifier }) {
      const config = await configuration();
      try {
        const tokens = await client.authorizationCodeGrant(config, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw PerennialError.of('access.oidc', { reason: 'id_token' });
        return { issuer: claims.iss, subject: claims.sub };
      } catch (error) {
        throw toldOf(error);
      }
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  const authentication = clientSecret === null ? client.None() : client.ClientSecretPost(clientSecret);
  const config = await client.discovery(issuer, clientId, undefined, authentication, {
    timeout: PATIENCE_SECONDS,
    // On the own machine only, as the settings make sure.
    execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [],
  });
  // The token comes from the provider itself over TLS; its signature is checked all the same.
  client.enableNonRepudiationChecks(config);
  return config;
}

/** Codes of the provider and of the protocol, as OAuth allows them. */
const CODE = /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,100}$/;

/** What people are told: a provider that is away is waited for, an answer that does not hold is refused. */
function toldOf(error: unknown): PerennialError {
  if (error instanceof PerennialError) return error;
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
    const reason = CODE.test(error.error) ? error.error : 'error';
    return reason === 'server_error' || reason === 'temporarily_unavailable'
      ? PerennialError.of('access.oidc_away')
      : PerennialError.of('access.oidc', { reason });
  }
  if (error instanceof client.ClientError) {
    const { code = '' } = error;
    const away = ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'];
    if (away.includes(code)) return PerennialError.of('access.oidc_away');
    return PerennialError.of('access.oidc', { reason: CODE.test(code) ? code : 'error' });
  }
  return PerennialError.of('access.oidc_away');
}
