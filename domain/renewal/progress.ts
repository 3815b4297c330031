import { holds } from '../expressions/index.ts';
import type { Condition, Stage, TaskFact, TaskStep, MeetingStep } from '../playbook/types.ts';
import { maxInstant } from '../time/instant.ts';
import type { CivilDate, Instant } from '../time/types.ts';
import { paidAt } from './payment.ts';
import { liveQuote } from './quote.ts';
import { ruleValues } from './rule-values.ts';
import { keysOfStage } from './stage-keys.ts';
import type { StageKeys } from './stage-keys.ts';
import type { RenewalState } from './state.ts';
import { termPlan } from './term-plan.ts';
import { teamDeadline } from './clocks.ts';
import type { World } from './world.ts';

/** Where one stage stands, worked out from the facts; nothing of it is stored. */
export interface StageProgress {
  readonly stage: Stage;
  /** `contact`, or `contact~2` in its second round: part of effect ids. */
  readonly key: string;
  readonly keys: StageKeys;
  readonly plannedOn: CivilDate;
  readonly plannedAt: Instant;
  readonly begunAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly how: 'conditions' | 'completed' | 'skipped' | 'before import' | null;
  /** The later of planned and real begin: due times count from here. */
  readonly clockFrom: Instant;
  readonly dueAt: Instant;
}

/** Key of a step's occurrence among the handled ones, and of a task among the open ones. */
export function stepKey({ key, ofTask }: StageKeys, stepId: string): string {
  return ofTask.get(stepId) ?? `${key}/${stepId}`;
}

interface Known {
  readonly world: World;
  readonly state: RenewalState;
  readonly now: Instant;
  readonly stages: readonly StageProgress[];
}

/** The answer given last: one decision asks the same several times while nothing that counts has changed. */
let latest: Known | null = null;

/** All stages in order. The first one that has begun and not ended is the one in work. */
export function progress(world: World, state: RenewalState, now: Instant): readonly StageProgress[] {
  if (latest !== null && latest.world === world && latest.now === now && sameForStages(world, latest.state, state)) {
    return latest.stages;
  }
  const stages = workOut(world, state, now);
  latest = { world, state, now, stages };
  return stages;
}

/** Whether two states of one renewal differ in nothing that {@link workOut} reads. */
function sameForStages(world: World, a: RenewalState, b: RenewalState): boolean {
  if (a === b) return true;
  if (termPlan(world).conditional) return false;
  return (
    a.openedAt === b.openedAt &&
    a.stages === b.stages &&
    a.tasks === b.tasks &&
    a.rounds === b.rounds &&
    a.redone === b.redone &&
    a.contacted === b.contacted &&
    a.quote === b.quote &&
    a.accepted === b.accepted &&
    a.invoice === b.invoice &&
    a.payments === b.payments &&
    a.notice === b.notice &&
    a.pauses === b.pauses
  );
}

function workOut(world: World, state: RenewalState, now: Instant): readonly StageProgress[] {
  const result: StageProgress[] = [];
  let before: Instant | null = state.openedAt;
  for (const planned of termPlan(world).stages) {
    const { stage, plannedOn, plannedAt } = planned;
    const redone = state.redone[stage.id];
    const begunAt: Instant | null = before !== null && redone !== undefined ? maxInstant(before, redone) : before;
    const clockFrom: Instant = begunAt === null ? plannedAt : maxInstant(begunAt, plannedAt);
    const mark = state.stages[stage.id];
    const keys = keysOfStage(stage, state.rounds[stage.id] ?? 0);
    const byHand = begunAt !== null && mark !== undefined ? maxInstant(begunAt, mark.at) : null;
    const endedAt = byHand ?? (begunAt === null ? null : conditionsEnd(world, state, stage, keys, begunAt, now));
    result.push({
      stage,
      key: keys.key,
      keys,
      plannedOn,
      plannedAt,
      begunAt,
      endedAt,
      how: byHand !== null && mark !== undefined ? mark.how : endedAt === null ? null : 'conditions',
      clockFrom,
      dueAt:
        clockFrom === plannedAt && state.pauses.length === 0
          ? planned.dueAt
          : teamDeadline(world, state, clockFrom, stage.due, now),
    });
    before = endedAt;
  }
  return result;
}

