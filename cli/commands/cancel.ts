import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { lossOf } from '../typed-checks.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'cancel',
    args: [{ name: 'renewal' }],
    options: [
      { flags: '--cause <id>', required: true },
      { flags: '--detail <id>', required: true },
      { flags: '--competitor <name>' },
      { flags: '--note <text>' },
    ],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const { cancelRenewal } = await import('../../operations/commands.ts');
        const { savePlansOf } = await import('../../operations/renewal-page.ts');
        // Of one that has ended there is nothing to mistype: the core says that it has.
        const set = renewal.phase === 'closed' ? null : await savePlansOf(context.db, renewal);
        const body = {
          ...lossOf(run.t, set, input.text('cause') ?? '', input.text('detail') ?? ''),
          competitor: input.text('competitor') ?? null,
          note: input.text('note') ?? '',
        };
        const answer = await cancelRenewal(context, renewal._id, body, stamp);
        return { answer, text: run.t('cli:did.cancel', { contract: renewal.contractNumber }), tellsEnd: true };
      });
    },
  },
];
