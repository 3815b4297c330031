import { windowAt } from '../calendar/index.ts';
import { holds } from '../expressions/index.ts';
import type { Contact } from '../people/contract.ts';
import type { DatePoint, MeetingStep, OutreachStep, StopEvent } from '../playbook/types.ts';
import { resolveDatePoint, sendInstant } from '../playbook/dates.ts';
import { addDays } from '../time/civil.ts';
import { addMs, maxInstant } from '../time/instant.ts';
import type { CivilDate, Instant, ZoneOffsets } from '../time/types.ts';
import { localDate, localToInstant } from '../time/zone.ts';
import { nextWorkday } from '../calendar/index.ts';
import type { SupersedeReason } from './effects.ts';
import { paidAt } from './payment.ts';
import { stepKey } from './progress.ts';
import type { StageProgress } from './progress.ts';
import { ruleValues } from './rule-values.ts';
import type { Snapshot } from './snapshot.ts';
import type { RenewalState } from './state.ts';
import { mailsOfTerm, termPlan } from './term-plan.ts';
import { anchorsOf, clientZone, zoneOf } from './world.ts';
import type { World } from './world.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** One mail of a series that is planned and not handled yet. */
export interface PlannedMail {
  readonly key: string;
  readonly stage: StageProgress | null;
  readonly step: OutreachStep | MeetingStep;
  readonly series: string;
  readonly occurrence: number;
  readonly contact: Contact | null;
  readonly legal: boolean;
  /** When the playbook wants it; the send window and quiet hours may make it later. */
  readonly dueAt: Instant;
  readonly notAfter: Instant;
  readonly meeting: {
    readonly date: CivilDate;
    readonly time: string;
    readonly minutes: number;
    readonly startsAt: Instant;
  } | null;
}

/** The contact with the role, else the decision-maker, else the first; null where the client has none. */
export function contactFor(snapshot: Snapshot, role: string): Contact | null {
  const { contacts } = snapshot.client;
  const first = (among: readonly Contact[]) =>
    among.find((c) => c.roles.some((r) => r === role)) ??
    among.find((c) => c.roles.includes('decision-maker')) ??
    among[0] ??
    null;
  // One whom mail reaches goes before one with the right role whom it does not.
  return first(contacts.filter((c) => c.suppressed === undefined)) ?? first(contacts);
}

/**
 * Every mail still to be handled: of the stage in work, and of the reminders that belong to none. Legal notices of
 * stages to come count as well: their deadline does not wait until the team has done the stages before.
 */
export function plannedMails(
  world: World,
  state: RenewalState,
  stages: readonly StageProgress[],
  inWork: StageProgress | null,
): readonly PlannedMail[] {
  const result: PlannedMail[] = [];
  for (const s of stages) {
    if (s.endedAt !== null) continue;
    for (const step of s.stage.steps) {
      if (step.kind === 'outreach' && (s === inWork || step.legal)) addSeries(result, world, state, s, step);
      else if (step.kind === 'meeting' && s === inWork) addInvitation(result, world, state, s, step);
    }
  }
  for (const step of world.playbook.reminders) addSeries(result, world, state, null, step);
  return result;
}

function addSeries(
  into: PlannedMail[],
  world: World,
  state: RenewalState,
  stage: StageProgress | null,
  step: OutreachStep,
): void {
  const series = stepKey(stage?.key ?? 'reminders', step.id);
  const contact = contactFor(world.snapshot, step.to);
  const zone = zoneOf(world.snapshot, contact?.zone ?? world.snapshot.client.zone);
  const ofTerm = mailsOfTerm(world, step, zone);
  for (const [i, point] of step.at.entries()) {
    const key = `${series}/${i + 1}`;
    if (state.handled[key] !== undefined) continue;
    const dueAt = ofTerm[i] ?? dueByFacts(world, state, stage, step, point, zone);
    if (dueAt === null) continue;
    const notAfter = step.legal
      ? maxInstant(termPlan(world).noticePassesAt, dueAt)
      : addMs(dueAt, world.playbook.outreach.catchUpDays * DAY_MS);
    into.push({
      key,
      stage,
      step,
      series,
      occurrence: i + 1,
      contact,
      legal: step.legal,
      dueAt,
      notAfter,
      meeting: null,
    });
  }
}

/** When a mail is due that hangs on the begin of its stage or on the invoice; null while that is not known. */
function dueByFacts(
  world: World,
  state: RenewalState,
  stage: StageProgress | null,
  step: OutreachStep,
  point: DatePoint,
  zone: ZoneOffsets,
): Instant | null {
  const { clientCalendar } = world.snapshot;
  const begunAt = stage?.begunAt ?? null;
  const stageDate = begunAt === null ? null : localDate(clientZone(world.snapshot), begunAt);
  const date = resolveDatePoint(point, anchorsOf(world, state, stageDate), clientCalendar);
  if (date === null) return null;
  const opens = sendInstant(date, clientCalendar, zone, world.playbook.outreach.window, step.legal);
  if (begunAt !== null && point.anchor === 'stage') return maxInstant(opens, begunAt);
  // What hangs on the invoice is not late before there was one.
  return point.anchor === 'invoice' && state.invoice !== null ? maxInstant(opens, state.invoice.at) : opens;
}

