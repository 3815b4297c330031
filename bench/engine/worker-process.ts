import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../../activities/index.ts';
import { createDeliver } from '../../activities/outreach/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import { createDataConverter } from '../../operations/temporal/data-converter.ts';
import { openKeyFile } from '../../operations/temporal/key-ring.ts';
import { connect } from '../../schemas/connection.ts';
import type { Database } from '../../schemas/connection.ts';
import type { SendDoc } from '../../schemas/send.ts';
import { temporalConfig } from '../../temporal.config.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { activityDeps, outreachDeps } from '../../workers/deps.ts';
import type { WorkerContext } from '../../workers/deps.ts';
import { createPlainActivities } from '../plain/activities.ts';
import { startProfile } from '../profile.ts';
import type { Answer, Question, WorkerSettings } from './settings.ts';

// One worker in a process of its own, so that its CPU time is that of nobody else.

type Options = Omit<WorkerOptions, 'connection' | 'namespace' | 'taskQueue' | 'dataConverter'> & {
  readonly queue: string;
};

const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
const plainSources = fileURLToPath(new URL('../plain/workflow.ts', import.meta.url));
const quiet = () => undefined;
const silent = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

await main();

async function main(): Promise<void> {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    shutdownSignals: [],
  });
  const { temporalAddress: address, namespace, side } = settings;
  const ring = await openKeyFile(join(settings.dataDir, 'codec-keys.json'));
  const coded = side === 'plain' ? {} : { dataConverter: createDataConverter(ring) };
  const db = await connect(settings.mongodbUri);
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  const client = new Client({ connection: clientConnection, namespace, ...coded });
  const parts = side === 'perennial' ? await perennialParts(db, client) : await plainParts(db);
  const workers = await Promise.all(
    parts.map(({ queue: taskQueue, ...options }) =>
      Worker.create({ connection, namespace, taskQueue, ...coded, ...options }),
    ),
  );
  const ended = Promise.all(workers.map((worker) => worker.run()));
  const close = async () => {
    for (const worker of workers) worker.shutdown();
    await ended;
    await connection.close();
    await clientConnection.close();
    await db.close();
  };
  answerQuestions(close);
}

/** The engine as `workers/main.ts` puts it together; the next term is made and its renewal not started. */
async function perennialParts(db: Database, client: Client): Promise<readonly Options[]> {
  const { taskQueue, outreachQueue, dataDir, smtpUrl } = settings;
  const config = temporalConfig({
    TEMPORAL_ADDRESS: settings.temporalAddress,
    TEMPORAL_NAMESPACE: settings.namespace,
    MONGODB_URI: settings.mongodbUri,
    ...(smtpUrl === null ? {} : { SMTP_URL: smtpUrl }),
  });
  const context: WorkerContext = { config, db, dataDir, queues: { renewals: taskQueue, outreach: outreachQueue } };
  const deps = { ...activityDeps(context, client), startRenewal: () => Promise.resolve() };
  const bookkeeper: Options = {
    queue: taskQueue,
    workflowBundle: { codePath: await workflowBundle(join(dataDir, 'cache')) },
    activities: createActivities(smtpUrl === null ? { ...deps, dispatch: () => Promise.resolve() } : deps),
    maxCachedWorkflows: config.worker.maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: config.worker.maxConcurrentActivities,
    maxConcurrentLocalActivityExecutions: config.worker.maxConcurrentActivities,
  };
  if (smtpUrl === null) return [bookkeeper];
  return [bookkeeper, { queue: outreachQueue, activities: { deliver: deliverInVirtualTime(context, client) } }];
}

/** Mails are due in the renewal's virtual time; the courier looks at the clock of each mail's own due date. */
function deliverInVirtualTime(context: WorkerContext, client: Client): ReturnType<typeof createDeliver> {
  const clock = new AsyncLocalStorage<Instant>();
  const real = outreachDeps(context, client);
  const deliver = createDeliver({ ...real, now: () => clock.getStore() ?? real.now() });
  return async (input) => {
    const row = await context.db.sends.findOne({ _id: input.sendId }, { dueAt: 1 }).lean<Pick<SendDoc, 'dueAt'>>();
    return row === null ? deliver(input) : clock.run(row.dueAt, () => deliver(input));
  };
}

async function plainParts(db: Database): Promise<readonly Options[]> {
  const defaults = temporalConfig({}).worker;
  return [
    {
      queue: settings.taskQueue,
      workflowBundle: await bundleWorkflowCode({ workflowsPath: plainSources, logger: silent }),
      activities: createPlainActivities(db, settings.smtpUrl),
      maxCachedWorkflows: defaults.maxCachedWorkflows,
      maxConcurrentActivityTaskExecutions: defaults.maxConcurrentActivities,
    },
  ];
}

function answerQuestions(close: () => Promise<void>): void {
  let endProfile = () => Promise.resolve();
  const reply = (answer: Answer) => process.send?.(answer);
  const answer = async (question: Question): Promise<void> => {
    switch (question) {
      case 'usage': {
        const { user, system } = process.cpuUsage();
        const megabytes = process.memoryUsage.rss() / 2 ** 20;
        reply({ kind: 'usage', cpuMillis: (user + system) / 1000, megabytes });
        return;
      }
      case 'profile':
        endProfile = await startProfile(settings.profile, `worker-${settings.side}`);
        reply({ kind: 'profile' });
        return;
      case 'stop':
        await endProfile();
        await close();
        reply({ kind: 'stop' });
        process.disconnect();
        return;
      default:
        question satisfies never;
    }
  };
  process.on('message', (question) => void answer(question as Question));
  // A bench that died leaves nobody to work for.
  process.once('disconnect', () => process.exit());
  reply({ kind: 'ready' });
}
