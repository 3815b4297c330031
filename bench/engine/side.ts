import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { trusted } from 'mongoose';
import type { Fact } from '../../domain/renewal/facts.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';
import { prepareDatabase } from '../../operations/seed.ts';
import { signalEvent } from '../../operations/signal-event.ts';
import { startRenewals } from '../../operations/start-renewals.ts';
import { createDataConverter } from '../../operations/temporal/data-converter.ts';
import { openKeyFile } from '../../operations/temporal/key-ring.ts';
import { connect } from '../../schemas/connection.ts';
import type { Database } from '../../schemas/connection.ts';
import { nameKey, textKey } from '../../schemas/keys.ts';
import { RehearsalClient } from '../../test/helpers/rehearsal.ts';
import { PEOPLE } from '../../test/helpers/world.ts';
import { commands, renewalId } from '../../workflows/renewal/messages.ts';
import { factSignal, PLAIN_WORKFLOW } from '../plain/messages.ts';
import { plainInput } from '../plain/plan.ts';
import { clientOf, contractOf, scriptOf, snapshotOf } from '../world.ts';
import type { Scenario } from '../world.ts';
import type { Side, WorkerSettings } from './settings.ts';

/** What one side of the comparison did for its renewals, by the rows in its database. */
export interface Rows {
  readonly clientMails: number;
  readonly teamMails: number;
  readonly sent: number;
  readonly tasks: number;
  readonly historyEntries: number;
}

/** One side seen from the driver: it makes contracts, starts renewals and tells them what people did. */
export interface SideDriver {
  readonly side: Side;
  readonly rehearsal: RehearsalClient;
  /** Writes contracts and clients; not part of what is measured. */
  seed(ids: readonly string[]): Promise<void>;
  start(id: string, scenario: Scenario): Promise<string>;
  tell(workflowId: string, fact: Fact): Promise<void>;
  /** Resolves when no mail of the ledger is on its way any more. */
  mailsDone(): Promise<void>;
  rows(): Promise<Rows>;
  /** Requests that mongod has answered since it started, whoever asked. */
  requests(): Promise<number>;
  close(): Promise<void>;
}

const UNSETTLED = ['planned', 'claimed', 'transmitting', 'deferred'] as const;

export async function openSide(settings: WorkerSettings, end: CivilDate, now: Instant): Promise<SideDriver> {
  const { side, namespace, taskQueue } = settings;
  const connection = await Connection.connect({ address: settings.temporalAddress });
  const ring = await openKeyFile(join(settings.dataDir, 'codec-keys.json'));
  const options = { connection, namespace, ...(side === 'plain' ? {} : { dataConverter: createDataConverter(ring) }) };
  const rehearsal = new RehearsalClient(options);
  // The product's own start, with a virtual clock for each workflow.
  const client: Client = Object.create(new Client(options), { workflow: { value: rehearsal } });
  const db = await connect(settings.mongodbUri);
  await prepareDatabase(db, now);
  await db.people.insertMany(
    Object.values(PEOPLE).map(({ id, ...one }) => ({ manager: null, ...one, _id: id, emailKey: textKey(one.email) })),
  );
  const start =
    side === 'perennial' ? startPerennial(db, client, taskQueue) : startPlain(rehearsal, taskQueue, end, now);
  return {
    side,
    rehearsal,
    start,
    seed: (ids) => seedContracts(db, ids, end, now),
    tell: side === 'perennial' ? tellPerennial(client) : tellPlain(rehearsal),
    mailsDone: () => mailsDone(db),
    rows: () => countRows(db),
    requests: async () => {
      const status = await db.connection.db?.admin().command({ serverStatus: 1 });
      return Number(status?.['network']?.numRequests ?? Number.NaN);
    },
    async close() {
      await connection.close();
      await db.close();
    },
  };
}

async function seedContracts(db: Database, ids: readonly string[], end: CivilDate, now: Instant): Promise<void> {
  await db.clients.insertMany(
    ids.map((one) => {
      const { id, ...client } = clientOf(one);
      return { ...client, _id: id, nameKey: nameKey(client.name) };
    }),
  );
  await db.contracts.insertMany(
    ids.map((one) => {
      const { id, ...contract } = contractOf(one, end, now);
      const fresh = { entry: null, terms: [], amendedAt: null, extra: null };
      return { ...contract, ...fresh, _id: id, numberKey: textKey(contract.number) };
    }),
  );
}

function startPerennial(db: Database, client: Client, taskQueue: string): SideDriver['start'] {
  return async (id) => {
    const contractId = `ctr_${id}`;
    await startRenewals(
      { db, temporal: () => Promise.resolve(client) },
      [{ contractId, term: 1 }],
      undefined,
      taskQueue,
    );
    return renewalId(contractId, 1);
  };
}

function startPlain(rehearsal: RehearsalClient, taskQueue: string, end: CivilDate, now: Instant): SideDriver['start'] {
  const world = snapshotOf('1', end, now);
  return async (id, scenario) => {
    const snapshot = { ...world, contract: contractOf(id, end, now), client: clientOf(id) };
    const input = plainInput(snapshot, scriptOf(scenario, id, end), end, now);
    const workflowId = `plain:${id}`;
    await rehearsal.start(PLAIN_WORKFLOW, {
      workflowId,
      taskQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
    return workflowId;
  };
}

function tellPerennial(client: Client): SideDriver['tell'] {
  return async (workflowId, fact) => {
    if (!(fact.kind in commands)) {
      await signalEvent(client, workflowId, fact as Parameters<typeof signalEvent>[2]);
      return;
    }
    const definition = commands[fact.kind as 'resumed'];
    const args: [Extract<Fact, { kind: 'resumed' }>] = [fact as Extract<Fact, { kind: 'resumed' }>];
    const answer = await client.workflow.getHandle(workflowId).executeUpdate(definition, { args, updateId: fact.id });
    if (!answer.accepted) throw new Error(`${fact.kind} is refused: ${JSON.stringify(answer.problem)}`);
  };
}

function tellPlain(rehearsal: RehearsalClient): SideDriver['tell'] {
  return (workflowId, { id, kind, at }) => rehearsal.getHandle(workflowId).signal(factSignal, { id, kind, at });
}

async function mailsDone(db: Database): Promise<void> {
  while ((await db.sends.countDocuments({ state: trusted({ $in: [...UNSETTLED] }) })) > 0) await pause(50);
}

async function countRows(db: Database): Promise<Rows> {
  const [clientMails, teamMails, sent, tasks, historyEntries] = await Promise.all([
    // As decided: what falls away later because virtual time overtook the courier was planned all the same.
    db.sends.countDocuments({ audience: 'client', 'moves.0.to': trusted({ $nin: ['superseded', 'suppressed'] }) }),
    db.sends.countDocuments({ audience: 'team' }),
    db.sends.countDocuments({ state: 'sent' }),
    db.tasks.countDocuments({}),
    db.history.countDocuments({}),
  ]);
  return { clientMails, teamMails, sent, tasks, historyEntries };
}
