import { PerennialError } from '../domain/errors/index.ts';
import { discountBasisPoints, discounted, MAX_MINOR, moneyDigits } from '../domain/money/index.ts';
import type { Money } from '../domain/money/index.ts';
import type { Contract } from '../domain/people/contract.ts';
import type { QuoteTerms } from '../domain/renewal/facts.ts';
import { addDays } from '../domain/time/civil.ts';
import type { CivilDate } from '../domain/time/types.ts';

/** What a person says about a quote; everything else follows from the contract. */
export interface QuoteWish {
  /** Off the list price; or `amount`, from which the discount follows. Neither means the list price. */
  readonly discountBasisPoints: number | null;
  readonly amount: Money | null;
  readonly termMonths: number | null;
  readonly paymentDays: number | null;
  readonly validUntil: CivilDate | null;
  readonly reason: string;
}

const VALID_DAYS = 30;

/** A price more than so many times the current one is a slip of the keyboard. */
const MAX_TIMES = 100;

/**
 * The terms of a new quote. The list price is what the renewal should bring, never less than the current price,
 * for as many months as are quoted; a price above it is an uplift and no negative discount. Throws
 * `command.quote_amount` for a price that can only be a slip.
 *
 * @param revision number of the quotes issued so far in this term
 * @param today in the reader's zone; the quote is valid for 30 days from it unless said otherwise
 */
export function quoteTerms(
  contract: Contract & { readonly endDate: CivilDate },
  wish: QuoteWish,
  revision: number,
  today: CivilDate,
): QuoteTerms {
  const termMonths = wish.termMonths ?? contract.termMonths;
  const forTerm = (money: Money): Money => ({
    minor: Math.round((money.minor * termMonths) / Math.max(1, contract.termMonths)),
    currency: money.currency,
  });
  const currentForTerm = forTerm(contract.amount);
  const wanted = forTerm(contract.target);
  const floor = wanted.minor > currentForTerm.minor ? wanted : currentForTerm;
  const list = wish.amount !== null && wish.amount.minor > floor.minor ? wish.amount : floor;
  const amount = wish.amount ?? discounted(list, wish.discountBasisPoints ?? 0);
  const current = currentForTerm.minor;
  const limit = current === 0 ? MAX_MINOR : Math.min(MAX_MINOR, current * MAX_TIMES);
  if (wish.amount !== null && wish.amount.minor > limit) {
    const written = (minor: number) => `${moneyDigits({ ...amount, minor })} ${amount.currency}`;
    const params = { value: written(amount.minor), limit: written(limit), times: MAX_TIMES };
    throw PerennialError.of('command.quote_amount', params, { field: 'quote.amount' });
  }
  return {
    number: `Q-${contract.number}-${contract.term}-${revision + 1}`,
    amount,
    listAmount: list,
    discountBasisPoints: wish.amount === null ? (wish.discountBasisPoints ?? 0) : discountBasisPoints(list, amount),
    upliftBasisPoints: current === 0 ? 0 : Math.round(((list.minor - current) * 10_000) / current),
    termMonths,
    paymentDays: wish.paymentDays ?? contract.paymentDays,
    startDate: addDays(contract.endDate, 1),
    validUntil: wish.validUntil ?? addDays(today, VALID_DAYS),
    reason: wish.reason,
  };
}
