import * as wf from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowNow } from '../clock.ts';
import type { WatchdogReport } from './messages.ts';

/** Reading all open renewals takes a while with a large portfolio; heartbeats tell a dead worker from a slow one. */
const { checkNothingQuiet } = wf.proxyActivities<Activities>({ startToCloseTimeout: '10m', heartbeatTimeout: '1m' });

/** No renewal goes quiet: each open one has a timer, a human task or an outside wait with a deadline. */
export async function watchdog(): Promise<WatchdogReport> {
  return checkNothingQuiet({ now: workflowNow() });
}
