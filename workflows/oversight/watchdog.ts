import * as wf from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowNow } from '../clock.ts';
import type { WatchdogReport } from './messages.ts';

/** Reading all open renewals takes a while with a large portfolio; heartbeats tell a dead worker from a slow one. */
const { checkNothingQuiet } = wf.proxyActivities<Activities>({ startToCloseTimeout: '10m', heartbeatTimeout: '1m' });

/**
 * No renewal goes quiet: each open one has a wake-up and a workflow that runs. Right after an outage everything is
 * late for a moment: what is overdue counts only when it still is after a second look.
 */
export async function watchdog(): Promise<WatchdogReport> {
  const first = await checkNothingQuiet({ now: workflowNow(), mayWait: true });
  if (first.found.overdue === 0) return first;
  await wf.sleep('5m', { summary: 'a second look at what is late' });
  return checkNothingQuiet({ now: workflowNow(), mayWait: false });
}
