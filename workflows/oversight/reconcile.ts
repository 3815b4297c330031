import * as wf from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowNow } from '../clock.ts';
import type { ReconcileReport } from './messages.ts';

const { compareWithWorkflows } = wf.proxyActivities<Activities>({ startToCloseTimeout: '20m', heartbeatTimeout: '1m' });

/** Temporal is the truth of a run, MongoDB the read model: what differs is mended or told. */
export async function reconcile(): Promise<ReconcileReport> {
  return compareWithWorkflows({ now: workflowNow() });
}
