import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'resume',
    where: 'both',
    args: [{ name: 'renewal' }],
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const body = { note: input.text('note') ?? '' };
        const answer = await reach.call(reach.routes.resumeRenewal, { params, body }, key);
        return { answer, text: run.t('cli:did.resume', { contract: renewal.contractNumber }) };
      });
    },
  },
];
