import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import { told } from '../told.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'notice',
    where: 'both',
    args: [{ name: 'renewal' }],
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      const note = input.text('note') ?? '';
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const answer = await reach.call(reach.routes.giveNotice, { params, body: { note } }, key);
        const { late, deadline, task } = answer;
        const { t, formats } = run;
        const teller = run.teller(namesFrom(run, { people: await reach.people() }));
        const contract = renewal.contractNumber;
        const date = deadline === null ? '' : formats.date(deadline);
        const closed = answer.phase === 'closed' && !late;
        return told(run, answer, {
          text: late ? t('cli:did.notice_late', { contract, date }) : t('cli:did.notice', { contract, date }),
          follows: [
            ...(closed ? [t('cli:notice.closed')] : []),
            ...(late ? [t('cli:notice.late')] : []),
            ...(task === null
              ? []
              : [t('cli:notice.task', { who: teller.assignee(task.assignee), due: formats.moment(task.dueAt) })]),
          ],
          tellsEnd: true,
          data: { late, deadline, task: task?.id ?? null },
        });
      });
    },
  },
];
