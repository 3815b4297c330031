import { excerpt, PerennialError } from '../domain/errors/index.ts';
import type { Command } from '../domain/renewal/facts.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import { commands } from '../workflows/renewal/messages.ts';
import type { CommandAnswer } from '../workflows/renewal/messages.ts';
import type { OperationsContext } from './context.ts';
import { sendUpdate } from './send-update.ts';

export type Accepted = Extract<CommandAnswer, { accepted: true }>;

/**
 * Hands a command to its renewal and waits until it is judged. Throws {@link PerennialError} with the reason of
 * a refusal, `renewal.closed` or `renewal.not_found`.
 */
export async function sendCommand(context: OperationsContext, renewalId: string, command: Command): Promise<Accepted> {
  // One table has the definitions of all commands; the kind has chosen the one that fits.
  const definition = commands[command.kind] as (typeof commands)['resumed'];
  return sendUpdate(
    context,
    { workflowId: renewalId, definition, gone: () => notRunning(context, renewalId) },
    command as Extract<Command, { kind: 'resumed' }>,
  );
}

/** No workflow takes the message: the read model knows whether the renewal has ended or never was. */
export async function notRunning({ db }: Pick<OperationsContext, 'db'>, renewalId: string): Promise<PerennialError> {
  const found = await db.renewals.findOne({ _id: renewalId }).lean<RenewalDoc>();
  if (found === null) return PerennialError.of('renewal.not_found', { id: excerpt(renewalId) });
  return found.phase === 'closed'
    ? PerennialError.of('renewal.closed', {
        outcome: `@outcome.${found.outcome ?? ''}`,
        at: found.state.closed?.at ?? found.decidedAt,
      })
    : PerennialError.of('command.not_running', { id: renewalId });
}
