import type { FastifyInstance } from 'fastify';
import { JobRunner } from '../operations/audit-jobs/runner.ts';
import { dropOldExports, EXPORT_JOB, exportWork } from '../operations/export/stored-exports.ts';
import {
  queueWitness,
  VERIFY_JOB,
  verifyWork,
  WITNESS_JOB,
  witnessFolder,
  witnessWork,
} from '../operations/witness/verify-job.ts';
import type { ApiDeps } from './deps.ts';
import { tellEntries } from './routes/tell-entries.ts';

const runners = new WeakMap<ApiDeps, JobRunner>();

/** The long work of a server: taken up when it is ready, given back before it stops. */
export function serveAuditJobs(app: FastifyInstance, deps: ApiDeps): void {
  const { context, now } = deps;
  const { db } = context;
  const folder = witnessFolder(context);
  const works = {
    [EXPORT_JOB]: exportWork(db, tellEntries(db), now),
    [VERIFY_JOB]: verifyWork(context, folder),
    [WITNESS_JOB]: witnessWork(context, folder),
  };
  const runner = new JobRunner(db, works, {
    now,
    onFault: ({ _id, kind }, error) => deps.onFault({ requestId: _id, route: kind, error }),
    onLook: async (at) => {
      await queueWitness(db, at);
      await dropOldExports(db, at);
    },
  });
  runners.set(deps, runner);
  app.addHook('onListen', async () => runner.start());
  app.addHook('preClose', () => runner.close());
}

export function auditJobsOf(deps: ApiDeps): JobRunner {
  const runner = runners.get(deps);
  if (runner === undefined) throw new Error('the server takes no jobs');
  return runner;
}
