import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';

const ARGS = [{ name: 'renewal' }, { name: 'step' }] as const;

export const commands: readonly CommandSpec[] = [
  { path: 'step' },
  {
    path: 'step complete',
    args: ARGS,
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      const step = input.arg(1);
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
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
      const step = input.arg(1);
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
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
      const step = input.arg(1);
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const { redoStep } = await import('../../operations/commands.ts');
        const answer = await redoStep(context, renewal._id, { step, reason: input.text('reason') ?? '' }, stamp);
        return { answer, text: run.t('cli:did.redo', { step, contract: renewal.contractNumber }) };
      });
    },
  },
];
