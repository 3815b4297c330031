import { problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import type { CivilDate } from '../time/types.ts';
import { localDate } from '../time/zone.ts';
import type { Contract } from '../people/contract.ts';
import type { Command, CommandKind, QuoteTerms } from './facts.ts';
import type { Snapshot } from './snapshot.ts';
import type { Phase, RenewalState } from './state.ts';
import { FIRST_PLANNABLE, isPaused, LAST_PLANNABLE } from './world.ts';
import type { World } from './world.ts';

/** In which phases a command is taken. One table: the refusal lists it, the docs print it. */
export const ALLOWED: Readonly<Record<CommandKind, readonly Phase[]>> = {
  'quote issued': ['open'],
  'quote accepted': ['open'],
  'quote declined': ['open'],
  'approval decided': ['open'],
  'step completed': ['open'],
  'step skipped': ['open'],
  'step redone': ['open'],
  paused: ['scheduled', 'open'],
  resumed: ['scheduled', 'open'],
  'dates amended': ['data-needed', 'scheduled', 'open'],
  cancelled: ['data-needed', 'scheduled', 'open'],
  'communication logged': ['data-needed', 'scheduled', 'open'],
  'invoice issued': ['open'],
  'payment received': ['open'],
  'risk flagged': ['scheduled', 'open'],
};

/** Refuses what the phase does not allow, naming the phases that do. */
export function wrongPhase(
  state: RenewalState,
  command: Command,
  world: World | null,
  snapshot: Snapshot,
): Problem | null {
  if (state.phase === 'closed') {
    return problem('renewal.closed', {
      outcome: `@outcome.${state.closed?.outcome ?? ''}`,
      at: state.closed?.at ?? '',
    });
  }
  const absurd = datesOf(command).find((date) => date < FIRST_PLANNABLE || date > LAST_PLANNABLE);
  if (absurd !== undefined) return problem('date.range', { value: absurd, min: FIRST_PLANNABLE, max: LAST_PLANNABLE });
  const allowed = ALLOWED[command.kind];
  if (!allowed.includes(state.phase)) {
    return problem('command.wrong_state', {
      command: `@command.${command.kind}`,
      state: `@phase.${state.phase}`,
      allowed: allowed.map((p) => `@phase.${p}`).join(', '),
    });
  }
  if (command.kind === 'paused') {
    if (isPaused(state)) return problem('renewal.already_paused', { since: state.pauses.at(-1)?.from ?? '' });
    if (command.until !== null && command.until <= localDate(snapshot.teamCalendar.zone, command.at))
      return problem('pause.until_past', { value: command.until });
  }
  if (command.kind === 'resumed' && !isPaused(state)) return problem('renewal.not_paused', {});
  if (isPaused(state) && isWorkOnSteps(command.kind))
    return problem('renewal.paused', {
      since: state.pauses.at(-1)?.from ?? '',
      reason: state.pauses.at(-1)?.reason ?? '',
    });
  if (command.kind === 'quote issued' && state.accepted !== null)
    return problem('quote.already_accepted', { at: state.accepted.at, by: state.accepted.by });
  if (
    (command.kind === 'invoice issued' || command.kind === 'payment received') &&
    state.accepted === null &&
    !snapshot.contract.autoRenew &&
    state.invoice === null &&
    !acceptanceSkipped(state, world)
  ) {
    return problem('payment.before_acceptance', { command: `@command.${command.kind}` });
  }
  return world === null && state.phase !== 'data-needed' && !allowed.includes('data-needed')
    ? problem('renewal.data_needed', {})
    : null;
}

/** The dates of a command that waits are counted from. */
function datesOf(command: Command): readonly CivilDate[] {
  switch (command.kind) {
    case 'dates amended':
      return command.noticeDate === null ? [command.endDate] : [command.endDate, command.noticeDate];
    case 'quote issued':
      return [command.quote.startDate, command.quote.validUntil];
    case 'invoice issued':
      return [command.dueDate];
    case 'paused':
      return command.until === null ? [] : [command.until];
    default:
      return [];
  }
}

/** Skipping and redoing steps by hand waits for the resume; what the client or an approver says is always taken. */
function isWorkOnSteps(kind: CommandKind): boolean {
  return kind === 'step skipped' || kind === 'step redone' || kind === 'quote issued';
}

export function checkAmendment(
  snapshot: Snapshot,
  command: Extract<Command, { kind: 'dates amended' }>,
): Problem | null {
  const start = snapshot.contract.startDate;
  if (start !== null && command.endDate <= start)
    return problem('contract.end_before_start', { end: command.endDate, start });
  if (command.noticeDate !== null && command.noticeDate > command.endDate) {
    return problem('contract.notice_after_end', { notice: command.noticeDate, end: command.endDate });
  }
  return null;
}

/** A loss has a cause and a detail of the two-level list. */
export function checkLoss(snapshot: Snapshot, cause: string, detail: string): Problem | null {
  // Without a playbook there is no list to choose from; the loss is recorded in the person's own words.
  if (snapshot.savePlans === null) return null;
  const reasons = snapshot.savePlans.lossReasons;
  const found = reasons.find((r) => r.id === cause);
  if (found === undefined) return problem('loss.unknown_cause', { cause, known: reasons.map((r) => r.id).join(', ') });
  if (!found.details.some((d) => d.id === detail)) {
    return problem('loss.unknown_detail', { cause, detail, known: found.details.map((d) => d.id).join(', ') });
  }
  return null;
}

/** Somebody ended the stage that waits for the client by hand, with a reason: then money may come. */
function acceptanceSkipped(state: RenewalState, world: World | null): boolean {
  const stage = world?.playbook.stages.find((s) => s.doneWhen.includes('client accepted'));
  return stage !== undefined && state.stages[stage.id] !== undefined;
}

/** Rounding of shares to whole basis points may differ by one from the caller's. */
const ROUNDING = 1;

/**
 * The figures of a quote must agree with each other and with the contract: approval rests on discount and
 * uplift, so they follow from the prices and are never taken on trust. Prices are compared over the quoted term.
 */
export function checkFigures(contract: Contract, quote: QuoteTerms): Problem | null {
  const { amount, listAmount, discountBasisPoints: discount, upliftBasisPoints: uplift } = quote;
  if (discount < 0 || discount > 10_000) return problem('quote.discount_range', { value: discount / 100 });
  if (amount.minor < 0 || listAmount.minor <= 0 || quote.termMonths <= 0) {
    return problem('quote.figures', { field: 'amount', given: amount.minor, right: listAmount.minor });
  }
  const realDiscount = Math.max(0, share(listAmount.minor - amount.minor, listAmount.minor));
  if (Math.abs(realDiscount - discount) > ROUNDING) {
    return problem('quote.figures', { field: 'discount', given: discount / 100, right: realDiscount / 100 });
  }
  const current = (contract.amount.minor * quote.termMonths) / Math.max(1, contract.termMonths);
  const realUplift = current === 0 ? 0 : share(listAmount.minor - current, current);
  if (realUplift < -ROUNDING)
    return problem('quote.list_too_low', { list: listAmount.minor, current: Math.round(current) });
  if (Math.abs(realUplift - uplift) > ROUNDING) {
    return problem('quote.figures', { field: 'uplift', given: uplift / 100, right: realUplift / 100 });
  }
  return null;
}

/** A share in basis points. */
function share(part: number, whole: number): number {
  return Math.round((part * 10_000) / whole);
}
