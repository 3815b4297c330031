import { listed } from '../../api/client/caller.ts';
import type { InputsOf, Told } from '../../api/client/caller.ts';
import { ROLES } from '../../domain/people/types.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Teller } from '../../i18n/story.ts';
import type { CommandSpec } from '../command-spec.ts';
import { personFilter } from '../filters.ts';
import { namesFrom } from '../names.ts';
import type { Reach, Routes } from '../reach/reach.ts';
import type { Run } from '../run.ts';
import type { TaskItem } from '../seen.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'tasks',
    where: 'both',
    options: [{ flags: '--for <who>' }, { flags: '--limit <number>', fallback: '50' }],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '50', '--limit', 1, 1000);
      await run.reach(async (reach) => {
        const whose = await whoseTasks(reach, input.text('for'), run.options.as);
        const page = await listed(limit, (part) =>
          reach.call(reach.routes.listTasks, { query: { ...whose, ...part } }),
        );
        const people = await reach.people();
        const { counts } = page.first;
        const all = counts === null ? page.items.length : Object.values(counts).reduce((sum, count) => sum + count, 0);
        const total = Math.max(all, page.items.length);
        run.print({ items: page.items, next: page.next, counts, total }, () =>
          render(run, page.items, counts, total, run.teller(namesFrom(run, { people }))),
        );
      });
    },
  },
];

/** Of one person, or of everybody with a role, which may be written as people call it. */
async function whoseTasks(
  reach: Reach,
  asked: string | undefined,
  as: string | undefined,
): Promise<NonNullable<InputsOf<Routes['listTasks']>['query']>> {
  const who = asked ?? as;
  // With a server the token says whose inbox it is; whoever sits at the database looks at all of them.
  if (who === undefined) return { for: reach.url === null ? 'team' : 'me' };
  const { ROLE_WORDS } = await import('../../operations/import/rows/words.ts');
  const { wordKey } = await import('../../operations/import/rows/row-cells.ts');
  const role = ROLE_WORDS.get(wordKey(who));
  if (role !== undefined) return { for: 'team', role };
  return { for: 'team', personId: await personFilter(reach, who, asked === undefined ? '--as' : '--for', ROLES) };
}

/** By due date, under the headings of an inbox: overdue, today, later. */
function render(run: Run, tasks: readonly TaskItem[], counts: Counts, total: number, teller: Teller): string {
  const { t, style, formats } = run;
  if (tasks.length === 0) return `${style.good('✓')} ${t('cli:tasks.none')}`;
  const now = run.io.now();
  const when = (dueAt: Instant) => (dueAt < now ? 'overdue' : formats.day(dueAt) === run.today ? 'today' : 'later');
  const groups = (['overdue', 'today', 'later'] as const).map((name) => ({
    name,
    tasks: tasks.filter((task) => when(task.dueAt) === name),
    count: countOf(counts, name),
  }));
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
          task.title,
          teller.assignee(task.assignee),
          { text: task.contractNumber, paint: style.accent },
          task.clientName,
        ]),
      );
      const title = paint[group.name](t(`cli:tasks.${group.name}`));
      return `${style.bold(`${title} (${Math.max(group.count, group.tasks.length)})`)}\n${table}`;
    });
  const shown = { shown: tasks.length, total };
  const cut = tasks.length < total ? [style.dim(t('cli:list.shown', shown))] : [];
  return [...lists, ...cut].join('\n\n');
}

type Counts = Told<Routes['listTasks']>['counts'];

function countOf(counts: Counts, name: 'overdue' | 'today' | 'later'): number {
  if (counts === null) return 0;
  return name === 'later' ? counts.thisWeek + counts.later : counts[name];
}
