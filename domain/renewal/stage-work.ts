import type { TaskFact } from '../playbook/types.ts';
import type { Instant } from '../time/types.ts';
import { endEscalations } from './escalations.ts';
import { applicableTasks, stepKey, taskFactMet } from './progress.ts';
import type { StageProgress } from './progress.ts';
import { closeTasks, markTask, openTask } from './tasks.ts';
import { actorId, because, handle, note } from './work.ts';
import type { Work } from './work.ts';
import { stepDueAt } from './step-due.ts';
import type { World } from './world.ts';

/**
 * Notes which stages began and ended since the last look, opens the tasks of the one in work, and closes
 * what an ended stage left open.
 */
export function workOnStages(world: World, work: Work, stages: readonly StageProgress[], now: Instant): void {
  const { renewalId } = work.state;
  for (const s of stages) {
    // Which tasks apply is judged before the begin is noted, and never again.
    const tasks = s.begunAt !== null && s.endedAt === null ? applicableTasks(world, work.state, s) : [];
    if (s.begunAt !== null) closeByFacts(world, work, s);
    if (s.begunAt !== null && work.state.handled[s.keys.begun] === undefined) {
      handle(work, s.keys.begun, 's');
      note(
        work,
        `${renewalId}/${s.key}/begun`,
        s.begunAt,
        'stage begun',
        s.stage.id,
        because('stage.begun', { planned: s.plannedOn, due: s.dueAt }),
      );
    }
    openTasks(world, work, s, tasks, now);
    if (s.endedAt !== null && work.state.handled[s.keys.ended] === undefined) endStage(work, s, s.endedAt);
  }
}

function openTasks(
  world: World,
  work: Work,
  s: StageProgress,
  tasks: ReturnType<typeof applicableTasks>,
  now: Instant,
): void {
  for (const step of tasks) {
    const key = stepKey(s.keys, step.id);
    if (work.state.handled[key] !== undefined) continue;
    if (taskFactMet(step, world, work.state) !== null) {
      // Nothing is left to do: the step counts as judged, and nobody gets a task.
      handle(work, key, 's');
      continue;
    }
    const dueAt = stepDueAt(world, work.state, s, step, now);
    openTask(work, world.snapshot, now, {
      key,
      step: step.id,
      task: step.kind === 'task' ? 'step' : 'meeting',
      stage: s.stage.id,
      role: step.owner,
      dueAt,
      why: because('task.of_stage', { stage: s.stage.id, step: step.id, due: dueAt }),
    });
  }
}

/** Tasks of a stage that ask for a fact are done once it is there, by whoever recorded it. */
function closeByFacts(world: World, work: Work, s: StageProgress): void {
  for (const step of s.keys.tasks) {
    const key = stepKey(s.keys, step.id);
    if (step.kind !== 'task' || step.doneWhen === undefined || work.state.open[key] === undefined) continue;
    const at = taskFactMet(step, world, work.state);
    if (at === null) continue;
    const by = recordedBy(work, step.doneWhen);
    markTask(work, key, { at, by, note: '', how: 'completed' });
    closeTasks(work, at, (k) => k === key, 'done', by, '', because('task.fact', { condition: step.doneWhen }));
  }
}

/** Who recorded a fact; the engine where nobody did, or it is not remembered. */
function recordedBy({ state, log }: Work, fact: TaskFact): string {
  switch (fact) {
    case 'client contacted':
      return state.contacted?.by ?? 'engine';
    case 'quote issued':
      return state.quote?.issuedBy ?? 'engine';
    case 'client accepted':
      return state.accepted?.by ?? 'engine';
    case 'quote approved':
      return 'engine';
    case 'invoice issued':
    case 'payment received': {
      const told = log.findLast((entry) => entry.kind === 'fact' && entry.name === fact);
      return told === undefined ? 'engine' : actorId(told.actor);
    }
    default: {
      const never: never = fact;
      throw new Error(`unknown fact ${String(never)}`);
    }
  }
}

function endStage(work: Work, s: StageProgress, endedAt: Instant): void {
  const { renewalId } = work.state;
  handle(work, s.keys.ended, 's');
  const why = because('stage.ended', { how: s.how ?? 'conditions', conditions: s.stage.doneWhen.join(', ') });
  note(work, `${renewalId}/${s.key}/ended`, endedAt, 'stage ended', s.stage.id, why);
  closeTasks(work, endedAt, (key) => key.startsWith(s.keys.inside), 'superseded', 'engine', '', why);
  endEscalations(work, `${renewalId}/${s.key}/escalations/ended`, s.stage.id, [s.stage], why, endedAt);
}
