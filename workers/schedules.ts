import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions } from '@temporalio/client';
import { RECONCILE_WORKFLOW, WATCHDOG_WORKFLOW } from '../workflows/oversight/messages.ts';

/** Every hour, apart from each other. After an outage each runs once, not once for every missed hour. */
const HOURLY = [
  { id: 'perennial-watchdog', workflowType: WATCHDOG_WORKFLOW, minute: 7 },
  { id: 'perennial-reconcile', workflowType: RECONCILE_WORKFLOW, minute: 37 },
] as const;

/** A check that hangs must not keep the next ones from their turn. */
const LONGEST_CHECK = '2 hours';

/**
 * Makes the scheduled checks, once for the namespace; those that are there stay as they are. Each runs at once, unless
 * it runs already: after a crash or a restart nothing waits for the next hour.
 */
export async function ensureSchedules(client: Client, taskQueue: string): Promise<void> {
  for (const { id, workflowType, minute } of HOURLY) {
    const options: ScheduleOptions = {
      scheduleId: id,
      spec: { calendars: [{ minute, hour: '*' }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10 minutes' },
      action: {
        type: 'startWorkflow',
        workflowType,
        taskQueue,
        args: [],
        workflowId: id,
        workflowRunTimeout: LONGEST_CHECK,
      },
    };
    try {
      await client.schedule.create(options);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
    await client.schedule.getHandle(id).trigger(ScheduleOverlapPolicy.SKIP);
  }
}
