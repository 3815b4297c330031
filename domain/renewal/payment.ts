import type { Money } from '../money/types.ts';
import type { Contract } from '../people/contract.ts';
import type { Instant } from '../time/types.ts';
import type { RenewalState } from './state.ts';

/** What the client owes for the new term: the invoice, else what was accepted, else the current amount. */
export function amountDue(state: RenewalState, contract: Contract): Money {
  return (
    state.invoice?.amount ?? (state.accepted !== null ? (state.quote?.amount ?? contract.amount) : contract.amount)
  );
}

/**
 * When the whole amount was there, or null. Payments count in the order in which they came in, so that
 * one told late gives the same answer as one told in time. Before anything was accepted or invoiced
 * there is nothing to pay.
 */
export function paidAt(state: RenewalState, contract: Contract): Instant | null {
  if (state.accepted === null && state.invoice === null) return null;
  const due = amountDue(state, contract);
  let sum = 0;
  for (const payment of [...state.payments].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    if (payment.amount.currency !== due.currency) continue;
    sum += payment.amount.minor;
    if (sum >= due.minor) return payment.at;
  }
  return null;
}
