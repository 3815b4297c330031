import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { checkPlannable } from '../typed-checks.ts';
import { dateValue, moneyValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'invoice',
    where: 'both',
    args: [{ name: 'renewal' }],
    options: [
      { flags: '--number <number>', required: true },
      { flags: '--amount <amount>', required: true },
      { flags: '--due-date <date>', required: true },
    ],
    async run(run, input) {
      const dueDate = dateValue(input.text('due-date') ?? '', '--due-date');
      checkPlannable(dueDate, '--due-date');
      const number = input.text('number') ?? '';
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const amount = moneyValue(input.text('amount') ?? '', renewal.amount.currency, '--amount');
        const answer = await reach.call(reach.routes.issueInvoice, { params, body: { number, amount, dueDate } }, key);
        const text = run.t('cli:did.invoice', {
          number,
          amount: run.formats.money(amount),
          date: run.formats.date(dueDate),
        });
        return { answer, text };
      });
    },
  },
];
