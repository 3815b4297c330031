import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

export interface Signalled {
  readonly workflowId: string;
  readonly signalName: string;
  readonly requestId: string;
}

/** A Temporal client that only takes signals, and keeps them in a list; a request id counts once, as with the server. */
export function fakeTemporal(): { readonly client: Client; readonly signals: Signalled[] } {
  const signals: Signalled[] = [];
  const signalWorkflowExecution = async (request: {
    readonly workflowExecution: { readonly workflowId: string };
    readonly signalName: string;
    readonly requestId: string;
  }) => {
    const { workflowExecution, signalName, requestId } = request;
    if (signals.some((one) => one.requestId === requestId)) return;
    signals.push({ workflowId: workflowExecution.workflowId, signalName, requestId });
  };
  const client = {
    options: {
      namespace: 'test',
      loadedDataConverter: { payloadConverter: defaultPayloadConverter, payloadCodecs: [] },
    },
    workflowService: { signalWorkflowExecution },
  };
  return { client: client as unknown as Client, signals };
}
