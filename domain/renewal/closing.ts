import type { Money } from '../money/types.ts';
import { daysBetween, termEnd, nextTermStart, addDays } from '../time/civil.ts';
import type { Instant } from '../time/types.ts';
import type { Why } from './effects.ts';
import { supersedeApprovals } from './approval.ts';
import { endEscalations } from './escalations.ts';
import { amountDue } from './payment.ts';
import type { Snapshot } from './snapshot.ts';
import type { Outcome, RenewalState } from './state.ts';
import { closeTasks, openEngineTask } from './tasks.ts';
import { because, emit, handle, patch } from './work.ts';
import type { Work } from './work.ts';
import type { World } from './world.ts';

export interface Ending {
  readonly outcome: Outcome;
  readonly cause: string | null;
  readonly detail: string | null;
  readonly competitor: string | null;
  readonly finalAmount: Money | null;
}

/** Ends the renewal: what is open is closed, nothing is sent any more. */
export function closeRenewal(work: Work, snapshot: Snapshot, at: Instant, ending: Ending, why: Why): void {
  const { renewalId } = work.state;
  supersedeApprovals(work, at, 'renewal.closed');
  const how = ending.outcome === 'lost' || ending.outcome === 'lapsed' ? 'cancelled' : 'superseded';
  closeTasks(work, at, () => true, how, 'engine', '', why);
  endEscalations(work, `${renewalId}/escalations/ended`, null, snapshot.playbook?.definition.stages ?? [], why, at);
  const { plan } = work.state.risk;
  if (plan !== null && plan.closedAt === null) {
    const withConcession = work.state.accepted !== null && (work.state.quote?.discountBasisPoints ?? 0) > 0;
    emit(
      work,
      {
        kind: 'end save plan',
        id: `${plan.id}/ended`,
        why,
        savePlanId: plan.id,
        outcome: ending.outcome,
        withConcession,
      },
      at,
      null,
    );
  }
  patch(work, { phase: 'closed', closed: { ...ending, at } });
  emit(work, { kind: 'close renewal', id: `${renewalId}/close`, why, ...ending }, at, null);
}

/** Closes as renewed, and lets the contract live on: its next term begins the day after this one ends. */
export function closeRenewed(work: Work, world: World, at: Instant, why: Why): void {
  const { snapshot } = world;
  const { contract } = snapshot;
  const quote = work.state.accepted === null ? null : work.state.quote;
  const finalAmount = quote?.amount ?? contract.amount;
  const termMonths = quote?.termMonths ?? contract.termMonths;
  const outcome = outcomeOf(contract.amount, contract.termMonths, finalAmount, termMonths);
  closeRenewal(work, snapshot, at, { outcome, cause: null, detail: null, competitor: null, finalAmount }, why);
  if (work.state.handled[NEXT_TERM] === undefined) startNextTerm(work, world, at, why);
}

const NEXT_TERM = 'next-term/started';

/** Lets the contract go on while this renewal still waits for its money. */
export function renewAndCollect(work: Work, world: World, at: Instant, why: Why): void {
  startNextTerm(work, world, at, why);
  const stages = { ...work.state.stages };
  for (const stage of world.playbook.stages) {
    if (stage.doneWhen.includes('payment received')) break;
    stages[stage.id] ??= { at, by: 'engine', note: '', how: 'completed' };
  }
  patch(work, { stages });
  openEngineTask(work, world.snapshot, at, {
    kind: 'collect payment',
    occurrence: 1,
    role: 'finance',
    stage: 'payment',
    why: because('payment.open', { due: amountDue(work.state, world.snapshot.contract).minor }),
  });
}

export function nextTermStarted(state: RenewalState): boolean {
  return state.handled[NEXT_TERM] !== undefined;
}

function startNextTerm(work: Work, world: World, at: Instant, why: Why): void {
  const { dates } = world;
  const { contract } = world.snapshot;
  const quote = work.state.accepted === null ? null : work.state.quote;
  const termMonths = quote?.termMonths ?? contract.termMonths;
  const startDate = quote !== null && quote.startDate > dates.end ? quote.startDate : nextTermStart(dates.end);
  const endDate = termEnd(startDate, termMonths);
  const noticeDate = dates.notice === null ? null : addDays(endDate, -daysBetween(dates.notice, dates.end));
  handle(work, NEXT_TERM, 's');
  const { renewalId } = work.state;
  emit(
    work,
    {
      kind: 'start next term',
      id: `${renewalId}/next-term`,
      why,
      term: contract.term + 1,
      startDate,
      endDate,
      noticeDate,
      termMonths,
      amount: quote?.amount ?? contract.amount,
      paymentDays: quote?.paymentDays ?? contract.paymentDays,
    },
    at,
    null,
  );
}

/** Growth or shrinking by the price per month, so that a longer term alone is no growth. */
function outcomeOf(before: Money, monthsBefore: number, after: Money, monthsAfter: number): Outcome {
  if (before.currency !== after.currency || monthsBefore <= 0 || monthsAfter <= 0) return 'renewed';
  const a = BigInt(after.minor) * BigInt(monthsBefore);
  const b = BigInt(before.minor) * BigInt(monthsAfter);
  return a > b ? 'renewed-growth' : a < b ? 'renewed-smaller' : 'renewed';
}
