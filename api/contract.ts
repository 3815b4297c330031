import type { z } from 'zod';
import type { LocalText } from '../domain/text.ts';
import type { Permission } from '../domain/access/index.ts';
import type { Scope } from '../schemas/account.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Groups of the documentation; each has its page of the reference. */
export const TAGS = [
  'session',
  'team',
  'clients',
  'contracts',
  'renewals',
  'tasks',
  'approvals',
  'communications',
  'mail',
  'playbooks',
  'calendars',
  'history',
  'events',
  'channels',
  'imports',
  'service',
] as const;
export type Tag = (typeof TAGS)[number];

/**
 * Who may call a route. There is no default: a route without it does not compile. `public` needs no account;
 * `signed in` any account; a permission is checked before the handler runs, and again, with the record, by what
 * the handler reads.
 */
export type Access = 'public' | 'signed in' | Permission;

/**
 * One route as server, command line, pages and the OpenAPI document see it. All schemas are strict: what they do
 * not name is refused on the way in and never gets out.
 */
export interface RouteContract<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  /** Name of the operation, for clients: `listRenewals`. */
  readonly id: string;
  readonly method: Method;
  /** With `:name` for parameters. */
  readonly path: `/${string}`;
  readonly tag: Tag;
  readonly summary: LocalText;
  readonly access: Access;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  /** 200 where left out. */
  readonly status?: 200 | 201 | 202 | 204;
  /**
   * POST only: whether the caller must name the request so that it counts once. It must, except where doing it
   * twice changes nothing (signing in, checking a text).
   */
  readonly once?: boolean;
  /** PUT, PATCH and DELETE of a record that people edit: the caller must say which version was read. */
  readonly ifMatch?: boolean;
  /** Media type of an answer that is streamed instead of JSON; `response` only describes it. */
  readonly produces?: string;
  /** Bytes of the body, where it may be larger than usual. */
  readonly bodyLimit?: number;
  /** The handler gets the bytes as they came, because a signature is over them; nobody has parsed them. */
  readonly rawBody?: boolean;
  /** Types that the body may have besides JSON; only with `rawBody`. */
  readonly accepts?: readonly BodyType[];
  /** The only types that the body may have; the handler gets its bytes. */
  readonly consumes?: readonly BodyType[];
  /** Only for people who are signed in themselves: what would let a token do more than it may, or outlive it. */
  readonly sessionOnly?: boolean;
  /** What a token must be for, where neither reading nor changing says it. */
  readonly scope?: Scope;
  /** Requests a minute from one address, where the route is counted by itself: programs send here, in bursts. */
  readonly ratePerMinute?: number;
}

/** What a body may be besides JSON, where a route says so. */
export const BODY_TYPES = [
  'message/rfc822',
  'text/csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;
export type BodyType = (typeof BODY_TYPES)[number];

export type ParamsOf<C> = C extends RouteContract<infer P> ? z.output<P> : never;
export type QueryOf<C> = C extends RouteContract<z.ZodType, infer Q> ? z.output<Q> : never;
export type BodyOf<C> = C extends RouteContract<z.ZodType, z.ZodType, infer B> ? z.output<B> : never;
/** A body as whoever sends it writes it. */
export type BodyGiven<C> = C extends RouteContract<z.ZodType, z.ZodType, infer B> ? z.input<B> : never;
export type AnswerOf<C> = C extends RouteContract<z.ZodType, z.ZodType, z.ZodType, infer R> ? z.input<R> : never;

/** Keeps the types of a contract's schemas. */
export function defineRoute<
  P extends z.ZodType = z.ZodNever,
  Q extends z.ZodType = z.ZodNever,
  B extends z.ZodType = z.ZodNever,
  R extends z.ZodType = z.ZodNever,
>(contract: RouteContract<P, Q, B, R>): RouteContract<P, Q, B, R> {
  return contract;
}
