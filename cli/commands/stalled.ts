import { listed } from '../../api/client/caller.ts';
import type { CommandSpec } from '../command-spec.ts';
import { personFilter } from '../filters.ts';
import { namesFrom } from '../names.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'stalled',
    where: 'both',
    options: [{ flags: '--owner <email>' }, { flags: '--limit <number>', fallback: '50' }],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '50', '--limit', 1, 1000);
      await run.reach(async (reach) => {
        const owner = input.text('owner');
        const of = owner === undefined ? {} : { ownerId: await personFilter(reach, owner, '--owner') };
        const [{ items }, people] = await Promise.all([
          listed(limit, (page) =>
            reach.call(reach.routes.listRenewals, { query: { stalled: true, sort: 'stalledSince', ...of, ...page } }),
          ),
          reach.people(),
        ]);
        const { t, formats, style } = run;
        const teller = run.teller(namesFrom(run, { people }));
        run.print({ items, total: items.length }, () => {
          if (items.length === 0) return `${style.good('✓')} ${t('cli:stalled.none')}`;
          return run.table(
            [
              { title: t('cli:col.contract'), flexible: true, min: 14 },
              { title: t('cli:col.client'), flexible: true, min: 8, spare: 1 },
              { title: t('cli:col.stage'), flexible: true, min: 8, spare: 2 },
              { title: t('cli:col.age'), align: 'right' },
              { title: t('cli:col.blocker'), flexible: true, min: 8 },
              { title: t('cli:col.owner'), flexible: true, min: 6 },
              { title: t('cli:col.at_stake'), align: 'right' },
            ],
            items.map((row) => {
              const since = row.stalled?.since ?? row.stalledSince;
              return [
                { text: row.contractNumber, paint: style.accent },
                row.clientName,
                row.stageName === null ? '' : t.local(row.stageName),
                { text: since === null ? '' : formats.lasting(since, run.io.now()), paint: style.warn },
                teller.word('blocker', row.stalled?.blocker ?? ''),
                teller.person(row.ownerId),
                formats.money(row.target),
              ];
            }),
          );
        });
      });
    },
  },
];
