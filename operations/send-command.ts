import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { ERROR_TABLE, excerpt, PerennialError } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import type { Command } from '../domain/renewal/facts.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import { commands } from '../workflows/renewal/messages.ts';
import type { CommandAnswer } from '../workflows/renewal/messages.ts';
import type { OperationsContext } from './context.ts';

export type Accepted = Extract<CommandAnswer, { accepted: true }>;

/** How long a worker may take to judge a command before the sender is told that none answers. */
const PATIENCE_SECONDS = 30;
const TRIES = 3;

/**
 * Hands a command to its renewal and waits until it is judged. The id of the command is the id of the
 * update: after a broken connection the same command is sent again and counts once.
 */
export async function sendCommand(context: OperationsContext, renewalId: string, command: Command): Promise<Accepted> {
  const client = await context.temporal();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await deliver(client, renewalId, command);
      if (answer.accepted) return answer;
      throw new PerennialError([answer.problem]);
    } catch (error) {
      if (isTransport(error) && attempt < TRIES) continue;
      throw await told(context, renewalId, error);
    }
  }
}

async function deliver(client: Client, renewalId: string, command: Command): Promise<CommandAnswer> {
  const handle = client.workflow.getHandle(renewalId);
  const definition = commands[command.kind] as (typeof commands)['resumed'];
  return client.withAbortSignal(AbortSignal.timeout(PATIENCE_SECONDS * 1000), () =>
    handle.executeUpdate(definition, {
      args: [command as Extract<Command, { kind: 'resumed' }>],
      updateId: command.id,
    }),
  );
}

function isTransport(error: unknown): boolean {
  // 14 UNAVAILABLE, 13 INTERNAL (a stream that was cut), 4 DEADLINE_EXCEEDED of one call.
  return isGrpcServiceError(error) && [4, 13, 14].includes(error.code);
}

/** The error as the sender should see it. */
async function told(context: OperationsContext, renewalId: string, error: unknown): Promise<unknown> {
  if (error instanceof PerennialError) return error;
  if (error instanceof WorkflowNotFoundError) return notRunning(context, renewalId);
  if (error instanceof WorkflowUpdateFailedError) return refusal(error) ?? error;
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return PerennialError.of('cli.worker_silent', { seconds: PATIENCE_SECONDS, id: renewalId });
  }
  if (isGrpcServiceError(error)) {
    return PerennialError.of('cli.service_silent', { service: 'Temporal', reason: error.details || error.message });
  }
  return error;
}

/** No workflow takes the message: the read model knows whether the renewal has ended or never was. */
async function notRunning(context: OperationsContext, renewalId: string): Promise<PerennialError> {
  const found = await context.db.renewals.findOne({ _id: renewalId }).lean<RenewalDoc>();
  if (found === null) return PerennialError.of('renewal.not_found', { id: excerpt(renewalId) });
  return found.phase === 'closed'
    ? PerennialError.of('renewal.closed', {
        outcome: `@outcome.${found.outcome ?? ''}`,
        at: found.state.closed?.at ?? found.decidedAt,
      })
    : PerennialError.of('command.not_running', { id: renewalId });
}

/** A validator's refusal carries the problem in the details of its failure. */
function refusal(error: WorkflowUpdateFailedError): PerennialError | undefined {
  const { cause } = error;
  const details: readonly unknown[] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  const problems = details.flat().filter(isProblem);
  return problems.length === 0 ? undefined : new PerennialError(problems);
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' && value !== null && 'code' in value && Object.hasOwn(ERROR_TABLE, String(value.code))
  );
}
