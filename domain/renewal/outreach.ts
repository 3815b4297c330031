import { windowAt } from '../calendar/index.ts';
import { holds } from '../expressions/index.ts';
import type { Contact, ContactRole } from '../people/contract.ts';
import type { DatePoint, MeetingStep, OutreachStep, StopEvent } from '../playbook/types.ts';
import { addMs, fromMs, maxInstant, toMs } from '../time/instant.ts';
import type { CivilDate, Instant, ZoneOffsets } from '../time/types.ts';
import { localDate } from '../time/zone.ts';
import type { PlannedMeeting, SupersedeReason } from './effects.ts';
import { paidAt } from './payment.ts';
import { invitationDates, pointOpens } from './mail-dates.ts';
import type { StageProgress } from './progress.ts';
import { ruleValues } from './rule-values.ts';
import type { Snapshot } from './snapshot.ts';
import { keysOfReminder } from './stage-keys.ts';
import type { StepKeys } from './stage-keys.ts';
import type { RenewalState } from './state.ts';
import { mailsOfTerm, termPlan } from './term-plan.ts';
import { clientZone, zoneOf } from './world.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

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
  readonly meeting: PlannedMeeting | null;
}

/** A mail whose time has come. */
export interface DueMail extends PlannedMail {
  readonly notAfter: Instant;
}

/**
 * The contact with the role, else the decision-maker, else the first; null where the client has none. One whom mail
 * reaches goes before one with the right role whom it does not.
 */
export function contactFor(snapshot: Snapshot, role: ContactRole): Contact | null {
  let best: Contact | null = null;
  let lowest = Infinity;
  for (const contact of snapshot.client.contacts) {
    const { roles } = contact;
    const fit = roles.includes(role) ? 0 : roles.includes('decision-maker') ? 1 : 2;
    const rank = contact.suppressed === undefined ? fit : fit + 3;
    if (rank >= lowest) continue;
    best = contact;
    lowest = rank;
  }
  return best;
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
    for (const keys of s.keys.steps) {
      const { step } = keys;
      if (step.kind === 'outreach' && (s === inWork || step.legal)) addSeries(result, world, state, s, step, keys);
      else if (step.kind === 'meeting' && s === inWork) addInvitation(result, world, state, s, step, keys);
    }
  }
  for (const step of world.playbook.reminders) addSeries(result, world, state, null, step, keysOfReminder(step));
  return result;
}

