import { createSecretKey } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { createPerform } from '../../activities/perform/perform.ts';
import type { AccessRole } from '../../domain/access/index.ts';
import { ROLES } from '../../domain/people/types.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import { openSession } from '../../operations/accounts/sessions.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { Database } from '../../schemas/connection.ts';
import { textKey } from '../../schemas/keys.ts';
import { escalation, mail, quote, request, task } from '../activities/perform/effects.ts';
import { decision, effectEntry, factEntry, freshWorld, OPENED, witness } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { PEOPLE } from '../helpers/world.ts';
import { giveAccounts, openApi } from './api-world.ts';
import type { Answer, Api, Caller } from './api-world.ts';

export interface RecordsWorld {
  readonly api: Api;
  readonly db: Database;
  /** Somebody of each role, signed in. The sales rep looks after the one client there is. */
  readonly callers: ReadonlyMap<AccessRole, Caller>;
  /** A sales rep who looks after nobody. */
  readonly stranger: Caller;
}

const BARE = { manager: null, locale: 'en', zone: 'Asia/Shanghai', active: true } as const;

/** One client with a renewal, work, approval, mail and log, somebody of each role, and no Temporal behind it. */
export async function recordsWorld(t: ExecutionContext<MongoContext>): Promise<RecordsWorld> {
  const db = await freshWorld(t);
  const effects = [mail, task, escalation, request];
  const talk = { channel: 'call', contactId: 'con_1', reached: true, note: 'talked', promise: null, nextStep: null };
  await createPerform(witness(db).deps)(
    decision({
      effects,
      log: [...effects.map((effect) => effectEntry(effect)), factEntry('communication logged', talk)],
      view: { stage: 'contact' },
      state: { ...OPENED, quote },
    }),
  );
  await db.people.insertMany(
    ['admin', 'stranger'].map((name) => ({
      ...BARE,
      _id: name,
      name,
      email: `${name}@example.com`,
      emailKey: textKey(`${name}@example.com`),
      roles: name === 'stranger' ? (['sales-rep'] as const) : [],
    })),
  );
  const team = Object.values(PEOPLE);
  await giveAccounts({ db }, [...team.map(({ email }) => email), 'stranger@example.com']);
  await giveAccounts({ db }, ['admin@example.com'], ['admin']);
  const away = () => Promise.reject(PerennialError.of('cli.service_silent', { service: 'Temporal', reason: 'test' }));
  const context = {
    db,
    env: {},
    dataDir: '',
    config: { mongodbUri: null, temporal: { address: null, namespace: 'test' } },
    keyRing: { current: 'k1', keys: new Map([['k1', createSecretKey(Buffer.alloc(32, 7))]]) },
    as: undefined,
    services: undefined,
    temporal: away,
    temporalConnection: away,
  } as unknown as OperationsContext;
  const api = await openApi(context);
  t.teardown(() => api.close());
  const now = api.clock.now();
  api.clock.now = () => now;
  // Sessions as a sign-in makes them, without the slow hash of a password for each.
  const signIn = async (personId: string) => {
    const { secret } = await openSession(db, personId, { agent: 'test', address: '127.0.0.1' }, 'password', now);
    return api.nobody.with({ cookie: `__Host-perennial=${secret}`, 'sec-fetch-site': 'same-origin' });
  };
  const callers = new Map<AccessRole, Caller>();
  for (const role of ROLES) {
    const person = team.find(({ roles }) => roles.includes(role));
    if (person === undefined) throw new Error(`nobody is ${role}`);
    callers.set(role, await signIn(person.id));
  }
  callers.set('admin', await signIn('admin'));
  return { api, db, callers, stranger: await signIn('stranger') };
}

export function of({ callers }: RecordsWorld, role: AccessRole): Caller {
  const caller = callers.get(role);
  if (caller === undefined) throw new Error(`no ${role}`);
  return caller;
}

export function codeOf(answer: Answer): unknown {
  return (answer.body as { readonly code?: unknown } | undefined)?.code;
}

export function itemsOf(answer: Answer): readonly Readonly<Record<string, unknown>>[] {
  return (answer.body as { readonly items: readonly Readonly<Record<string, unknown>>[] }).items;
}

/** Changes a record as it was just read. */
export async function edit(
  caller: Caller,
  path: string,
  body: unknown,
  read: string = path,
  method: 'PATCH' | 'DELETE' = 'PATCH',
): Promise<Answer> {
  const { headers } = await caller.get(read);
  return caller.send(method, path, body, { 'if-match': String(headers['etag']) });
}