export function stageInWork(stages: readonly StageProgress[]): StageProgress | null {
  for (const s of stages) if (s.begunAt !== null && s.endedAt === null) return s;
  return null;
}

/**
 * The task and meeting steps of a stage that hold for this client. Their conditions are judged when the stage
 * begins and never again: what a stage asks for does not change while people work on it.
 */
export function applicableTasks(
  world: World,
  state: RenewalState,
  { keys, begunAt }: Pick<StageProgress, 'keys' | 'begunAt'>,
): readonly (TaskStep | MeetingStep)[] {
  if (!keys.conditional) return keys.tasks;
  const judged = state.handled[keys.begun] !== undefined;
  return keys.tasks.filter((step) => {
    if (step.when === undefined) return true;
    if (judged) return state.handled[stepKey(keys, step.id)] !== undefined;
    return begunAt !== null && holds(step.when, 'risk', ruleValues(world, state, begunAt));
  });
}

function conditionsEnd(
  world: World,
  state: RenewalState,
  stage: Stage,
  keys: StageKeys,
  begunAt: Instant,
  now: Instant,
): Instant | null {
  let end = begunAt;
  for (const condition of stage.doneWhen) {
    const met = conditionMet(condition, world, state, keys, begunAt, now);
    if (met === null) return null;
    end = maxInstant(end, met);
  }
  return end;
}

/** When a condition came true, or null while it has not. */
function conditionMet(
  condition: Condition,
  world: World,
  state: RenewalState,
  keys: StageKeys,
  begunAt: Instant,
  now: Instant,
): Instant | null {
  switch (condition) {
    case 'client contacted':
    case 'quote issued':
    case 'quote approved':
    case 'client accepted':
    case 'payment received':
      return factMet(condition, world, state);
    case 'notice window passed': {
      if (state.notice !== null && !state.notice.late) return null;
      const passed = noticePassesAt(world);
      return passed <= now ? passed : null;
    }
    case 'tasks done': {
      let end = begunAt;
      for (const task of applicableTasks(world, state, { keys, begunAt })) {
        const done = state.tasks[stepKey(keys, task.id)]?.at ?? taskFactMet(task, world, state);
        if (done === null) return null;
        end = maxInstant(end, done);
      }
      return end;
    }
    default: {
      const never: never = condition;
      throw new Error(`unknown condition ${String(never)}`);
    }
  }
}

/** When the fact that a task asks for came true; null while it has not, and for a task that asks for none. */
export function taskFactMet(task: TaskStep | MeetingStep, world: World, state: RenewalState): Instant | null {
  return task.kind === 'task' && task.doneWhen !== undefined ? factMet(task.doneWhen, world, state) : null;
}

function factMet(fact: TaskFact, world: World, state: RenewalState): Instant | null {
  switch (fact) {
    case 'client contacted':
      return state.contacted?.at ?? null;
    case 'quote issued':
      return liveQuote(state)?.issuedAt ?? null;
    case 'quote approved':
      return liveQuote(state)?.approvedAt ?? null;
    case 'client accepted':
      return state.accepted?.at ?? null;
    case 'invoice issued':
      return state.invoice?.at ?? null;
    case 'payment received':
      return paidAt(state, world.snapshot.contract);
    default: {
      const never: never = fact;
      throw new Error(`unknown fact ${String(never)}`);
    }
  }
}

/** When nobody can give notice any more; the end of the contract where it names no deadline. */
export function noticePassesAt(world: World): Instant {
  return termPlan(world).noticePassesAt;
}
