import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { Client, Connection } from '@temporalio/client';
import { createDispatch, DISPATCH_TIMES, listUnknown } from '../../activities/outreach/index.ts';
import { isReported } from '../../activities/outreach/ledger.ts';
import { readInbox } from '../../embedded/index.ts';
import type { SmtpPhase } from '../../embedded/index.ts';
import { messageIdFor } from '../../mail/addresses.ts';
import { connect } from '../../schemas/connection.ts';
import type { Database } from '../../schemas/connection.ts';
import type { SendDoc } from '../../schemas/send.ts';
import { introduction, planApart, seedWorld } from '../activities/outreach/outreach-world.ts';
import { openTestServices } from '../helpers/services.ts';
import type { TestServices } from '../helpers/services.ts';
import { RENEWAL } from '../helpers/world.ts';
import { limitMs } from '../runner/limits.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';

const ROUNDS = Number(process.env['PERENNIAL_KILL_ROUNDS'] ?? 60);
const MAILS_A_ROUND = 6;
/** Workers that load at the same time. */
const AHEAD = 2;
const SEED = Number(process.env['PERENNIAL_SEED'] ?? 20261123);
const TIMES = {
  ...DISPATCH_TIMES,
  startToClose: '8 seconds',
  heartbeat: '2 seconds',
  firstRetry: '200 milliseconds',
  longestRetry: '1 second',
} as const;

interface Context {
  readonly services: TestServices;
  readonly connection: Connection;
  readonly db: Database;
}
const test = anyTest as TestFn<Context>;

/** What the running test does at each moment of a conversation. */
let onPhase: (phase: SmtpPhase) => void = () => undefined;

test.before(async (t) => {
  const services = await openTestServices({
    mailBehaviour: (phase) => {
      onPhase(phase);
      return 'ok';
    },
  });
  const connection = await Connection.connect({ address: services.temporal.address });
  const db = await connect(services.mongo.uri);
  await seedWorld(db);
  t.context = { services, connection, db };
});
test.after.always(async (t) => {
  await t.context.connection.close();
  await t.context.db.close();
  await t.context.services.close();
});

/** Small, seeded, good enough to choose moments: a failing run is repeated with its seed. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Starts loading a worker, which begins when it is told to. */
function loadWorker(
  t: ExecutionContext<Context>,
  mode: 'worker' | 'naive',
  queue: string,
  more: Record<string, string> = {},
): Child {
  const { services } = t.context;
  const child = startChild([mode], {
    MONGODB_URI: services.mongo.uri,
    SMTP_URL: services.mail.smtpUrl,
    TEMPORAL_ADDRESS: services.temporal.address,
    TEMPORAL_NAMESPACE: services.temporal.namespace,
    TASK_QUEUE: queue,
    ...more,
  });
  t.teardown(() => child.kill());
  return child;
}

function startWorker(...args: Parameters<typeof loadWorker>): Child {
  const child = loadWorker(...args);
  child.go();
  return child;
}

function dispatcher(t: ExecutionContext<Context>, taskQueue: string) {
  const { connection, services } = t.context;
  const client = new Client({ connection, namespace: services.temporal.namespace });
  return { client, dispatch: createDispatch(client, { taskQueue, times: TIMES }) };
}

/** Waits for all deliveries, some at a time: each wait is an open call, and the server allows only so many at once. */
async function allEnded(client: Client, ids: readonly string[]): Promise<void> {
  for (let i = 0; i < ids.length; i += 50) {
    await Promise.all(ids.slice(i, i + 50).map((id) => client.activity.getHandle(id).result()));
  }
}

const idOf = (run: string, round: number, n: number) =>
  `${RENEWAL}/contact/intro/${run}-${round}-${n}/mail/decision-maker`;

/** Kills the worker at the n-th moment of any conversation that the mail server sees. */
async function killAt(t: ExecutionContext<Context>, child: Child, nth: number, only?: SmtpPhase): Promise<void> {
  let left = nth;
  onPhase = (phase) => {
    if (only !== undefined && phase !== only) return;
    if ((left -= 1) === 0) child.kill();
  };
  await child.end;
  onPhase = () => undefined;
}

async function copies(t: ExecutionContext<Context>): Promise<ReadonlyMap<string, number>> {
  const count = new Map<string, number>();
  for (const { messageId } of await readInbox(t.context.services.dataDir)) {
    count.set(messageId, (count.get(messageId) ?? 0) + 1);
  }
  return count;
}

