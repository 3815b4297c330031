import { excerpt } from '../../domain/errors/index.ts';
import type { PaymentMethod } from '../../domain/renewal/facts.ts';
import { knownMethods, parsePaymentMethod } from '../../domain/renewal/payment.ts';
import { act } from '../act.ts';
import type { Acting, Done } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { UsageError } from '../failure.ts';
import type { Run } from '../run.ts';
import { checkReceivedOn } from '../typed-checks.ts';
import { dateValue, moneyValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'pay',
    where: 'both',
    args: [{ name: 'renewal' }],
    options: [
      { flags: '--amount <amount>', required: true },
      { flags: '--method <method>', required: true },
      { flags: '--receipt <number>' },
      { flags: '--on <date>' },
      { flags: '--allow-overpayment' },
    ],
    async run(run, input) {
      const on = input.text('on');
      const receivedOn = on === undefined ? run.today : dateValue(on, '--on');
      checkReceivedOn(receivedOn, run.today);
      const method = methodValue(input.text('method') ?? '');
      const overpaid = input.flag('allow-overpayment');
      await act(run, input.arg(0), async (acting) => {
        const { reach, renewal, params, key } = acting;
        const amount = moneyValue(input.text('amount') ?? '', renewal.amount.currency, '--amount');
        const receipt = input.text('receipt') ?? null;
        const body = { amount, receivedOn, method, receipt, ...(overpaid ? { overpaid } : {}) };
        const answer = await reach.call(reach.routes.receivePayment, { params, body }, key);
        const text = run.t('cli:did.pay', { amount: run.formats.money(amount), contract: renewal.contractNumber });
        return { answer, text, ...(await stillOpen(run, acting, amount.currency)) };
      });
    },
  },
];

/** What the client owes after the payment; nothing where that is not known. */
async function stillOpen(
  run: Run,
  { reach, params }: Acting,
  currency: string,
): Promise<Pick<Done, 'follows' | 'data'>> {
  const now = await reach.call(reach.routes.getRenewal, { params });
  const due = now.invoice?.amount ?? now.quote?.amount;
  if (due === undefined || due.currency !== currency) return {};
  const open = { minor: Math.max(0, due.minor - now.paidMinor), currency };
  const amount = run.formats.money(open);
  return {
    follows: [open.minor === 0 ? run.t('cli:pay.all') : run.t('cli:pay.open', { amount, due: run.formats.money(due) })],
    data: { open },
  };
}

/** In the words of either language, whatever language the screen speaks. */
function methodValue(text: string): PaymentMethod {
  const method = parsePaymentMethod(text);
  if (method !== undefined) return method;
  throw UsageError.of('payment.method', { value: excerpt(text), known: knownMethods() }, { field: '--method' });
}
