import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import type { LocalText } from '../../domain/text.ts';
import { parseCivilDate } from '../../domain/time/civil.ts';
import type { CivilDate } from '../../domain/time/types.ts';
import type { CalendarDoc } from '../../schemas/calendar.ts';
import type { Database } from '../../schemas/connection.ts';
import type { SettingDoc } from '../../schemas/setting.ts';

/** A day that is not what its weekday would say. */
export interface SpecialDay {
  readonly date: CivilDate;
  /** Off, or worked instead of one that is (调休). */
  readonly kind: 'off' | 'work';
  readonly name: LocalText;
}

/** Days off and make-up days of a calendar, in order. */
export function specialDays(calendar: Pick<BusinessCalendar, 'daysOff' | 'extraWorkDays'>): readonly SpecialDay[] {
  const rows = (days: BusinessCalendar['daysOff'], kind: SpecialDay['kind']) =>
    Object.entries(days).flatMap(([text, name]): SpecialDay[] => {
      const date = parseCivilDate(text);
      return date === undefined ? [] : [{ date, kind, name }];
    });
  return [...rows(calendar.daysOff, 'off'), ...rows(calendar.extraWorkDays, 'work')].sort((a, b) =>
    a.date < b.date ? -1 : 1,
  );
}

/** What a new version of a calendar says otherwise than the one before. */
export interface CalendarChange {
  readonly date: CivilDate;
  readonly before: SpecialDay | null;
  readonly after: SpecialDay | null;
}

export function compareDays(before: BusinessCalendar, after: BusinessCalendar): readonly CalendarChange[] {
  const [old, now] = [before, after].map((one) => new Map(specialDays(one).map((day) => [day.date, day])));
  const dates = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
  return dates.flatMap((date): CalendarChange[] => {
    const change = { date, before: old?.get(date) ?? null, after: now?.get(date) ?? null };
    return JSON.stringify(change.before) === JSON.stringify(change.after) ? [] : [change];
  });
}

/** The newest version of each calendar, by id. */
export async function newestCalendars(db: Pick<Database, 'calendars'>): Promise<readonly CalendarDoc[]> {
  const rows = await db.calendars.aggregate<{ readonly key: string }>([
    { $sort: { version: 1 } },
    { $group: { _id: '$id', key: { $last: '$_id' } } },
    { $sort: { _id: 1 } },
  ]);
  const docs = await Promise.all(rows.map(({ key }) => db.calendars.findOne({ _id: key }).lean<CalendarDoc>()));
  return docs.filter((doc) => doc !== null);
}

/** One version of a calendar, the newest where none is named. Throws `resource.not_found`. */
export async function readCalendar(
  db: Pick<Database, 'calendars'>,
  id: string,
  version?: number,
): Promise<CalendarDoc> {
  const which = version === undefined ? { id } : { id, version };
  const doc = await db.calendars.findOne(which).sort({ version: -1 }).lean<CalendarDoc>();
  if (doc !== null) return doc;
  const named = version === undefined ? id : `${id}@${version}`;
  throw PerennialError.of('resource.not_found', { kind: '@kind.calendar', id: excerpt(named) });
}

export type CalendarVersionLine = Pick<CalendarDoc, 'version' | 'digest' | 'publishedAt'> & {
  readonly source: string;
  readonly coveredYears: readonly number[];
};

/** All versions of a calendar, the newest first. Throws `resource.not_found`. */
export async function calendarVersions(
  db: Pick<Database, 'calendars'>,
  id: string,
): Promise<readonly CalendarVersionLine[]> {
  const docs = await db.calendars
    .find({ id }, { version: 1, digest: 1, publishedAt: 1, 'calendar.source': 1, 'calendar.coveredYears': 1 })
    .sort({ version: -1 })
    .lean<CalendarDoc[]>();
  if (docs.length === 0) {
    throw PerennialError.of('resource.not_found', { kind: '@kind.calendar', id: excerpt(id) });
  }
  return docs.map(({ version, digest, publishedAt, calendar: { source, coveredYears } }) => {
    return { version, digest, publishedAt, source, coveredYears };
  });
}

/** Id of the calendar that the team works by. */
export async function teamCalendarId(db: Pick<Database, 'settings'>): Promise<string> {
  const setting = await db.settings.findOne({ _id: 'team calendar' }).lean<SettingDoc>();
  return typeof setting?.value === 'string' ? setting.value : 'cn';
}
