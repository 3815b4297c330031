import type { RuleValues } from '../expressions/index.ts';
import type { Money } from '../money/types.ts';
import { minorDigits } from '../money/index.ts';
import { daysBetween } from '../time/civil.ts';
import type { Client, Contract } from '../people/contract.ts';
import type { CivilDate, Instant } from '../time/types.ts';
import { localDate } from '../time/zone.ts';
import { paidAt } from './payment.ts';
import type { Quote, RenewalState } from './state.ts';
import { clientZone } from './world.ts';
import type { World } from './world.ts';

/** Money in whole units of its currency, as rules write it. */
export function wholeUnits(money: Money): number {
  return money.minor / 10 ** minorDigits(money.currency);
}

/**
 * The values that `applies` of a playbook looks at, and that every other condition knows too. Without an end date
 * the day is as far away as can be: no "soon" holds. Where no notice deadline is named the end stands for it.
 *
 * @param today the date at the client
 */
export function contractValues(
  client: Client,
  contract: Contract,
  dates: { readonly end: CivilDate | null; readonly notice: CivilDate | null },
  today: CivilDate,
): RuleValues<'applies'> {
  const daysUntilEnd = dates.end === null ? Number.POSITIVE_INFINITY : daysBetween(today, dates.end);
  return {
    client: { tier: client.tier, name: client.name, locale: client.locale },
    contract: {
      amount: wholeUnits(contract.amount),
      currency: contract.amount.currency,
      autoRenew: contract.autoRenew,
      termMonths: contract.termMonths,
      product: contract.product,
      paymentDays: contract.paymentDays,
      daysUntilEnd,
      daysUntilNotice: dates.notice === null ? daysUntilEnd : daysBetween(today, dates.notice),
    },
  };
}

/** The values that conditions of steps and risk rules look at. */
export function ruleValues(world: World, state: RenewalState, now: Instant): RuleValues<'risk'> {
  const { client, contract } = world.snapshot;
  const today = localDate(clientZone(world.snapshot), now);
  const due = unpaidSince(world, state);
  const known = contractValues(client, contract, world.dates, today);
  return {
    client: known.client,
    contract: known.contract,
    health: { score: state.risk.health?.score ?? 0, known: state.risk.health !== null },
    facts: {
      complaintOpen: complaintOpen(state),
      championLeft: state.risk.sponsorLeftAt !== null,
      noticeGiven: state.notice !== null,
      paymentLateDays: due === null ? 0 : Math.max(0, daysBetween(due, today)),
      usageDropPercent: state.risk.usageDrop?.percent ?? 0,
      repliesCount: state.stops.reply === undefined ? 0 : 1,
    },
  };
}

/** Due date of an invoice that is not paid, also one still to come due; null where nothing is owed. */
export function unpaidSince(world: World, state: RenewalState): CivilDate | null {
  return state.invoice === null || paidAt(state, world.snapshot.contract) !== null ? null : state.invoice.dueDate;
}

/** The values that rows of an approval ladder look at. */
export function quoteValues(
  world: World,
  state: RenewalState,
  quote: Pick<Quote, 'amount' | 'discountBasisPoints' | 'upliftBasisPoints' | 'termMonths' | 'paymentDays'>,
  now: Instant,
): RuleValues<'approval'> {
  const { client, contract } = ruleValues(world, state, now);
  return {
    client,
    contract,
    quote: {
      amount: wholeUnits(quote.amount),
      discountPercent: quote.discountBasisPoints / 100,
      upliftPercent: quote.upliftBasisPoints / 100,
      termMonths: quote.termMonths,
      paymentDays: quote.paymentDays,
    },
  };
}

export function complaintOpen(state: RenewalState): boolean {
  return Object.values(state.risk.complaints).some((c) => c.opened !== null && c.closed === null);
}
