import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { dateValue, moneyValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'pay',
    args: [{ name: 'renewal' }],
    options: [
      { flags: '--amount <amount>', required: true },
      { flags: '--method <text>', required: true },
      { flags: '--receipt <number>' },
      { flags: '--on <date>' },
    ],
    async run(run, input) {
      const on = input.text('on');
      const receivedOn = on === undefined ? run.today : dateValue(on, '--on');
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const { receivePayment } = await import('../../operations/commands.ts');
        const amount = moneyValue(input.text('amount') ?? '', renewal.amount.currency, '--amount');
        const body = { amount, receivedOn, method: input.text('method') ?? '', receipt: input.text('receipt') ?? null };
        const answer = await receivePayment(context, renewal._id, body, stamp);
        const text = run.t('cli:did.pay', { amount: run.formats.money(amount), contract: renewal.contractNumber });
        return { answer, text };
      });
    },
  },
];
