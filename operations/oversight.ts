import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { trusted } from 'mongoose';
import { fromMs, MS_PER_HOUR, MS_PER_MINUTE, msBetween } from '../domain/time/index.ts';
import type { Instant } from '../domain/time/types.ts';
import type { Database } from '../schemas/connection.ts';
import type { SettingDoc } from '../schemas/setting.ts';
import { RECONCILE_SETTING, WATCHDOG_SETTING } from '../workflows/oversight/messages.ts';
import type { ReconcileReport, WatchdogReport } from '../workflows/oversight/messages.ts';
import { RENEWALS_QUEUE } from '../workflows/task-queues.ts';

/** The checks run each hour: one that has not for two has stopped. */
const OLD = 2 * MS_PER_HOUR;

/** The last report of one hourly check. */
export interface LastCheck {
  readonly name: 'watchdog' | 'reconciler';
  readonly at: Instant;
  readonly ageMinutes: number;
  /** More than two hours ago: while a worker runs, the check itself has stopped. */
  readonly old: boolean;
  readonly lookedAt: number;
  /** What a person must look at; operations have a task for each. */
  readonly found: number;
  /** The workflows it speaks of; cut where the list grows long. */
  readonly listed: readonly string[];
  /** The numbers of the report, by name. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface Oversight {
  /** Null where the check has never run. */
  readonly watchdog: LastCheck | null;
  readonly reconciler: LastCheck | null;
}

/** What the hourly checks over all renewals said last, and how long ago. */
export async function readOversight(db: Pick<Database, 'settings'>, now: Instant): Promise<Oversight> {
  const settings = await db.settings
    .find({ _id: trusted({ $in: [WATCHDOG_SETTING, RECONCILE_SETTING] }) })
    .lean<SettingDoc[]>();
  const reportOf = (id: string) => settings.find((setting) => setting._id === id)?.value;
  return {
    watchdog: watchdogOf(reportOf(WATCHDOG_SETTING) as WatchdogReport | undefined, now),
    reconciler: reconcilerOf(reportOf(RECONCILE_SETTING) as ReconcileReport | undefined, now),
  };
}

function watchdogOf(report: WatchdogReport | undefined, now: Instant): LastCheck | null {
  if (report === undefined) return null;
  const { open, found, withoutWorkflow, stalled, quiet, overdue } = report;
  return {
    name: 'watchdog',
    ...agedAt(report.at, now),
    lookedAt: open,
    found: found.withoutWorkflow + found.stalled + found.quiet + found.overdue,
    listed: [...withoutWorkflow, ...stalled, ...quiet, ...overdue],
    numbers: { open, ...found },
  };
}

function reconcilerOf(report: ReconcileReport | undefined, now: Instant): LastCheck | null {
  if (report === undefined) return null;
  const { compared, started, asked, repaired, dispatched, reported, plansStarted, plansReported, found } = report;
  return {
    name: 'reconciler',
    ...agedAt(report.at, now),
    lookedAt: compared,
    found,
    listed: [...reported, ...plansReported],
    numbers: {
      compared,
      started: started.length,
      asked: asked.length,
      repaired: repaired.length,
      dispatched,
      reported: reported.length,
      plansStarted: plansStarted.length,
      plansReported: plansReported.length,
    },
  };
}

function agedAt(at: Instant, now: Instant): Pick<LastCheck, 'at' | 'ageMinutes' | 'old'> {
  const age = Math.max(0, msBetween(at, now));
  return { at, ageMinutes: Math.floor(age / MS_PER_MINUTE), old: age > OLD };
}

const { TASK_QUEUE_TYPE_WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType;
/** A worker asks for work at least once a minute; the server remembers it for some minutes after it has gone. */
const ASKED_WITHIN = 2 * MS_PER_MINUTE;

/** Whether a worker takes work from the server now. */
export async function workerRuns(client: Client, now: Instant, queue: string = RENEWALS_QUEUE): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
  });
  return (pollers ?? []).some(({ lastAccessTime }) => {
    const at = fromMs(Number(lastAccessTime?.seconds ?? 0) * 1000);
    return msBetween(at, now) < ASKED_WITHIN;
  });
}
