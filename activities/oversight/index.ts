import type { Instant } from '../../domain/time/types.ts';
import type { ActivityDeps } from '../deps.ts';
import type { SweepPlace } from '../outreach/index.ts';
import { resume } from './progress.ts';
import { createCompare } from './reconcile.ts';
import { createCheckNothingQuiet } from './watchdog.ts';

/** The hourly checks over all renewals. */
export function createOversight(deps: ActivityDeps) {
  return {
    checkNothingQuiet: createCheckNothingQuiet(deps),
    /** Puts mails back to work whose delivery was lost; gives how many. */
    sweepMail: async ({ now }: { readonly now: Instant }): Promise<number> => {
      const progress = resume<SweepPlace | null>(null);
      return deps.sweepSends(now, progress.current, (place) => progress.reach(place));
    },
    compareWithWorkflows: createCompare(deps),
  };
}
