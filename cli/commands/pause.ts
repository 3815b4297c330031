import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { checkPauseEnd } from '../typed-checks.ts';
import { optionalDate } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'pause',
    where: 'both',
    args: [{ name: 'renewal' }],
    options: [{ flags: '--reason <text>', required: true }, { flags: '--until <date>' }],
    async run(run, input) {
      const until = optionalDate(input.text('until'), '--until');
      checkPauseEnd(until, run.today);
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const body = { reason: input.text('reason') ?? '', until };
        const answer = await reach.call(reach.routes.pauseRenewal, { params, body }, key);
        const contract = renewal.contractNumber;
        const text =
          until === null
            ? run.t('cli:did.pause', { contract })
            : run.t('cli:did.pause_until', { contract, until: run.formats.date(until) });
        return { answer, text };
      });
    },
  },
];