function addSeries(
  into: PlannedMail[],
  world: World,
  state: RenewalState,
  stage: StageProgress | null,
  step: OutreachStep,
  { key: series, mails }: StepKeys,
): void {
  const { legal } = step;
  let contact: Contact | null = null;
  let ofTerm: readonly (Instant | null)[] | null = null;
  let zone = clientZone(world.snapshot);
  for (let i = 0; i < mails.length; i += 1) {
    const key = mails[i];
    const point = step.at[i];
    if (key === undefined || point === undefined || state.handled[key] !== undefined) continue;
    if (ofTerm === null) {
      contact = contactFor(world.snapshot, step.to);
      if (contact !== null) zone = zoneOf(world.snapshot, contact.zone);
      ofTerm = mailsOfTerm(world, step, zone);
    }
    const dueAt = ofTerm[i] ?? dueByFacts(world, state, stage, step, point, zone);
    if (dueAt === null) continue;
    into.push({ key, stage, step, series, occurrence: i + 1, contact, legal, dueAt, meeting: null });
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
  const anchor = anchorDate(world, state, stage, point);
  if (anchor === null) return null;
  const opens = pointOpens(world, step, point, anchor, zone);
  if (point.anchor === 'stage') return maxInstant(opens, stage?.begunAt ?? opens);
  // What hangs on the invoice is not late before there was one.
  return point.anchor === 'invoice' && state.invoice !== null ? maxInstant(opens, state.invoice.at) : opens;
}

function anchorDate(
  world: World,
  state: RenewalState,
  stage: StageProgress | null,
  { anchor }: DatePoint,
): CivilDate | null {
  switch (anchor) {
    case 'end':
    case 'notice':
      return world.dates[anchor];
    case 'invoice':
      return state.invoice?.dueDate ?? null;
    case 'stage': {
      const begunAt = stage?.begunAt ?? null;
      return begunAt === null ? null : localDate(clientZone(world.snapshot), begunAt);
    }
    default:
      return anchor satisfies never;
  }
}

/** The invitation goes out a week before the meeting, or at once when the stage begins later than that. */
function addInvitation(
  into: PlannedMail[],
  world: World,
  state: RenewalState,
  stage: StageProgress,
  step: MeetingStep,
  { key: series, mails: [key = ''] }: StepKeys,
): void {
  if (state.handled[key] !== undefined || stage.begunAt === null || state.tasks[series] !== undefined) return;
  const anchor = anchorDate(world, state, stage, step.at);
  if (anchor === null) return;
  const contact = contactFor(world.snapshot, step.to);
  const zone = zoneOf(world.snapshot, contact?.zone ?? world.snapshot.client.zone);
  const { meeting, wanted } = invitationDates(world, step, anchor, zone);
  const dueAt = maxInstant(wanted, stage.begunAt);
  into.push({ key, stage, step, series, occurrence: 1, contact, legal: false, dueAt, meeting });
}

/** A mail whose time has come, with the last instant at which it still has a purpose. */
export function dueMail(world: World, mail: PlannedMail): DueMail {
  const { key, stage, step, series, occurrence, contact, legal, dueAt, meeting } = mail;
  const notAfter = notAfterOf(world, mail);
  return { key, stage, step, series, occurrence, contact, legal, dueAt, meeting, notAfter };
}

function notAfterOf(world: World, { meeting, legal, dueAt }: PlannedMail): Instant {
  if (meeting !== null) return meeting.startsAt;
  if (legal) return maxInstant(termPlan(world).noticePassesAt, dueAt);
  return addMs(dueAt, world.playbook.outreach.catchUpDays * DAY_MS);
}

/** Earliest instant from `from` on at which this mail may leave: inside the window, and after the quiet hours. */
export function mayLeaveAt(world: World, state: RenewalState, mail: PlannedMail, from: Instant): Instant {
  if (mail.contact === null) return from;
  const { outreach } = world.playbook;
  let at = from;
  if (!mail.legal) {
    const last = state.mailed.findLast((m) => m.contactId === mail.contact?.id);
    if (last !== undefined) {
      const quietUntil = toMs(last.at) + outreach.quietHours * HOUR_MS;
      if (quietUntil > toMs(at)) at = fromMs(quietUntil);
    }
  }
  return windowAt(world.snapshot.clientCalendar, zoneOf(world.snapshot, mail.contact.zone), at, outreach.window);
}

/** Why a due mail is not sent at all, or null. Legal notices are only stopped by having nobody to go to or no effect any more. */
export function whyNotSent(world: World, state: RenewalState, mail: DueMail, now: Instant): SupersedeReason | null {
  const { step, legal, contact } = mail;
  if (step.when !== undefined && !holds(step.when, 'risk', ruleValues(world, state, now))) return 'not applicable';
  if (contact === null) return 'no contact';
  if (contact.suppressed !== undefined) return 'suppressed';
  const { knownSince } = world.snapshot.contract;
  const unknown = beforeImport(world, state, mail);
  if (legal) {
    // A notice after its deadline has no effect; whether anything can still be done is for a person to see.
    if (unknown && mail.notAfter <= knownSince) return 'before import';
    return now > mail.notAfter ? 'too late' : null;
  }
  // A term that had ended before we knew of it gets no mail about its end.
  const ended = mail.dueAt < knownSince && termPlan(world).endsAt <= knownSince;
  if (ended || now > mail.notAfter) return unknown ? 'before import' : 'too late';
  if (step.kind === 'outreach' && step.stopOn.some((event) => stopped(world, state, contact, event))) return 'stopped';
  return null;
}

/** Whether a mail was due before we knew of the contract. Where its date was moved there since, it was not. */
export function beforeImport(world: World, state: RenewalState, mail: Pick<PlannedMail, 'dueAt'>): boolean {
  const { knownSince } = world.snapshot.contract;
  return mail.dueAt < knownSince && (state.dates?.since ?? knownSince) <= knownSince;
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
  const { atMost } = mail.step;
  const all = world.playbook.outreach.atMost;
  if (state.mailed.length < atMost.count && state.mailed.length < all.count) return false;
  const ms = toMs(now);
  let ownSent = 0;
  let allSent = 0;
  for (const { contactId, series, at } of state.mailed) {
    if (contactId !== mail.contact?.id) continue;
    const ago = ms - toMs(at);
    if (ago < all.days * DAY_MS) allSent += 1;
    if (ago < atMost.days * DAY_MS && series === mail.series) ownSent += 1;
  }
  return ownSent >= atMost.count || allSent >= all.count;
}
