import { ROLES } from '../../domain/people/types.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Teller } from '../../i18n/story.ts';
import { ROLE_WORDS } from '../../operations/import/rows/words.ts';
import { wordKey } from '../../operations/import/rows/row-cells.ts';
import type { TaskCondition } from '../../operations/store/queries.ts';
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
        const { listPeople, listTasks, taskDueDates } = await import('../../operations/store/queries.ts');
        const { newestSavePlans } = await import('../../operations/renewal-page.ts');
        const whose = await whoseTasks(context, input.text('for'), run.options.as);
        const [page, dueDates, people, playbooks, savePlanSets] = await Promise.all([
          listTasks(context.db, { limit }, ...whose),
          taskDueDates(context.db, {}, ...whose),
          listPeople(context.db),
          context.db.playbooks.find({}).sort({ version: 1 }).lean<PlaybookDoc[]>(),
          newestSavePlans(context.db),
        ]);
        const known = { people, savePlanSets, playbooks: playbooks.map((doc) => doc.definition) };
        run.print({ ...page, total: dueDates.length }, () =>
          render(run, page.items, dueDates, run.teller(namesFrom(run, known))),
        );
      });
    },
  },
];

/** Of one person, or of everybody with a role, which may be written as people call it. */
async function whoseTasks(
  { db }: OperationsContext,
  asked: string | undefined,
  as: string | undefined,
): Promise<readonly TaskCondition[]> {
  const { ofPerson, ofRole } = await import('../../operations/store/queries.ts');
  const who = asked ?? as;
  if (who === undefined) return [];
  const role = ROLE_WORDS.get(wordKey(who));
  if (role !== undefined) return [await ofRole(db, role)];
  return [await ofPerson(db, await personFilter(db, who, asked === undefined ? '--as' : '--for', ROLES))];
}

/** By due date, under the headings of an inbox: overdue, today, later. */
function render(run: Run, tasks: readonly TaskDoc[], dueDates: readonly Instant[], teller: Teller): string {
  const { t, style, formats } = run;
  if (tasks.length === 0) return `${style.good('✓')} ${t('cli:tasks.none')}`;
  const now = run.io.now();
  const when = (dueAt: Instant) => (dueAt < now ? 'overdue' : formats.day(dueAt) === run.today ? 'today' : 'later');
  const groups = (['overdue', 'today', 'later'] as const)
    .map((name) => ({
      name,
      tasks: tasks.filter((task) => when(task.dueAt) === name),
      count: dueDates.filter((dueAt) => when(dueAt) === name).length,
    }))
    .filter((group) => group.count > 0);
  const paint = { overdue: style.bad, today: style.warn, later: (text: string) => text };
  const lists = groups
    .filter((group) => group.tasks.length > 0)
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
          group.name === 'today' ? formats.stamp(task.dueAt).slice(11) : formats.day(task.dueAt),
          taskTitle(teller, task),
          teller.assignee(task.assignee),
          { text: task.contractNumber, paint: style.accent },
          task.clientName,
        ]),
      );
      const title = paint[group.name](t(`cli:tasks.${group.name}`));
      return `${style.bold(`${title} (${group.count})`)}\n${table}`;
    });
  const shown = { shown: tasks.length, total: dueDates.length };
  const cut = tasks.length < dueDates.length ? [style.dim(t('cli:list.shown', shown))] : [];
  return [...lists, ...cut].join('\n\n');
}
