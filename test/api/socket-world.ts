import { createSecretKey } from 'node:crypto';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { API_DEFAULTS } from '../../api/deps.ts';
import type { ApiDeps } from '../../api/deps.ts';
import type { BoundRoute } from '../../api/call.ts';
import { createServer } from '../../api/server.ts';
import { fromMs } from '../../domain/time/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { digestOfSecret, newSecret } from '../../operations/accounts/secrets.ts';
import type { KeyRing } from '../../operations/temporal/key-ring.ts';
import type { AccountDoc } from '../../schemas/account.ts';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';

export const RING: KeyRing = { current: 'k1', keys: new Map([['k1', createSecretKey(Buffer.alloc(32, 7))]]) };

export interface Listening {
  readonly deps: ApiDeps;
  readonly url: string;
  readonly faults: unknown[];
  close(): Promise<void>;
}

/** Some routes on a database, listening on a port of its own. */
export async function listen(
  parts: Partial<OperationsContext> & Pick<OperationsContext, 'db'>,
  routes: readonly BoundRoute[],
): Promise<Listening> {
  const faults: unknown[] = [];
  const context = { keyRing: RING, env: {}, dataDir: '', ...parts } as OperationsContext;
  const deps: ApiDeps = {
    context,
    now: () => fromMs(Date.now()),
    settings: { ...API_DEFAULTS, publicUrl: 'http://localhost', ratePerMinute: 100_000 },
    onFault: ({ error }) => faults.push(error),
  };
  const app = await createServer(deps, routes);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { deps, url, faults, close: () => app.close() };
}

/** A token of somebody on the team, with an account where there is none. */
export async function tokenOf(db: Database, personId: string, roles: AccountDoc['roles'] = []): Promise<string> {
  const secret = newSecret('prn_');
  const now = fromMs(Date.now());
  const account = { passwordHash: null, identities: [], createdAt: now, disabledAt: null, roles: [...roles] };
  await raw(db.accounts).updateOne({ _id: personId }, { $set: account }, { upsert: true });
  await db.tokens.insertMany([
    {
      _id: `tok_${digestOfSecret(secret).slice(0, 12)}`,
      hash: digestOfSecret(secret),
      personId,
      name: 'test',
      scopes: ['read', 'write'],
      ending: secret.slice(-4),
      createdAt: now,
      lastUsedAt: null,
      expiresAt: null,
      revokedAt: null,
    },
  ]);
  return secret;
}

export interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A stream as a page reads it, on a socket of its own. */
export class EventReader {
  readonly status: number;
  /** Where the page would go on. */
  lastId = '';
  readonly #response: IncomingMessage;
  readonly #told: Told[] = [];
  #text = '';
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#take(chunk));
    response.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
    response.on('error', () => undefined);
  }

  static open(url: string, secret: string, headers: Readonly<Record<string, string>> = {}): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      const asked = request(
        `${url}/v1/live`,
        { agent: false, headers: { authorization: `Bearer ${secret}`, ...headers } },
        (response) => resolve(new EventReader(response)),
      );
      asked.on('error', reject);
      asked.end();
    });
  }

  /** The next event; undefined where the stream has ended. */
  async next(): Promise<Told | undefined> {
    for (;;) {
      const told = this.#told.shift();
      if (told !== undefined || this.#ended) return told;
      await this.#woken();
    }
  }

  /** Everything up to the end of the stream. */
  async rest(): Promise<readonly Told[]> {
    while (!this.#ended) await this.#woken();
    return this.#told.splice(0);
  }

  /** Waits until the page knows where it would go on. */
  async placed(): Promise<string> {
    while (this.lastId === '' && !this.#ended) await this.#woken();
    return this.lastId;
  }

  /** Reads nothing until {@link resume}: what comes waits in the socket. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#response.destroy();
  }

  #woken(): Promise<void> {
    return new Promise((wake) => {
      this.#wake = wake;
    });
  }

  #take(chunk: string): void {
    this.#text += chunk;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map<string, string>();
      for (const line of block.split('\n')) {
        const cut = line.indexOf(': ');
        if (cut > 0) fields.set(line.slice(0, cut), line.slice(cut + 2));
        else if (line.endsWith(':') && line !== ':') fields.set(line.slice(0, -1), '');
      }
      const id = fields.get('id');
      if (id !== undefined) this.lastId = id;
      const data = fields.get('data');
      if (data === undefined) continue;
      const told = JSON.parse(data) as Told['data'];
      this.#told.push({ id: id ?? '', event: fields.get('event') ?? 'message', data: told });
    }
    this.#wake();
  }
}
