import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { lossOf } from '../typed-checks.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'cancel',
    where: 'both',
    args: [{ name: 'renewal' }],
    options: [
      { flags: '--cause <id>', required: true },
      { flags: '--detail <id>', required: true },
      { flags: '--competitor <name>' },
      { flags: '--note <text>' },
    ],
    async run(run, input) {
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const { routes } = reach;
        // Of one that has ended there is nothing to mistype: the core says that it has.
        const words = renewal.phase === 'closed' ? null : await reach.call(routes.renewalWords, { params });
        const body = {
          ...lossOf(run.t, words?.lossReasons ?? null, input.text('cause') ?? '', input.text('detail') ?? ''),
          competitor: input.text('competitor') ?? null,
          note: input.text('note') ?? '',
        };
        const answer = await reach.call(routes.cancelRenewal, { params, body }, key);
        return { answer, text: run.t('cli:did.cancel', { contract: renewal.contractNumber }), tellsEnd: true };
      });
    },
  },
];
