import { Context } from '@temporalio/activity';
import { trusted } from 'mongoose';
import { addMs, MS_PER_MINUTE } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { WatchdogReport } from '../../workflows/oversight/messages.ts';
import type { ActivityDeps } from '../deps.ts';

/** A wake-up this late has been missed: workers may be busy for a while, but not so long. */
const LATE = 15 * MS_PER_MINUTE;
const LISTED = 200;
const HEARTBEAT_EVERY = 500;

/** Name of the setting that holds the last report. */
export const WATCHDOG_SETTING = 'oversight.watchdog';

/**
 * Proves for every open renewal that something will happen: a wake-up that is due or ahead, or a task a
 * person has. What has neither is listed, and so is a wake-up that should have been by now.
 */
export function createCheckNothingQuiet({ db }: Pick<ActivityDeps, 'db'>) {
  return async ({ now }: { readonly now: Instant }): Promise<WatchdogReport> => {
    const late = addMs(now, -LATE);
    const quiet: string[] = [];
    const overdue: string[] = [];
    let open = 0;
    const rows = db.renewals
      .find({ phase: trusted({ $ne: 'closed' }) }, { _id: 1, wakeAt: 1 })
      .lean<Pick<RenewalDoc, '_id' | 'wakeAt'>[]>()
      .cursor();
    for await (const row of rows) {
      open += 1;
      if (open % HEARTBEAT_EVERY === 0) Context.current().heartbeat(open);
      if (row.wakeAt === null) {
        const task = await db.tasks.exists({ renewalId: row._id, state: 'open' });
        if (task === null) quiet.push(row._id);
      } else if (row.wakeAt < late) overdue.push(row._id);
    }
    const report = { at: now, open, quiet: quiet.slice(0, LISTED), overdue: overdue.slice(0, LISTED) };
    await db.settings.updateOne({ _id: WATCHDOG_SETTING }, { $set: { value: report } }, { upsert: true });
    return report;
  };
}
