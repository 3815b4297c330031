import type { RenewalPage } from '../../operations/renewal-page.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';

/** One renewal in a list, for scripts: stable names, plain values. */
export function renewalItem(renewal: RenewalDoc) {
  return {
    id: renewal._id,
    contract: renewal.contractNumber,
    term: renewal.term,
    client: renewal.clientName,
    clientId: renewal.clientId,
    tier: renewal.tier,
    ownerId: renewal.ownerId,
    amount: renewal.amount,
    target: renewal.target,
    endDate: renewal.endDate,
    phase: renewal.phase,
    stage: renewal.stage,
    atRisk: renewal.atRisk,
    paused: renewal.paused,
    outcome: renewal.outcome,
    stalledSince: renewal.stalledSince,
    nextAt: renewal.nextAt,
  };
}

/** The whole page for scripts. */
export function renewalJson(page: RenewalPage) {
  const { view, state } = page.renewal;
  return {
    ...renewalItem(page.renewal),
    earlier: page.earlier,
    later: page.later,
    noticeDate: view.noticeDate,
    opensOn: view.opensOn,
    holdsOutreach: view.holdsOutreach,
    rows: view.rows,
    next: view.next,
    stalled: view.stalled,
    playbook: state.playbook,
    quote: state.quote,
    invoice: state.invoice,
    paidMinor: state.paidMinor,
    closed: state.closed,
    savePlan: page.savePlan,
    contractTerms: page.contract,
    contacts: page.client?.contacts ?? [],
    approvals: page.approvals,
    tasks: page.tasks,
    communications: page.communications,
    sends: page.sends.map(({ context: _context, moves: _moves, ...send }) => send),
    history: page.history,
  };
}
