import type { Quote, RenewalState } from './state.ts';

/** The quote that still counts: not refused inside, not declined, not expired unless the client had accepted in time. */
export function liveQuote(state: RenewalState): Quote | null {
  const quote = state.quote;
  if (quote === null || quote.rejectedAt !== null || quote.declinedAt !== null) return null;
  return quote.expiredAt === null || state.accepted !== null ? quote : null;
}

/** The quote the client can answer: approved and alive. */
export function openOffer(state: RenewalState): Quote | null {
  const quote = liveQuote(state);
  return quote !== null && quote.approvedAt !== null && state.accepted === null ? quote : null;
}

export function approvalId(renewalId: string, revision: number, rule: string): string {
  return `${renewalId}/approval/${revision}/${rule}`;
}

/** The inverse of {@link approvalId}; undefined for any other text. */
export function parseApprovalId(id: string): { renewalId: string; revision: number; rule: string } | undefined {
  const match = /^(renewal:[^:]+:\d+)\/approval\/(\d+)\/([^/]+)$/.exec(id);
  const [, renewalId, revision, rule] = match ?? [];
  return renewalId === undefined || revision === undefined || rule === undefined
    ? undefined
    : { renewalId, revision: Number(revision), rule };
}
