import { problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import type { Condition } from '../playbook/types.ts';
import type { LocalText } from '../text.ts';
import type { Instant } from '../time/types.ts';
import { supersedeApprovals } from './approval.ts';
import type { TaskKind, Why } from './effects.ts';
import { applicableTasks, progress, stageInWork, stepKey } from './progress.ts';
import type { StageProgress } from './progress.ts';
import type { Snapshot } from './snapshot.ts';
import type { Mark } from './state.ts';
import { closeTasks, markTask, openEngineTask } from './tasks.ts';
import { because, isActivity, note, patch, without } from './work.ts';
import type { Work } from './work.ts';
import type { World } from './world.ts';

type Target = { readonly kind: 'stage'; readonly at: StageProgress } | { readonly kind: 'task'; readonly key: string };

/** What a person means by a step: a stage, a step of a stage that has begun, or an open task by its id. */
function find(work: Work, world: World, step: string, now: Instant): Target | Problem {
  const stages = progress(world, work.state, now);
  const named = (name: LocalText) => Object.values(name).some((text) => text.toLowerCase() === step.toLowerCase());
  const stage = stages.find((s) => s.stage.id === step || named(s.stage.name));
  if (stage !== undefined) return { kind: 'stage', at: stage };
  const byId = Object.entries(work.state.open).find(([key, id]) => id === step || key === step);
  if (byId !== undefined) return { kind: 'task', key: byId[0] };
  for (const s of stages) {
    const task = applicableTasks(world, work.state, s).find((t) => t.id === step);
    if (task === undefined) continue;
    if (s.endedAt !== null) return problem('step.already_ended', { step, at: s.endedAt });
    return s.begunAt === null
      ? problem('step.not_begun', { step, stage: s.stage.id, current: stageInWork(stages)?.stage.id ?? '' })
      : { kind: 'task', key: stepKey(s.keys, task.id) };
  }
  const byKind = Object.keys(work.state.open).find((key) => key.startsWith(`engine/${step.replaceAll(' ', '-')}/`));
  if (byKind !== undefined) return { kind: 'task', key: byKind };
  const known = [
    ...stages.map((s) => s.stage.id),
    ...Object.keys(work.state.open).map((key) => key.split('/')[1] ?? key),
  ];
  return problem('step.unknown', { step, known: [...new Set(known)].join(', ') });
}

/** Conditions that only the fact itself can meet; a stage that waits for one is not completed by hand. */
const BY_FACT_ONLY: readonly Condition[] = [
  'client contacted',
  'quote issued',
  'quote approved',
  'client accepted',
  'payment received',
  'notice window passed',
];

export function completeStep(work: Work, world: World, step: string, mark: Mark): Problem | null {
  const target = find(work, world, step, mark.at);
  if ('code' in target) return target;
  if (target.kind === 'task') return completeTask(work, target.key, mark, 'completed');
  const refused = notInWork(target.at, work, world, mark.at);
  if (refused !== null) return refused;
  const facts = target.at.stage.doneWhen.filter((c) => BY_FACT_ONLY.includes(c));
  if (facts.length > 0) {
    return problem('step.needs_fact', { step, facts: facts.map((c) => `@condition.${c}`).join(', ') });
  }
  endStage(work, target.at, mark, 'completed');
  return null;
}

export function skipStep(work: Work, world: World, step: string, mark: Mark): Problem | null {
  if (mark.note.trim() === '') return problem('step.reason_required', { step });
  const target = find(work, world, step, mark.at);
  if ('code' in target) return target;
  if (target.kind === 'task') return completeTask(work, target.key, mark, 'skipped');
  const refused = notInWork(target.at, work, world, mark.at);
  if (refused !== null) return refused;
  if (target.at.stage.doneWhen.includes('quote approved')) supersedeApprovals(work, mark.at, 'step.skipped');
  endStage(work, target.at, mark, 'skipped');
  return null;
}

function notInWork(at: StageProgress, work: Work, world: World, now: Instant): Problem | null {
  if (at.endedAt !== null) return problem('step.already_ended', { step: at.stage.id, at: at.endedAt });
  const current = stageInWork(progress(world, work.state, now));
  return at.begunAt === null
    ? problem('step.not_begun', { step: at.stage.id, stage: at.stage.id, current: current?.stage.id ?? '' })
    : null;
}

function completeTask(work: Work, key: string, mark: Mark, how: 'completed' | 'skipped'): Problem | null {
  const done = work.state.tasks[key];
  if (done !== undefined) return problem('step.already_ended', { step: key, at: done.at });
  markTask(work, key, { ...mark, how });
  const state = how === 'completed' ? 'done' : 'skipped';
  closeTasks(work, mark.at, (k) => k === key, state, mark.by, mark.note, because(`task.${how}`, { task: key }));
  isActivity(work, mark.at);
  return null;
}

function endStage(work: Work, at: StageProgress, mark: Mark, how: 'completed' | 'skipped'): void {
  patch(work, { stages: { ...work.state.stages, [at.stage.id]: { ...mark, how } } });
  const state = how === 'completed' ? 'done' : 'skipped';
  closeTasks(
    work,
    mark.at,
    (k) => k.startsWith(`${at.key}/`),
    state,
    mark.by,
    mark.note,
    because(`step.${how}`, { stage: at.stage.id }),
  );
  isActivity(work, mark.at);
}

/**
 * Begins a stage and all after it again: the first one that waits for `condition`, or the one named.
 * Facts that ended them no longer count, except money: what was paid stays paid.
 */
export function beginAgain(
  work: Work,
  world: World,
  condition: Condition,
  at: Instant,
  why: Why,
  task: TaskKind | null,
  snapshot: Snapshot,
  stageId?: string,
): void {
  const stages = world.playbook.stages;
  const from = stages.findIndex((s) => (stageId === undefined ? s.doneWhen.includes(condition) : s.id === stageId));
  if (from === -1) {
    // A playbook without such a stage still has a client without an offer: a person must know.
    const occurrence = work.state.quote?.revision ?? 1;
    if (task !== null)
      openEngineTask(work, snapshot, at, { kind: task, occurrence, role: 'sales-rep', stage: null, why });
    return;
  }
  const again = stages.slice(from);
  const ids = new Set(again.map((s) => s.id));
  const conditions = new Set(again.flatMap((s) => s.doneWhen));
  const { state } = work;
  const rounds = { ...state.rounds };
  for (const id of ids) rounds[id] = (rounds[id] ?? 0) + 1;
  closeTasks(
    work,
    at,
    (key) => ids.has((key.split('/')[0] ?? '').split('~')[0] ?? ''),
    'superseded',
    'engine',
    '',
    why,
  );
  const redoneId = again[0]?.id ?? '';
  const byHand = stageId !== undefined;
  if (byHand && conditions.has('quote issued')) supersedeApprovals(work, at, why.rule);
  patch(work, {
    rounds,
    redone: { ...state.redone, [redoneId]: at },
    stages: without(state.stages, (id) => ids.has(id)),
    ...(conditions.has('client accepted') ? { accepted: null } : {}),
    // By hand the stage starts from nothing; a declined or expired quote stays to be seen.
    ...(byHand && conditions.has('quote issued') ? { quote: null } : {}),
    ...(byHand && conditions.has('client contacted') ? { contacted: null } : {}),
  });
  const occurrence = (rounds[redoneId] ?? 0) + 1;
  note(work, `${state.renewalId}/${redoneId}/again/${occurrence}`, at, 'stage begun again', redoneId, why);
  if (task !== null)
    openEngineTask(work, snapshot, at, { kind: task, occurrence, role: 'sales-rep', stage: null, why });
}
