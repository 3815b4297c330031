import { setTimeout as pause } from 'node:timers/promises';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import type { RouteContract } from '../contract.ts';
import { checkedAnswer } from './answer.ts';
import { queryText } from './caller.ts';
import type { Caller, InputsOf, Parts, Told } from './caller.ts';
import { errorOfAnswer } from './failures.ts';

export interface HttpOptions {
  /** Where the server is, with a path before it where a proxy wants one; see {@link serverUrl}. */
  readonly url: string;
  /** `Authorization` or `Cookie`: who calls. Nobody where left out. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly locale: Locale;
  readonly newId: () => string;
  /** Milliseconds before each further attempt where no answer came. */
  readonly pauses?: readonly number[];
  /** Milliseconds that one attempt may take. */
  readonly patienceMs?: number;
}

/** A restart of the server, or of the proxy before it, is waited for. */
const PAUSES = [250, 1000, 2000, 4000];
/** Longer than the server itself waits for a command to be judged. */
const PATIENCE_MS = 45_000;
/** Nobody at a terminal waits longer for a limit of requests to pass. */
const WAIT_MAX_SECONDS = 15;

/** A server over HTTP. A request is sent again only where that cannot count twice: reading, or with its key. */
export class HttpCaller implements Caller {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  async call<C extends RouteContract>(contract: C, inputs: InputsOf<C>, key?: string): Promise<Told<C>> {
    return (await this.send(contract, inputs, key)).answer;
  }

  /** As {@link call}, with the headers of the answer. */
  async send<C extends RouteContract>(
    contract: C,
    inputs: InputsOf<C>,
    key?: string,
  ): Promise<{ readonly answer: Told<C>; readonly headers: Headers }> {
    const { url } = this.#options;
    const { status, headers, text } = await this.#answered(contract, inputs as Parts, key);
    if (status >= 400) throw errorOfAnswer(text, { url, contract, status });
    return { answer: checkedAnswer(contract, text, url) as Told<C>, headers };
  }

  async #answered(contract: RouteContract, parts: Parts, key: string | undefined): Promise<Answered> {
    const { url, pauses = PAUSES } = this.#options;
    const isNamed = contract.method === 'POST' && contract.once !== false;
    const request = this.#request(contract, parts, isNamed ? (key ?? this.#options.newId()) : undefined);
    const again = contract.method === 'GET' || isNamed;
    for (let attempt = 0; ; attempt += 1) {
      const wait = again ? pauses[attempt] : undefined;
      try {
        const answered = await this.#once(contract, parts, request);
        const seconds = wait === undefined ? undefined : secondsToWait(answered);
        if (seconds === undefined) return answered;
        await pause(Math.max(seconds * 1000, wait ?? 0));
      } catch (error) {
        const reason = reasonOf(error);
        // Nothing has reached anybody yet, and nobody is there: more of the same would be no better.
        if (attempt === 0 && NOBODY_THERE.has(reason)) throw PerennialError.of('remote.unreachable', { url, reason });
        if (wait === undefined) throw PerennialError.of(again ? 'remote.no_answer' : 'remote.lost', { url, reason });
        await pause(wait);
      }
    }
  }

  async #once(contract: RouteContract, { params = {}, query }: Parts, request: RequestInit): Promise<Answered> {
    const { url, patienceMs = PATIENCE_MS } = this.#options;
    const path = contract.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
    const search = new URLSearchParams(queryText(query)).toString();
    const response = await fetch(`${url}${path}${search === '' ? '' : `?${search}`}`, {
      ...request,
      signal: AbortSignal.timeout(patienceMs),
      // A token goes to the server that was named, and nowhere else.
      redirect: 'error',
    });
    // An answer that breaks off in its middle is none.
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  #request(contract: RouteContract, { body }: Parts, key: string | undefined): RequestInit {
    const { locale, headers = {} } = this.#options;
    return {
      method: contract.method,
      headers: {
        accept: 'application/json',
        'accept-language': locale,
        ...headers,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(contract.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(contract.body === undefined ? {} : { body: JSON.stringify(body) }),
    };
  }
}

/**
 * How long to wait before asking again; undefined where the answer is the answer. A gateway without its server says
 * 502 to 504 in words of its own.
 */
function secondsToWait({ status, headers, text }: Answered): number | undefined {
  const isOurs = headers.get('content-type')?.startsWith('application/problem+json') === true;
  if (status >= 502 && status <= 504 && !isOurs) return 0;
  // The attempt before this one still runs.
  if (status === 409 && text.includes('"code":"idempotency.in_progress"')) return 0;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return (status === 429 || status === 503) && seconds <= WAIT_MAX_SECONDS ? seconds : undefined;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const NOBODY_THERE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

/** `ECONNREFUSED` and the like, out of what fetch wraps it in. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return excerpt(error);
  if (error.name === 'TimeoutError') return 'ETIMEDOUT';
  const { cause } = error;
  if (cause instanceof Error) return reasonOf(cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : excerpt(error.message);
}
