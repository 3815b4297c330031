import { PHASES } from '../../domain/renewal/state.ts';
import type { Phase } from '../../domain/renewal/state.ts';
import { addDays } from '../../domain/time/civil.ts';
import type { Person } from '../../domain/people/types.ts';
import type { RenewalFilters } from '../../operations/store/queries.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { CommandSpec, Input } from '../command-spec.ts';
import { clientFilter, personFilter, stageFilter } from '../filters.ts';
import { namesFrom } from '../names.ts';
import { statusCell } from '../output/status.ts';
import type { Cell } from '../output/table.ts';
import { renewalItem } from '../render/renewal-json.ts';
import type { Run } from '../run.ts';
import { dateValue, numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'renewals',
    options: [
      { flags: '--stage <stage>' },
      { flags: '--phase <phase>', choices: PHASES, vocabulary: 'phase' },
      { flags: '--owner <email>' },
      { flags: '--client <client>' },
      { flags: '--at-risk' },
      { flags: '--stalled' },
      { flags: '--ends-before <date>' },
      { flags: '--ends-after <date>' },
      { flags: '--limit <number>', fallback: '50' },
    ],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '50', '--limit', 1, 1000);
      const before = input.text('ends-before');
      const after = input.text('ends-after');
      const dates = {
        ...(before === undefined ? {} : { endsTo: addDays(dateValue(before, '--ends-before'), -1) }),
        ...(after === undefined ? {} : { endsFrom: addDays(dateValue(after, '--ends-after'), 1) }),
      };
      await run.withContext(async (context) => {
        const { countRenewals, listPeople } = await import('../../operations/store/queries.ts');
        const filters = { ...(await filtersOf(context, input)), ...dates };
        const rows = await select(context, filters, input, limit);
        const [people, counts] = await Promise.all([listPeople(context.db), countRenewals(context.db, filters)]);
        const closed = input.text('phase') === undefined ? (counts.phases['closed'] ?? 0) : 0;
        const total = counts.total - closed;
        run.print({ items: rows.map(renewalItem), total, closedLeftOut: closed }, () => {
          const note = closed === 0 ? '' : `\n${run.style.dim(run.t('cli:renewals.closed', { count: closed }))}`;
          return `${render(run, rows, people, total)}${note}`;
        });
      });
    },
  },
];

async function filtersOf({ db }: OperationsContext, input: Input): Promise<RenewalFilters> {
  const owner = input.text('owner');
  const stage = input.text('stage');
  const client = input.text('client');
  const phase = PHASES.find((known): known is Phase => known === input.text('phase'));
  return {
    ...(stage === undefined ? {} : { stage: await stageFilter(db, stage) }),
    ...(phase === undefined ? {} : { phase }),
    ...(owner === undefined ? {} : { ownerId: await personFilter(db, owner, '--owner') }),
    ...(client === undefined ? {} : { clientId: await clientFilter(db, client) }),
    ...(input.flag('at-risk') ? { atRisk: true } : {}),
    ...(input.flag('stalled') ? { stalled: true } : {}),
  };
}

/** Closed ones only where they are asked for: the list is for work. */
async function select(
  context: OperationsContext,
  filters: RenewalFilters,
  input: Input,
  limit: number,
): Promise<readonly RenewalDoc[]> {
  const { listRenewals } = await import('../../operations/store/queries.ts');
  if (input.text('phase') !== undefined) return (await listRenewals(context.db, { filters, limit })).items;
  const pages = await Promise.all(
    PHASES.filter((phase) => phase !== 'closed').map((phase) =>
      listRenewals(context.db, { filters: { ...filters, phase }, limit }),
    ),
  );
  return pages
    .flatMap((page) => page.items)
    .sort((a, b) => ((a.endDate ?? '') < (b.endDate ?? '') ? -1 : 1))
    .slice(0, limit);
}

function render(run: Run, rows: readonly RenewalDoc[], people: readonly Person[], total: number): string {
  const { t, style } = run;
  if (rows.length === 0) return t('cli:renewals.none');
  const table = run.table(
    [
      { title: t('cli:col.contract'), flexible: true, min: 14 },
      { title: t('cli:col.client'), flexible: true, min: 12 },
      { title: t('cli:col.ends') },
      { title: '', align: 'right', spare: 1 },
      { title: t('cli:col.stage'), flexible: true, min: 8 },
      { title: t('cli:col.status'), flexible: true, min: 8 },
      { title: t('cli:col.owner'), flexible: true, min: 6, spare: 3 },
      { title: t('cli:col.amount'), align: 'right', spare: 2 },
    ],
    rows.map((renewal) => renewalRow(run, renewal, people)),
  );
  const shown = t('cli:renewals.count', { count: rows.length });
  return `${table}\n${style.dim(total > rows.length ? `${shown} ${t('cli:renewals.of', { total })}` : shown)}`;
}

function renewalRow(run: Run, renewal: RenewalDoc, people: readonly Person[]): readonly (Cell | string)[] {
  const { t, style, formats } = run;
  const { view } = renewal;
  const teller = run.teller(namesFrom(run, { people, rows: view.rows }));
  const row = view.rows.find((one) => one.stage === renewal.stage);
  const near = renewal.endDate !== null && renewal.endDate < addDays(run.today, 30);
  const stage =
    renewal.stage === null
      ? { text: t.code('words', `phase.${renewal.phase}`), paint: style.dim }
      : { text: teller.stage(renewal.stage) };
  return [
    { text: renewal.contractNumber, paint: style.accent },
    renewal.clientName,
    renewal.endDate ?? t('cli:missing'),
    {
      text: renewal.endDate === null ? '' : formats.away(renewal.endDate, run.today),
      paint: near ? style.warn : style.dim,
    },
    stage,
    mark(run, renewal) ?? (row ? statusCell(row.status, t, style) : ''),
    teller.person(renewal.ownerId),
    formats.money(renewal.amount),
  ];
}

/** What matters more than the state of the stage. */
function mark(run: Run, renewal: RenewalDoc): Cell | undefined {
  const { t, style } = run;
  if (renewal.outcome !== null) return { text: t.code('words', `outcome.${renewal.outcome}`) };
  if (renewal.paused) return { text: `‖ ${t('words:side.paused')}`, paint: style.warn };
  if (renewal.atRisk) return { text: `▲ ${t('words:side.at risk')}`, paint: style.bad };
  if (renewal.stalledSince !== null) return { text: `◆ ${t('words:side.stalled')}`, paint: style.warn };
  return undefined;
}
