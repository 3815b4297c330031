import type { Money } from '../money/types.ts';
import { approvalId } from '../renewal/quote.ts';
import type { RenewalState } from '../renewal/state.ts';
import type { CivilDate, Instant } from '../time/types.ts';

/** What the read model keeps of a renewal's state: enough for lists and pages, and a fingerprint of the rest. */
export interface StateSummary {
  readonly playbook: RenewalState['playbook'];
  readonly openedAt: Instant | null;
  readonly closed: RenewalState['closed'];
  readonly contactedAt: Instant | null;
  readonly quote: {
    readonly number: string;
    readonly revision: number;
    readonly amount: Money;
    readonly listAmount: Money;
    readonly discountBasisPoints: number;
    readonly validUntil: CivilDate;
    readonly termMonths: number;
    readonly issuedAt: Instant;
    readonly issuedBy: string;
    readonly approvedAt: Instant | null;
    readonly rejectedAt: Instant | null;
    readonly declinedAt: Instant | null;
    readonly expiredAt: Instant | null;
    readonly acceptedAt: Instant | null;
  } | null;
  readonly invoice: RenewalState['invoice'];
  /** Minor units received, in the currency of the invoice; payments in another currency are not counted. */
  readonly paidMinor: number;
  /** Ids of the tasks and approvals that are open by this decision; whatever else is open in the books is a leftover. */
  readonly open: { readonly tasks: readonly string[]; readonly approvals: readonly string[] };
  readonly savePlan: { readonly id: string; readonly cause: string; readonly closedAt: Instant | null } | null;
  /** Fingerprint of the whole state, to find a read model that differs from its workflow. */
  readonly digest: string;
}

/**
 * The summary of a state; made where the decision is passed on, so that the whole state does not travel twice.
 *
 * @param digest as `digestOf` gives it
 */
export function summarizeState(state: RenewalState, digest: string): StateSummary {
  const { quote, invoice, risk } = state;
  const paid = state.payments.filter(
    (payment) => invoice === null || payment.amount.currency === invoice.amount.currency,
  );
  return {
    playbook: state.playbook,
    openedAt: state.openedAt,
    closed: state.closed,
    contactedAt: state.contacted?.at ?? null,
    quote: quote && {
      number: quote.number,
      revision: quote.revision,
      amount: quote.amount,
      listAmount: quote.listAmount,
      discountBasisPoints: quote.discountBasisPoints,
      validUntil: quote.validUntil,
      termMonths: quote.termMonths,
      issuedAt: quote.issuedAt,
      issuedBy: quote.issuedBy,
      approvedAt: quote.approvedAt,
      rejectedAt: quote.rejectedAt,
      declinedAt: quote.declinedAt,
      expiredAt: quote.expiredAt,
      acceptedAt: state.accepted?.revision === quote.revision ? state.accepted.at : null,
    },
    invoice,
    paidMinor: paid.reduce((sum, payment) => sum + payment.amount.minor, 0),
    open: {
      tasks: Object.values(state.open),
      approvals: (quote?.approvals ?? []).flatMap((request) =>
        request.status === 'asked' && quote !== null ? [approvalId(state.renewalId, quote.revision, request.rule)] : [],
      ),
    },
    savePlan: risk.plan && { id: risk.plan.id, cause: risk.plan.cause, closedAt: risk.plan.closedAt },
    digest,
  };
}
