import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'resume',
    args: [{ name: 'renewal' }],
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const { resumeRenewal } = await import('../../operations/commands.ts');
        const answer = await resumeRenewal(context, renewal._id, { note: input.text('note') ?? '' }, stamp);
        return { answer, text: run.t('cli:did.resume', { contract: renewal.contractNumber }) };
      });
    },
  },
];
