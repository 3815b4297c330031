import type { CommandSpec } from '../command-spec.ts';
import { personFilter } from '../filters.ts';
import { namesFrom } from '../names.ts';
import { asked } from '../render/renewal-money.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'approvals',
    where: 'both',
    options: [{ flags: '--for <who>' }],
    async run(run, input) {
      await run.reach(async (reach) => {
        const who = input.text('for');
        const filter = who === undefined ? {} : { personId: await personFilter(reach, who, '--for') };
        const query = { for: 'team', ...filter, limit: 200 } as const;
        const [page, people] = await Promise.all([reach.call(reach.routes.listApprovals, { query }), reach.people()]);
        const { t, formats, style } = run;
        const teller = run.teller(namesFrom(run, { people }));
        run.print(page, () => {
          if (page.items.length === 0) return `${style.good('✓')} ${t('cli:approvals.none')}`;
          return page.items
            .map((approval) => {
              const { quote } = approval;
              const late = approval.dueAt < run.io.now();
              const due = t('cli:show.due', { date: formats.stamp(approval.dueAt) });
              return [
                `${style.bold(approval.clientName)}  ${style.accent(approval.contractNumber)}  ${style.bold(approval.rule)}  ${late ? style.bad(`▲ ${due}`) : style.dim(due)}`,
                `  ${quote.number}${t('cli:colon')}${formats.money(quote.amount)}  ${t('cli:show.discount', {
                  discount: formats.percent(quote.discountBasisPoints),
                  list: formats.money(quote.listAmount),
                })}  ${style.dim(t('cli:approvals.current', { amount: formats.money(approval.currentAmount) }))}`,
                `  ${t('cli:approvals.by', { by: teller.person(approval.requestedBy), reason: quote.reason === '' ? '–' : quote.reason })}`,
                `  ${asked(run, approval, teller)}`,
                style.dim(`  → perennial approve ${approval.contractNumber} --rule ${approval.rule}`),
              ].join('\n');
            })
            .join('\n\n');
        });
      });
    },
  },
];
