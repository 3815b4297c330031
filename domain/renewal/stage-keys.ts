import type { MeetingStep, OutreachStep, Stage, Step, TaskStep } from '../playbook/types.ts';

/** The keys of one step in one round of its stage; parts of effect ids, and names among the handled ones. */
export interface StepKeys {
  readonly step: Step;
  /** `contact/first-call`; of a mail its series. */
  readonly key: string;
  /** One for each date of an outreach; a meeting has its invitation. */
  readonly mails: readonly string[];
}

/** What is known of a round of a stage before anything happened. */
export interface StageKeys {
  /** `contact`, or `contact~2` in its second round. */
  readonly key: string;
  readonly begun: string;
  readonly ended: string;
  readonly timeout: string;
  /** Begin of the keys of its stall levels. */
  readonly stall: string;
  /** Begin of the keys of its steps. */
  readonly inside: string;
  readonly steps: readonly StepKeys[];
  readonly tasks: readonly (TaskStep | MeetingStep)[];
  /** Keys of the tasks by step id. */
  readonly ofTask: ReadonlyMap<string, string>;
  /** Whether any of the tasks has a condition. */
  readonly conditional: boolean;
}

/**
 * Every look asks for the same few hundred keys, and joining texts is dear: they are written once for each stage of
 * a playbook. Definitions never change and outlive the snapshots that hold them, so that all renewals share these.
 */
const rounds = new WeakMap<Stage, StageKeys[]>();
const reminders = new WeakMap<OutreachStep, StepKeys>();

/** Rounds whose keys are kept; a stage that is begun again more often is a rarity. */
const ROUNDS_KEPT = 8;

/** The keys of a stage that was begun again `round` times. */
export function keysOfStage(stage: Stage, round: number): StageKeys {
  let known = rounds.get(stage);
  if (known === undefined) {
    known = [];
    rounds.set(stage, known);
  }
  const found = known[round];
  if (found !== undefined) return found;
  const keys = makeKeys(stage, round === 0 ? stage.id : `${stage.id}~${round + 1}`);
  if (round < ROUNDS_KEPT) known[round] = keys;
  return keys;
}

/** The keys of a series that belongs to no stage. */
export function keysOfReminder(step: OutreachStep): StepKeys {
  let keys = reminders.get(step);
  if (keys === undefined) {
    keys = makeStepKeys('reminders', step);
    reminders.set(step, keys);
  }
  return keys;
}

function makeKeys(stage: Stage, key: string): StageKeys {
  const tasks = stage.steps.filter((step): step is TaskStep | MeetingStep => step.kind !== 'outreach');
  return {
    key,
    begun: `${key}/begun`,
    ended: `${key}/ended`,
    timeout: `${key}/timeout/1`,
    stall: `${key}/stall-`,
    inside: `${key}/`,
    steps: stage.steps.map((step) => makeStepKeys(key, step)),
    tasks,
    ofTask: new Map(tasks.map((step) => [step.id, `${key}/${step.id}`])),
    conditional: tasks.some((step) => step.when !== undefined),
  };
}

function makeStepKeys(stageKey: string, step: Step): StepKeys {
  const key = `${stageKey}/${step.id}`;
  return { step, key, mails: mailKeys(key, step) };
}

function mailKeys(key: string, step: Step): readonly string[] {
  switch (step.kind) {
    case 'task':
      return [];
    case 'meeting':
      return [`${key}/invitation`];
    case 'outreach':
      return step.at.map((_, i) => `${key}/${i + 1}`);
    default:
      return step satisfies never;
  }
}
