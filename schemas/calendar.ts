import { Schema } from 'mongoose';
import type { BusinessCalendar } from '../domain/calendar/types.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, number, text } from './fields.ts';

/** One version of a business calendar; never changed once written. */
export interface CalendarDoc {
  /** `<id>@<version>` */
  readonly _id: string;
  readonly id: string;
  readonly version: number;
  /** SHA-256 over the canonical JSON of the calendar without its version. */
  readonly digest: string;
  readonly calendar: BusinessCalendar;
  readonly publishedAt: Instant;
}

export const calendarSchema = new Schema<CalendarDoc>(
  { _id: text, id: text, version: number, digest: text, calendar: json, publishedAt: text },
  inCollection('calendars'),
);

calendarSchema.index({ id: 1, version: -1 }, { unique: true, name: 'one_calendar_version' });

export function calendarToDomain(doc: CalendarDoc): BusinessCalendar {
  return { ...doc.calendar, version: doc.version };
}
