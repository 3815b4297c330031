import type { Teller } from '../../i18n/story.ts';
import type { Run } from '../run.ts';
import type { SavePlan } from '../seen.ts';
import { fieldLines, section } from './fields.ts';

/** Cause, deadline, measures with their dates, and what may be offered. */
export function renderSavePlan(run: Run, plan: SavePlan, teller: Teller): string {
  const { t, style, formats } = run;
  const { dueAt } = plan;
  const state =
    plan.status === 'open'
      ? style.warn(`◐ ${t('cli:show.plan_open', { date: formats.date(formats.day(plan.openedAt)) })}`)
      : `● ${teller.word('save', plan.outcome ?? '')}`;
  const late = plan.status === 'open' && dueAt !== null && dueAt < run.io.now();
  const away = dueAt === null ? '' : formats.away(formats.day(dueAt), run.today);
  const fields: (readonly [string, string])[] = [
    [t('cli:field.state'), state],
    [t('cli:field.cause'), plan.name === null ? teller.word('cause', plan.cause) : t.local(plan.name)],
    ...(dueAt === null || plan.status === 'closed'
      ? []
      : [
          [
            t('cli:field.deadline'),
            `${formats.date(formats.day(dueAt))}  ${late ? style.bad(`▲ ${away}`) : style.dim(away)}`,
          ] as const,
        ]),
    ...(plan.closedAt === null ? [] : [[t('cli:field.closed'), formats.moment(plan.closedAt)] as const]),
    ...(plan.concessionNote === null ? [] : [[t('cli:field.concession'), t.local(plan.concessionNote)] as const]),
  ];
  const title = `${style.bold(t('cli:show.plan'))}  ${plan.clientName}  ${style.accent(plan.contractNumber)}`;
  const parts = [[title, style.dim(plan.id), '', ...fieldLines(run, fields)].join('\n'), actions(run, plan, teller)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function actions(run: Run, { actions: measures }: SavePlan, teller: Teller): string {
  if (measures.length === 0) return '';
  const { t, formats } = run;
  const table = run.table(
    [
      { title: t('cli:col.measure'), flexible: true, min: 12 },
      { title: t('cli:col.id'), flexible: true, min: 8 },
      { title: t('cli:col.owner'), flexible: true, min: 8 },
      { title: t('cli:col.due') },
      { title: t('cli:col.status'), flexible: true, min: 8 },
    ],
    measures.map((measure) => [
      measure.name === null ? (measure.action ?? '') : t.local(measure.name),
      { text: measure.action ?? '', paint: run.style.accent },
      teller.assignee(measure.assignee),
      formats.stamp(measure.dueAt),
      stateCell(run, measure, teller),
    ]),
  );
  const notes = measures
    .filter(({ state, note }) => state === 'done' && note !== null && note !== '')
    .map(({ action, note }) => run.style.dim(`  ${action ?? ''}${t('cli:colon')}${note ?? ''}`));
  return [section(run, t('cli:show.measures'), []), table, ...notes].filter((part) => part !== '').join('\n');
}

function stateCell(run: Run, task: SavePlan['actions'][number], teller: Teller) {
  const { style } = run;
  const word = teller.word('state', task.state);
  switch (task.state) {
    case 'done':
      return { text: `● ${word}`, paint: style.good };
    case 'open':
      return task.dueAt < run.io.now()
        ? { text: `▲ ${run.t('words:status.overdue')}`, paint: style.bad }
        : { text: `○ ${word}` };
    case 'skipped':
    case 'superseded':
    case 'cancelled':
      return { text: `◌ ${word}`, paint: style.dim };
    default: {
      const never: never = task.state;
      throw new Error(`unknown state ${String(never)}`);
    }
  }
}