test.serial(
  `a worker killed ${ROUNDS} times at random moments sends nothing twice and loses nothing silently`,
  async (t) => {
    t.timeout(limitMs());
    t.log(`seed ${SEED}`);
    const pick = random(SEED);
    const { db } = t.context;
    const { client, dispatch } = dispatcher(t, 'kill');
    const ids: string[] = [];
    // Loading takes far longer than six mails: the next workers load while the one before them works and dies.
    const loading = Array.from({ length: Math.min(AHEAD, ROUNDS) }, () => loadWorker(t, 'worker', 'kill'));
    for (let round = 0; round < ROUNDS; round += 1) {
      const mails = Array.from({ length: MAILS_A_ROUND }, (_, n) => idOf('kill', round, n));
      ids.push(...mails);
      await planApart(db, ...mails.map((id) => introduction(id)));
      await dispatch(mails);
      const child = loading.shift() ?? loadWorker(t, 'worker', 'kill');
      if (round + AHEAD < ROUNDS) loading.push(loadWorker(t, 'worker', 'kill'));
      // Six conversations of six moments each.
      const killed = killAt(t, child, 1 + pick(30));
      child.go();
      await killed;
    }
    const last = startWorker(t, 'worker', 'kill');
    await allEnded(client, ids);
    last.kill();
    await last.end;

    const rows = await db.sends.find({ renewalId: RENEWAL }).lean<SendDoc[]>();
    const arrived = await copies(t);
    const copiesOf = (row: SendDoc) => arrived.get(messageIdFor(row._id, 'vendor.example.com')) ?? 0;
    const doubtful = new Set((await listUnknown(db)).map(({ id }) => id));
    t.is(rows.length, ids.length);
    t.deepEqual(
      rows.filter((row) => copiesOf(row) > 1).map((row) => row._id),
      [],
      'nothing arrives twice',
    );
    t.deepEqual(
      rows.filter((row) => !isReported(row.state)).map((row) => row._id),
      [],
      'nothing is left half done',
    );
    t.deepEqual(
      rows.filter((row) => row.state === 'sent' && copiesOf(row) !== 1).map((row) => row._id),
      [],
      'sent means arrived',
    );
    t.deepEqual(
      rows.filter((row) => copiesOf(row) === 0 && !doubtful.has(row._id)).map((row) => row._id),
      [],
      'nothing is lost silently',
    );
    t.deepEqual(rows.filter((row) => row.state === 'unknown').length, doubtful.size);
    t.true(doubtful.size > 0, 'the kills hit the moment of doubt');
    const silent = [...doubtful].filter(
      (id) => (arrived.get(messageIdFor(id, 'vendor.example.com')) ?? 0) === 0,
    ).length;
    t.log(
      `${ids.length} mails, ${ROUNDS} kills, 0 twice, ${doubtful.size} doubtful (${doubtful.size - silent} had arrived)`,
    );
  },
);

test.serial('without the ledger the same kills make duplicates', async (t) => {
  t.timeout(3 * 60_000);
  const { client, dispatch } = dispatcher(t, 'naive');
  const ids = Array.from({ length: MAILS_A_ROUND }, (_, n) => idOf('naive', 0, n));
  await dispatch(ids);
  for (let round = 0; round < 3; round += 1) await killAt(t, startWorker(t, 'naive', 'naive'), 2, 'after-dot');
  const last = startWorker(t, 'naive', 'naive');
  await allEnded(client, ids);
  last.kill();
  await last.end;
  const arrived = await copies(t);
  const twice = ids.filter((id) => (arrived.get(messageIdFor(id, 'vendor.example.com')) ?? 0) > 1);
  t.true(twice.length > 0);
});

test.serial('a dispatch that is repeated starts nothing twice', async (t) => {
  const { db } = t.context;
  const { client, dispatch } = dispatcher(t, 'again');
  const id = idOf('again', 0, 0);
  await planApart(db, introduction(id));
  await Promise.all([dispatch([id]), dispatch([id]), dispatch([id])]);
  const child = startWorker(t, 'worker', 'again');
  const { runId } = await client.activity
    .getHandle(id)
    .describe()
    .then((d) => ({ runId: d.activityRunId }));
  await client.activity.getHandle(id).result();
  await dispatch([id]);
  t.is((await client.activity.getHandle(id).describe()).activityRunId, runId);
  await dispatch.again([id]);
  t.deepEqual(await client.activity.getHandle(id).result(), { state: 'sent', reason: null });
  child.kill();
  await child.end;
  t.is((await copies(t)).get(messageIdFor(id, 'vendor.example.com')), 1);
});

test.serial('mails leave no faster than the rate of the queue allows', async (t) => {
  const { db } = t.context;
  const { client, dispatch } = dispatcher(t, 'rate');
  const ids = Array.from({ length: 20 }, (_, n) => idOf('rate', 0, n));
  await planApart(db, ...ids.map((id) => introduction(id)));
  await dispatch(ids);
  const moments: number[] = [];
  onPhase = (phase) => {
    if (phase === 'connect') moments.push(performance.now());
  };
  const child = startWorker(t, 'worker', 'rate', { RATE: '4' });
  await allEnded(client, ids);
  child.kill();
  await child.end;
  const seconds = ((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / 1000;
  t.is(moments.length, 20);
  // 20 mails at 4 a second; the server allows a short burst at the beginning.
  t.true(seconds > 3, `${seconds} s`);
});
