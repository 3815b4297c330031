import type { Caller, InputsOf, Told } from '../../api/client/caller.ts';
import { HttpCaller } from '../../api/client/http.ts';
import type { RouteContract } from '../../api/contract.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import type { Run } from '../run.ts';
import { serverUrl, tokenFor } from './credentials.ts';
import { Reach } from './reach.ts';

/** A running server, as the person of the token. */
export async function reachServer(run: Run, server: string): Promise<Reach> {
  const url = serverUrl(server);
  const token = await tokenFor(run, url);
  return new Reach(new TokenCaller(run, url, token), await import('./routes.ts'), { url, context: null });
}

/** Calls with a token; that it does not hold any more is told with the way to a new one. */
export class TokenCaller implements Caller {
  readonly #caller: HttpCaller;
  readonly #url: string;

  constructor({ io, options }: Run, url: string, token: string) {
    this.#url = url;
    this.#caller = new HttpCaller({
      url,
      headers: { authorization: `Bearer ${token}` },
      locale: options.locale,
      newId: () => io.newId(),
    });
  }

  async call<C extends RouteContract>(contract: C, inputs: InputsOf<C>, key?: string): Promise<Told<C>> {
    try {
      return await this.#caller.call(contract, inputs, key);
    } catch (error) {
      const isOver = error instanceof PerennialError && error.problems[0]?.code === 'access.unauthenticated';
      throw isOver ? PerennialError.of('remote.token_refused', { url: this.#url }) : error;
    }
  }
}
