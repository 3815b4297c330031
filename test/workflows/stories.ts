import type { Command } from '../../domain/renewal/facts.ts';
import { civilDate } from '../../domain/time/civil.ts';
import type { WorldOptions } from '../helpers/world.ts';
import { at, command, logged, PLAYBOOK, quote } from '../helpers/world.ts';

type QuoteTerms = Extract<Command, { kind: 'quote issued' }>['quote'];

/** A quote for the term from June 2038 on. */
export function quote2038(discountBasisPoints: number, change: Partial<QuoteTerms> = {}): QuoteTerms {
  return quote(discountBasisPoints, {
    startDate: civilDate('2038-06-01'),
    validUntil: civilDate('2038-05-20'),
    ...change,
  });
}

/** Everything people do for a renewal that goes well, in the order of its time. */
export function smoothly(terms: QuoteTerms = quote2038(0)): readonly Command[] {
  const { amount } = terms;
  return [
    command('communication logged', at('2038-02-03'), 'li', logged()),
    command('quote issued', at('2038-03-08'), 'li', { quote: terms }),
    command('step completed', at('2038-04-06'), 'zhao', { step: 'review-contract', note: '' }),
    command('quote accepted', at('2038-04-20'), 'zhou', { note: 'signed' }),
    command('invoice issued', at('2038-05-04'), 'sun', { number: 'INV-1', amount, dueDate: civilDate('2038-06-03') }),
    command('payment received', at('2038-05-20'), 'sun', {
      amount,
      receivedOn: civilDate('2038-05-20'),
      method: 'bank transfer',
      receipt: null,
    }),
  ];
}

/** A contract that renews by itself unless the client gives notice until 2038-04-30. */
export const AUTO_RENEWING: WorldOptions = {
  contract: { autoRenew: true, noticeDate: civilDate('2038-04-30') },
  playbook: { mode: 'auto-renewing', stages: PLAYBOOK.stages.slice(0, 1) },
};
