import { createSecretKey } from 'node:crypto';
import type { ExecutionContext, TestFn } from 'ava';
import { createActivities } from '../../activities/index.ts';
import type { Activities, ActivityDeps } from '../../activities/index.ts';
import type { Contract } from '../../domain/people/contract.ts';
import type { SavePlanCommand, SavePlanState } from '../../domain/save-plan/types.ts';
import { startRenewals } from '../../operations/start-renewals.ts';
import { seedDocuments } from '../../operations/store/seed-documents.ts';
import { createDataConverter } from '../../operations/temporal/data-converter.ts';
import type { KeyRing } from '../../operations/temporal/key-ring.ts';
import { connect } from '../../schemas/connection.ts';
import type { Database } from '../../schemas/connection.ts';
import { ensureIndexes } from '../../schemas/indexes.ts';
import { nameKey, textKey } from '../../schemas/keys.ts';
import { temporalConfig } from '../../temporal.config.ts';
import { activityDeps } from '../../workers/deps.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { savePlanCommands, savePlanQuery } from '../../workflows/save-plan/messages.ts';
import type { SavePlanAnswer } from '../../workflows/save-plan/messages.ts';
import { openRehearsalServer, persistently, runRenewalWorker, within } from '../helpers/rehearsal.ts';
import type { RenewalWorker, RenewalWorkerOptions } from '../helpers/rehearsal.ts';
import { openTestMongo } from '../helpers/services.ts';
import type { TestMongo } from '../helpers/services.ts';
import { at, CLIENT, CONTRACT, LADDER, PEOPLE, PLAIN_CALENDAR, PLAYBOOK, SAVE_PLANS } from '../helpers/world.ts';
import { TERM } from './fake-world.ts';
import { closeServer, Run } from './run.ts';
import type { ServerContext } from './run.ts';

export interface StoreContext extends ServerContext {
  readonly mongo: TestMongo;
  readonly opened: Database[];
}

/** One Temporal and one MongoDB for the file. */
export function withStore(test: TestFn<StoreContext>): void {
  test.before(async (t) => {
    const [server, mongo] = await Promise.all([openRehearsalServer(), openTestMongo()]);
    t.context = { server, mongo, opened: [] };
  });
  test.after.always(async (t) => {
    await closeServer(t.context.server);
    await Promise.all(t.context.opened.map((db) => db.close()));
    await t.context.mongo.close();
  });
}

/** A ring with a fixed key. */
export const RING: KeyRing = { current: 'k1', keys: new Map([['k1', createSecretKey(Buffer.alloc(32, 7))]]) };

export interface Store {
  readonly db: Database;
  readonly worker: RenewalWorker;
  /** Contract ids of the one client. */
  readonly contracts: readonly string[];
  /** Starts the renewal of a contract as the product does. */
  readonly start: (contractId?: string) => Promise<Run>;
}

export interface StoreOptions {
  readonly contracts?: readonly Partial<Contract>[];
  /** Replaces some of what the activities need. */
  readonly deps?: Partial<ActivityDeps>;
  /** Wraps the activities themselves. */
  readonly wrap?: (activities: Activities) => Activities;
  readonly encrypted?: boolean;
}

let stores = 0;

/** The real activities on a fresh database and the real server, with a task queue of its own. */
export async function startStore(t: ExecutionContext<StoreContext>, options: StoreOptions = {}): Promise<Store> {
  const { server, mongo, opened } = t.context;
  const name = `${process.pid}-${(stores += 1)}`;
  const uri = new URL(mongo.uri);
  uri.pathname = `/store-${name}`;
  const db = await connect(uri.href);
  opened.push(db);
  await ensureIndexes(db);
  const contracts = (options.contracts ?? [{}]).map((change, i) => ({
    ...CONTRACT,
    ...TERM,
    ...change,
    id: `ctr_${name}_${i + 1}`,
    number: `C-${i + 1}`,
  }));
  await seed(db, contracts);
  const workerOptions: RenewalWorkerOptions = {
    server,
    ...(options.encrypted === true ? { dataConverter: createDataConverter(RING) } : {}),
    activities: (client, taskQueue) => {
      const queues = { renewals: taskQueue, outreach: `${taskQueue}-outreach` };
      const deps = activityDeps({ config: temporalConfig({}), db, dataDir: server.dataDir, queues }, client);
      const activities = createActivities({ ...deps, ...options.deps });
      return options.wrap?.(activities) ?? activities;
    },
  };
  const worker = await runRenewalWorker(t, workerOptions);
  const [first] = contracts;
  const start = async (contractId: string = first?.id ?? '') => {
    const context = { db, temporal: async () => worker.client };
    await startRenewals(context, [{ contractId, term: 1 }], undefined, worker.taskQueue);
    return new Run(worker, renewalId(contractId, 1));
  };
  return { db, worker, contracts: contracts.map((one) => one.id), start };
}

async function seed(db: Database, contracts: readonly Contract[]): Promise<void> {
  const { id: clientId, ...client } = CLIENT;
  await db.people.insertMany(
    Object.values(PEOPLE).map(({ id, ...person }) => ({
      manager: null,
      ...person,
      _id: id,
      emailKey: textKey(person.email),
    })),
  );
  await db.clients.insertMany([{ ...client, _id: clientId, nameKey: nameKey(client.name) }]);
  await db.contracts.insertMany(
    contracts.map(({ id, ...contract }) => ({
      ...contract,
      _id: id,
      numberKey: textKey(contract.number),
      entry: null,
      terms: [],
      amendedAt: null,
      extra: null,
    })),
  );
  const documents = {
    playbooks: [{ definition: PLAYBOOK }],
    ladders: [LADDER],
    savePlans: [SAVE_PLANS],
    calendars: [PLAIN_CALENDAR],
    teamCalendar: PLAIN_CALENDAR.id,
  };
  await seedDocuments(db, documents, at('2026-01-05'));
}

/** A save plan on its way. */
export class PlanRun {
  readonly id: string;
  readonly #worker: RenewalWorker;

  constructor(worker: RenewalWorker, id: string) {
    this.#worker = worker;
    this.id = id;
  }

  forwardTo(when: Parameters<Run['forwardTo']>[0]): Promise<boolean> {
    return within(this.#worker, this.id, `the clock to ${when}`, this.#worker.rehearsal.forwardTo(this.id, when));
  }

  async command(command: SavePlanCommand): Promise<SavePlanAnswer> {
    await this.forwardTo(command.at);
    const definition = savePlanCommands[command.kind] as (typeof savePlanCommands)['plan closed'];
    const args: [Extract<SavePlanCommand, { kind: 'plan closed' }>] = [
      command as Extract<SavePlanCommand, { kind: 'plan closed' }>,
    ];
    const ask = () =>
      this.#worker.rehearsal.getHandle(this.id).executeUpdate(definition, { args, updateId: command.id });
    return within(this.#worker, this.id, `an answer to ${command.kind}`, persistently(ask));
  }

  state(): Promise<SavePlanState> {
    const ask = () => this.#worker.rehearsal.getHandle(this.id).query(savePlanQuery);
    return within(this.#worker, this.id, 'the state', persistently(ask));
  }

  result(): Promise<{ readonly outcome: string }> {
    const result = this.#worker.rehearsal.getHandle(this.id).result() as Promise<{ outcome: string }>;
    return within(this.#worker, this.id, 'the end', result);
  }
}
