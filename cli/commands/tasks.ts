import { ROLES } from '../../domain/people/types.ts';
import type { Teller } from '../../i18n/story.ts';
import type { PlaybookDoc } from '../../schemas/playbook.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { CommandSpec } from '../command-spec.ts';
import { personFilter } from '../filters.ts';
import { namesFrom } from '../names.ts';
import { taskTitle } from '../render/renewal.ts';
import type { Run } from '../run.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'tasks',
    options: [{ flags: '--for <who>' }, { flags: '--limit <number>', fallback: '50' }],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '50', '--limit', 1, 1000);
      await run.withContext(async (context) => {
        const { listPeople } = await import('../../operations/store/queries.ts');
        const { newestSavePlans } = await import('../../operations/renewal-page.ts');
        const [page, people, playbooks, savePlanSets] = await Promise.all([
          tasksOf(context, input.text('for'), run.options.as, limit),
          listPeople(context.db),
          context.db.playbooks.find({}).sort({ version: 1 }).lean<PlaybookDoc[]>(),
          newestSavePlans(context.db),
        ]);
        const known = { people, savePlanSets, playbooks: playbooks.map((doc) => doc.definition) };
        run.print(page, () => render(run, page.items, run.teller(namesFrom(run, known))));
      });
    },
  },
];

async function tasksOf({ db }: OperationsContext, asked: string | undefined, as: string | undefined, limit: number) {
  const { listTasks, tasksFor } = await import('../../operations/store/queries.ts');
  const who = asked ?? as;
  if (who === undefined) return listTasks(db, { limit });
  const role = ROLES.find((known) => known === who);
  if (role !== undefined) return listTasks(db, { limit }, { 'assignee.role': role });
  const id = await personFilter(db, who, asked === undefined ? '--as' : '--for', ROLES);
  return tasksFor(db, id, { limit });
}

/** By due date, under the headings of an inbox: overdue, today, later. */
function render(run: Run, tasks: readonly TaskDoc[], teller: Teller): string {
  const { t, style, formats } = run;
  if (tasks.length === 0) return `${style.good('✓')} ${t('cli:tasks.none')}`;
  const now = run.io.now();
  const groups = [
    { title: style.bad(t('cli:tasks.overdue')), tasks: tasks.filter((task) => task.dueAt < now) },
    {
      title: style.warn(t('cli:tasks.today')),
      tasks: tasks.filter((task) => task.dueAt >= now && formats.day(task.dueAt) === run.today),
      today: true,
    },
    {
      title: t('cli:tasks.later'),
      tasks: tasks.filter((task) => task.dueAt >= now && formats.day(task.dueAt) > run.today),
    },
  ].filter((group) => group.tasks.length > 0);
  return groups
    .map((group) => {
      const table = run.table(
        [
          { title: t('cli:col.due') },
          { title: t('cli:col.task'), flexible: true, min: 20 },
          { title: t('cli:col.for'), flexible: true, min: 8, spare: 1 },
          { title: t('cli:col.contract'), flexible: true, min: 14 },
          { title: t('cli:col.client'), flexible: true, min: 10, spare: 2 },
        ],
        group.tasks.map((task) => [
          // The hour matters today only.
          group.today === true ? formats.stamp(task.dueAt).slice(11) : formats.day(task.dueAt),
          taskTitle(teller, task),
          teller.assignee(task.assignee),
          { text: task.contractNumber, paint: style.accent },
          task.clientName,
        ]),
      );
      return `${style.bold(`${group.title} (${group.tasks.length})`)}\n${table}`;
    })
    .join('\n\n');
}
