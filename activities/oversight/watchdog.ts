import { trusted } from 'mongoose';
import { addMs, MS_PER_MINUTE } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { WATCHDOG_FINDINGS, WATCHDOG_SETTING } from '../../workflows/oversight/messages.ts';
import type { WatchdogFinding, WatchdogReport } from '../../workflows/oversight/messages.ts';
import { parseSavePlanId } from '../../workflows/save-plan/messages.ts';
import type { ActivityDeps } from '../deps.ts';
import { keepOpsTasks } from './ops-tasks.ts';
import { collect, resume } from './progress.ts';

/** A wake-up this late has been missed: workers may be busy for a while, but not so long. */
const LATE = 15 * MS_PER_MINUTE;
const LISTED = 200;
const ALIVE_EVERY = 500;

type Row = Pick<RenewalDoc, '_id' | 'wakeAt'>;

export interface WatchInput {
  readonly now: Instant;
  /** True where a second look follows: what is overdue is not reported yet. */
  readonly mayWait: boolean;
}

/**
 * Proves for every open renewal that something will happen: a wake-up ahead, or at most a quarter of an hour past, and
 * a workflow that runs and whose code works. What lacks one of them is listed, and operations have a task for it.
 */
export function createCheckNothingQuiet(deps: ActivityDeps) {
  const { db } = deps;
  return async ({ now, mayWait }: WatchInput): Promise<WatchdogReport> => {
    const progress = resume(null);
    const running = await collect(deps.runningRenewals(), progress);
    const stalled = await collect(deps.stalledWorkflows(), progress);
    const found = emptyFindings();
    for (const id of stalled) found.stalled.push(id);
    let open = 0;
    const rows = db.renewals
      .find({ phase: trusted({ $ne: 'closed' }) }, { _id: 1, wakeAt: 1 })
      .sort({ _id: 1 })
      .lean<Row[]>()
      .cursor();
    for await (const row of rows) {
      open += 1;
      if (open % ALIVE_EVERY === 0) progress.alive();
      if (!running.has(row._id) && !(await runs(deps, row._id, found.withoutWorkflow.length)))
        found.withoutWorkflow.push(row._id);
      else if (stalled.has(row._id)) continue;
      else if (row.wakeAt === null) found.quiet.push(row._id);
      else if (row.wakeAt < addMs(now, -LATE)) found.overdue.push(row._id);
    }
    const report = reportOf(now, open, found);
    if (mayWait && found.overdue.length > 0) return report;
    const findings = WATCHDOG_FINDINGS.flatMap((what) =>
      report[what].map((subject) => ({
        what,
        subject,
        renewalId: parseSavePlanId(subject)?.renewalId ?? subject,
      })),
    );
    await keepOpsTasks(db, 'watchdog', findings, now);
    await db.settings.updateOne({ _id: WATCHDOG_SETTING }, { $set: { value: report } }, { upsert: true });
    return report;
  };
}

/** The list of running workflows lags behind by a second or so: what it lacks is asked for, as long as that is few. */
async function runs(deps: ActivityDeps, id: string, missing: number): Promise<boolean> {
  if (missing >= LISTED) return false;
  const state = await deps.workflowState(id);
  if (state === 'running') return true;
  // It may have ended, as it should, since the row was read.
  return (await deps.db.renewals.exists({ _id: id, phase: 'closed' })) !== null;
}

function emptyFindings(): Record<WatchdogFinding, string[]> {
  return { withoutWorkflow: [], stalled: [], quiet: [], overdue: [] };
}

function reportOf(now: Instant, open: number, found: Readonly<Record<WatchdogFinding, readonly string[]>>) {
  const listed = (what: WatchdogFinding) => found[what].slice(0, LISTED);
  return {
    at: now,
    open,
    withoutWorkflow: listed('withoutWorkflow'),
    stalled: listed('stalled'),
    quiet: listed('quiet'),
    overdue: listed('overdue'),
    found: {
      withoutWorkflow: found.withoutWorkflow.length,
      stalled: found.stalled.length,
      quiet: found.quiet.length,
      overdue: found.overdue.length,
    },
  };
}
