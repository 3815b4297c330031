import { addBusinessDays, openingOf } from '../calendar/index.ts';
import { addDays } from '../time/civil.ts';
import type { Instant } from '../time/types.ts';
import { assigneeFor, roleAbove } from './assign.ts';
import { askingSince } from './endings.ts';
import { paidAt } from './payment.ts';
import { approvalId, openOffer } from './quote.ts';
import type { ApprovalRequest, Quote } from './state.ts';
import { engineKey, openEngineTask } from './tasks.ts';
import { termPlan } from './term-plan.ts';
import { because, emit, handle, lookAt } from './work.ts';
import type { Agenda, Work } from './work.ts';
import { shareOfSpan } from './clocks.ts';
import { businessMorning, endOfDay, isPaused } from './world.ts';
import type { World } from './world.ts';

/** Reminders that belong to no stage: slow approvers, a quote about to expire, an unpaid invoice, late notice. */
export function remind(world: World, work: Work, agenda: Agenda, now: Instant): void {
  if (work.state.phase !== 'open') return;
  if (isPaused(work.state)) {
    pausedPastEnd(world, work, agenda, now);
    return;
  }
  slowApprovals(world, work, agenda, now);
  expiringQuote(world, work, agenda, now);
  unpaid(world, work, agenda, now);
  endInThePast(world, work, agenda, now);
  clientSpoke(world, work, now);
}

/** Whether something is to be done now, once; where its time is still to come it is noted. `what` is for people. */
function isDue(work: Work, agenda: Agenda, key: string, at: Instant, what: string, now: Instant): boolean {
  if (work.state.handled[key] !== undefined) return false;
  if (at > now) {
    lookAt(agenda, at, what);
    return false;
  }
  handle(work, key, 's');
  return true;
}

/** Nothing ends by itself during a pause, so that a person must know when the contract's end has passed in it. */
function pausedPastEnd(world: World, work: Work, agenda: Agenda, now: Instant): void {
  if (work.state.accepted !== null) return;
  askBeforeEnd(world, work, agenda, `pause-${work.state.pauses.length}`, termPlan(world).endsAt, now);
}

/** An end that was moved into the past: a person is asked before it takes effect. */
function endInThePast(world: World, work: Work, agenda: Agenda, now: Instant): void {
  const since = askingSince(world, work.state);
  if (since !== null) askBeforeEnd(world, work, agenda, `${world.dates.end}-${since}`, since, now);
}

function askBeforeEnd(world: World, work: Work, agenda: Agenda, occurrence: string, at: Instant, now: Instant): void {
  if (!isDue(work, agenda, `lapsing/${occurrence}`, at, 'asks before it ends', now)) return;
  const why = because('renewal.lapses', { end: world.dates.end });
  openEngineTask(work, world.snapshot, now, { kind: 'lapsing', occurrence, role: 'sales-rep', stage: null, why });
}

function slowApprovals(world: World, work: Work, agenda: Agenda, now: Instant): void {
  const { quote } = work.state;
  const { ladder } = world.snapshot;
  if (quote === null || ladder === null || quote.approvedAt !== null) return;
  const { due, remindAtPercent } = ladder.sla;
  for (const request of quote.approvals) {
    const { askedAt, dueAt } = request;
    if (request.status !== 'asked' || askedAt === null || dueAt === null) continue;
    const base = `approval/${quote.revision}-${request.rule}`;
    const remindAt = shareOfSpan(world, work.state, askedAt, due, remindAtPercent, now);
    if (isDue(work, agenda, `${base}/remind/${askedAt}`, remindAt, 'approval reminder', now))
      remindApprovers(work, quote, request, dueAt, now);
    const breachAt = shareOfSpan(world, work.state, askedAt, due, 100, now);
    if (isDue(work, agenda, `${base}/breach/${askedAt}`, breachAt, 'approval escalation', now))
      escalateApproval(world, work, quote, request, askedAt, now);
  }
}

function undecided(request: ApprovalRequest): readonly string[] {
  return request.asked
    .flatMap((a) => a.people)
    .filter((id) => !request.decisions.some((d) => d.by === id || d.for === id));
}

