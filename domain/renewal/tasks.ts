import { addSpan } from '../calendar/index.ts';
import type { Span } from '../calendar/types.ts';
import type { Role } from '../people/types.ts';
import type { Instant } from '../time/types.ts';
import { assigneeFor } from './assign.ts';
import type { Assignee, TaskKind, Why } from './effects.ts';
import type { Snapshot } from './snapshot.ts';
import type { StageMark } from './state.ts';
import { emit, handle, patch, without } from './work.ts';
import type { Work } from './work.ts';

/** Key of a task the engine opens by itself; part of its id. */
export function engineKey(kind: TaskKind, occurrence: string | number): string {
  return `engine/${kind.replaceAll(' ', '-')}/${occurrence}`;
}

export interface NewTask {
  readonly key: string;
  readonly step: string;
  readonly task: TaskKind;
  readonly stage: string | null;
  readonly role: Role;
  readonly assignee?: Assignee;
  readonly dueAt: Instant;
  readonly why: Why;
}

/** Opens a task once; the same key again changes nothing. */
export function openTask(work: Work, snapshot: Snapshot, now: Instant, task: NewTask): void {
  if (work.state.handled[task.key] !== undefined) return;
  const id = `${work.state.renewalId}/${task.key}/task/${task.role}`;
  handle(work, task.key, 's');
  patch(work, { open: { ...work.state.open, [task.key]: id } });
  emit(
    work,
    {
      kind: 'open task',
      id,
      why: task.why,
      stage: task.stage,
      step: task.step,
      task: task.task,
      assignee: task.assignee ?? assigneeFor(snapshot, task.role),
      dueAt: task.dueAt,
      notify: true,
    },
    now,
    task.stage,
  );
}

const ENGINE_TASK_DUE: Span = { amount: 1, unit: 'business days' };

/** A task that no playbook step asks for: something went another way and a person must look. Due in one business day. */
export function openEngineTask(
  work: Work,
  snapshot: Snapshot,
  now: Instant,
  task: { kind: TaskKind; occurrence: string | number; role: Role; stage: string | null; why: Why },
): void {
  openTask(work, snapshot, now, {
    key: engineKey(task.kind, task.occurrence),
    step: task.kind,
    task: task.kind,
    stage: task.stage,
    role: task.role,
    dueAt: addSpan(snapshot.teamCalendar, now, ENGINE_TASK_DUE),
    why: task.why,
  });
}

/** Closes open tasks whose key fits. */
export function closeTasks(
  work: Work,
  at: Instant,
  fits: (key: string) => boolean,
  how: 'done' | 'skipped' | 'superseded' | 'cancelled',
  by: string,
  text: string,
  why: Why,
): void {
  for (const [key, id] of Object.entries(work.state.open)) {
    if (!fits(key)) continue;
    emit(
      work,
      { kind: 'close task', id: `${id}/closed`, why, taskId: id, state: how, by, note: text },
      at,
      stageOfKey(key),
    );
    patch(work, { open: without(work.state.open, (k) => k === key) });
  }
}

/** The stage a task key belongs to; null for engine tasks. */
export function stageOfKey(key: string): string | null {
  const [first = ''] = key.split('/');
  return first === 'engine' ? null : (first.split('~')[0] ?? null);
}

export function markTask(work: Work, key: string, mark: StageMark): void {
  patch(work, { tasks: { ...work.state.tasks, [key]: mark } });
}
