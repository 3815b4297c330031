import { PerennialError } from '../../domain/errors/index.ts';
import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { checkValidUntil } from '../typed-checks.ts';
import { exclusive, moneyValue, numberValue, optionalDate, percentValue } from '../values.ts';

const RENEWAL = [{ name: 'renewal' }] as const;

export const commands: readonly CommandSpec[] = [
  { path: 'quote' },
  {
    path: 'quote issue',
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
      const wish = {
        discountBasisPoints: discount === undefined ? null : percentValue(discount, '--discount'),
        termMonths: months === undefined ? null : numberValue(months, '--term-months', 1, 120),
        paymentDays: days === undefined ? null : numberValue(days, '--payment-days', 0, 365),
        validUntil: optionalDate(input.text('valid-until'), '--valid-until'),
        reason: input.text('reason') ?? '',
      };
      checkValidUntil(wish.validUntil, run.today);
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const { contractOf } = await import('../../operations/find.ts');
        const { quoteTerms } = await import('../../operations/quote-terms.ts');
        const { issueQuote } = await import('../../operations/commands.ts');
        const contract = await contractOf(context.db, renewal);
        const endDate = renewal.endDate ?? contract.endDate;
        if (endDate === null) throw PerennialError.of('cli.no_dates', { number: contract.number });
        const price = amount === undefined ? null : moneyValue(amount, contract.amount.currency, '--amount');
        const revisions = renewal.state.quote?.revision ?? 0;
        const quote = quoteTerms({ ...contract, endDate }, { ...wish, amount: price }, revisions, run.today);
        const answer = await issueQuote(context, renewal._id, { quote }, stamp);
        const text = run.t('cli:did.quote', {
          number: quote.number,
          amount: run.formats.money(quote.amount),
          discount: run.formats.percent(quote.discountBasisPoints),
          until: run.formats.date(quote.validUntil),
        });
        const { quoteWaits, replaced } = await import('../render/waiting.ts');
        const { follows, data } = await quoteWaits(run, context, renewal._id);
        return { answer, text, follows: [...replaced(run, renewal), ...follows], data: { quote, ...data } };
      });
    },
  },
  {
    path: 'quote accept',
    args: RENEWAL,
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const { acceptQuote } = await import('../../operations/commands.ts');
        const { refusedWaiting } = await import('../render/waiting.ts');
        const answer = await acceptQuote(context, renewal._id, { note: input.text('note') ?? '' }, stamp).catch(
          async (error: unknown) => {
            throw await refusedWaiting(run, context, renewal._id, error);
          },
        );
        return { answer, text: run.t('cli:did.accept', { contract: renewal.contractNumber }) };
      });
    },
  },
  {
    path: 'quote decline',
    args: RENEWAL,
    options: [{ flags: '--reason <text>', required: true }, { flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const { declineQuote } = await import('../../operations/commands.ts');
        const body = { reason: input.text('reason') ?? '', note: input.text('note') ?? '' };
        const answer = await declineQuote(context, renewal._id, body, stamp);
        return { answer, text: run.t('cli:did.decline', { contract: renewal.contractNumber }) };
      });
    },
  },
];
