import type { ActivityDeps } from '../deps.ts';
import { createCheckNothingQuiet } from './watchdog.ts';
import { createCompare } from './reconcile.ts';

/** The hourly checks over all renewals. */
export function createOversight(deps: ActivityDeps) {
  return { checkNothingQuiet: createCheckNothingQuiet(deps), compareWithWorkflows: createCompare(deps) };
}
