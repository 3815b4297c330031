import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { stepId, stepIds } from '../step-id.ts';

const ARGS = [{ name: 'renewal' }, { name: 'step' }] as const;

/** Throws `step.unknown` for a word that can be no id. */
async function stepOf(context: OperationsContext, renewal: RenewalDoc, text: string): Promise<string> {
  const { pinnedPlaybook } = await import('../../operations/renewal-page.ts');
  const playbook = await pinnedPlaybook(context.db, renewal);
  const step = stepId(playbook, renewal.stage, text);
  if (/^[a-z0-9][\w .~-]{0,79}$/i.test(step)) return step;
  throw PerennialError.of('step.unknown', { step: excerpt(text), known: stepIds(playbook).join(', ') });
}

export const commands: readonly CommandSpec[] = [
  { path: 'step' },
  {
    path: 'step complete',
    args: ARGS,
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const step = await stepOf(context, renewal, input.arg(1));
        const { completeStep } = await import('../../operations/commands.ts');
        const answer = await completeStep(context, renewal._id, { step, note: input.text('note') ?? '' }, stamp);
        return { answer, text: run.t('cli:did.complete', { step, contract: renewal.contractNumber }) };
      });
    },
  },
  {
    path: 'step skip',
    args: ARGS,
    options: [{ flags: '--reason <text>', required: true }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const step = await stepOf(context, renewal, input.arg(1));
        const { skipStep } = await import('../../operations/commands.ts');
        const answer = await skipStep(context, renewal._id, { step, reason: input.text('reason') ?? '' }, stamp);
        return { answer, text: run.t('cli:did.skip', { step, contract: renewal.contractNumber }) };
      });
    },
  },
  {
    path: 'step redo',
    args: ARGS,
    options: [{ flags: '--reason <text>', required: true }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const step = await stepOf(context, renewal, input.arg(1));
        const { redoStep } = await import('../../operations/commands.ts');
        const answer = await redoStep(context, renewal._id, { step, reason: input.text('reason') ?? '' }, stamp);
        return { answer, text: run.t('cli:did.redo', { step, contract: renewal.contractNumber }) };
      });
    },
  },
];
