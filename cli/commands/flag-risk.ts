import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'flag-risk',
    args: [{ name: 'renewal' }],
    options: [{ flags: '--cause <id>', required: true }, { flags: '--note <text>' }],
    async run(run, input) {
      const cause = input.text('cause') ?? '';
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const { flagRisk } = await import('../../operations/commands.ts');
        const answer = await flagRisk(context, renewal._id, { cause, note: input.text('note') ?? '' }, stamp);
        const words = run.teller().word('cause', cause);
        return { answer, text: run.t('cli:did.flag', { contract: renewal.contractNumber, cause: words }) };
      });
    },
  },
];
