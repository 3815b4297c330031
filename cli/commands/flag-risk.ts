import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { riskCauseOf } from '../typed-checks.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'flag-risk',
    where: 'both',
    args: [{ name: 'renewal' }],
    options: [{ flags: '--cause <id>', required: true }, { flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const { routes } = reach;
        const known = renewal.phase === 'closed' ? null : await reach.call(routes.renewalWords, { params });
        const causes = known?.causes ?? null;
        const cause = riskCauseOf(run.t, causes, input.text('cause') ?? '');
        const body = { cause, note: input.text('note') ?? '' };
        const answer = await reach.call(routes.flagRisk, { params, body }, key);
        const plan = causes?.find(({ id }) => id === cause);
        const words = plan === undefined ? run.teller().word('cause', cause) : run.t.local(plan.name);
        return { answer, text: run.t('cli:did.flag', { contract: renewal.contractNumber, cause: words }) };
      });
    },
  },
];
