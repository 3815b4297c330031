import { worksOf } from '../../api/background.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { runJobs } from '../../operations/jobs/runner.ts';
import type { RunOptions } from '../../operations/jobs/runner.ts';
import type { JobKind } from '../../schemas/job.ts';

/** Does what waits of one kind, as a server would beside its requests; gives how many jobs were done. */
export function doJobs(context: OperationsContext, kind: JobKind, options: RunOptions): Promise<number> {
  return runJobs(context.db, { [kind]: worksOf(context, options)[kind] }, options);
}
