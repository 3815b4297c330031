import { isCovered } from '../calendar/index.ts';
import { localDate } from '../time/zone.ts';
import type { Instant } from '../time/types.ts';
import { assigneeFor } from './assign.ts';
import { applicableTasks, progress, stageInWork, stepKey } from './progress.ts';
import type { StageProgress } from './progress.ts';
import { holdReason, openPlan } from './risk.ts';
import type { Snapshot } from './snapshot.ts';
import { termPlan } from './term-plan.ts';
import { blockerOf, raisedPercents } from './stalls.ts';
import { endsUnaccepted } from './endings.ts';
import type { NextStep, ProcessRow, RenewalView, RowStatus } from './view.ts';
import { because } from './work.ts';
import type { Wake, Work } from './work.ts';
import { stepDueAt } from './step-due.ts';
import { isPaused } from './world.ts';
import type { World } from './world.ts';

/** The read model of a renewal: the process table, what happens next, what is stuck. */
export function buildView(
  snapshot: Snapshot,
  world: World | null,
  work: Work,
  now: Instant,
  wake: Wake | null,
): RenewalView {
  const { state } = work;
  const stages = world === null ? [] : progress(world, state, now);
  const inWork = state.phase === 'open' ? stageInWork(stages) : null;
  return {
    renewalId: state.renewalId,
    phase: state.phase,
    stage: inWork?.stage.id ?? null,
    atRisk: world !== null && isAtRisk(world, work),
    paused: isPaused(state),
    holdsOutreach: world === null || holdReason(world, state) !== null,
    outcome: state.closed?.outcome ?? null,
    endDate: world?.dates.end ?? snapshot.contract.endDate,
    noticeDate: world === null ? snapshot.contract.noticeDate : world.dates.notice,
    opensOn: world === null ? null : termPlan(world).opensOn,
    rows: world === null ? [] : stages.map((s) => row(world, work, s, inWork, now)),
    next: wake === null ? null : nextStep(wake),
    tasks: world === null ? [] : openTasksDue(world, work, stages, now),
    stalled: world === null ? null : stalledBy(world, work, inWork, now),
  };
}

function isAtRisk(world: World, { state }: Work): boolean {
  return openPlan(world, state) !== null || state.risk.flagged !== null || state.risk.latched.length > 0;
}

function row(world: World, work: Work, s: StageProgress, inWork: StageProgress | null, now: Instant): ProcessRow {
  const zone = world.snapshot.teamCalendar.zone;
  const owner = assigneeFor(world.snapshot, s.stage.owner);
  const end = localDate(zone, s.endedAt ?? s.dueAt);
  const status = rowStatus(world, work, s, inWork, now);
  return {
    stage: s.stage.id,
    name: s.stage.name,
    ownerRole: s.stage.owner,
    ownerId: owner.kind === 'person' ? owner.id : null,
    start: s.begunAt === null ? s.plannedOn : localDate(zone, s.begunAt),
    begun: s.begunAt !== null,
    end,
    status,
    note: rowNote(world, work, s, status),
    provisional: s.endedAt === null && !isCovered(world.snapshot.teamCalendar, end),
  };
}

function rowStatus(world: World, work: Work, s: StageProgress, inWork: StageProgress | null, now: Instant): RowStatus {
  if (s.endedAt !== null) return s.how === 'skipped' ? 'skipped' : 'done';
  if (s !== inWork) return 'not started';
  if (blockerOf(world, work, s) === 'approval') return 'waiting for approval';
  if (s.stage.waitsFor === 'client') return 'waiting for client';
  return s.dueAt < now ? 'overdue' : 'in progress';
}

function rowNote(world: World, work: Work, s: StageProgress, status: RowStatus): ProcessRow['note'] {
  const mark = work.state.stages[s.stage.id];
  if (mark !== undefined && s.endedAt !== null) {
    if (mark.how === 'before import') return { code: 'before import', params: {} };
    if (mark.note !== '') return { code: 'words', params: { words: mark.note } };
  }
  switch (status) {
    case 'not started': {
      const at = world.playbook.stages.indexOf(s.stage);
      const before = world.playbook.stages[at - 1];
      return before === undefined ? null : { code: 'needs', params: { stage: before.id } };
    }
    case 'in progress':
    case 'overdue':
      return { code: 'waits for', params: { blocker: blockerOf(world, work, s) } };
    case 'waiting for approval':
    case 'waiting for client':
      return { code: status, params: {} };
    case 'done':
    case 'skipped':
      return null;
    default: {
      const never: never = status;
      throw new Error(`unknown status ${String(never)}`);
    }
  }
}

function nextStep({ at, what, params }: Wake): NextStep {
  return { at, what, params, why: because('next.look', { at }) };
}

/** Due dates of open tasks as they hold now; engine tasks keep the one they were opened with. */
function openTasksDue(world: World, work: Work, stages: readonly StageProgress[], now: Instant): RenewalView['tasks'] {
  const result: { id: string; dueAt: Instant }[] = [];
  for (const s of stages) {
    if (s.begunAt === null || s.endedAt !== null) continue;
    for (const step of applicableTasks(world, work.state, s)) {
      const id = work.state.open[stepKey(s.keys, step.id)];
      if (id === undefined) continue;
      result.push({ id, dueAt: stepDueAt(world, work.state, s, step, now) });
    }
  }
  return result;
}

function stalledBy(world: World, work: Work, inWork: StageProgress | null, now: Instant): RenewalView['stalled'] {
  if (inWork === null) return null;
  const past = pastEnd(world, work, inWork, now);
  if (past !== null) return past;
  if (inWork.stage.waitsFor === 'client') return null;
  // A moved end date gives a stage that stood still its time again.
  if (inWork.dueAt >= now) return null;
  const timedOut = work.state.handled[inWork.keys.timeout] !== undefined;
  const percent = Math.max(timedOut ? 100 : 0, ...raisedPercents(work, inWork));
  const since = inWork.begunAt ?? inWork.clockFrom;
  return {
    stage: inWork.stage.id,
    since: inWork.clockFrom < since ? since : inWork.clockFrom,
    blocker: blockerOf(world, work, inWork),
    percent: Math.max(percent, 100),
  };
}

/** A contract that has ended while its renewal is open and not accepted: whoever is to act, it stands still. */
function pastEnd(world: World, work: Work, inWork: StageProgress, now: Instant): RenewalView['stalled'] {
  const since = endsUnaccepted(world, work.state);
  if (since === null || since > now) return null;
  return {
    stage: inWork.stage.id,
    since,
    blocker: 'past end',
    percent: Math.max(100, ...raisedPercents(work, inWork)),
  };
}
