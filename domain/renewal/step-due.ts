import type { MeetingStep, TaskStep } from '../playbook/types.ts';
import { addMs, minInstant } from '../time/instant.ts';
import type { Instant } from '../time/types.ts';
import { teamDeadline } from './clocks.ts';
import { lapseDue } from './endings.ts';
import type { StageProgress } from './progress.ts';
import type { RenewalState } from './state.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;

/** When a task or meeting of a stage is due: never after the last day on which the renewal can still be won. */
export function stepDueAt(
  world: World,
  state: RenewalState,
  s: StageProgress,
  step: TaskStep | MeetingStep,
  now: Instant,
): Instant {
  const due = step.kind === 'task' ? teamDeadline(world, state, s.clockFrom, step.due, now) : s.dueAt;
  if (world.playbook.mode === 'auto-renewing' || state.accepted !== null) return due;
  // The lapse is the midnight after that day; a minute before it still is that day.
  return minInstant(due, addMs(lapseDue(world, state), -MINUTE_MS));
}
