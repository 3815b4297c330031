import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventBusyStatus,
  ICalEventStatus,
} from 'ical-generator';
import type { Locale } from '../domain/text.ts';
import { addMs, MS_PER_MINUTE } from '../domain/time/index.ts';
import type { Instant } from '../domain/time/types.ts';
import { calendarUidFor, headerName, parseAddress } from './addresses.ts';

export interface MeetingInvitation {
  /** `CANCEL` takes the meeting out of the reader's calendar again. */
  readonly method: 'REQUEST' | 'CANCEL';
  /** The effect that planned the meeting: moves and cancellations name the same one. */
  readonly effectId: string;
  /** 0 for the first invitation, one more for every change and for the cancellation: calendars ignore a lower one. */
  readonly sequence: number;
  readonly startsAt: Instant;
  readonly minutes: number;
  /** When this invitation is written. */
  readonly now: Instant;
  readonly organizer: { readonly name: string; readonly email: string };
  readonly attendee: { readonly name: string; readonly email: string; readonly locale: Locale };
  readonly contract: { readonly number: string; readonly product: string };
  /** The sending domain, from the settings. */
  readonly domain: string;
}

export interface CalendarPart {
  readonly method: 'REQUEST' | 'CANCEL';
  readonly filename: 'invite.ics' | 'cancel.ics';
  /** A whole iCalendar object (RFC 5545), lines ending in CRLF. */
  readonly content: string;
}

/**
 * The calendar part of a meeting mail. Times are UTC instants, which every calendar shows in its own
 * zone. Throws as `parseAddress` does.
 */
export function calendarInvite(meeting: MeetingInvitation): CalendarPart {
  const cancelled = meeting.method === 'CANCEL';
  const calendar = ical({
    prodId: { company: 'Perennial', product: 'Perennial', language: meeting.attendee.locale === 'en' ? 'EN' : 'ZH' },
    method: cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST,
  });
  calendar.createEvent({
    id: calendarUidFor(meeting.effectId, meeting.domain),
    sequence: meeting.sequence,
    stamp: meeting.now,
    // Instants as text and no `timezone`: with one, the process's own clock would be printed as local time.
    start: meeting.startsAt,
    end: addMs(meeting.startsAt, meeting.minutes * MS_PER_MINUTE),
    summary: summary(meeting),
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    busystatus: cancelled ? ICalEventBusyStatus.FREE : ICalEventBusyStatus.BUSY,
    organizer: { name: parameter(meeting.organizer.name), email: parseAddress(meeting.organizer.email) },
    attendees: [
      {
        name: parameter(meeting.attendee.name),
        email: parseAddress(meeting.attendee.email),
        role: ICalAttendeeRole.REQ,
        status: ICalAttendeeStatus.NEEDSACTION,
        rsvp: !cancelled,
      },
    ],
  });
  return { method: meeting.method, filename: cancelled ? 'cancel.ics' : 'invite.ics', content: calendar.toString() };
}

function summary(meeting: MeetingInvitation): string {
  const number = headerName(meeting.contract.number);
  const product = headerName(meeting.contract.product);
  return meeting.attendee.locale === 'zh-CN'
    ? `续费沟通：${product}（合同编号：${number}）`
    : `Renewal meeting: ${product} (contract ${number})`;
}

/** A parameter value of iCalendar has no way to write a double quote. */
function parameter(name: string): string {
  return headerName(name).replaceAll('"', "'");
}