const INVITE_DAYS_BEFORE = 7;

/** The invitation goes out a week before the meeting, or at once when the stage begins later than that. */
function addInvitation(
  into: PlannedMail[],
  world: World,
  state: RenewalState,
  stage: StageProgress,
  step: MeetingStep,
): void {
  const series = stepKey(stage.key, step.id);
  const key = `${series}/invitation`;
  if (state.handled[key] !== undefined || stage.begunAt === null || state.tasks[series] !== undefined) return;
  const calendar = world.snapshot.clientCalendar;
  const point = resolveDatePoint(
    step.at,
    anchorsOf(world, state, localDate(clientZone(world.snapshot), stage.begunAt)),
    calendar,
  );
  if (point === null) return;
  const date = nextWorkday(calendar, point);
  const contact = contactFor(world.snapshot, step.to);
  const zone = zoneOf(world.snapshot, contact?.zone ?? world.snapshot.client.zone);
  const startsAt = localToInstant(zone, date, step.time);
  const wanted = sendInstant(addDays(date, -INVITE_DAYS_BEFORE), calendar, zone, world.playbook.outreach.window, false);
  const dueAt = maxInstant(wanted, stage.begunAt);
  const meeting = { date, time: step.time, minutes: step.minutes, startsAt };
  into.push({ key, stage, step, series, occurrence: 1, contact, legal: false, dueAt, notAfter: startsAt, meeting });
}

/** Earliest instant from `from` on at which this mail may leave: inside the window, and after the quiet hours. */
export function mayLeaveAt(world: World, state: RenewalState, mail: PlannedMail, from: Instant): Instant {
  if (mail.contact === null) return from;
  const { outreach } = world.playbook;
  let at = from;
  if (!mail.legal) {
    const last = state.mailed.findLast((m) => m.contactId === mail.contact?.id);
    if (last !== undefined) at = maxInstant(at, addMs(last.at, outreach.quietHours * HOUR_MS));
  }
  return windowAt(world.snapshot.clientCalendar, zoneOf(world.snapshot, mail.contact.zone), at, outreach.window);
}

/** Why a due mail is not sent at all, or null. Legal notices are only stopped by having nobody to go to or no effect any more. */
export function whyNotSent(world: World, state: RenewalState, mail: PlannedMail, now: Instant): SupersedeReason | null {
  const { step, legal, contact } = mail;
  if (step.when !== undefined && !holds(step.when, 'risk', ruleValues(world, state, now))) return 'not applicable';
  if (contact === null) return 'no contact';
  if (contact.suppressed !== undefined) return 'suppressed';
  const { knownSince } = world.snapshot.contract;
  if (legal) {
    // A notice after its deadline has no effect; whether anything can still be done is for a person to see.
    if (mail.notAfter <= knownSince) return 'before import';
    return now > mail.notAfter ? 'too late' : null;
  }
  // A term that had ended before we knew of it gets no mail about its end.
  if (mail.dueAt < knownSince && termPlan(world).endsAt <= knownSince) return 'before import';
  if (now > mail.notAfter) return mail.dueAt < knownSince ? 'before import' : 'too late';
  if (step.kind === 'outreach' && step.stopOn.some((event) => stopped(world, state, contact, event))) return 'stopped';
  return null;
}

function stopped(world: World, state: RenewalState, contact: Contact, event: StopEvent): boolean {
  switch (event) {
    case 'reply':
    case 'meeting booked':
      return state.stops[event] !== undefined;
    case 'opted out':
    case 'bounce':
      return state.silenced[`${contact.id}/${event}`] !== undefined;
    case 'client contacted':
      return state.contacted !== null;
    case 'client accepted':
      return state.accepted !== null;
    case 'payment received':
      return paidAt(state, world.snapshot.contract) !== null;
    default: {
      const never: never = event;
      throw new Error(`unknown stop event ${String(never)}`);
    }
  }
}

/** Whether the series or all series together have used up their mails to this contact. */
export function capReached(world: World, state: RenewalState, mail: PlannedMail, now: Instant): boolean {
  if (mail.legal || mail.step.kind !== 'outreach') return false;
  const sentSince = (days: number, own: boolean) =>
    state.mailed.filter(
      (m) =>
        m.contactId === mail.contact?.id && (!own || m.series === mail.series) && m.at > addMs(now, -days * DAY_MS),
    ).length;
  const { atMost } = mail.step;
  const all = world.playbook.outreach.atMost;
  return sentSince(atMost.days, true) >= atMost.count || sentSince(all.days, false) >= all.count;
}
