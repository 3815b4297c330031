import anyTest from 'ava';
import type { TestFn } from 'ava';
import { defaultDataConverter } from '@temporalio/common';
import type { Instant } from '../../domain/time/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { takeOver } from '../../operations/take-over.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { freshDatabase, NOW, withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { at } from '../helpers/world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const TEAM = 'name,email,roles\nLi,li@example.com,sales-rep\n';
const HEADER =
  'contract number,client,owner,contact name,contact email,start date,end date,amount,currency,health score';
const row = (number: string, score: string, amount = '1000') =>
  `${number},Example Harbor,li@example.com,Zoe,zoe@example.org,2026-06-01,2027-05-31,${amount},CNY,${score}`;

interface Outside {
  readonly context: OperationsContext;
  /** Ids of the renewals that were started, in order. */
  readonly started: string[];
  /** Ids of the facts that renewals were told. */
  readonly told: string[];
  down: boolean;
  /** Takes starts, but no signals. */
  deaf: boolean;
}

/** A database, and a server that takes starts and signals as long as it is up. */
function outside(db: Database): Outside {
  const started: string[] = [];
  const told: string[] = [];
  const client = {
    options: {
      namespace: 'test',
      loadedDataConverter: { payloadConverter: defaultDataConverter.payloadConverter, payloadCodecs: [] },
    },
    workflow: {
      start: async (_type: string, { workflowId }: { workflowId: string }) => {
        if (world.down) throw new Error('killed');
        started.push(workflowId);
      },
    },
    workflowService: {
      signalWorkflowExecution: async ({ requestId }: { requestId: string }) => {
        if (world.deaf) throw new Error('killed');
        told.push(requestId);
      },
    },
  };
  const customAttributes = Object.fromEntries(Object.values(SEARCH_ATTRIBUTES).map((key) => [key.name, 1]));
  const connection = { operatorService: { listSearchAttributes: async () => ({ customAttributes }) } };
  const context = {
    db,
    as: undefined,
    config: { temporal: { namespace: 'test' } },
    temporal: async () => client,
    temporalConnection: async () => ({ client, connection }),
  } as unknown as OperationsContext;
  const world: Outside = { context, started, told, down: false, deaf: false };
  return world;
}

async function take(world: Outside, rows: readonly string[], now: Instant = NOW) {
  const { context } = world;
  const file = (text: string) => ({ name: 'table.csv', bytes: Buffer.from(text, 'utf8') });
  if ((await context.db.people.countDocuments()) === 0) await takeOver(context, file(TEAM), { now, locale: 'en' });
  return takeOver(context, file([HEADER, ...rows].join('\n')), { now, locale: 'en' });
}

async function idOf(db: Database, number: string): Promise<string> {
  const { _id = '' } = (await db.contracts.findOne({ number }).lean<ContractDoc>()) ?? {};
  return renewalId(_id, 1);
}

test('killed between storing contracts and starting their renewals: the same list again starts them', async (t) => {
  const world = outside(await freshDatabase(t));
  const { db } = world.context;
  world.down = true;
  await t.throwsAsync(take(world, [row('C-1', ''), row('C-2', '')]), { message: 'killed' });
  t.is(await db.contracts.countDocuments(), 2);
  world.down = false;
  const report = await take(world, [row('C-1', ''), row('C-2', '')]);
  t.like(report, { started: 2, counts: { new: 0, same: 2 } });
  t.deepEqual(world.started, [await idOf(db, 'C-1'), await idOf(db, 'C-2')]);
});

test('a contract whose renewal has been judged is not started again', async (t) => {
  const world = outside(await freshDatabase(t));
  const { db } = world.context;
  await take(world, [row('C-1', '')]);
  const id = await idOf(db, 'C-1');
  const contractId = (await db.contracts.findOne().lean<ContractDoc>())?._id;
  await db.renewals.collection.insertOne({ _id: id, contractId, term: 1 } as never);
  t.like(await take(world, [row('C-1', '')]), { started: 0 });
  t.deepEqual(world.started, [id]);
});

test('a changed health score is told as a score, each time anew; the same one is not told again', async (t) => {
  const world = outside(await freshDatabase(t));
  const { db } = world.context;
  await take(world, [row('C-1', '70')]);
  const id = await idOf(db, 'C-1');
  const contractId = (await db.contracts.findOne().lean<ContractDoc>())?._id;
  await db.renewals.collection.insertOne({ _id: id, contractId, term: 1 } as never);
  const [monday, tuesday] = [at('2027-02-08'), at('2027-02-09')];
  await take(world, [row('C-1', '30')], monday);
  await take(world, [row('C-1', '30')], tuesday);
  await take(world, [row('C-1', '70')], tuesday);
  t.deepEqual(world.told, [
    `import/health/${id}/70/${NOW}`,
    `import/health/${id}/30/${monday}`,
    `import/health/${id}/70/${tuesday}`,
  ]);
});

test('two changes of a contract in one millisecond are told as two', async (t) => {
  const world = outside(await freshDatabase(t));
  await take(world, [row('C-1', '')]);
  await take(world, [row('C-1', '', '2000')]);
  await take(world, [row('C-1', '', '3000')]);
  const looks = world.told.filter((id) => id.startsWith('look/contract/'));
  t.is(new Set(looks).size, 2);
});

test('killed between storing a change and telling the renewal: the same list again tells it, once', async (t) => {
  const world = outside(await freshDatabase(t));
  const { db } = world.context;
  await take(world, [row('C-1', '70')]);
  const id = await idOf(db, 'C-1');
  const contractId = (await db.contracts.findOne().lean<ContractDoc>())?._id;
  await db.renewals.collection.insertOne({ _id: id, contractId, term: 1, phase: 'open', decidedAt: NOW } as never);
  const [monday, tuesday, wednesday] = [at('2027-02-08'), at('2027-02-09'), at('2027-02-10')];
  world.deaf = true;
  await t.throwsAsync(take(world, [row('C-1', '30', '2000')], monday), { message: 'killed' });
  world.deaf = false;
  world.told.length = 0;
  t.like(await take(world, [row('C-1', '30', '2000')], tuesday), { changed: 1, counts: { changed: 0, same: 1 } });
  t.deepEqual(world.told, [`look/contract/${id}/${tuesday}`, `import/health/${id}/30/${monday}`]);
  await db.renewals.updateOne({ _id: id }, { $set: { decidedAt: tuesday } });
  t.like(await take(world, [row('C-1', '30', '2000')], wednesday), { changed: 0 });
});
