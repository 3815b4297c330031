import type { Locale } from '../../domain/text.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import type { BoundRoute, Call } from '../call.ts';
import type { RouteContract } from '../contract.ts';
import type { ApiDeps } from '../deps.ts';
import { validated } from '../validate.ts';
import { queryText } from './caller.ts';
import type { Caller, InputsOf, Parts, Told } from './caller.ts';

export interface InProcessOptions {
  readonly deps: ApiDeps;
  /** Who calls; the same rules hold as for anybody who comes over the net. */
  readonly principal: Principal;
  readonly locale: Locale;
  /** The routes that may be called, among them that of a contract; loaded when they are needed. */
  readonly routes: (contract: RouteContract) => Promise<readonly BoundRoute[]>;
  readonly newId: () => string;
}

/** The routes' own code, without a server: what is sent and answered is checked by the contracts all the same. */
export class InProcess implements Caller {
  readonly #options: InProcessOptions;

  constructor(options: InProcessOptions) {
    this.#options = options;
  }

  async call<C extends RouteContract>(contract: C, inputs: InputsOf<C>, key?: string): Promise<Told<C>> {
    const { deps, principal, locale, routes, newId } = this.#options;
    const route = (await routes(contract)).find((one) => one.contract.id === contract.id);
    if (route === undefined) throw new Error(`${contract.id} is not among the routes of this process`);
    const { params, query, body } = inputs as Parts;
    const id = key ?? newId();
    const call: Call<RouteContract> = {
      deps,
      params: contract.params === undefined ? {} : validated(contract.params, params, 'params'),
      query: contract.query === undefined ? {} : validated(contract.query, queryText(query), 'query'),
      body: contract.body === undefined ? undefined : validated(contract.body, body, 'body'),
      locale,
      now: deps.now(),
      requestId: id,
      onceId: id,
      agent: '',
      address: '',
      headers: {},
      reply: NO_REPLY,
    };
    return contract.response.parse(await route.handle(call, principal)) as Told<C>;
  }
}

/** There is no answer with headers: nothing is kept in a browser, and no version is asked for. */
const NO_REPLY: Call<RouteContract>['reply'] = {
  setSession: () => undefined,
  clearSession: () => undefined,
  sessionSecret: undefined,
  matchVersion: () => undefined,
  header: () => undefined,
  status: () => undefined,
};
