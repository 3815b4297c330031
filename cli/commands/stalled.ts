import type { CommandSpec } from '../command-spec.ts';
import { personFilter } from '../filters.ts';
import { namesFrom } from '../names.ts';
import { renewalItem } from '../render/renewal-json.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'stalled',
    options: [{ flags: '--owner <email>' }, { flags: '--limit <number>', fallback: '50' }],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '50', '--limit', 1, 1000);
      await run.withContext(async ({ db }) => {
        const { listPeople, listStalled } = await import('../../operations/store/queries.ts');
        const owner = input.text('owner');
        const request = owner === undefined ? { limit } : { limit, ownerId: await personFilter(db, owner, '--owner') };
        const [{ items }, people] = await Promise.all([listStalled(db, request), listPeople(db)]);
        const { t, formats, style } = run;
        run.print(
          { items: items.map((row) => ({ ...renewalItem(row), stalled: row.view.stalled })), total: items.length },
          () => {
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
                const teller = run.teller(namesFrom(run, { people, rows: row.view.rows }));
                const since = row.view.stalled?.since ?? row.stalledSince;
                return [
                  { text: row.contractNumber, paint: style.accent },
                  row.clientName,
                  row.stage === null ? '' : teller.stage(row.stage),
                  { text: since === null ? '' : formats.lasting(since, run.io.now()), paint: style.warn },
                  teller.word('blocker', row.view.stalled?.blocker ?? ''),
                  teller.person(row.ownerId),
                  formats.money(row.target),
                ];
              }),
            );
          },
        );
      });
    },
  },
];
