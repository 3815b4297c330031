import type { z } from 'zod';
import type { BodyGiven, ParamsOf, QueryOf, RouteContract } from '../contract.ts';

type Part<Name extends string, T> = [T] extends [never] ? unknown : { readonly [K in Name]: T };

/** What a route takes, by its contract. The query may be left out where nothing of it is needed. */
export type InputsOf<C> = Part<'params', ParamsOf<C>> &
  ([QueryOf<C>] extends [never] ? unknown : { readonly query?: Given<QueryOf<C>> }) &
  Part<'body', BodyGiven<C>>;

/** Undefined means left out. */
type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What a route answers, checked. */
export type Told<C> = C extends RouteContract<z.ZodType, z.ZodType, z.ZodType, infer R> ? z.output<R> : never;

/**
 * Whoever answers the contracts: a server, or the routes' own code in this process. Whatever goes wrong is a
 * `PerennialError`, the same from both.
 */
export interface Caller {
  /** @param key names a POST, so that it counts once however often it is sent */
  call<C extends RouteContract>(contract: C, inputs: InputsOf<C>, key?: string): Promise<Told<C>>;
}

/** The parts of a request without their types: what carries it needs to know no more. */
export interface Parts {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** A query as it stands in an address, where everything is text. */
export function queryText(query: Parts['query'] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  );
}

interface Listed<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A page of a list holds so many at most. */
const PAGE = 200;

/**
 * The first `limit` items of a list, over as many pages as it takes.
 *
 * @param ask one page, from where the last one ended
 */
export async function listed<T, P extends Listed<T>>(
  limit: number,
  ask: (page: { readonly limit: number; readonly after?: string }) => Promise<P>,
): Promise<{ readonly items: readonly P['items'][number][]; readonly first: P; readonly next: string | null }> {
  const first = await ask({ limit: Math.min(PAGE, limit) });
  const items = [...first.items];
  let { next } = first;
  while (next !== null && items.length < limit) {
    const page = await ask({ limit: Math.min(PAGE, limit - items.length), after: next });
    items.push(...page.items);
    next = page.next;
  }
  return { items, first, next };
}
