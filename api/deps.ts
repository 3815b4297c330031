import type { Instant } from '../domain/time/types.ts';
import type { OperationsContext } from '../operations/context.ts';
import { NOTHING_ALLOWED } from '../operations/outside/allowance.ts';
import type { Allowance } from '../operations/outside/allowance.ts';

/** What the API is put together from. */
export interface ApiDeps {
  readonly context: OperationsContext;
  readonly now: () => Instant;
  readonly settings: ApiSettings;
  /** A line for the operator about what went wrong on our side; never with personal data. */
  readonly onFault: (fault: { readonly requestId: string; readonly route: string; readonly error: unknown }) => void;
  /** A line for the operator about a request that was answered. */
  readonly onAnswered?: (line: AnsweredRequest) => void;
  /** Events have been stored: whoever tells them need not wait for the next look. */
  readonly onEvents?: () => void;
  /** Something is to go out: whoever sends it need not wait for the next look. */
  readonly onOutgoing?: () => void;
}

/** What may stand in a log: no values of people, no addresses, no query. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  /** The path as the contract writes it, `/v1/renewals/:renewalId`; empty where there is none. */
  readonly route: string;
  readonly status: number;
  readonly millis: number;
  /** Public id of the session or token. */
  readonly by: string | null;
}

export interface ApiSettings {
  /** How people reach us, without a slash at the end: `https://renewals.example.com`. Links in mails begin with it. */
  readonly publicUrl: string;
  /** Addresses of proxies whose `X-Forwarded-*` headers are believed; of nobody else's. */
  readonly trustedProxies: readonly string[];
  /** Requests a minute, for each token or session, and for each address of those who are not signed in. */
  readonly ratePerMinute: number;
  /** Milliseconds within which a request must have arrived whole. */
  readonly requestMs: number;
  /** Places of one's own network that channels may lead to. */
  readonly outside: Allowance;
}

export const API_DEFAULTS: Omit<ApiSettings, 'publicUrl'> = {
  trustedProxies: [],
  ratePerMinute: 600,
  requestMs: 60_000,
  outside: NOTHING_ALLOWED,
};
