import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { riskCauseOf } from '../typed-checks.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'flag-risk',
    args: [{ name: 'renewal' }],
    options: [{ flags: '--cause <id>', required: true }, { flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const { flagRisk } = await import('../../operations/commands.ts');
        const { savePlansOf } = await import('../../operations/renewal-page.ts');
        const set = renewal.phase === 'closed' ? null : await savePlansOf(context.db, renewal);
        const cause = riskCauseOf(run.t, set, input.text('cause') ?? '');
        const answer = await flagRisk(context, renewal._id, { cause, note: input.text('note') ?? '' }, stamp);
        const plan = set?.plans.find((one) => one.cause === cause);
        const words = plan === undefined ? run.teller().word('cause', cause) : run.t.local(plan.name);
        return { answer, text: run.t('cli:did.flag', { contract: renewal.contractNumber, cause: words }) };
      });
    },
  },
];
