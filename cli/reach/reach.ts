import { listed } from '../../api/client/caller.ts';
import type { Caller, InputsOf, Told } from '../../api/client/caller.ts';
import type { RouteContract } from '../../api/contract.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type * as routes from './routes.ts';
import type { Client, Person, Renewal } from '../seen.ts';

export type Routes = typeof routes;

/** What a command works through: a server, or the services of this machine. Both answer the same contracts. */
export class Reach implements Caller {
  readonly routes: Routes;
  /** Where the server is; null where this machine is meant. */
  readonly url: string | null;
  /** The services of this machine; null with a server. */
  readonly context: OperationsContext | null;
  readonly #caller: Caller;

  constructor(caller: Caller, routes: Routes, at: Pick<Reach, 'url' | 'context'>) {
    this.#caller = caller;
    this.routes = routes;
    this.url = at.url;
    this.context = at.context;
  }

  call<C extends RouteContract>(contract: C, inputs: InputsOf<C>, key?: string): Promise<Told<C>> {
    return this.#caller.call(contract, inputs, key);
  }

  /** The renewal that a person means. Throws `renewal.not_found` and `cli.ambiguous`. */
  find(text: string): Promise<Renewal> {
    return this.call(this.routes.findRenewal, { query: { text } });
  }

  /** The whole team, by name. */
  async people(): Promise<readonly Person[]> {
    const { items } = await listed(Infinity, (page) => this.call(this.routes.listPeople, { query: page }));
    return items;
  }

  client(clientId: string): Promise<Client> {
    return this.call(this.routes.getClient, { params: { clientId } });
  }
}
