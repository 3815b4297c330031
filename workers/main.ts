import path from 'node:path';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { createDeliver } from '../activities/outreach/index.ts';
import { connectionOptions, connectTemporal } from '../operations/temporal/connect.ts';
import { createDataConverter } from '../operations/temporal/data-converter.ts';
import type { KeyRing } from '../operations/temporal/key-ring.ts';
import { registerSearchAttributes } from '../operations/temporal/search-attributes.ts';
import { workflowBundle } from './bundle.ts';
import { endsWithin } from './end-within.ts';
import { ensureSchedules } from './schedules.ts';
import { traceActivities } from './trace-activities.ts';
import { activityDeps, outreachDeps, queuesOf } from './deps.ts';
import type { WorkerContext } from './deps.ts';

export interface RunningWorker {
  /**
   * Stops taking work, lets what runs finish within the grace time, then closes the connections. False where something
   * still ran when the force time was over: it is left behind, and only the end of the process ends it. Safe to call
   * twice.
   */
  stop(): Promise<boolean>;
  /** Settles when the workers have ended; rejects when one died by itself. */
  readonly ended: Promise<void>;
  /** True while both workers take work. */
  healthy(): boolean;
}

let runtimeInstalled = false;

/** Core's own lines only where something is wrong: the product has its own words for the rest. */
function installRuntime(): void {
  if (runtimeInstalled) return;
  runtimeInstalled = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    shutdownSignals: [],
  });
}

/**
 * The composition root: settings → connections → activities → workers. One worker runs workflows and
 * bookkeeping, another delivers mail under its own rate cap.
 */
export async function runWorker(context: WorkerContext & { readonly keyRing: KeyRing }): Promise<RunningWorker> {
  installRuntime();
  const { config, keyRing } = context;
  const { namespace } = config.temporal;
  const queues = queuesOf(context);
  const codePath = await workflowBundle(path.join(context.dataDir, 'cache'));
  const temporal = await connectTemporal(config, keyRing);
  await registerSearchAttributes(temporal.connection, namespace);
  const connection = await NativeConnection.connect(await connectionOptions(config));
  const { client } = temporal;
  const common = {
    connection,
    namespace,
    dataConverter: createDataConverter(keyRing),
    interceptors: { activity: [traceActivities] },
    shutdownGraceTime: config.worker.shutdownGraceSeconds * 1000,
    shutdownForceTime: config.worker.shutdownForceSeconds * 1000,
  };
  const bookkeeper = await Worker.create({
    ...common,
    taskQueue: queues.renewals,
    workflowBundle: { codePath },
    activities: createActivities(activityDeps(context, client)),
    maxCachedWorkflows: config.worker.maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: config.worker.maxConcurrentActivities,
    maxConcurrentLocalActivityExecutions: config.worker.maxConcurrentActivities,
  });
  const courier = await Worker.create({
    ...common,
    taskQueue: queues.outreach,
    activities: { deliver: createDeliver(outreachDeps(context, client)) },
    maxTaskQueueActivitiesPerSecond: config.mail.ratePerSecond,
  });
  await ensureSchedules(client, queues.renewals);
  const workers = [bookkeeper, courier];
  const ended = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  // Nobody may be listening yet when a worker dies; who asks for `ended` still gets the reason.
  ended.catch(() => undefined);
  let stopped: Promise<boolean> | undefined;
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    const closed = ended
      .catch(() => undefined)
      .then(() => temporal.close())
      .then(() => connection.close());
    // The SDK keeps the force time for what it runs itself, and then waits for the rest without a limit.
    return endsWithin(closed, common.shutdownForceTime);
  };
  return {
    ended,
    stop: () => (stopped ??= stop()),
    healthy: () => workers.every((worker) => worker.getState() === 'RUNNING'),
  };
}
