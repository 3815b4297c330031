import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import type { Approval } from '../seen.ts';
import { checkValidUntil } from '../typed-checks.ts';
import { exclusive, moneyValue, numberValue, optionalDate, percentValue } from '../values.ts';

const RENEWAL = [{ name: 'renewal' }] as const;

const isWaiting = ({ status }: Pick<Approval, 'status'>) => status === 'waiting';

export const commands: readonly CommandSpec[] = [
  { path: 'quote' },
  {
    path: 'quote issue',
    where: 'both',
    args: RENEWAL,
    options: [
      { flags: '--discount <percent>' },
      { flags: '--amount <amount>', text: 'quote-amount' },
      { flags: '--term-months <months>' },
      { flags: '--payment-days <days>' },
      { flags: '--valid-until <date>' },
      { flags: '--reason <text>' },
    ],
    async run(run, input) {
      const discount = input.text('discount');
      const amount = input.text('amount');
      exclusive('--discount', '--amount', discount !== undefined && amount !== undefined);
      const months = input.text('term-months');
      const days = input.text('payment-days');
      const validUntil = optionalDate(input.text('valid-until'), '--valid-until');
      checkValidUntil(validUntil, run.today);
      const wish = {
        ...(discount === undefined ? {} : { discountBasisPoints: percentValue(discount, '--discount') }),
        ...(months === undefined ? {} : { termMonths: numberValue(months, '--term-months', 1, 120) }),
        ...(days === undefined ? {} : { paymentDays: numberValue(days, '--payment-days', 0, 365) }),
        ...(validUntil === null ? {} : { validUntil }),
        reason: input.text('reason') ?? '',
      };
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const { routes } = reach;
        const price = amount === undefined ? undefined : moneyValue(amount, renewal.amount.currency, '--amount');
        const body = { ...wish, ...(price === undefined ? {} : { amount: price }) };
        const waiting = await reach.call(routes.renewalApprovals, { params });
        const answer = await reach.call(routes.issueQuote, { params, body }, key);
        const { quote } = answer;
        const text = run.t('cli:did.quote', {
          number: quote.number,
          amount: run.formats.money(quote.amount),
          discount: run.formats.percent(quote.discountBasisPoints),
          until: run.formats.date(quote.validUntil),
        });
        const { quoteWaits, replaced } = await import('../render/waiting.ts');
        const { follows, data } = await quoteWaits(run, reach, renewal.id);
        return {
          answer,
          text,
          follows: [...replaced(run, renewal, waiting.items.filter(isWaiting)), ...follows],
          data: { quote, ...data },
        };
      });
    },
  },
  {
    path: 'quote accept',
    where: 'both',
    args: RENEWAL,
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const { refusedWaiting } = await import('../render/waiting.ts');
        const body = { note: input.text('note') ?? '' };
        const accepted = reach.call(reach.routes.acceptQuote, { params, body }, key);
        const answer = await accepted.catch(async (error: unknown) => {
          throw await refusedWaiting(run, reach, renewal.id, error);
        });
        return { answer, text: run.t('cli:did.accept', { contract: renewal.contractNumber }) };
      });
    },
  },
  {
    path: 'quote decline',
    where: 'both',
    args: RENEWAL,
    options: [{ flags: '--reason <text>', required: true }, { flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const body = { reason: input.text('reason') ?? '', note: input.text('note') ?? '' };
        const answer = await reach.call(reach.routes.declineQuote, { params, body }, key);
        return { answer, text: run.t('cli:did.decline', { contract: renewal.contractNumber }) };
      });
    },
  },
];
