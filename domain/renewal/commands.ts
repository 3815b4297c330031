import { problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import { requestsFor, ruleWithoutReason, settle, supersedeApprovals, vote } from './approval.ts';
import { moneyDigits } from '../money/index.ts';
import type { Money } from '../money/types.ts';
import type { Snapshot } from './snapshot.ts';
import { checkAmendment, checkFigures, checkLoss, wrongPhase } from './command-checks.ts';
import { closeRenewal } from './closing.ts';
import type { Command } from './facts.ts';
import { progress, stageInWork } from './progress.ts';
import { amountDue, paidSoFar } from './payment.ts';
import { liveQuote, openOffer } from './quote.ts';
import { beginAgain, completeStep, skipStep } from './steps.ts';
import type { ApprovalDecision, Mark, Quote, RenewalState } from './state.ts';
import { localDate } from '../time/zone.ts';
import { actorId, because, emit, isActivity, patch } from './work.ts';
import type { Work } from './work.ts';
import { clientZone } from './world.ts';
import type { World } from './world.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** First of two marks, whichever came to us first; the same for every order of arrival. */
export function earlier<T extends Mark>(a: T | null, b: T): T {
  if (a === null) return b;
  return b.at < a.at || (b.at === a.at && `${b.by}${b.note}` < `${a.by}${a.note}`) ? b : a;
}

/**
 * Judges one command: applies it to the work, or gives the problem and changes nothing.
 * `world` is null while data are needed: then only what mends or ends the renewal is taken.
 */
export function applyCommand(work: Work, snapshot: Snapshot, world: World | null, command: Command): Problem | null {
  const refused = wrongPhase(work.state, command, world, snapshot);
  if (refused !== null) return refused;
  const mark: Mark = {
    at: command.at,
    by: actorId(command.by),
    note: 'note' in command ? command.note : 'reason' in command ? command.reason : '',
  };
  switch (command.kind) {
    case 'dates amended':
      return amendDates(work, snapshot, command);
    case 'cancelled':
      return cancel(work, snapshot, command);
    case 'communication logged':
      if (command.reached) patch(work, { contacted: earlier(work.state.contacted, mark) });
      isActivity(work, command.at);
      return null;
    case 'paused':
      patch(work, {
        pauses: [
          ...work.state.pauses,
          { from: command.at, to: null, until: command.until, reason: command.reason, by: mark.by },
        ],
      });
      return null;
    case 'resumed':
      endPause(work, command.at);
      return null;
    case 'risk flagged': {
      const causes = snapshot.savePlans?.plans.map((p) => p.cause) ?? [];
      if (!causes.includes(command.cause))
        return problem('risk.unknown_cause', { cause: command.cause, known: causes.join(', ') });
      patch(work, { risk: { ...work.state.risk, flagged: { ...mark, cause: command.cause } } });
      isActivity(work, command.at);
      return null;
    }
    case 'quote issued':
      return world === null ? null : issueQuote(work, world, command);
    case 'quote accepted':
      return world === null ? null : acceptQuote(work, world, command, mark);
    case 'quote declined':
      return declineQuote(work, snapshot, world, command);
    case 'approval decided':
      return world === null ? null : decideApproval(work, world, command);
    case 'step completed':
      return world === null ? null : completeStep(work, world, command.step, mark);
    case 'step skipped':
      return world === null ? null : skipStep(work, world, command.step, mark);
    case 'step redone':
      return world === null ? null : redoStep(work, world, command, mark);
    case 'invoice issued':
      patch(work, {
        invoice: { number: command.number, amount: command.amount, dueDate: command.dueDate, at: command.at },
      });
      isActivity(work, command.at);
      return null;
    case 'payment received':
      return receivePayment(work, snapshot, command);
    default: {
      const never: never = command;
      throw new Error(`unknown command ${JSON.stringify(never)}`);
    }
  }
}

/** Ends the open pause at `at`. */
export function endPause(work: Work, at: string & Mark['at']): void {
  patch(work, {
    pauses: work.state.pauses.map((p, i) =>
      i === work.state.pauses.length - 1 && p.to === null ? { ...p, to: at } : p,
    ),
  });
}

function amendDates(work: Work, snapshot: Snapshot, command: Of<'dates amended'>): Problem | null {
  const wrong = checkAmendment(snapshot, command);
  if (wrong !== null) return wrong;
  const why = because('dates.amended', {
    from: snapshot.contract.endDate ?? '',
    to: command.endDate,
    reason: command.reason,
  });
  emit(
    work,
    {
      kind: 'amend contract',
      id: `${work.state.renewalId}/amend/${command.id}`,
      why,
      endDate: command.endDate,
      noticeDate: command.noticeDate,
    },
    command.at,
    null,
  );
  return null;
}

function cancel(work: Work, snapshot: Snapshot, command: Of<'cancelled'>): Problem | null {
  const wrong = checkLoss(snapshot, command.cause, command.detail);
  if (wrong !== null) return wrong;
  closeRenewal(
    work,
    snapshot,
    command.at,
    {
      outcome: 'lost',
      cause: command.cause,
      detail: command.detail,
      competitor: command.competitor,
      finalAmount: null,
    },
    because('cancelled', { cause: command.cause, detail: command.detail }),
  );
  return null;
}

function issueQuote(work: Work, world: World, command: Of<'quote issued'>): Problem | null {
  const { quote } = command;
  const { contract } = world.snapshot;
  if (quote.amount.currency !== contract.amount.currency) {
    return problem('quote.currency', { currency: quote.amount.currency, wanted: contract.amount.currency });
  }
  const wrong = checkFigures(contract, quote);
  if (wrong !== null) return wrong;
  if (world.snapshot.ladder === null && quote.discountBasisPoints > 0) {
    return problem('approval.no_ladder', { ladder: world.playbook.approvals });
  }
  const today = localDate(clientZone(world.snapshot), command.at);
  if (quote.validUntil < today) return problem('quote.valid_until', { value: quote.validUntil });
  const unreasoned = ruleWithoutReason(world, work, quote, command.at);
  if (unreasoned !== undefined) {
    return problem('quote.reason_required', { discount: quote.discountBasisPoints / 100, rule: unreasoned.id });
  }
  supersedeApprovals(work, command.at, 'quote.revised');
  // Written out: a record that grows behind a spread is a hundred times as slow to make.
  const issued: Quote = {
    number: quote.number,
    amount: quote.amount,
    listAmount: quote.listAmount,
    discountBasisPoints: quote.discountBasisPoints,
    upliftBasisPoints: quote.upliftBasisPoints,
    termMonths: quote.termMonths,
    paymentDays: quote.paymentDays,
    startDate: quote.startDate,
    validUntil: quote.validUntil,
    reason: quote.reason,
    revision: work.state.quotes + 1,
    issuedAt: command.at,
    issuedBy: actorId(command.by),
    approvals: requestsFor(world, work, quote, actorId(command.by), command.at),
    order: world.snapshot.ladder?.order ?? 'serial',
    approvedAt: null,
    rejectedAt: null,
    expiredAt: null,
    declinedAt: null,
  };
  patch(work, { quote: issued, quotes: issued.revision });
  isActivity(work, command.at);
  settle(world, work, command.at);
  return null;
}

function acceptQuote(work: Work, world: World, command: Of<'quote accepted'>, mark: Mark): Problem | null {
  const { state } = work;
  if (state.accepted !== null)
    return problem('quote.already_accepted', { at: state.accepted.at, by: state.accepted.by });
  const offer = openOffer(state);
  // A skipped quote stage means: on the current terms.
  const quoteStage = world.playbook.stages.find((s) => s.doneWhen.includes('quote issued'));
  const unquoted = state.quote === null && quoteStage !== undefined && state.stages[quoteStage.id] !== undefined;
  if (offer === null && !unquoted) return problem('quote.not_open', { reason: `@${whyNoOffer(work)}` });
  patch(work, { accepted: { ...mark, revision: offer?.revision ?? 0 }, contacted: earlier(state.contacted, mark) });
  isActivity(work, command.at);
  return null;
}

function whyNoOffer(work: Work): string {
  const { quote } = work.state;
  if (quote === null) return 'quote.none';
  if (quote.rejectedAt !== null) return 'quote.rejected';
  if (quote.declinedAt !== null) return 'quote.declined';
  return quote.expiredAt === null ? 'quote.waiting' : 'quote.expired';
}

function declineQuote(
  work: Work,
  snapshot: Snapshot,
  world: World | null,
  command: Of<'quote declined'>,
): Problem | null {
  const quote = liveQuote(work.state);
  if (quote === null || work.state.accepted !== null) {
    return problem('quote.not_open', {
      reason: `@${work.state.accepted === null ? whyNoOffer(work) : 'quote.accepted'}`,
    });
  }
  supersedeApprovals(work, command.at, 'quote.declined');
  patch(work, { quote: { ...(work.state.quote ?? quote), declinedAt: command.at } });
  isActivity(work, command.at);
  if (world !== null)
    beginAgain(
      work,
      world,
      'quote issued',
      command.at,
      because('quote.declined', { revision: quote.revision, reason: command.reason }),
      'quote declined',
      snapshot,
    );
  return null;
}

function decideApproval(work: Work, world: World, command: Of<'approval decided'>): Problem | null {
  const { quote } = work.state;
  const request = quote?.approvals.find((r) => r.rule === command.rule);
  // Whoever decided on an earlier revision has not seen the figures that would now be approved.
  const other = command.revision !== undefined && command.revision !== quote?.revision;
  if (quote === null || request === undefined || other) return problem('approval.unknown', { rule: command.rule });
  const by = actorId(command.by);
  const decided =
    request.decisions.find((d) => d.by === by || d.for === by) ??
    (request.status === 'approved' || request.status === 'rejected' ? request.decisions.at(-1) : undefined);
  if (decided !== undefined)
    return problem('approval.already_decided', {
      decision: `@approval.${decided.decision}`,
      by: decided.by,
      at: decided.at,
    });
  if (by === quote.issuedBy) return problem('approval.own_request', { by });
  if (request.status !== 'asked' || quote.rejectedAt !== null)
    return problem('approval.not_asked_yet', { rule: command.rule });
  const people = request.asked.flatMap((a) => a.people);
  const own = people.includes(by);
  const absent = own ? undefined : awayFor(world.snapshot, people, request.decisions, by);
  if (!own && absent === undefined) return problem('approval.not_yours', { by, asked: people.join(', ') });
  isActivity(work, command.at);
  const { at, comment: text, decision } = command;
  vote(world, work, command.rule, { at, by, note: text, decision, ...(absent === undefined ? {} : { for: absent }) });
  return null;
}

/** Who of those asked is away and has this person as the substitute; nobody whose vote is there already. */
function awayFor(
  { people }: Snapshot,
  asked: readonly string[],
  decisions: readonly ApprovalDecision[],
  substitute: string,
): string | undefined {
  const waited = asked.filter((id) => !decisions.some((d) => d.by === id || d.for === id));
  return waited.find((id) => people[id]?.substitute === substitute);
}

function redoStep(work: Work, world: World, command: Of<'step redone'>, mark: Mark): Problem | null {
  if (mark.note.trim() === '') return problem('step.reason_required', { step: command.step });
  const stages = progress(world, work.state, mark.at);
  const found = stages.find((s) => s.stage.id === command.step);
  if (found === undefined)
    return problem('step.unknown', { step: command.step, known: stages.map((s) => s.stage.id).join(', ') });
  const { stage } = found;
  if (found.begunAt === null) {
    const current = stageInWork(stages)?.stage.id ?? '';
    return problem('step.not_begun', { step: stage.id, stage: stage.id, current });
  }
  const [condition] = stage.doneWhen;
  if (condition === undefined) return null;
  beginAgain(
    work,
    world,
    condition,
    mark.at,
    because('step.redone', { stage: stage.id, reason: command.reason }),
    null,
    world.snapshot,
    stage.id,
  );
  isActivity(work, command.at);
  return null;
}

function receivePayment(work: Work, snapshot: Snapshot, command: Of<'payment received'>): Problem | null {
  if (command.amount.minor <= 0) return problem('payment.amount', { value: command.amount.minor });
  const wanted = amountDue(work.state, snapshot.contract).currency;
  if (command.amount.currency !== wanted)
    return problem('payment.currency', { currency: command.amount.currency, wanted });
  const today = localDate(snapshot.teamCalendar.zone, command.at);
  if (command.receivedOn > today) return problem('payment.future', { value: command.receivedOn, today });
  const twin = work.state.payments.find(
    (p) =>
      p.receipt === command.receipt &&
      (p.receipt !== null || (p.amount.minor === command.amount.minor && p.receivedOn === command.receivedOn)),
  );
  if (twin !== undefined) return problem('payment.twice', { receipt: twin.receipt ?? '', on: twin.receivedOn });
  const over = overpaid(work.state, snapshot, command);
  if (over !== null) return over;
  const payment = {
    id: command.id,
    amount: command.amount,
    receivedOn: command.receivedOn,
    receipt: command.receipt,
    at: command.at,
  };
  // Kept in the order of their time, so that payments told in any order give one state.
  const payments = [...work.state.payments, payment].sort((a, b) => (`${a.at}${a.id}` < `${b.at}${b.id}` ? -1 : 1));
  patch(work, { payments });
  isActivity(work, command.at);
  return null;
}

/** More than is owed is a slip of the pen more often than a gift: it is taken where the sender says so. */
function overpaid(state: RenewalState, { contract }: Snapshot, command: Of<'payment received'>): Problem | null {
  const owed = amountDue(state, contract);
  const paid = paidSoFar(state, owed.currency);
  if (command.overpaid === true || paid.minor + command.amount.minor <= owed.minor) return null;
  return problem('payment.over', {
    owed: plainMoney(owed),
    paid: plainMoney(paid),
    amount: plainMoney(command.amount),
  });
}

function plainMoney(value: Money): string {
  return `${moneyDigits(value)} ${value.currency}`;
}
