import { addSpan } from '../calendar/index.ts';
import type { Span } from '../calendar/types.ts';
import type { EscalationAction } from '../playbook/types.ts';
import { maxInstant } from '../time/instant.ts';
import type { Instant } from '../time/types.ts';
import { assigneeFor } from './assign.ts';
import type { Why } from './effects.ts';
import type { StageProgress } from './progress.ts';
import { because, emit, handle, isSooner, lookFor, note, patch, wake, without } from './work.ts';
import type { Agenda, Wake, Work } from './work.ts';
import { shareOfSpan, teamDeadline } from './clocks.ts';
import { isPaused } from './world.ts';
import type { World } from './world.ts';

const ESCALATION_DUE: Span = { amount: 1, unit: 'business days' };

interface Level {
  readonly key: string;
  readonly at: Instant;
  readonly percent: number;
  readonly action: EscalationAction;
}

/** What a stage that has begun is waiting for, in one word for the catalogue. */
export function blockerOf(world: World, work: Work, stage: StageProgress): string {
  const { quote } = work.state;
  if (
    quote !== null &&
    quote.approvedAt === null &&
    quote.rejectedAt === null &&
    quote.declinedAt === null &&
    stage.stage.doneWhen.includes('quote approved')
  )
    return 'approval';
  if (stage.stage.waitsFor === 'client') return 'client';
  const [first] = stage.stage.doneWhen;
  return first ?? 'tasks done';
}

/**
 * Warns and escalates the stage in work: levels count from the last real activity in business time, several
 * overdue at once give only the highest. A stage in which the client acts has no stall clock; every stage has its timeout.
 */
export function escalateStalls(
  world: World,
  work: Work,
  inWork: StageProgress | null,
  agenda: Agenda,
  now: Instant,
): void {
  if (inWork === null || inWork.begunAt === null || isPaused(work.state)) return;
  const base = stallBase(work, inWork);
  const levels = inWork.stage.waitsFor === 'client' ? [] : ladder(world, work, inWork, base, now);
  const known = stallKeys(work, inWork);
  forgetOldLevels(work, known);
  const raised = percentsSince(inWork, known, base);
  const due = levels.filter((l) => l.at <= now && !raised.includes(l.percent));
  const timeout = timeoutLevel(world, work, inWork, now);
  const timedOut = timeout.at <= now && work.state.handled[timeout.key] === undefined;
  const top = due.at(-1);
  // One that reaches the same person as the end of the wait, in the same breath, says nothing more.
  const highest = top !== undefined && timedOut && sameTarget(top.action, timeout.action) ? undefined : top;
  for (const level of due) {
    if (level === highest) continue;
    handle(work, level.key, 'x');
    note(
      work,
      `${work.state.renewalId}/${level.key}`,
      now,
      'escalation passed over',
      inWork.stage.id,
      because('stall.higher_level', { percent: level.percent, taken: (highest ?? top)?.percent ?? 0 }),
    );
  }
  if (highest !== undefined) raise(world, work, inWork, highest, base, now);
  if (timedOut) raise(world, work, inWork, timeout, inWork.clockFrom, now);
  for (const level of levels) if (!raised.includes(level.percent)) lookAtLevel(work, inWork, level, agenda, now);
  lookAtLevel(work, inWork, timeout, agenda, now);
}

function lookAtLevel(work: Work, inWork: StageProgress, level: Level, agenda: Agenda, now: Instant): void {
  if (level.at <= now || !isSooner(agenda, level.at) || work.state.handled[level.key] !== undefined) return;
  const stage = inWork.stage.id;
  const { action } = level;
  const params: Wake['params'] = action.kind === 'escalate' ? { stage, level: action.to } : { stage };
  lookFor(agenda, wake(level.at, nextOf(level), params));
}

function nextOf(level: Level): string {
  if (level.percent === 0) return 'timeout';
  return level.action.kind === 'warn owner' ? 'warn owner' : 'escalate';
}

function sameTarget(a: EscalationAction, b: EscalationAction): boolean {
  return a.kind === 'escalate' && b.kind === 'escalate' && a.to === b.to;
}

/**
 * The levels of the stage in work that have been raised. One counted from a later begin than today's counts too: a
 * date that moves a clock back gives no second alarm.
 */
export function raisedPercents(work: Work, inWork: StageProgress): readonly number[] {
  return percentsSince(inWork, stallKeys(work, inWork), stallBase(work, inWork));
}

function percentsSince(inWork: StageProgress, known: readonly string[], base: Instant): readonly number[] {
  const percents: number[] = [];
  const from = inWork.keys.stall.length;
  for (const key of known) if (baseOf(key) >= base) percents.push(Number(key.slice(from, key.lastIndexOf('/'))));
  return percents;
}

function stallKeys(work: Work, inWork: StageProgress): readonly string[] {
  const { stall } = inWork.keys;
  const keys: string[] = [];
  for (const key in work.state.handled) if (key.startsWith(stall)) keys.push(key);
  return keys;
}

function baseOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function stallBase(work: Work, inWork: StageProgress): Instant {
  return work.state.activityAt === null ? inWork.clockFrom : maxInstant(inWork.clockFrom, work.state.activityAt);
}

function ladder(world: World, work: Work, inWork: StageProgress, base: Instant, now: Instant): readonly Level[] {
  return inWork.stage.stalled.map((level) => ({
    key: `${inWork.keys.stall}${level.at}/${base}`,
    at: shareOfSpan(world, work.state, base, inWork.stage.due, level.at, now),
    percent: level.at,
    action: level.action,
  }));
}

function timeoutLevel(world: World, work: Work, inWork: StageProgress, now: Instant): Level {
  const { timeout } = inWork.stage;
  return {
    key: inWork.keys.timeout,
    at: teamDeadline(world, work.state, inWork.clockFrom, timeout.after, now),
    percent: 0,
    action: timeout.action,
  };
}

/** Levels counted from before the last activity can never come again. */
function forgetOldLevels(work: Work, known: readonly string[]): void {
  const { activityAt } = work.state;
  if (activityAt === null || known.length === 0) return;
  const old = known.filter((key) => baseOf(key) < activityAt);
  if (old.length > 0) patch(work, { handled: without(work.state.handled, (key) => old.includes(key)) });
}

function raise(world: World, work: Work, inWork: StageProgress, level: Level, since: Instant, now: Instant): void {
  handle(work, level.key, 's');
  const stage = inWork.stage.id;
  const blocker = blockerOf(world, work, inWork);
  const rule = level.percent === 0 ? 'stage.timeout' : 'stall.level';
  const why: Why = because(rule, { percent: level.percent, since, blocker, due: level.at });
  const { renewalId } = work.state;
  if (level.action.kind === 'warn owner') {
    const to = assigneeFor(world.snapshot, inWork.stage.owner);
    emit(
      work,
      { kind: 'warn owner', id: `${renewalId}/${level.key}/task/owner`, why, stage, to, since, percent: level.percent },
      now,
      stage,
    );
    return;
  }
  const role = level.action.to;
  emit(
    work,
    {
      kind: 'escalate',
      id: `${renewalId}/${level.key}/task/${role}`,
      why,
      stage,
      to: assigneeFor(world.snapshot, role),
      level: role,
      since,
      blocker,
      money: world.snapshot.contract.target,
      dueAt: addSpan(world.snapshot.teamCalendar, now, ESCALATION_DUE),
    },
    now,
    stage,
  );
}
