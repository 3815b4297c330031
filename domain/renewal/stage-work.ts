import type { Instant } from '../time/types.ts';
import { endEscalations } from './escalations.ts';
import { applicableTasks, stepKey } from './progress.ts';
import type { StageProgress } from './progress.ts';
import { closeTasks, openTask } from './tasks.ts';
import { because, handle, note } from './work.ts';
import type { Work } from './work.ts';
import { teamDeadline } from './clocks.ts';
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
    const dueAt = step.kind === 'task' ? teamDeadline(world, work.state, s.clockFrom, step.due, now) : s.dueAt;
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

function endStage(work: Work, s: StageProgress, endedAt: Instant): void {
  const { renewalId } = work.state;
  handle(work, s.keys.ended, 's');
  const why = because('stage.ended', { how: s.how ?? 'conditions', conditions: s.stage.doneWhen.join(', ') });
  note(work, `${renewalId}/${s.key}/ended`, endedAt, 'stage ended', s.stage.id, why);
  closeTasks(work, endedAt, (key) => key.startsWith(s.keys.inside), 'superseded', 'engine', '', why);
  endEscalations(work, `${renewalId}/${s.key}/escalations/ended`, s.stage.id, [s.stage], why, endedAt);
}