function remindApprovers(work: Work, quote: Quote, request: ApprovalRequest, dueAt: Instant, now: Instant): void {
  const id = approvalId(work.state.renewalId, quote.revision, request.rule);
  const why = because('approval.slow', { rule: request.rule, due: dueAt });
  emit(
    work,
    {
      kind: 'remind approval',
      id: `${id}/remind/${request.askedAt ?? ''}`,
      why,
      approvalId: id,
      people: undecided(request),
      dueAt,
    },
    now,
    null,
  );
}

function escalateApproval(
  world: World,
  work: Work,
  quote: Quote,
  request: ApprovalRequest,
  since: Instant,
  now: Instant,
): void {
  const level = roleAbove('sales-manager');
  const id = approvalId(work.state.renewalId, quote.revision, request.rule);
  const stage = world.playbook.stages.find((s) => s.doneWhen.includes('quote approved'))?.id ?? 'quote';
  emit(
    work,
    {
      kind: 'escalate',
      id: `${id}/breach/${since}/task/${level}`,
      why: because('approval.breach', { rule: request.rule, asked: since }),
      stage,
      to: assigneeFor(world.snapshot, level),
      level,
      since,
      blocker: 'approval',
      money: quote.amount,
      dueAt: businessMorning(world.snapshot.teamCalendar, now, 1),
    },
    now,
    stage,
  );
}

const WARN_BUSINESS_DAYS = 3;

function expiringQuote(world: World, work: Work, agenda: Agenda, now: Instant): void {
  const quote = openOffer(work.state);
  if (quote === null || quote.expiredAt !== null) return;
  const calendar = world.snapshot.teamCalendar;
  const at = openingOf(calendar, addBusinessDays(calendar, quote.validUntil, -WARN_BUSINESS_DAYS));
  // A quote made for less than the warning time needs no warning.
  if (at <= quote.issuedAt) return;
  if (!isDue(work, agenda, `quote/${quote.revision}/expiring`, at, 'quote expiring', now)) return;
  openEngineTask(work, world.snapshot, now, {
    kind: 'quote expiring',
    occurrence: quote.revision,
    role: 'sales-rep',
    stage: null,
    why: because('quote.expiring', { revision: quote.revision, validUntil: quote.validUntil }),
  });
}

function unpaid(world: World, work: Work, agenda: Agenda, now: Instant): void {
  const { invoice } = work.state;
  if (invoice === null || paidAt(work.state, world.snapshot.contract) !== null) return;
  const { suspendAfterDays } = world.playbook.payment;
  const at = endOfDay(world.snapshot, addDays(invoice.dueDate, suspendAfterDays));
  if (!isDue(work, agenda, `invoice/${invoice.number}/suspend`, at, 'suspend', now)) return;
  openEngineTask(work, world.snapshot, now, {
    kind: 'suspend service',
    occurrence: invoice.number.replaceAll('/', '-'),
    role: 'finance',
    stage: null,
    why: because('payment.late', { due: invoice.dueDate, days: suspendAfterDays }),
  });
}

/** What the client told by other ways becomes work for the owner the same day. */
function clientSpoke(world: World, work: Work, now: Instant): void {
  const { stops, notice, repliedAt } = work.state;
  if (repliedAt !== null) noteReply(world, work, repliedAt, now);
  if (stops.bounce !== undefined) {
    openEngineTask(work, world.snapshot, now, {
      kind: 'bad address',
      occurrence: 'bounce',
      role: 'sales-rep',
      stage: null,
      why: because('mail.bounced', { at: stops.bounce }),
    });
  }
  if (notice !== null && (notice.late || world.playbook.mode === 'standard')) {
    const rule = notice.late ? 'notice.late' : 'notice.given';
    openEngineTask(work, world.snapshot, now, {
      kind: 'late notice',
      occurrence: 1,
      role: 'sales-rep',
      stage: null,
      why: because(rule, { at: notice.at }),
    });
  }
}

/** While the owner has a reply to deal with, a further one is dealt with by the same task; afterwards it is a new one. */
function noteReply(world: World, work: Work, repliedAt: Instant, now: Instant): void {
  if (work.state.handled[engineKey('reply', repliedAt)] !== undefined) return;
  const open = Object.keys(work.state.open).some((key) => key.startsWith(engineKey('reply', '')));
  if (open) handle(work, engineKey('reply', repliedAt), 'x');
  else {
    const why = because('client.replied', { at: repliedAt });
    openEngineTask(work, world.snapshot, now, {
      kind: 'reply',
      occurrence: repliedAt,
      role: 'sales-rep',
      stage: null,
      why,
    });
  }
}
