import { isGrpcServiceError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { encodeToPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';

/** gRPC status 5. */
const NOT_FOUND = 5;

/**
 * A signal under our own request id: the server takes one id once, also when our call is repeated because
 * its answer was lost. The SDK's own handle makes a new id for every call.
 *
 * @returns false where the workflow has ended or never was
 */
export async function sendSignal(
  client: Client,
  workflowId: string,
  signalName: string,
  requestId: string,
  value: unknown,
): Promise<boolean> {
  try {
    await client.workflowService.signalWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId },
      signalName,
      requestId,
      input: { payloads: await encodeToPayloads(client.options.loadedDataConverter, value) },
    });
    return true;
  } catch (error) {
    const code: number | null = isGrpcServiceError(error) ? error.code : null;
    if (code === NOT_FOUND) return false;
    throw error;
  }
}
