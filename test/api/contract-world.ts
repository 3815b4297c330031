import { createHash } from 'node:crypto';
import type { ExecutionContext, TestFn } from 'ava';
import { createPerform } from '../../activities/perform/perform.ts';
import type { RouteContract } from '../../api/contract.ts';
import { ROUTES } from '../../api/routes/index.ts';
import { rightsOf } from '../../domain/access/index.ts';
import type { AccessRole } from '../../domain/access/index.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import { ROLES } from '../../domain/people/types.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { canonicalJson } from '../../domain/history/index.ts';
import type { Database } from '../../schemas/connection.ts';
import { textKey } from '../../schemas/keys.ts';
import { escalation, mail, quote, request, task } from '../activities/perform/effects.ts';
import { decision, effectEntry, factEntry, freshWorld, OPENED, witness } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { openTestMongo } from '../helpers/services.ts';
import { PEOPLE } from '../helpers/world.ts';
import { giveAccounts, openApi } from './api-world.ts';
import type { Answer, Api, Caller } from './api-world.ts';
import { RING } from './socket-world.ts';
import { sampleOf } from './schema-arbitrary.ts';

export const CONTRACTS: readonly RouteContract[] = ROUTES.map(({ contract }) => contract);
export const ALL_ROLES: readonly AccessRole[] = [...ROLES, 'auditor', 'admin'];

/** Routes that answer without an end, so that a call without a socket would wait for it. */
export function isEndless({ produces }: RouteContract): boolean {
  return produces === 'text/event-stream';
}

export interface ContractWorld {
  readonly api: Api;
  readonly db: Database;
  /** Somebody of each role, signed in. The sales rep looks after the one client there is. */
  readonly callers: ReadonlyMap<AccessRole, Caller>;
  /** A sales rep who looks after nobody. */
  readonly stranger: Caller;
  /** Changes with every record that changes. */
  fingerprint(): Promise<string>;
}

export interface WorldContext extends MongoContext {
  readonly world: ContractWorld;
}

/** One world for the file; its tests come one after the other. */
export function withContractWorld(test: TestFn<WorldContext>): void {
  test.serial.before(async (t) => {
    t.timeout(3 * 60_000);
    const context = { mongo: await openTestMongo(), opened: [] };
    t.context = { ...context, world: await contractWorld({ context } as unknown as ExecutionContext<MongoContext>) };
  });
  test.serial.after.always(async (t) => {
    await t.context.world?.api.close();
    await Promise.all((t.context.opened ?? []).map((db) => db.close()));
    await t.context.mongo?.close();
  });
}

const BARE = { manager: null, locale: 'en', zone: 'Asia/Shanghai', active: true } as const;

/** A database with one renewal and all that belongs to one, and somebody of each role; no Temporal behind it. */
async function contractWorld(t: ExecutionContext<MongoContext>): Promise<ContractWorld> {
  const db = await freshWorld(t);
  await createPerform(witness(db).deps)(
    decision({
      effects: [mail, task, escalation, request],
      log: [
        ...[mail, task, escalation, request].map((effect) => effectEntry(effect)),
        factEntry('communication logged', {
          channel: 'call',
          contactId: 'con_1',
          reached: true,
          note: 'talked',
          promise: null,
          nextStep: null,
        }),
      ],
      view: { stage: 'contact' },
      state: { ...OPENED, quote },
    }),
  );
  const extra = ['auditor', 'admin', 'stranger'];
  await db.people.insertMany(
    extra.map((name) => ({
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
  await giveAccounts({ db }, ['auditor@example.com'], ['auditor']);
  await giveAccounts({ db }, ['admin@example.com'], ['admin']);
  const away = () => Promise.reject(PerennialError.of('cli.service_silent', { service: 'Temporal', reason: 'test' }));
  const context = {
    db,
    env: {},
    dataDir: '',
    keyRing: RING,
    as: undefined,
    services: undefined,
    temporal: away,
    temporalConnection: away,
  } as unknown as OperationsContext;
  const api = await openApi(context);
  // Time stands still: what is written for the mere visit is written once, before anybody compares.
  const now = api.clock.now();
  api.clock.now = () => now;
  const callers = new Map<AccessRole, Caller>();
  for (const role of ROLES) {
    const person = team.find(({ roles }) => roles.includes(role));
    if (person === undefined) throw new Error(`nobody is ${role}`);
    callers.set(role, await api.as(person.email));
  }
  callers.set('auditor', await api.as('auditor@example.com'));
  callers.set('admin', await api.as('admin@example.com'));
  const stranger = await api.as('stranger@example.com');
  return { api, db, callers, stranger, fingerprint: () => fingerprintOf(db) };
}

/** Notes of visits, which are no change of anything: refusals and privileged reads are noted too. */
const NOTES = new Set(['requests', 'signInAttempts', 'sign-in-attempts', 'audit', 'auditHeads', 'audit-heads']);

async function fingerprintOf(db: Database): Promise<string> {
  const hash = createHash('sha256');
  const names = (await db.connection.listCollections()).map(({ name }) => name).filter((name) => !NOTES.has(name));
  for (const name of names.toSorted()) {
    const rows = await db.connection
      .collection(name)
      .find({}, { sort: { _id: 1 } })
      .toArray();
    hash.update(name);
    for (const { lastSeenAt: _seen, lastUsedAt: _used, ...row } of rows) {
      hash.update(canonicalJson(JSON.parse(JSON.stringify(row)) as Parameters<typeof canonicalJson>[0]));
    }
  }
  return hash.digest('hex');
}

/** Somebody who may call the route at all. */
export function callerFor({ callers, api }: ContractWorld, { access }: RouteContract): Caller {
  if (access === 'public') return api.nobody;
  const role = ALL_ROLES.find((one) => mayCall(one, access));
  const caller = role && callers.get(role);
  if (caller === undefined) throw new Error(`nobody may ${access}`);
  return caller;
}

/** Whether the rules give the role the route; with a team below, as a manager has. */
export function mayCall(role: AccessRole, access: RouteContract['access']): boolean {
  if (access === 'public' || access === 'signed in') return true;
  return rightsOf({ personId: 'nobody', roles: [role], owners: ['somebody'] }).may(access);
}

/** A path of the route whose parameters have the right form and name nothing that is there, unless they are given. */
export function pathOf({ path, params }: RouteContract, given: Readonly<Record<string, string>> = {}): string {
  const made = params === undefined ? {} : (sampleOf(params) as Readonly<Record<string, unknown>>);
  return path.replaceAll(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(given[name] ?? String(made[name])));
}

export function codeOf({ body }: Answer): unknown {
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
}

/** Every code of an error document. */
export function codesOf({ body }: Answer): readonly string[] {
  const { errors = [] } = (body ?? {}) as { readonly errors?: readonly { readonly code: string }[] };
  return errors.map(({ code }) => code);
}

/** A status that is nobody's fault here: there is no Temporal behind these tests, and only that may be said. */
export function isOurs(answer: Answer): boolean {
  return answer.status >= 500 && codeOf(answer) !== 'cli.service_silent';
}

export function shapeOf({ path }: Pick<RouteContract, 'path'>): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
}
