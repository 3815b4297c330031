import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { CALLBACK_PATH } from '../../api/oidc.ts';
import { PUBLIC_URL } from './api-world.ts';

export const CLIENT_ID = 'perennial';
export const CLIENT_SECRET = 'a secret of the two of us';

/** A certified provider in this process; whoever comes to it signs in by a name. */
export interface IdentityWorld {
  readonly issuer: string;
  readonly env: Readonly<Record<string, string>>;
  /** A browser signs in at the provider under a name, and gives the address it is sent back to. */
  signIn(url: string, name: string): Promise<string>;
  close(): Promise<void>;
}

export async function openIdentityWorld(): Promise<IdentityWorld> {
  let handle: ReturnType<Provider['callback']> | undefined;
  const server = createServer((request, response) => void handle?.(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${PUBLIC_URL}${CALLBACK_PATH}`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    cookies: { keys: ['for this test alone'] },
    pkce: { required: () => true },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: 'li@example.com' }) }),
    // Nobody is asked whether the company may know them.
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  handle = provider.callback();
  return {
    issuer,
    env: {
      PERENNIAL_OIDC_ISSUER: issuer,
      PERENNIAL_OIDC_CLIENT_ID: CLIENT_ID,
      PERENNIAL_OIDC_CLIENT_SECRET: CLIENT_SECRET,
    },
    signIn: (url, name) => new Browser(issuer).signIn(url, name),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** Follows redirects as long as they stay at the provider, with its cookies. */
class Browser {
  readonly #issuer: string;
  readonly #jar = new Map<string, string>();

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  async signIn(url: string, name: string): Promise<string> {
    const form = await this.#follow(url);
    if (!form.startsWith(`${this.#issuer}/interaction/`)) return form;
    const sent = new URLSearchParams({ prompt: 'login', login: name, password: 'any' });
    return this.#follow(form, { method: 'POST', body: sent });
  }

  async #follow(url: string, init: RequestInit = {}): Promise<string> {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const cut = pair.indexOf('=');
      this.#jar.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
    const location = answer.headers.get('location');
    if (location === null) return url;
    const next = new URL(location, url).href;
    return next.startsWith(this.#issuer) ? this.#follow(next) : next;
  }
}
