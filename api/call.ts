import { PerennialError } from '../domain/errors/index.ts';
import type { Locale } from '../domain/text.ts';
import type { Instant } from '../domain/time/types.ts';
import type { Principal } from '../operations/accounts/principal.ts';
import type { AnswerOf, BodyOf, ParamsOf, QueryOf, RouteContract } from './contract.ts';
import type { ApiDeps } from './deps.ts';

/** One request, checked: its parts have the shapes that the contract names. */
export interface Call<C> {
  readonly deps: ApiDeps;
  readonly params: ParamsOf<C>;
  readonly query: QueryOf<C>;
  readonly body: BodyOf<C>;
  readonly locale: Locale;
  /** One instant for all that the request does. */
  readonly now: Instant;
  readonly requestId: string;
  /** The name that makes it count once: follows from person and Idempotency-Key, or from the request where none is asked for. */
  readonly onceId: string;
  /** What the browser or program calls itself. */
  readonly agent: string;
  /** The address that the request came from. */
  readonly address: string;
  /** Headers as they came, names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly reply: ReplyParts;
}

/** A call of somebody who is signed in. */
export interface SignedCall<C> extends Call<C> {
  readonly principal: Principal;
}

/** What a handler may say besides its answer. */
export interface ReplyParts {
  setSession(secret: string, expiresAt: Instant): void;
  clearSession(): void;
  /** The secret of the session that the request came with. */
  readonly sessionSecret: string | undefined;
  /**
   * The version of a record, for `ETag`. Throws `precondition.missing` and `precondition.failed` where the route asks
   * for If-Match and the caller has read another version.
   */
  matchVersion(representation: unknown): void;
  header(name: string, value: string): void;
  /** Another status than the contract's, for a second answer that is none of success or failure. */
  status(code: 200 | 202): void;
}

type Handler<C, K> = (call: K) => Promise<AnswerOf<C> extends undefined ? void : AnswerOf<C>>;

/** A contract with what answers it. */
export interface BoundRoute {
  readonly contract: RouteContract;
  readonly handle: (call: Call<RouteContract>, principal: Principal | undefined) => Promise<unknown>;
}

/** Answers somebody who is signed in and has the right that the contract names. */
export function bind<C extends RouteContract>(contract: C, handler: Handler<C, SignedCall<C>>): BoundRoute {
  return {
    contract,
    handle: (call, principal) => {
      // The server has refused already; this is for the one who forgets it there.
      if (principal === undefined) throw PerennialError.of('access.unauthenticated');
      return handler({ ...(call as unknown as Call<C>), principal });
    },
  };
}

/** Answers anybody, and says more to somebody who is signed in. */
export function bindOpen<C extends RouteContract>(
  contract: C,
  handler: Handler<C, Call<C> & { readonly principal: Principal | undefined }>,
): BoundRoute {
  if (contract.access !== 'public') throw new Error(`${contract.id} is not public`);
  return { contract, handle: (call, principal) => handler({ ...(call as unknown as Call<C>), principal }) };
}

/** Answers anybody. */
export function bindPublic<C extends RouteContract>(contract: C, handler: Handler<C, Call<C>>): BoundRoute {
  if (contract.access !== 'public') throw new Error(`${contract.id} is not public`);
  return { contract, handle: (call) => handler(call) };
}
