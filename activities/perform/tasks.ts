import type { ClientSession, mongo } from 'mongoose';
import type { Effect } from '../../domain/renewal/effects.ts';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { OpenTask } from './books.ts';
import type { EffectOf, PerformInput } from './input.ts';
import type { Scene } from './scene.ts';

type TaskWrite = mongo.AnyBulkWriteOperation<TaskDoc>;

/**
 * Opens and closes the tasks of a decision, in the order of its effects. What is open or closed already stays so.
 * Where the decision is the newest, its view of what is open holds too: due dates move with a moved end date, and
 * what only a lost decision opened is taken back.
 */
export async function writeTasks(
  db: Pick<Database, 'tasks'>,
  session: ClientSession,
  scene: Scene,
  open: readonly OpenTask[],
  input: PerformInput,
  newest: boolean,
): Promise<void> {
  const { effects } = input.decision;
  const writes = effects.flatMap((effect, i) => taskWrite(scene, input, effect, effects.slice(i + 1)));
  writes.push(...followOwner(open, scene));
  if (newest) writes.push(...moveDueDates(open, input), ...closeLeftovers(open, input));
  if (writes.length > 0) await raw(db.tasks).bulkWrite(writes, { session, ordered: true });
}

/** Open work goes with its client: whoever looks after that one now sees it. */
function followOwner(open: readonly OpenTask[], { client }: Scene): TaskWrite[] {
  const { ownerId } = client;
  return open
    .filter((task) => task.ownerId !== ownerId)
    .map(({ _id }) => ({ updateOne: { filter: { _id, state: 'open' as const }, update: { $set: { ownerId } } } }));
}

/** A moved end date moves what is due before it: open tasks take the due dates that hold now. */
function moveDueDates(open: readonly OpenTask[], { decision }: PerformInput): TaskWrite[] {
  const known = new Map<string, Instant>(open.map((task) => [task._id, task.dueAt]));
  for (const effect of decision.effects) {
    // One that stands open already keeps its row as it is.
    if (effect.kind === 'open task' && !known.has(effect.id)) known.set(effect.id, effect.dueAt);
  }
  return decision.view.tasks.flatMap(({ id, dueAt }) =>
    known.get(id) === dueAt
      ? []
      : [{ updateOne: { filter: { _id: id, state: 'open' as const }, update: { $set: { dueAt } } } }],
  );
}

/**
 * A worker can die after its transaction and before its workflow task is recorded; the decision is then taken anew,
 * perhaps another one, and what only the lost one opened is known to nobody. Escalations stay for as long as what they
 * are about; the work of save plans has its own end.
 */
function closeLeftovers(open: readonly OpenTask[], { decision, now }: PerformInput): TaskWrite[] {
  const wanted = new Set(decision.state.open.tasks);
  const isOver = overIn(decision.view);
  const left = open.filter(({ _id, kind, stage }) => {
    if (kind === 'save action' || kind === 'channel off') return false;
    return kind === 'escalation' ? isOver(stage) : !wanted.has(_id);
  });
  const closed = { state: 'superseded' as const, closedAt: now, closedBy: 'engine' };
  return left.map(({ _id }) => ({ updateOne: { filter: { _id, state: 'open' as const }, update: { $set: closed } } }));
}

/** Whether an escalation of a stage has nothing left to be about; one without a stage asks for data. */
function overIn({ phase, rows }: PerformInput['decision']['view']): (stage: string | null) => boolean {
  const ended = new Set(rows.filter(({ status }) => status === 'done' || status === 'skipped').map((row) => row.stage));
  return (stage) => phase === 'closed' || (stage === null ? phase !== 'data-needed' : ended.has(stage));
}

function taskWrite(scene: Scene, input: PerformInput, effect: Effect, later: readonly Effect[]): TaskWrite[] {
  switch (effect.kind) {
    case 'open task':
      return [insertOnce(openedTask(scene, input, effect))];
    case 'escalate':
      return [insertOnce(escalationTask(scene, input, effect))];
    case 'close task': {
      const { taskId, state, by, note } = effect;
      const closed = { state, closedAt: input.now, closedBy: by, note };
      return [{ updateOne: { filter: { _id: taskId, state: 'open' }, update: { $set: closed } } }];
    }
    case 'end escalations': {
      // Done again, this must not close what the same decision, or a later one, opened after it.
      const opened = later.filter((one) => one.kind === 'escalate').map((one) => one.id);
      const filter = {
        renewalId: input.renewalId,
        kind: 'escalation' as const,
        state: 'open' as const,
        openedAt: { $lte: input.now },
        _id: { $nin: opened },
        ...(effect.stage === null ? {} : { stage: effect.stage }),
      };
      const closed = { state: 'superseded' as const, closedAt: input.now, closedBy: 'engine' };
      return [{ updateMany: { filter, update: { $set: closed } } }];
    }
    default:
      return [];
  }
}

function insertOnce(task: TaskDoc): TaskWrite {
  const { _id, ...fields } = task;
  return { updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true } };
}

function openedTask(scene: Scene, input: PerformInput, effect: EffectOf<'open task'>): TaskDoc {
  const { stage, step, task, assignee, dueAt } = effect;
  return { ...common(scene, input, effect), kind: task, stage, step, assignee, dueAt, escalation: null };
}

function escalationTask(scene: Scene, input: PerformInput, effect: EffectOf<'escalate'>): TaskDoc {
  const { stage, to, dueAt, level, since, blocker, money } = effect;
  const escalation = { level, since, blocker, money };
  // A renewal that waits for data has no stage to escalate.
  return {
    ...common(scene, input, effect),
    kind: 'escalation',
    stage: stage === '' ? null : stage,
    step: null,
    assignee: to,
    dueAt,
    escalation,
  };
}

function common({ contract, client }: Scene, input: PerformInput, effect: Effect) {
  return {
    _id: effect.id,
    renewalId: input.renewalId,
    contractId: contract._id,
    clientId: client.id,
    ownerId: client.ownerId,
    clientName: client.name,
    contractNumber: contract.number,
    playbook: input.decision.state.playbook,
    openedAt: input.now,
    state: 'open' as const,
    closedAt: null,
    closedBy: null,
    note: null,
    why: effect.why,
  };
}
