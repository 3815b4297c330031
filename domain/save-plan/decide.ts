import { addSpan } from '../calendar/index.ts';
import type { Span } from '../calendar/types.ts';
import { problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import type { SavePlanTemplate } from '../playbook/types.ts';
import { assigneeFor } from '../renewal/assign.ts';
import type { Effect, LogEntry, Why } from '../renewal/effects.ts';
import { inOrderOfTime } from '../renewal/facts.ts';
import type { SaveOutcome } from '../renewal/facts.ts';
import type { Snapshot } from '../renewal/snapshot.ts';
import { actorId, because } from '../renewal/work.ts';
import { minInstant } from '../time/instant.ts';
import type { Instant } from '../time/types.ts';
import type { SaveActionState, SavePlanDecision, SavePlanFact, SavePlanState, SavePlanVerdict } from './types.ts';

const ESCALATION_DUE: Span = { amount: 1, unit: 'business days' };
const SEEN_KEPT = 200;

interface Work {
  state: SavePlanState;
  readonly effects: Effect[];
  readonly log: LogEntry[];
}

/**
 * The core of a save plan: measures by root cause as tasks with deadlines, escalation of what is late, and an
 * outcome. Pure, as the renewal's. Silence ends it: at twice its time a plan counts as not saved, and the
 * renewal hands that to a person.
 */
export function decideSavePlan(
  state: SavePlanState,
  facts: readonly SavePlanFact[],
  snapshot: Snapshot,
  now: Instant,
): SavePlanDecision {
  const work: Work = { state, effects: [], log: [] };
  const plan = planFor(snapshot, state.cause);
  begin(work, snapshot, plan, now);
  const verdicts: SavePlanVerdict[] = [];
  for (const index of inOrderOfTime(facts)) {
    const fact = facts[index];
    if (fact === undefined) continue;
    // What came after the end of the plan's time meets a plan that is closed, even if no worker ran then.
    endInSilence(work, snapshot, plan, minInstant(fact.at, now));
    verdicts[index] = judge(work, fact, now);
  }
  endInSilence(work, snapshot, plan, now);
  const wakeAt = work.state.closed === null ? overdue(work, snapshot, plan, now) : null;
  return {
    state: work.state,
    effects: work.effects,
    log: work.log,
    verdicts,
    wakeAt,
    why: because('save_plan.look', { cause: state.cause }),
  };
}

/** The measures for the cause; a cause that the document no longer knows gets its first plan rather than none. */
function planFor(snapshot: Snapshot, cause: string): SavePlanTemplate | null {
  const plans = snapshot.savePlans?.plans ?? [];
  return plans.find((p) => p.cause === cause) ?? plans[0] ?? null;
}

const FALLBACK_DUE: Span = { amount: 20, unit: 'business days' };

function begin(work: Work, snapshot: Snapshot, plan: SavePlanTemplate | null, now: Instant): void {
  if (work.state.begun) return;
  const { id, openedAt } = work.state;
  const calendar = snapshot.teamCalendar;
  const actions: SaveActionState[] = (plan?.actions ?? []).map((action) => ({
    id: action.id,
    taskId: `${id}/${action.id}/1/task/${action.owner}`,
    dueAt: addSpan(calendar, openedAt, action.due),
    done: null,
    escalated: false,
  }));
  work.state = { ...work.state, begun: true, dueAt: addSpan(calendar, openedAt, plan?.due ?? FALLBACK_DUE), actions };
  for (const [i, action] of (plan?.actions ?? []).entries()) {
    const made = actions[i];
    if (made === undefined) continue;
    const why = because('save_plan.action', { cause: work.state.cause, action: action.id, due: made.dueAt });
    emit(
      work,
      {
        kind: 'open task',
        id: made.taskId,
        why,
        stage: null,
        step: action.id,
        task: 'save action',
        assignee: assigneeFor(snapshot, action.owner),
        dueAt: made.dueAt,
        notify: true,
      },
      now,
    );
  }
}

function judge(work: Work, fact: SavePlanFact, now: Instant): SavePlanVerdict {
  if (work.state.seen.includes(fact.id)) return { factId: fact.id, accepted: true };
  const at = minInstant(fact.at, now);
  const refused = apply(work, fact, at);
  const { id, at: _at, by, kind, trace: _trace, ...detail } = fact;
  if (refused !== null) {
    work.log.push({
      id: `${id}/refused`,
      at,
      kind: 'refused',
      name: kind,
      actor: by,
      stage: null,
      why: because(refused.code, refused.params),
      detail,
    });
    return { factId: id, accepted: false, problem: refused };
  }
  work.state = { ...work.state, seen: [...work.state.seen, id].slice(-SEEN_KEPT) };
  work.log.push({
    id,
    at,
    kind: 'fact',
    name: kind,
    actor: by,
    stage: null,
    why: null,
    detail: { ...detail, savePlanId: work.state.id },
  });
  return { factId: id, accepted: true };
}

function apply(work: Work, fact: SavePlanFact, at: Instant): Problem | null {
  const { closed, actions } = work.state;
  if (closed !== null)
    return fact.kind === 'renewal ended'
      ? null
      : problem('save_plan.closed', { outcome: `@save.${closed.outcome}`, at: closed.at });
  switch (fact.kind) {
    case 'action completed': {
      const action = actions.find((a) => a.id === fact.action || a.taskId === fact.action);
      if (action === undefined)
        return problem('save_plan.unknown_action', { action: fact.action, known: actions.map((a) => a.id).join(', ') });
      if (action.done !== null) return problem('step.already_ended', { step: action.id, at: action.done.at });
      const done = { at, by: actorId(fact.by), note: fact.note };
      work.state = { ...work.state, actions: actions.map((a) => (a === action ? { ...a, done } : a)) };
      endAction(work, action, 'done', done.by, fact.note, at, because('task.completed', { task: action.id }));
      return null;
    }
    case 'plan closed': {
      // Closing a warning without having done anything about it is what the loop is there to prevent.
      if (fact.outcome !== 'not needed' && actions.length > 0 && actions.every((a) => a.done === null)) {
        return problem('save_plan.nothing_done', { known: actions.map((a) => a.id).join(', ') });
      }
      if (fact.note.trim() === '') return problem('save_plan.note_required', {});
      close(
        work,
        fact.outcome,
        at,
        actorId(fact.by),
        fact.note,
        because('save_plan.closed', { outcome: fact.outcome }),
      );
      return null;
    }
    case 'renewal ended': {
      const saved: SaveOutcome = fact.withConcession ? 'saved with concession' : 'saved';
      const outcome = fact.outcome === 'lost' || fact.outcome === 'lapsed' ? 'not saved' : saved;
      close(work, outcome, at, 'engine', '', because('save_plan.renewal_ended', { outcome: fact.outcome }));
      return null;
    }
    default: {
      const never: never = fact;
      throw new Error(`unknown fact ${JSON.stringify(never)}`);
    }
  }
}

function close(work: Work, outcome: SaveOutcome, at: Instant, by: string, note: string, why: Why): void {
  for (const action of work.state.actions)
    if (action.done === null) endAction(work, action, 'superseded', 'engine', '', at, why);
  if (work.state.escalated) closeTask(work, lateEscalation(work), 'superseded', 'engine', '', at, why);
  work.state = { ...work.state, closed: { outcome, at, by, note } };
  work.log.push({
    id: `${work.state.id}/closed`,
    at,
    kind: 'transition',
    name: 'save plan closed',
    actor: { kind: 'engine' },
    stage: null,
    why,
    detail: { outcome, savePlanId: work.state.id },
  });
}

/** At twice its time a plan that nobody closed counts as not saved. */
function endInSilence(work: Work, snapshot: Snapshot, plan: SavePlanTemplate | null, at: Instant): void {
  const { dueAt, closed } = work.state;
  if (closed !== null || dueAt === null) return;
  const last = addSpan(snapshot.teamCalendar, dueAt, plan?.due ?? FALLBACK_DUE);
  if (last <= at) close(work, 'not saved', last, 'engine', '', because('save_plan.silence', { due: dueAt }));
}

/** Late measures go to the manager, a late plan to the director. Returns when to look again. */
function overdue(work: Work, snapshot: Snapshot, plan: SavePlanTemplate | null, now: Instant): Instant | null {
  const wakes: Instant[] = [];
  const actions = work.state.actions.map((action) => {
    if (action.done !== null || action.escalated) return action;
    if (action.dueAt > now) {
      wakes.push(action.dueAt);
      return action;
    }
    escalate(
      work,
      snapshot,
      'sales-manager',
      actionEscalation(work, action),
      action.dueAt,
      now,
      because('save_plan.action_late', { action: action.id, due: action.dueAt }),
    );
    return { ...action, escalated: true };
  });
  work.state = { ...work.state, actions };
  const { dueAt, openedAt } = work.state;
  if (dueAt === null) return wakes[0] ?? null;
  if (dueAt > now) wakes.push(dueAt);
  else if (!work.state.escalated) {
    escalate(
      work,
      snapshot,
      'director',
      lateEscalation(work),
      openedAt,
      now,
      because('save_plan.late', { due: dueAt }),
    );
    work.state = { ...work.state, escalated: true };
  }
  wakes.push(addSpan(snapshot.teamCalendar, dueAt, plan?.due ?? FALLBACK_DUE));
  return wakes.reduce<Instant | null>((first, at) => (first === null || at < first ? at : first), null);
}

function escalate(
  work: Work,
  snapshot: Snapshot,
  level: 'sales-manager' | 'director',
  id: string,
  since: Instant,
  now: Instant,
  why: Why,
): void {
  emit(
    work,
    {
      kind: 'escalate',
      id,
      why,
      stage: '',
      to: assigneeFor(snapshot, level),
      level,
      since,
      blocker: 'save plan',
      money: snapshot.contract.target,
      dueAt: addSpan(snapshot.teamCalendar, now, ESCALATION_DUE),
    },
    now,
  );
}

/** Id of the escalation of a late measure. */
function actionEscalation({ state }: Work, action: SaveActionState): string {
  return `${state.id}/${action.id}/1/escalation/sales-manager`;
}

/** Id of the escalation of a plan that ran over its time. */
function lateEscalation({ state }: Work): string {
  return `${state.id}/due/1/escalation/director`;
}

/** Closes the task of a measure, and with it the escalation that asked a manager to see to it. */
function endAction(
  work: Work,
  action: SaveActionState,
  how: 'done' | 'superseded',
  by: string,
  note: string,
  at: Instant,
  why: Why,
): void {
  closeTask(work, action.taskId, how, by, note, at, why);
  if (action.escalated) closeTask(work, actionEscalation(work, action), 'superseded', 'engine', '', at, why);
}

function closeTask(
  work: Work,
  taskId: string,
  how: 'done' | 'superseded',
  by: string,
  note: string,
  at: Instant,
  why: Why,
): void {
  emit(work, { kind: 'close task', id: `${taskId}/closed`, why, taskId, state: how, by, note }, at);
}

function emit(work: Work, effect: Effect, at: Instant): void {
  const { id, why, kind, ...detail } = effect;
  work.effects.push(effect);
  work.log.push({ id, at, kind: 'effect', name: kind, actor: { kind: 'engine' }, stage: null, why, detail });
}
