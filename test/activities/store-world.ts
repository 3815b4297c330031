import type { ExecutionContext, TestFn } from 'ava';
import type { ActivityDeps, PerformInput } from '../../activities/index.ts';
import { digestOf, summarizeState } from '../../domain/history/index.ts';
import type { StateSummary } from '../../domain/history/index.ts';
import type { Effect, LogEntry } from '../../domain/renewal/effects.ts';
import { newRenewalState } from '../../domain/renewal/state.ts';
import type { RenewalState } from '../../domain/renewal/state.ts';
import type { RenewalView } from '../../domain/renewal/view.ts';
import type { Instant } from '../../domain/time/types.ts';
import { connect } from '../../schemas/connection.ts';
import type { Database } from '../../schemas/connection.ts';
import { ensureIndexes } from '../../schemas/indexes.ts';
import { nameKey, textKey } from '../../schemas/keys.ts';
import { createClientKeys } from '../../schemas/sealing.ts';
import { seedDocuments } from '../../operations/store/seed-documents.ts';
import { openTestMongo } from '../helpers/services.ts';
import type { TestMongo } from '../helpers/services.ts';
import {
  at,
  CLIENT,
  CONTRACT,
  LADDER,
  PEOPLE,
  PLAIN_CALENDAR,
  PLAYBOOK,
  RENEWAL,
  SAVE_PLANS,
  SHANGHAI,
} from '../helpers/world.ts';

/** Monday, ten in the morning. */
export const NOW = at('2027-02-01', 10);

export interface MongoContext {
  readonly mongo: TestMongo;
  readonly opened: Database[];
}

/** One server for the file. */
export function withMongo(test: TestFn<MongoContext>): void {
  test.before(async (t) => {
    t.context = { mongo: await openTestMongo(), opened: [] };
  });
  test.after.always(async (t) => {
    await Promise.all(t.context.opened.map((db) => db.close()));
    await t.context.mongo.close();
  });
}

let databases = 0;

/** A fresh database with all indexes, named after nothing else. */
export async function freshDatabase(t: ExecutionContext<MongoContext>): Promise<Database> {
  const uri = new URL(t.context.mongo.uri);
  uri.pathname = `/test-${(databases += 1)}`;
  const db = await connect(uri.href);
  t.context.opened.push(db);
  await ensureIndexes(db);
  return db;
}

/** A fresh database with the client, its contract, the team, the calendar and the playbook of the test world. */
export async function freshWorld(t: ExecutionContext<MongoContext>): Promise<Database> {
  const db = await freshDatabase(t);
  const { id: clientId, ...client } = CLIENT;
  const { id: contractId, ...contract } = CONTRACT;
  await db.people.insertMany(
    Object.values(PEOPLE).map(({ id, ...person }) => ({
      manager: null,
      ...person,
      _id: id,
      emailKey: textKey(person.email),
    })),
  );
  await db.clients.insertMany([{ ...client, _id: clientId, nameKey: nameKey(client.name) }]);
  await db.contracts.insertMany([
    {
      ...contract,
      _id: contractId,
      numberKey: textKey(contract.number),
      entry: null,
      terms: [],
      amendedAt: null,
      extra: null,
    },
  ]);
  await seedDocuments(
    db,
    {
      playbooks: [{ definition: PLAYBOOK }],
      ladders: [LADDER],
      savePlans: [SAVE_PLANS],
      calendars: [PLAIN_CALENDAR],
      teamCalendar: PLAIN_CALENDAR.id,
    },
    NOW,
  );
  return db;
}

/** What performing and judging need; the jobs that look after the engine need more. */
export type RenewalDeps = Pick<
  ActivityDeps,
  'db' | 'keys' | 'compileZone' | 'wording' | 'dispatch' | 'startRenewal' | 'startSavePlan'
>;

export interface Witness {
  readonly deps: RenewalDeps;
  readonly dispatched: string[];
  readonly started: string[];
}

/** The outside of the activities, kept in lists. */
export function witness(db: Database, changes: Partial<RenewalDeps> = {}): Witness {
  const dispatched: string[] = [];
  const started: string[] = [];
  const deps: RenewalDeps = {
    db,
    keys: createClientKeys(db),
    compileZone: () => SHANGHAI,
    wording: (_catalogue, code) => ({ en: code, 'zh-CN': code }),
    dispatch: async (ids) => void dispatched.push(...ids),
    startRenewal: async (contractId, term) => void started.push(`${contractId} ${term}`),
    startSavePlan: async (id) => void started.push(id),
    ...changes,
  };
  return { deps, dispatched, started };
}

export const VIEW: RenewalView = {
  renewalId: RENEWAL,
  phase: 'open',
  stage: 'contact',
  atRisk: false,
  paused: false,
  holdsOutreach: false,
  outcome: null,
  endDate: CONTRACT.endDate,
  noticeDate: null,
  opensOn: null,
  rows: [],
  tasks: [],
  next: null,
  stalled: null,
};

/** A state of the renewal after opening. */
export const OPENED: RenewalState = {
  ...newRenewalState(RENEWAL),
  phase: 'open',
  openedAt: NOW,
  playbook: { id: 'test', version: 1 },
};

export interface DecisionParts {
  readonly effects?: readonly Effect[];
  readonly log?: readonly LogEntry[];
  readonly view?: Partial<RenewalView>;
  readonly state?: RenewalState;
  readonly wakeAt?: Instant | null;
  readonly now?: Instant;
  /** Tasks and approvals of earlier decisions that are still open. */
  readonly stillOpen?: readonly string[];
}

/** A decision to perform; where no log is given, each effect has its entry as the core writes it. */
export function decision(parts: DecisionParts = {}): PerformInput {
  const { effects = [], now = NOW } = parts;
  return {
    renewalId: RENEWAL,
    contractId: CONTRACT.id,
    term: 1,
    now,
    decision: {
      effects,
      log: parts.log ?? effects.map((effect) => effectEntry(effect, now)),
      view: { ...VIEW, ...parts.view },
      state: {
        ...summarizeState(parts.state ?? OPENED, digestOf(parts.state ?? OPENED)),
        open: openBy(effects, parts.stillOpen ?? []),
      },
      wakeAt: parts.wakeAt ?? null,
    },
  };
}

/** What is open once the effects are done. */
function openBy(effects: readonly Effect[], stillOpen: readonly string[]): StateSummary['open'] {
  const ids = (kind: Effect['kind']) => effects.flatMap((effect) => (effect.kind === kind ? [effect.id] : []));
  const closed = effects.flatMap((effect) => (effect.kind === 'close task' ? [effect.taskId] : []));
  return {
    tasks: [...stillOpen, ...ids('open task')].filter((id) => !closed.includes(id)),
    approvals: [...stillOpen, ...ids('request approval')],
  };
}

export function effectEntry({ id, why, kind, ...detail }: Effect, when: Instant = NOW): LogEntry {
  return { id, at: when, kind: 'effect', name: kind, actor: { kind: 'engine' }, stage: null, why, detail };
}

export function factEntry(
  name: string,
  detail: LogEntry['detail'],
  id = `fact-${name}`,
  when: Instant = NOW,
): LogEntry {
  return { id, at: when, kind: 'fact', name, actor: { kind: 'person', id: 'li' }, stage: 'contact', why: null, detail };
}
