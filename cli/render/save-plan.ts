import type { Teller } from '../../i18n/story.ts';
import type { SavePlanPage } from '../../operations/save-plans.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import type { Run } from '../run.ts';
import { fieldLines, section } from './fields.ts';

/** A save plan for scripts. */
export function savePlanJson(page: SavePlanPage, renewal: RenewalDoc) {
  const { plan, template } = page;
  return {
    id: plan._id,
    renewal: plan.renewalId,
    contract: renewal.contractNumber,
    client: renewal.clientName,
    cause: plan.cause,
    rule: plan.ruleId,
    status: plan.status,
    outcome: plan.outcome,
    openedAt: plan.openedAt,
    dueAt: page.dueAt,
    closedAt: plan.closedAt,
    concessionCapPercent: template?.concessionCapPercent ?? null,
    actions: page.actions.map((task) => ({
      action: task.step,
      name: template?.actions.find((action) => action.id === task.step)?.name ?? null,
      assignee: task.assignee,
      dueAt: task.dueAt,
      state: task.state,
      closedAt: task.closedAt,
      closedBy: task.closedBy,
      note: task.note,
    })),
  };
}

/** Cause, deadline, measures with their dates, and what may be offered. */
export function renderSavePlan(run: Run, page: SavePlanPage, renewal: RenewalDoc, teller: Teller): string {
  const { t, style, formats } = run;
  const { plan, template, dueAt } = page;
  const state =
    plan.status === 'open'
      ? style.warn(`◐ ${t('cli:show.plan_open', { date: formats.date(formats.day(plan.openedAt)) })}`)
      : `● ${teller.word('save', plan.outcome ?? '')}`;
  const late = plan.status === 'open' && dueAt !== null && dueAt < run.io.now();
  const away = dueAt === null ? '' : formats.away(formats.day(dueAt), run.today);
  const fields: (readonly [string, string])[] = [
    [t('cli:field.state'), state],
    [t('cli:field.cause'), template === null ? teller.word('cause', plan.cause) : t.local(template.name)],
    ...(dueAt === null || plan.status === 'closed'
      ? []
      : [
          [
            t('cli:field.deadline'),
            `${formats.date(formats.day(dueAt))}  ${late ? style.bad(`▲ ${away}`) : style.dim(away)}`,
          ] as const,
        ]),
    ...(plan.closedAt === null ? [] : [[t('cli:field.closed'), formats.moment(plan.closedAt)] as const]),
    ...(template === null ? [] : [[t('cli:field.concession'), t.local(template.concessionNote)] as const]),
  ];
  const title = `${style.bold(t('cli:show.plan'))}  ${renewal.clientName}  ${style.accent(renewal.contractNumber)}`;
  const parts = [[title, style.dim(plan._id), '', ...fieldLines(run, fields)].join('\n'), actions(run, page, teller)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function actions(run: Run, { actions: tasks, template }: SavePlanPage, teller: Teller): string {
  if (tasks.length === 0) return '';
  const { t, formats } = run;
  const table = run.table(
    [
      { title: t('cli:col.measure'), flexible: true, min: 12 },
      { title: t('cli:col.id'), flexible: true, min: 8 },
      { title: t('cli:col.owner'), flexible: true, min: 8 },
      { title: t('cli:col.due') },
      { title: t('cli:col.status'), flexible: true, min: 8 },
    ],
    tasks.map((task) => {
      const name = template?.actions.find((action) => action.id === task.step)?.name;
      return [
        name === undefined ? (task.step ?? '') : t.local(name),
        { text: task.step ?? '', paint: run.style.accent },
        teller.assignee(task.assignee),
        formats.stamp(task.dueAt),
        stateCell(run, task, teller),
      ];
    }),
  );
  const notes = tasks
    .filter((task) => task.state === 'done' && task.note !== null && task.note !== '')
    .map((task) => run.style.dim(`  ${task.step ?? ''}${t('cli:colon')}${task.note ?? ''}`));
  return [section(run, t('cli:show.measures'), []), table, ...notes].filter((part) => part !== '').join('\n');
}

function stateCell(run: Run, task: TaskDoc, teller: Teller) {
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
