import { addSpan } from '../calendar/index.ts';
import type { Span } from '../calendar/types.ts';
import { addDays } from '../time/civil.ts';
import { maxInstant } from '../time/instant.ts';
import type { Instant } from '../time/types.ts';
import { localDate } from '../time/zone.ts';
import type { Transition } from './advance.ts';
import { closeRenewal, closeRenewed, nextTermStarted, renewAndCollect } from './closing.ts';
import type { Ending } from './closing.ts';
import type { Why } from './effects.ts';
import { paidAt } from './payment.ts';
import { progress } from './progress.ts';
import type { RenewalState } from './state.ts';
import { because } from './work.ts';
import type { Work } from './work.ts';
import { termPlan } from './term-plan.ts';
import { clientZone, endOfDay, isPaused } from './world.ts';
import type { World } from './world.ts';

/** What ends an open renewal by itself: its last stage, silence, money that never comes. */
export function addEndings(into: Transition[], world: World, state: RenewalState, now: Instant): void {
  const stages = progress(world, state, now);
  const endedAt = stages.at(-1)?.endedAt ?? null;
  if (endedAt !== null) into.push({ at: endedAt, what: 'ends', apply: endWithLastStage });
  else if (stages.some((s) => s.endedAt === null && s.stage.doneWhen.includes('notice window passed'))) {
    // Nothing to apply: that the deadline has passed is worked out anew, it only has to be looked at then.
    const at = termPlan(world).noticePassesAt;
    if (at > now) into.push({ at, what: 'notice window', apply: doNothing });
  }
  if (world.playbook.mode === 'auto-renewing') {
    addNotice(into, world, state);
    if ((state.notice === null || state.notice.late) && !nextTermStarted(state)) {
      into.push({
        at: afterAsking(world, state, termPlan(world).endsAt).at,
        what: 'renews itself',
        apply: renewItself,
      });
    }
  } else if (state.accepted === null) {
    // Nothing to apply: from then on the view says that the contract is past its end.
    const ends = endsUnaccepted(world, state);
    if (ends !== null && ends > now) into.push({ at: ends, what: 'ends', apply: doNothing });
    into.push({ at: lapseDue(world, state), what: 'lapses', apply: lapse });
  } else if (state.invoice !== null && paidAt(state, world.snapshot.contract) === null) {
    const { at } = afterAsking(world, state, unpaidAt(world, state.invoice));
    into.push({ at, what: 'closes unpaid', apply: closeUnpaid });
  }
}

/** A notice in time ends an auto-renewing contract, also before its renewal has opened. */
export function addNotice(into: Transition[], world: World, { notice }: RenewalState): void {
  if (world.playbook.mode !== 'auto-renewing' || notice === null || notice.late) return;
  into.push({ at: notice.at, what: 'ends', apply: endByNotice });
}

function doNothing(): void {}

function endWithLastStage(world: World, work: Work, at: Instant): void {
  closeRenewed(work, world, at, because('stages.ended', { stages: world.playbook.stages.length }));
}

function endByNotice(world: World, work: Work, at: Instant): void {
  close(world, work, at, 'lost', 'notice', because('notice.given', { on: at }));
}

/** It renews whether or not it is paid; while money is out this renewal stays, so that it can be booked. */
function renewItself(world: World, work: Work, at: Instant): void {
  const { state } = work;
  const collects = world.playbook.stages.some((s) => s.doneWhen.includes('payment received'));
  const owed = collects && state.invoice !== null && paidAt(state, world.snapshot.contract) === null;
  (owed ? renewAndCollect : closeRenewed)(work, world, at, because('end.passed', { end: world.dates.end }));
}

function lapse(world: World, work: Work, at: Instant): void {
  close(world, work, at, 'lapsed', null, because('renewal.lapses', { end: world.dates.end }));
}

function closeUnpaid(world: World, work: Work, at: Instant): void {
  const due = work.state.invoice?.dueDate ?? '';
  close(world, work, at, 'lost', 'unpaid', because('payment.unpaid', { due }));
}

function close(
  world: World,
  work: Work,
  at: Instant,
  outcome: Ending['outcome'],
  cause: 'notice' | 'unpaid' | null,
  why: Why,
): void {
  closeRenewal(work, world.snapshot, at, { outcome, cause, detail: cause, competitor: null, finalAmount: null }, why);
}

/** Counted from the due date, but never from before the invoice was recorded: a slip of the pen must not end a contract. */
function unpaidAt(world: World, invoice: NonNullable<RenewalState['invoice']>): Instant {
  const recorded = localDate(clientZone(world.snapshot), invoice.at);
  const from = invoice.dueDate > recorded ? invoice.dueDate : recorded;
  return endOfDay(world.snapshot, addDays(from, world.playbook.payment.closeAfterDays));
}

/** When an unaccepted renewal lapses; one whose end had passed before we knew of it, when we learned of it. */
export function lapseDue(world: World, state: RenewalState): Instant {
  return afterAsking(world, state, maxInstant(termPlan(world).lapsesAt, world.snapshot.contract.knownSince)).at;
}

const TIME_TO_ANSWER: Span = { amount: 5, unit: 'business days' };

interface Asked {
  readonly at: Instant;
  /** Since when a person is being asked about it; null where the end takes effect at its own time. */
  readonly since: Instant | null;
}

/**
 * An end that a change of dates put into the past may be a slip, and one that passed during a pause found nobody at
 * work: a person is asked before either takes effect.
 */
function afterAsking(world: World, state: RenewalState, at: Instant): Asked {
  const { teamCalendar, contract } = world.snapshot;
  const moved = state.dates?.since ?? contract.knownSince;
  let asked: Asked = { at, since: null };
  if (moved > contract.knownSince && at <= moved) {
    asked = { at: addSpan(teamCalendar, moved, TIME_TO_ANSWER), since: moved };
  }
  if (world.playbook.mode === 'auto-renewing') return asked;
  for (const { from, to } of state.pauses) {
    if (to !== null && from <= asked.at && asked.at < to) {
      asked = { at: addSpan(teamCalendar, to, TIME_TO_ANSWER), since: to };
    }
  }
  return asked;
}

/** When the contract ends with its renewal neither accepted nor paused; null where the end settles it by itself. */
export function endsUnaccepted(world: World, state: RenewalState): Instant | null {
  if (world.playbook.mode === 'auto-renewing' || state.accepted !== null || isPaused(state)) return null;
  return termPlan(world).endsAt;
}

/** Since when a person is being asked whether the renewal may end, or null where there is nothing to ask. */
export function askingSince(world: World, state: RenewalState): Instant | null {
  if (state.accepted !== null) return null;
  const { endsAt, lapsesAt } = termPlan(world);
  return afterAsking(world, state, world.playbook.mode === 'auto-renewing' ? endsAt : lapsesAt).since;
}
