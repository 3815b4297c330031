import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import { told } from '../told.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'notice',
    args: [{ name: 'renewal' }],
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async (acting) => {
        const { afterNotice } = await import('../../operations/client-word.ts');
        const { checkedNote } = await import('../../operations/tell.ts');
        const { listPeople } = await import('../../operations/store/queries.ts');
        const note = checkedNote(input.text('note'));
        const { db } = acting.context;
        return told(run, acting, 'notice given', { note }, async (now) => {
          const { late, deadline, task } = await afterNotice(db, now, acting.stamp.at);
          const { t, formats } = run;
          const teller = run.teller(namesFrom(run, { people: await listPeople(db) }));
          const contract = now.contractNumber;
          const date = deadline === null ? '' : formats.date(deadline);
          const closed = now.phase === 'closed' && !late;
          return {
            text: late ? t('cli:did.notice_late', { contract, date }) : t('cli:did.notice', { contract, date }),
            follows: [
              ...(closed ? [t('cli:notice.closed')] : []),
              ...(late ? [t('cli:notice.late')] : []),
              ...(task === null
                ? []
                : [t('cli:notice.task', { who: teller.assignee(task.assignee), due: formats.moment(task.dueAt) })]),
            ],
            tellsEnd: true,
            data: { late, deadline, task: task?._id ?? null },
          };
        });
      });
    },
  },
];
