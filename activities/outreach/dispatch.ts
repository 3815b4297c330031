import { context, propagation } from '@opentelemetry/api';
import { ActivityExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import { OUTREACH_QUEUE } from '../../workflows/task-queues.ts';
import type { DeliverInput } from './deliver.ts';

/** Name of the activity on the outreach queue. */
export const DELIVER_ACTIVITY = 'deliver';

export interface DispatchTimes {
  /** One attempt. Longer than the whole patience with the mail server, or a second attempt starts beside the first. */
  readonly startToClose: Duration;
  readonly scheduleToClose: Duration;
  /** A worker that died is noticed after this. */
  readonly heartbeat: Duration;
  /** First pause after a crash; pauses that the mail server asks for come from the ledger. */
  readonly firstRetry: Duration;
  readonly longestRetry: Duration;
}

export const DISPATCH_TIMES: DispatchTimes = {
  startToClose: '15 minutes',
  // The ledger gives up after four days or at the mail's own deadline; this is the belt.
  scheduleToClose: '5 days',
  heartbeat: '1 minute',
  firstRetry: '10 seconds',
  longestRetry: '15 minutes',
};

export interface DispatchOptions {
  readonly taskQueue?: string;
  readonly times?: DispatchTimes;
  readonly summary?: string;
}

/** Starts the delivery of mails that stand in the ledger. */
export interface Dispatch {
  /** Doing it twice is harmless: a delivery that runs or is done is left alone. */
  (sendIds: readonly string[]): Promise<void>;
  /** Also where an earlier delivery is done: for mails that a person or the sweep puts back to work. */
  again(sendIds: readonly string[]): Promise<void>;
}

/** So many starts are on their way at once. */
const AT_ONCE = 20;

function underTrace(): Pick<DeliverInput, 'trace'> {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent === undefined ? {} : { trace: carrier.traceparent };
}

/** Each mail is a standalone activity under the mail's own id: no workflow waits for a mail server. */
export function createDispatch(client: Pick<Client, 'activity'>, options: DispatchOptions = {}): Dispatch {
  const { taskQueue = OUTREACH_QUEUE, times = DISPATCH_TIMES, summary = 'Deliver one mail' } = options;

  const start = async (sendId: string, idReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' | 'ALLOW_DUPLICATE') => {
    const input: DeliverInput = { sendId, ...underTrace() };
    try {
      await client.activity.start(DELIVER_ACTIVITY, {
        id: sendId,
        taskQueue,
        args: [input],
        summary,
        startToCloseTimeout: times.startToClose,
        scheduleToCloseTimeout: times.scheduleToClose,
        heartbeatTimeout: times.heartbeat,
        retry: { initialInterval: times.firstRetry, maximumInterval: times.longestRetry, backoffCoefficient: 2 },
        // A delivery that timed out while no worker ran may start again; one that is done may not.
        idReusePolicy,
        idConflictPolicy: 'USE_EXISTING',
      });
    } catch (error) {
      if (!(error instanceof ActivityExecutionAlreadyStartedError)) throw error;
    }
  };

  const startAll = async (ids: readonly string[], policy: Parameters<typeof start>[1]) => {
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => start(id, policy)));
    }
  };

  return Object.assign((ids: readonly string[]) => startAll(ids, 'ALLOW_DUPLICATE_FAILED_ONLY'), {
    again: (ids: readonly string[]) => startAll(ids, 'ALLOW_DUPLICATE'),
  });
}
