import { addBusinessDays, nextWorkday, openingOf } from '../calendar/index.ts';
import type { BusinessCalendar } from '../calendar/types.ts';
import type { DatePoint, Playbook } from '../playbook/types.ts';
import { resolveDatePoint } from '../playbook/dates.ts';
import type { Anchors } from '../playbook/dates.ts';
import { addDays, civilDate } from '../time/civil.ts';
import type { CivilDate, Instant, ZoneOffsets } from '../time/types.ts';
import { localDate, localToInstant, wallTime } from '../time/zone.ts';
import type { Snapshot } from './snapshot.ts';
import type { RenewalState } from './state.ts';

/** The dates of the term that a decision works with; an amendment judged in the same breath already counts. */
export interface TermDates {
  readonly end: CivilDate;
  readonly notice: CivilDate | null;
}

/** A snapshot whose dates and playbook are known, with what every rule needs from it. */
export interface World {
  readonly snapshot: Snapshot;
  readonly playbook: Playbook;
  readonly dates: TermDates;
}

const MIDNIGHT = wallTime('00:00');

/** Dates outside are slips of the keyboard; inside, no wait reaches past the calendars' range (2000 to 2100). */
export const FIRST_PLANNABLE = civilDate('2005-01-01');
export const LAST_PLANNABLE = civilDate('2085-12-31');

export function isPlannable(date: CivilDate): boolean {
  return date >= FIRST_PLANNABLE && date <= LAST_PLANNABLE;
}

export function clientZone(snapshot: Snapshot): ZoneOffsets {
  return zoneOf(snapshot, snapshot.client.zone);
}

/** Offsets of a zone; the team's own where `judge` had none for it, which it makes sure of for every contact. */
export function zoneOf(snapshot: Snapshot, zone: string): ZoneOffsets {
  return snapshot.zones[zone] ?? snapshot.teamCalendar.zone;
}

/** The first instant after the civil date in the client's zone: a date without a time lasts until its midnight. */
export function endOfDay(snapshot: Snapshot, date: CivilDate): Instant {
  return localToInstant(clientZone(snapshot), addDays(date, 1), MIDNIGHT);
}

export function anchorsOf(world: World, state: RenewalState, stageDate: CivilDate | null): Anchors {
  return {
    end: world.dates.end,
    notice: world.dates.notice,
    stage: stageDate,
    invoice: state.invoice?.dueDate ?? null,
  };
}

/** The civil date of a point that hangs on the term alone. */
export function termDate(world: World, point: DatePoint): CivilDate | null {
  const anchors = { end: world.dates.end, notice: world.dates.notice, stage: null, invoice: null };
  return resolveDatePoint(point, anchors, world.snapshot.teamCalendar);
}

/** Opening time of the first working day of the team from `date` on. */
export function workStart(snapshot: Snapshot, date: CivilDate): Instant {
  return openingOf(snapshot.teamCalendar, nextWorkday(snapshot.teamCalendar, date));
}

/** Opening time of the team's working day `days` after the one an instant falls on. */
export function businessMorning(calendar: BusinessCalendar, at: Instant, days: number): Instant {
  return openingOf(calendar, addBusinessDays(calendar, localDate(calendar.zone, at), days));
}

export function isPaused(state: RenewalState): boolean {
  const last = state.pauses.at(-1);
  return last !== undefined && last.to === null;
}
