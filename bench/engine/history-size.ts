import proto from '@temporalio/proto';
import type { WorkflowClient } from '@temporalio/client';
import { eventName, eventsOf } from '../../test/helpers/rehearsal.ts';

export interface HistorySize {
  readonly events: number;
  /** As the server stores them. */
  readonly bytes: number;
  readonly workflowTasks: number;
}

const { HistoryEvent } = proto.temporal.api.history.v1;

/** Size of a history without the events that only the skipping of time makes. */
export async function historySize(client: WorkflowClient, workflowId: string): Promise<HistorySize> {
  const events = await eventsOf(client, workflowId);
  const own = events.filter((event) => !/TimeSkipping|OptionsUpdated/.test(eventName(event)));
  return {
    events: own.length,
    bytes: own.reduce((sum, event) => sum + HistoryEvent.encode(event).finish().length, 0),
    workflowTasks: own.filter((event) => eventName(event) === 'WorkflowTaskCompleted').length,
  };
}
