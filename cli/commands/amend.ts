import { addDays, daysBetween } from '../../domain/time/civil.ts';
import { act } from '../act.ts';
import type { Acting, Done } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import type { Run } from '../run.ts';
import { checkDates } from '../typed-checks.ts';
import { dateValue, optionalDate } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'amend',
    where: 'both',
    args: [{ name: 'renewal' }],
    options: [
      { flags: '--end-date <date>', required: true },
      { flags: '--notice-date <date>' },
      { flags: '--reason <text>', required: true },
    ],
    async run(run, input) {
      const endDate = dateValue(input.text('end-date') ?? '', '--end-date');
      const named = optionalDate(input.text('notice-date'), '--notice-date');
      await act(run, input.arg(0), async (acting) => {
        const { reach, renewal, params, key } = acting;
        const { routes } = reach;
        const before = await reach.call(routes.getContract, { params: { contractId: renewal.contractId } });
        // The deadline keeps its distance to the end, as the contract states it: "90 days before the end".
        const noticeDate =
          named ??
          (before.noticeDate === null || before.endDate === null
            ? before.noticeDate
            : addDays(endDate, -daysBetween(before.noticeDate, before.endDate)));
        if (renewal.phase !== 'closed') {
          checkDates(before.startDate, endDate, noticeDate);
          if (before.endDate === endDate && before.noticeDate === noticeDate) return unchanged(run, acting);
        }
        const body = { endDate, noticeDate, reason: input.text('reason') ?? '' };
        const answer = await reach.call(routes.amendDates, { params, body }, key);
        const text = run.t('cli:did.amend', { contract: renewal.contractNumber, date: run.formats.date(endDate) });
        return { answer, text, data: { changed: true, endDate, noticeDate } };
      });
    },
  },
];

/** The dates are those of the contract already: no fact is written where nothing happens. */
function unchanged(run: Run, { renewal: { contractNumber: contract, phase, stage }, key }: Acting): Done {
  return {
    answer: { factId: key, phase, stage },
    text: run.t('cli:did.amend_same', { contract }),
    data: { changed: false },
  };
}
