import { nextWorkday } from '../calendar/index.ts';
import type { BusinessCalendar } from '../calendar/types.ts';
import { resolveDatePoint, sendInstant } from '../playbook/dates.ts';
import type { Anchor, DatePoint, MeetingStep, OutreachStep } from '../playbook/types.ts';
import { addDays } from '../time/civil.ts';
import type { CivilDate, Instant, WallTime, ZoneOffsets } from '../time/types.ts';
import { localToInstant } from '../time/zone.ts';
import type { PlannedMeeting } from './effects.ts';
import type { World } from './world.ts';

/** What the dates of a mail hang on. */
interface Setting {
  /** The date that the point counts from. */
  readonly anchor: CivilDate;
  readonly calendar: BusinessCalendar;
  /** Of the recipient. */
  readonly zone: ZoneOffsets;
  /** Begin of the send window. */
  readonly opens: WallTime;
}

interface Invitation {
  readonly meeting: PlannedMeeting;
  readonly wanted: Instant;
}

/**
 * The answers given last, by definition: until a mail is handled every look asks for its date again, and that moves
 * only with the date it counts from.
 */
const points = new WeakMap<DatePoint, Setting & { readonly legal: boolean; readonly at: Instant }>();
const invitations = new WeakMap<MeetingStep, Setting & Invitation>();

/** When a mail may go out whose point counts from `anchor`: at the begin of the send window. */
export function pointOpens(
  world: World,
  { legal }: OutreachStep,
  point: DatePoint,
  anchor: CivilDate,
  zone: ZoneOffsets,
): Instant {
  const { calendar, window } = settingOf(world);
  const known = points.get(point);
  if (known !== undefined && known.legal === legal && fits(known, anchor, calendar, zone, window.from)) return known.at;
  const date = resolveDatePoint(point, anchored(point.anchor, anchor), calendar) ?? anchor;
  const at = sendInstant(date, calendar, zone, window, legal);
  points.set(point, { anchor, calendar, zone, opens: window.from, legal, at });
  return at;
}

const INVITE_DAYS_BEFORE = 7;

/** When a meeting is, on a working day, and when its invitation is wanted: a week before. */
export function invitationDates(world: World, step: MeetingStep, anchor: CivilDate, zone: ZoneOffsets): Invitation {
  const { calendar, window } = settingOf(world);
  const known = invitations.get(step);
  if (known !== undefined && fits(known, anchor, calendar, zone, window.from)) return known;
  const point = resolveDatePoint(step.at, anchored(step.at.anchor, anchor), calendar) ?? anchor;
  const date = nextWorkday(calendar, point);
  const made = {
    anchor,
    calendar,
    zone,
    opens: window.from,
    meeting: { date, time: step.time, minutes: step.minutes, startsAt: localToInstant(zone, date, step.time) },
    wanted: sendInstant(addDays(date, -INVITE_DAYS_BEFORE), calendar, zone, window, false),
  };
  invitations.set(step, made);
  return made;
}

function settingOf({ snapshot, playbook }: World) {
  return { calendar: snapshot.clientCalendar, window: playbook.outreach.window };
}

function fits(
  known: Setting,
  anchor: CivilDate,
  calendar: BusinessCalendar,
  zone: ZoneOffsets,
  opens: WallTime,
): boolean {
  return known.anchor === anchor && known.calendar === calendar && known.zone === zone && known.opens === opens;
}

function anchored(anchor: Anchor, date: CivilDate): Readonly<Record<Anchor, CivilDate | null>> {
  return { end: null, notice: null, stage: null, invoice: null, [anchor]: date };
}
