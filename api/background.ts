import { MS_PER_MINUTE } from '../domain/time/index.ts';
import type { Instant } from '../domain/time/index.ts';
import { sweepExpired } from '../operations/accounts/sweep.ts';
import type { OperationsContext } from '../operations/context.ts';
import { forgetOldEvents, startDispatcher } from '../operations/events/dispatcher.ts';
import { dropOldExports, exportWork } from '../operations/export/stored-exports.ts';
import { importWork } from '../operations/imports/import-work.ts';
import { dropOldImports } from '../operations/imports/stored-files.ts';
import { bulkWork, followUpWork } from '../operations/jobs/items.ts';
import { startJobs } from '../operations/jobs/runner.ts';
import type { JobWorks, RunOptions } from '../operations/jobs/runner.ts';
import { forgetOldDeliveries, startOutbox } from '../operations/outside/outbox.ts';
import { repeat } from '../operations/repeat.ts';
import { queueWitness, verifyWork, witnessFolder, witnessWork } from '../operations/witness/verify-job.ts';
import type { ApiSettings } from './deps.ts';
import { cardMaker } from './outgoing-card.ts';
import { tellEntries } from './routes/tell-entries.ts';

export interface Background {
  /** Events have been stored: they are told without waiting for the next look. */
  wakeEvents(): void;
  /** Something is to go out. */
  wakeOutgoing(): void;
  /** Resolves when nothing runs any more; what was not finished goes on with whoever comes next. */
  stop(): Promise<void>;
}

export interface BackgroundOptions {
  readonly now: () => Instant;
  readonly settings: Pick<ApiSettings, 'publicUrl' | 'outside'>;
  /** `what` names the work; `id` the job where it is one. */
  readonly onFault: (error: unknown, what: string, id?: string) => void;
}

const TIDY_EVERY_MS = MS_PER_MINUTE;

/** What a server does beside its requests. Any number of servers do so together. */
export function startBackground(context: OperationsContext, { now, settings, onFault }: BackgroundOptions): Background {
  const { db } = context;
  const events = startDispatcher(context, { now, onFault: (error) => onFault(error, 'events') });
  const outbox = startOutbox(context, {
    now,
    allowance: settings.outside,
    cardOf: cardMaker(db, settings.publicUrl),
    onFault: (error) => onFault(error, 'outgoing'),
  });
  const options: RunOptions = { now, onFault: (error, { _id, kind }) => onFault(error, kind, _id) };
  const jobs = startJobs(db, worksOf(context, options), options);
  const tidy = repeat(
    async () => {
      const at = now();
      await queueWitness(db, at);
      await dropOldExports(db, at);
      await dropOldImports(db, at);
      await sweepExpired(db, at);
      await forgetOldEvents(db, at);
      await forgetOldDeliveries(db, at);
      return false;
    },
    { everyMs: TIDY_EVERY_MS, onFault: (error) => onFault(error, 'tidying up') },
  );
  const loops = [events, outbox, jobs, tidy];
  return {
    wakeEvents: () => events.wake(),
    wakeOutgoing: () => outbox.wake(),
    stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))),
  };
}

/** How each kind of job is done. */
export function worksOf(context: OperationsContext, options: RunOptions): Required<JobWorks> {
  const folder = witnessFolder(context);
  return {
    bulk: bulkWork(context, options),
    'follow-up': followUpWork(context, options),
    'history export': exportWork(context.db, tellEntries(context.db), options.now),
    'history verification': verifyWork(context, folder),
    import: importWork(context, options),
    'head witness': witnessWork(context, folder),
  };
}
