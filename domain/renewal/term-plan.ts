import { addSpan } from '../calendar/index.ts';
import type { Span } from '../calendar/types.ts';
import { partOfSpan, resolveDatePoint, sendInstant } from '../playbook/dates.ts';
import type { OutreachStep, Playbook, Stage } from '../playbook/types.ts';
import { localDate } from '../time/zone.ts';
import type { CivilDate, Instant, ZoneOffsets } from '../time/types.ts';
import { endOfDay, termDate, workStart } from './world.ts';
import type { World } from './world.ts';

/** A stage as the dates of the term alone plan it. */
export interface StagePlan {
  readonly stage: Stage;
  readonly plannedOn: CivilDate;
  /** Never before the stage above it. */
  readonly plannedAt: Instant;
  /** Due where it begins as planned. */
  readonly dueAt: Instant;
  readonly dueOn: CivilDate;
}

/**
 * What follows from the dates of a term and the playbook, and from nothing that happened: worked out once for each
 * world, because every look asks for it again.
 */
interface TermPlan {
  /** When the renewal opens by itself. */
  readonly opensAt: Instant;
  readonly opensOn: CivilDate;
  /** The midnight after the last day of the term, after the last day for notice, and when silence lets it lapse. */
  readonly endsAt: Instant;
  readonly noticePassesAt: Instant;
  readonly lapsesAt: Instant;
  readonly stages: readonly StagePlan[];
  /** Whether steps of the playbook have conditions: then its stages depend on more than facts about stages. */
  readonly conditional: boolean;
  readonly mails: Map<OutreachStep, readonly (Instant | null)[]>;
  readonly spans: Map<string, Instant>;
}

const plans = new WeakMap<World, TermPlan>();

export function termPlan(world: World): TermPlan {
  let plan = plans.get(world);
  if (plan === undefined) {
    plan = makePlan(world);
    plans.set(world, plan);
  }
  return plan;
}

function makePlan(world: World): TermPlan {
  const { snapshot, playbook, dates } = world;
  // A contract without a notice deadline opens by its end date: the point's length counts, its anchor does not.
  const opensOn = termDate(world, playbook.opens) ?? termDate(world, { ...playbook.opens, anchor: 'end' }) ?? dates.end;
  const opensAt = workStart(snapshot, opensOn);
  return {
    opensAt,
    opensOn: localDate(snapshot.teamCalendar.zone, opensAt),
    endsAt: endOfDay(snapshot, dates.end),
    noticePassesAt: endOfDay(snapshot, dates.notice ?? dates.end),
    lapsesAt: endOfDay(snapshot, termDate(world, playbook.lapses) ?? dates.end),
    stages: planStages(world),
    conditional: hasConditions(playbook),
    mails: new Map(),
    spans: new Map(),
  };
}

/** When `percent` of a span of the team's time is over, counted from `from`; clocks that were stopped are not in it. */
export function spanEnd(world: World, from: Instant, span: Span, percent: number): Instant {
  const { spans } = termPlan(world);
  const key = `${from} ${span.amount} ${span.unit} ${percent}`;
  let end = spans.get(key);
  if (end === undefined) {
    end = partOfSpan(world.snapshot.teamCalendar, from, span, percent);
    spans.set(key, end);
  }
  return end;
}

function planStages(world: World): readonly StagePlan[] {
  const { teamCalendar } = world.snapshot;
  const result: StagePlan[] = [];
  for (const stage of world.playbook.stages) {
    const plannedOn = plannedDate(world, stage, result.at(-1)?.plannedOn ?? null);
    const own = workStart(world.snapshot, plannedOn);
    const before = result.at(-1)?.plannedAt;
    // A stage planned before its predecessor (an anchor on another date) is planned with it.
    const plannedAt = before !== undefined && before > own ? before : own;
    const dueAt = addSpan(teamCalendar, plannedAt, stage.due);
    result.push({ stage, plannedOn, plannedAt, dueAt, dueOn: localDate(teamCalendar.zone, dueAt) });
  }
  return result;
}

/** "3 business days after stage" counts from the planned begin of the stage above; without a notice deadline, the end counts. */
function plannedDate(world: World, stage: Stage, above: CivilDate | null): CivilDate {
  const anchors = { end: world.dates.end, notice: world.dates.notice ?? world.dates.end, stage: above, invoice: null };
  return resolveDatePoint(stage.starts, anchors, world.snapshot.teamCalendar) ?? world.dates.end;
}

function hasConditions(playbook: Playbook): boolean {
  return playbook.stages.some((stage) => stage.steps.some((s) => s.kind !== 'outreach' && s.when !== undefined));
}

/** When the mails of a step are due that hang on the term alone; null for those that hang on a stage or an invoice. */
export function mailsOfTerm(world: World, step: OutreachStep, zone: ZoneOffsets): readonly (Instant | null)[] {
  const { mails } = termPlan(world);
  let due = mails.get(step);
  if (due === undefined) {
    const { clientCalendar } = world.snapshot;
    const anchors = { end: world.dates.end, notice: world.dates.notice, stage: null, invoice: null };
    due = step.at.map((point) => {
      const date = resolveDatePoint(point, anchors, clientCalendar);
      return date === null ? null : sendInstant(date, clientCalendar, zone, world.playbook.outreach.window, step.legal);
    });
    mails.set(step, due);
  }
  return due;
}
