import { addBusinessDays, openingOf } from '../calendar/index.ts';
import { addDays } from '../time/civil.ts';
import type { Instant } from '../time/types.ts';
import { assigneeFor, roleAbove } from './assign.ts';
import type { Why } from './effects.ts';
import { askingSince } from './endings.ts';
import { paidAt } from './payment.ts';
import { approvalId, openOffer } from './quote.ts';
import type { ApprovalRequest, Quote } from './state.ts';
import { engineKey, openEngineTask } from './tasks.ts';
import { termPlan } from './term-plan.ts';
import { because, emit, handle, wake } from './work.ts';
import type { Wake, Work } from './work.ts';
import { shareOfSpan } from './clocks.ts';
import { businessMorning, endOfDay, isPaused } from './world.ts';
import type { World } from './world.ts';

/** One thing to do at an instant, once. */
interface Due {
  readonly key: string;
  readonly at: Instant;
  /** Name of the moment for people. */
  readonly what: string;
  readonly act: () => void;
}

/** Reminders that belong to no stage: slow approvers, a quote about to expire, an unpaid invoice, late notice. */
export function remind(world: World, work: Work, now: Instant): readonly Wake[] {
  if (work.state.phase !== 'open') return [];
  const paused = isPaused(work.state);
  const dues = paused
    ? pausedPastEnd(world, work, now)
    : [
        ...slowApprovals(world, work, now),
        ...expiringQuote(world, work, now),
        ...unpaid(world, work, now),
        ...endInThePast(world, work, now),
      ];
  const wakes: Wake[] = [];
  for (const due of dues) {
    if (work.state.handled[due.key] !== undefined) continue;
    if (due.at > now) wakes.push(wake(due.at, due.what));
    else {
      handle(work, due.key, 's');
      due.act();
    }
  }
  if (!paused) clientSpoke(world, work, now);
  return wakes;
}

/** Nothing ends by itself during a pause, so that a person must know when the contract's end has passed in it. */
function pausedPastEnd(world: World, work: Work, now: Instant): Due[] {
  if (work.state.accepted !== null) return [];
  const occurrence = `pause-${work.state.pauses.length}`;
  const why = because('renewal.lapses', { end: world.dates.end });
  return [lastChance(world, work, occurrence, termPlan(world).endsAt, why, now)];
}

/** An end that was moved into the past: a person is asked before it takes effect. */
function endInThePast(world: World, work: Work, now: Instant): Due[] {
  const since = askingSince(world, work.state);
  if (since === null) return [];
  const why = because('renewal.lapses', { end: world.dates.end });
  return [lastChance(world, work, `${world.dates.end}-${since}`, since, why, now)];
}

function lastChance(world: World, work: Work, occurrence: string, at: Instant, why: Why, now: Instant): Due {
  const task = { kind: 'lapsing', occurrence, role: 'sales-rep', stage: null, why } as const;
  return {
    key: `lapsing/${occurrence}`,
    at,
    what: 'asks before it ends',
    act: () => openEngineTask(work, world.snapshot, now, task),
  };
}

function slowApprovals(world: World, work: Work, now: Instant): Due[] {
  const { quote } = work.state;
  const { ladder } = world.snapshot;
  if (quote === null || ladder === null || quote.approvedAt !== null) return [];
  return quote.approvals.flatMap((request) => {
    const { askedAt, dueAt } = request;
    if (request.status !== 'asked' || askedAt === null || dueAt === null) return [];
    const base = `approval/${quote.revision}-${request.rule}`;
    return [
      {
        key: `${base}/remind/${askedAt}`,
        at: shareOfSpan(world, work.state, askedAt, ladder.sla.due, ladder.sla.remindAtPercent, now),
        what: 'approval reminder',
        act: () => remindApprovers(work, quote, request, dueAt, now),
      },
      {
        key: `${base}/breach/${askedAt}`,
        at: shareOfSpan(world, work.state, askedAt, ladder.sla.due, 100, now),
        what: 'approval escalation',
        act: () => escalateApproval(world, work, quote, request, askedAt, now),
      },
    ];
  });
}

function undecided(request: ApprovalRequest): readonly string[] {
  return request.asked.flatMap((a) => a.people).filter((id) => !request.decisions.some((d) => d.by === id));
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

function expiringQuote(world: World, work: Work, now: Instant): Due[] {
  const quote = openOffer(work.state);
  if (quote === null || quote.expiredAt !== null) return [];
  const calendar = world.snapshot.teamCalendar;
  const at = openingOf(calendar, addBusinessDays(calendar, quote.validUntil, -WARN_BUSINESS_DAYS));
  const why = because('quote.expiring', { revision: quote.revision, validUntil: quote.validUntil });
  const act = () =>
    openEngineTask(work, world.snapshot, now, {
      kind: 'quote expiring',
      occurrence: quote.revision,
      role: 'sales-rep',
      stage: null,
      why,
    });
  // A quote made for less than the warning time needs no warning.
  return at <= quote.issuedAt ? [] : [{ key: `quote/${quote.revision}/expiring`, at, what: 'quote expiring', act }];
}

function unpaid(world: World, work: Work, now: Instant): Due[] {
  const { invoice } = work.state;
  if (invoice === null || paidAt(work.state, world.snapshot.contract) !== null) return [];
  const { suspendAfterDays } = world.playbook.payment;
  const why = because('payment.late', { due: invoice.dueDate, days: suspendAfterDays });
  const act = () =>
    openEngineTask(work, world.snapshot, now, {
      kind: 'suspend service',
      occurrence: invoice.number.replaceAll('/', '-'),
      role: 'finance',
      stage: null,
      why,
    });
  return [
    {
      key: `invoice/${invoice.number}/suspend`,
      at: endOfDay(world.snapshot, addDays(invoice.dueDate, suspendAfterDays)),
      what: 'suspend',
      act,
    },
  ];
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
