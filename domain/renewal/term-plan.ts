import { addSpan } from '../calendar/index.ts';
import type { BusinessCalendar } from '../calendar/types.ts';
import { resolveDatePoint, sendInstant } from '../playbook/dates.ts';
import type { OutreachStep, Playbook, Stage } from '../playbook/types.ts';
import { localDate } from '../time/zone.ts';
import type { CivilDate, Instant, ZoneOffsets } from '../time/types.ts';
import { clientZone, endOfDay, termDate, workStart } from './world.ts';
import type { World } from './world.ts';

/** A stage as the dates of the term alone plan it. */
export interface StagePlan {
  readonly stage: Stage;
  readonly plannedOn: CivilDate;
  /** Never before the stage above it. */
  readonly plannedAt: Instant;
  /** Due where it begins as planned. */
  readonly dueAt: Instant;
}

/** What follows from the dates of a term and the playbook, and from nothing that happened. */
export interface TermPlan {
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
}

/** A plan with all that it was made of. */
interface KeptPlan extends TermPlan {
  readonly teamCalendar: BusinessCalendar;
  readonly clientCalendar: BusinessCalendar;
  readonly clientZone: ZoneOffsets;
  /** Due dates of a step's mails at the recipient; made when asked for. */
  readonly mails: Map<OutreachStep, { readonly zone: ZoneOffsets; readonly due: readonly (Instant | null)[] }>;
}

/**
 * Every look asks for the plan again, with a snapshot read anew; what the plan is made of are published definitions
 * that stay the same objects, and a pair of dates that many contracts share. So plans are kept with their playbook.
 */
const kept = new WeakMap<Playbook, Map<string, KeptPlan>>();
const ofWorld = new WeakMap<World, KeptPlan>();

/** Pairs of dates kept for each playbook: those of some years of contracts that end when months do. */
const PLANS_KEPT = 1_000;

export function termPlan(world: World): TermPlan {
  return keptPlan(world);
}

function keptPlan(world: World): KeptPlan {
  let plan = ofWorld.get(world);
  if (plan === undefined) {
    plan = sharedPlan(world);
    ofWorld.set(world, plan);
  }
  return plan;
}

function sharedPlan(world: World): KeptPlan {
  const { snapshot, playbook, dates } = world;
  const { teamCalendar, clientCalendar } = snapshot;
  const zone = clientZone(snapshot);
  let plans = kept.get(playbook);
  if (plans === undefined) {
    plans = new Map();
    kept.set(playbook, plans);
  }
  const key = `${dates.end} ${dates.notice ?? ''} ${zone.zone} ${clientCalendar.id}`;
  const known = plans.get(key);
  if (
    known !== undefined &&
    known.teamCalendar === teamCalendar &&
    known.clientCalendar === clientCalendar &&
    known.clientZone === zone
  )
    return known;
  if (plans.size >= PLANS_KEPT) plans.clear();
  const plan = makePlan(world, zone);
  plans.set(key, plan);
  return plan;
}

function makePlan(world: World, zone: ZoneOffsets): KeptPlan {
  const { snapshot, playbook, dates } = world;
  const { teamCalendar, clientCalendar } = snapshot;
  // A contract without a notice deadline opens by its end date: the point's length counts, its anchor does not.
  const opensOn = termDate(world, playbook.opens) ?? termDate(world, { ...playbook.opens, anchor: 'end' }) ?? dates.end;
  const opensAt = workStart(snapshot, opensOn);
  return {
    opensAt,
    opensOn: localDate(teamCalendar.zone, opensAt),
    endsAt: endOfDay(snapshot, dates.end),
    noticePassesAt: endOfDay(snapshot, dates.notice ?? dates.end),
    lapsesAt: endOfDay(snapshot, termDate(world, playbook.lapses) ?? dates.end),
    stages: planStages(world),
    conditional: hasConditions(playbook),
    teamCalendar,
    clientCalendar,
    clientZone: zone,
    mails: new Map(),
  };
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
    result.push({ stage, plannedOn, plannedAt, dueAt: addSpan(teamCalendar, plannedAt, stage.due) });
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
  const { mails, clientCalendar } = keptPlan(world);
  const known = mails.get(step);
  if (known !== undefined && known.zone === zone) return known.due;
  const anchors = { end: world.dates.end, notice: world.dates.notice, stage: null, invoice: null };
  const due = step.at.map((point) => {
    const date = resolveDatePoint(point, anchors, clientCalendar);
    return date === null ? null : sendInstant(date, clientCalendar, zone, world.playbook.outreach.window, step.legal);
  });
  mails.set(step, { zone, due });
  return due;
}
