import { condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { Instant } from '../../domain/time/types.ts';
import type { PlainActivities } from './activities.ts';
import { factSignal } from './messages.ts';
import type { PlainInput, PlainOutcome, PlainStage } from './messages.ts';

// What a good user of Temporal writes by hand in an afternoon: it keeps the dates, asks the people, waits and
// escalates. It is the yardstick for what the engine costs, and it is kept as lean as can be.

const activities = proxyActivities<PlainActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

export async function plainRenewal(input: PlainInput): Promise<PlainOutcome> {
  const facts = new Set<string>();
  let over = false;
  setHandler(factSignal, (fact) => void facts.add(fact.kind));
  const reminders = remind(input, () => over);
  const outcome = await work(input, facts);
  over = true;
  await reminders;
  await activities.closeRenewal({ ...idsOf(input), outcome, at: now() });
  return outcome;
}

async function remind(input: PlainInput, over: () => boolean): Promise<void> {
  for (const reminder of input.reminders) {
    if (await until(reminder.at, over)) return;
    await activities.sendReminder({ ...idsOf(input), reminder, at: now() });
  }
}

async function work(input: PlainInput, facts: ReadonlySet<string>): Promise<PlainOutcome> {
  await until(input.opensAt, () => false);
  let before: string | null = null;
  for (const stage of input.stages) {
    await activities.openTasks({ ...idsOf(input), stage: stage.id, tasks: stage.tasks, closes: before, at: now() });
    if (!(await finished(input, stage, facts))) return 'lapsed';
    before = stage.id;
  }
  return 'renewed';
}

/** True once the fact is there; false when the renewal lapses before. */
async function finished(input: PlainInput, stage: PlainStage, facts: ReadonlySet<string>): Promise<boolean> {
  const done = () => facts.has(stage.doneWhen);
  for (const rung of stage.ladder) {
    if (await until(rung.at, done)) return true;
    await activities.escalate({ ...idsOf(input), stage: stage.id, rung, at: now() });
  }
  return until(input.lapsesAt, done);
}

/** Waits for the date or for what comes first; true where it was not the date. */
async function until(at: Instant, first: () => boolean): Promise<boolean> {
  const ms = Number(new Date(at)) - Date.now();
  return ms > 0 ? condition(first, ms) : first();
}

function idsOf({ renewalId, contractId, clientId }: PlainInput) {
  return { renewalId, contractId, clientId };
}

function now(): Instant {
  return new Date().toISOString() as Instant;
}
