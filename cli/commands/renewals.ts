import { listed } from '../../api/client/caller.ts';
import type { InputsOf } from '../../api/client/caller.ts';
import { PHASES } from '../../domain/renewal/state.ts';
import { addDays } from '../../domain/time/civil.ts';
import type { CommandSpec, Input } from '../command-spec.ts';
import { clientFilter, personFilter, stageFilter } from '../filters.ts';
import { namesFrom } from '../names.ts';
import { statusCell } from '../output/status.ts';
import type { Cell } from '../output/table.ts';
import type { Reach, Routes } from '../reach/reach.ts';
import type { Run } from '../run.ts';
import type { Person, RenewalItem } from '../seen.ts';
import { dateValue, numberValue } from '../values.ts';

type Filters = NonNullable<InputsOf<Routes['countRenewals']>['query']>;

export const commands: readonly CommandSpec[] = [
  {
    path: 'renewals',
    where: 'both',
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
      await run.reach(async (reach) => {
        const filters = { ...(await filtersOf(reach, input)), ...dates };
        const [rows, people, counts] = await Promise.all([
          select(reach, filters, limit),
          reach.people(),
          reach.call(reach.routes.countRenewals, { query: filters }),
        ]);
        const closed = filters.phase === undefined ? (counts.phases['closed'] ?? 0) : 0;
        const total = counts.total - closed;
        run.print({ items: rows, total, closedLeftOut: closed }, () => {
          const note = closed === 0 ? '' : `\n${run.style.dim(run.t('cli:renewals.closed', { count: closed }))}`;
          return `${render(run, rows, people, total)}${note}`;
        });
      });
    },
  },
];

async function filtersOf(reach: Reach, input: Input): Promise<Filters> {
  const owner = input.text('owner');
  const stage = input.text('stage');
  const client = input.text('client');
  const phase = PHASES.find((known) => known === input.text('phase'));
  return {
    ...(stage === undefined ? {} : { stage: await stageFilter(reach, stage) }),
    ...(phase === undefined ? {} : { phase }),
    ...(owner === undefined ? {} : { ownerId: await personFilter(reach, owner, '--owner') }),
    ...(client === undefined ? {} : { clientId: await clientFilter(reach, client) }),
    ...(input.flag('at-risk') ? { atRisk: true } : {}),
    ...(input.flag('stalled') ? { stalled: true } : {}),
  };
}

/** Closed ones only where they are asked for: the list is for work. */
async function select(reach: Reach, filters: Filters, limit: number): Promise<readonly RenewalItem[]> {
  const phases = filters.phase === undefined ? PHASES.filter((phase) => phase !== 'closed') : [filters.phase];
  const lists = await Promise.all(
    phases.map((phase) =>
      listed(limit, (page) => reach.call(reach.routes.listRenewals, { query: { ...filters, phase, ...page } })),
    ),
  );
  return lists
    .flatMap(({ items }) => items)
    .sort((a, b) => ((a.endDate ?? '') < (b.endDate ?? '') ? -1 : 1))
    .slice(0, limit);
}

function render(run: Run, rows: readonly RenewalItem[], people: readonly Person[], total: number): string {
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

function renewalRow(run: Run, renewal: RenewalItem, people: readonly Person[]): readonly (Cell | string)[] {
  const { t, style, formats } = run;
  const teller = run.teller(namesFrom(run, { people }));
  const near = renewal.endDate !== null && renewal.endDate < addDays(run.today, 30);
  const stage =
    renewal.stage === null
      ? { text: t.code('words', `phase.${renewal.phase}`), paint: style.dim }
      : { text: renewal.stageName === null ? teller.stage(renewal.stage) : t.local(renewal.stageName) };
  return [
    { text: renewal.contractNumber, paint: style.accent },
    renewal.clientName,
    renewal.endDate ?? t('cli:missing'),
    {
      text: renewal.endDate === null ? '' : formats.away(renewal.endDate, run.today),
      paint: near ? style.warn : style.dim,
    },
    stage,
    mark(run, renewal) ?? (renewal.stageStatus === null ? '' : statusCell(renewal.stageStatus, t, style)),
    teller.person(renewal.ownerId),
    formats.money(renewal.amount),
  ];
}

/** What matters more than the state of the stage. */
function mark(run: Run, renewal: RenewalItem): Cell | undefined {
  const { t, style } = run;
  if (renewal.outcome !== null) return { text: t.code('words', `outcome.${renewal.outcome}`) };
  if (renewal.paused) return { text: `‖ ${t('words:side.paused')}`, paint: style.warn };
  if (renewal.atRisk) return { text: `▲ ${t('words:side.at risk')}`, paint: style.bad };
  if (renewal.stalledSince !== null) return { text: `◆ ${t('words:side.stalled')}`, paint: style.warn };
  return undefined;
}
