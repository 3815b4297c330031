import * as wf from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowNow } from '../clock.ts';
import type { ReconcileReport } from './messages.ts';

const { sweepMail, compareWithWorkflows } = wf.proxyActivities<Activities>({
  startToCloseTimeout: '20m',
  heartbeatTimeout: '1m',
});

/**
 * Temporal is the truth of a run, MongoDB the read model: what differs is mended or told. Lost mail comes first; it
 * does not wait for the comparison of a large portfolio.
 */
export async function reconcile(): Promise<ReconcileReport> {
  const dispatched = await sweepMail({ now: workflowNow() });
  return compareWithWorkflows({ now: workflowNow(), dispatched });
}
