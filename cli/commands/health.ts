import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { riskLines, told } from '../told.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'health',
    where: 'both',
    args: [{ name: 'renewal' }, { name: 'score' }],
    async run(run, input) {
      const score = numberValue(input.arg(1), '<score>', 0, 100);
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const answer = await reach.call(reach.routes.scoreHealth, { params, body: { score } }, key);
        return told(run, answer, {
          text: run.t('cli:did.health', { contract: renewal.contractNumber, client: renewal.clientName, score }),
          follows: riskLines(run, answer),
          data: { score },
        });
      });
    },
  },
];
