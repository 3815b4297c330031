import type { FastifyInstance, InjectOptions } from 'fastify';
import { randomUUID } from 'node:crypto';
import { API_DEFAULTS } from '../../api/deps.ts';
import type { ApiDeps, ApiSettings } from '../../api/deps.ts';
import { ROUTES } from '../../api/routes/index.ts';
import { createServer } from '../../api/server.ts';
import type { OFFICE_ROLES } from '../../domain/access/index.ts';
import { fromMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { hashPassword } from '../../operations/accounts/passwords.ts';
import { personByEmail } from '../../operations/store/queries.ts';

export const PUBLIC_URL = 'https://renewals.example.com';
export const PASSWORD = 'a long sentence about spring';

let passwordHash: Promise<string> | undefined;

export interface Api {
  readonly app: FastifyInstance;
  readonly context: OperationsContext;
  /** What went wrong on our side: an answer with 500 stands here. */
  readonly faults: unknown[];
  /** A clock that tests may move. */
  readonly clock: { now: () => Instant };
  /** A session of somebody on the team, by e-mail. */
  as(email: string): Promise<Caller>;
  /** Somebody who is not signed in. */
  readonly nobody: Caller;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | string[] | undefined>>;
  /** Parsed; undefined where there is none. */
  readonly body: unknown;
}

/** Makes requests as one person, the way the pages do: with a cookie, from our own origin. */
export class Caller {
  readonly #app: FastifyInstance;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(app: FastifyInstance, headers: Readonly<Record<string, string>> = {}) {
    this.#app = app;
    this.#headers = headers;
  }

  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('GET', url, undefined, headers);
  }

  /** With an Idempotency-Key of its own, where none is given. */
  post(url: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('POST', url, body, { 'idempotency-key': randomUUID(), ...headers });
  }

  async send(
    method: InjectOptions['method'] & string,
    url: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const raw =
      typeof body === 'string' || Buffer.isBuffer(body) ? body : body === undefined ? undefined : JSON.stringify(body);
    const response = await this.#app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(raw === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.#headers,
        ...headers,
      },
      ...(raw === undefined ? {} : { payload: raw }),
    });
    return { status: response.statusCode, headers: response.headers, body: parsed(response.body) };
  }

  with(headers: Readonly<Record<string, string>>): Caller {
    return new Caller(this.#app, { ...this.#headers, ...headers });
  }
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The API on a context, with all routes, answering without a socket. */
export async function openApi(
  context: OperationsContext,
  settings: Partial<ApiSettings> = {},
  more: Pick<ApiDeps, 'onEvents' | 'onOutgoing'> = {},
): Promise<Api> {
  const faults: unknown[] = [];
  const clock = { now: () => fromMs(Date.now()) };
  const deps: ApiDeps = {
    context,
    now: () => clock.now(),
    settings: { ...API_DEFAULTS, publicUrl: PUBLIC_URL, ratePerMinute: 100_000, ...settings },
    onFault: ({ error }) => faults.push(error),
    ...more,
  };
  const app = await createServer(deps, ROUTES);
  await app.ready();
  const nobody = new Caller(app);
  const as = async (email: string) => {
    const answer = await nobody.send('POST', '/v1/session', { email, password: PASSWORD });
    if (answer.status !== 200) throw new Error(`${email} cannot sign in: ${JSON.stringify(answer.body)}`);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    return new Caller(app, { cookie, 'sec-fetch-site': 'same-origin' });
  };
  return { app, context, faults, clock, as, nobody, close: () => app.close() };
}

/** Lets members of the team sign in with {@link PASSWORD}. */
export async function giveAccounts(
  { db }: Pick<OperationsContext, 'db'>,
  emails: readonly string[],
  roles: readonly (typeof OFFICE_ROLES)[number][] = [],
): Promise<void> {
  passwordHash ??= hashPassword(PASSWORD);
  for (const email of emails) {
    const person = await personByEmail(db, email);
    if (person === undefined) throw new Error(`${email} is not on the team`);
    await db.accounts.updateOne(
      { _id: person.id },
      {
        $set: {
          passwordHash: await passwordHash,
          roles: [...roles],
          identities: [],
          createdAt: fromMs(Date.now()),
          disabledAt: null,
        },
      },
      { upsert: true },
    );
  }
}
