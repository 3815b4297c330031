import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { told } from '../told.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'health',
    args: [{ name: 'renewal' }, { name: 'score' }],
    async run(run, input) {
      const score = numberValue(input.arg(1), '<score>', 0, 100);
      await act(run, input.arg(0), (acting) =>
        told(run, acting, 'health scored', { score }, (now) => ({
          text: run.t('cli:did.health', { contract: now.contractNumber, client: now.clientName, score }),
          follows: now.atRisk ? [run.style.bad(`▲ ${run.t('cli:told.at_risk')}`)] : [],
          data: { score },
        })),
      );
    },
  },
];
