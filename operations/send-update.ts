import { context as active, SpanKind } from '@opentelemetry/api';
import { setTimeout as pause } from 'node:timers/promises';
import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { UpdateDefinition } from '@temporalio/common';
import { ERROR_TABLE, PerennialError } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import type { OperationsContext } from './context.ts';
import { inSpan, traced } from './tracing/spans.ts';
import { unavailable } from './unavailable.ts';
import type { Addresses } from './unavailable.ts';

/** How long a worker may take to judge a command before the sender is told that none answers. */
const PATIENCE_SECONDS = 30;
const TRIES = 3;
/** How often it is tried while the workflow's last task is known to have failed. */
const PAUSE_MS = 500;

type Answer = { readonly accepted: true } | { readonly accepted: false; readonly problem: Problem };

export interface Addressee<A extends Answer, C> {
  readonly workflowId: string;
  readonly definition: UpdateDefinition<A, [C]>;
  /** What to tell where no workflow takes the message. */
  readonly gone: () => Promise<PerennialError>;
}

/**
 * Hands a command to its workflow and waits until it is judged. The id of the command is the id of the
 * update: after a broken connection the same command is sent again and counts once. Throws
 * {@link PerennialError} with the reason of a refusal.
 */
export async function sendUpdate<A extends Answer, C extends { readonly id: string; readonly trace?: string }>(
  context: Pick<OperationsContext, 'temporal' | 'config'>,
  addressee: Addressee<A, C>,
  command: C,
): Promise<Extract<A, { accepted: true }>> {
  const { workflowId, definition } = addressee;
  const attributes = { 'perennial.workflow_id': workflowId };
  return inSpan(`command ${definition.name}`, { kind: SpanKind.CLIENT, attributes }, active.active(), () =>
    untilJudged(context, addressee, traced(command)),
  );
}

async function untilJudged<A extends Answer, C extends { readonly id: string }>(
  context: Pick<OperationsContext, 'temporal' | 'config'>,
  { workflowId, definition, gone }: Addressee<A, C>,
  command: C,
): Promise<Extract<A, { accepted: true }>> {
  const client = await context.temporal();
  const deliver = () =>
    client.withAbortSignal(AbortSignal.timeout(PATIENCE_SECONDS * 1000), () =>
      client.workflow
        .getHandle(workflowId)
        .executeUpdate<A, [C]>(definition, { args: [command], updateId: command.id }),
    );
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await deliver();
      if (answer.accepted) return answer as Extract<A, { accepted: true }>;
      throw new PerennialError([answer.problem]);
    } catch (error) {
      if (isTransport(error) && attempt < TRIES) continue;
      if (isStuck(error) && attempt * PAUSE_MS < PATIENCE_SECONDS * 1000) {
        await pause(PAUSE_MS);
        continue;
      }
      throw await told(error, workflowId, gone, context.config);
    }
  }
}

function isTransport(error: unknown): boolean {
  // 14 UNAVAILABLE, 13 INTERNAL (a stream that was cut), 4 DEADLINE_EXCEEDED of one call.
  return [4, 13, 14].includes(grpcCode(error) ?? -1);
}

/**
 * The server takes no command for a workflow whose last task failed, as it does when workers die under it one after
 * the other; the task is tried again by itself. 9 FAILED_PRECONDITION.
 */
function isStuck(error: unknown): boolean {
  return grpcCode(error) === 9;
}

/** The SDK wraps what the connection said. */
function grpcCode(error: unknown): number | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (isGrpcServiceError(at)) return at.code;
  return undefined;
}

/** The error as the sender should see it. */
async function told(
  error: unknown,
  workflowId: string,
  gone: () => Promise<PerennialError>,
  addresses: Addresses,
): Promise<unknown> {
  if (error instanceof WorkflowNotFoundError) return gone();
  if (error instanceof WorkflowUpdateFailedError) return refusal(error) ?? error;
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return PerennialError.of('cli.worker_silent', { seconds: PATIENCE_SECONDS, id: workflowId });
  }
  if (isStuck(error)) return PerennialError.of('cli.worker_failing', { seconds: PATIENCE_SECONDS, id: workflowId });
  return unavailable(error, addresses) ?? error;
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
