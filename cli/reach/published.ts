import { PerennialError } from '../../domain/errors/index.ts';
import type { Run } from '../run.ts';
import type { Reach } from './reach.ts';

/**
 * What is published on the server or on this machine's services. Undefined where no database is named at all, or where
 * that of this machine has nothing of the kind: then what comes with the product is meant.
 */
export async function published<T>(run: Run, ask: (reach: Reach) => Promise<T>): Promise<T | undefined> {
  if (run.options.server !== undefined) return run.reach(ask);
  if (!(await hasServices(run))) return undefined;
  try {
    return await run.reach(ask);
  } catch (error) {
    if (error instanceof PerennialError && error.problems[0]?.code === 'resource.not_found') return undefined;
    throw error;
  }
}

/** Whether a database is named at all: without one, what comes with the product is shown. */
export async function hasServices({ io, options }: Run): Promise<boolean> {
  const { readServices } = await import('../../embedded/services-file.ts');
  const { MONGODB_URI } = io.env;
  return (MONGODB_URI !== undefined && MONGODB_URI !== '') || readServices(options.dataDir) !== undefined;
}
