import { PerennialError } from '../../domain/errors/index.ts';
import { yearOf } from '../../domain/time/civil.ts';
import {
  calendarVersions,
  compareDays,
  newestCalendars,
  readCalendar,
  specialDays,
  teamCalendarId,
} from '../../operations/calendars/read.ts';
import { publishNoted } from '../../operations/publish-noted.ts';
import { calendarOf, readCalendarFile } from '../../operations/publish.ts';
import type { CalendarDoc } from '../../schemas/calendar.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/calendars.ts';
import { findingOf } from '../problem.ts';
import { changeStamp } from './visible-records.ts';

export const calendarRoutes: readonly BoundRoute[] = [
  bind(contracts.listCalendars, async ({ deps }) => {
    const { db } = deps.context;
    const [team, calendars] = await Promise.all([teamCalendarId(db), newestCalendars(db)]);
    const items = calendars.map((doc) => {
      const days = specialDays(doc.calendar);
      const daysOff = days.filter(({ kind }) => kind === 'off').length;
      return { ...headOf(doc), daysOff, makeUpDays: days.length - daysOff };
    });
    return { team, items };
  }),

  bind(contracts.getCalendar, async ({ deps, params, query }) => {
    const doc = await readCalendar(deps.context.db, params.calendarId, query.version);
    const { year } = query;
    const days = specialDays(doc.calendar).filter(({ date }) => year === undefined || yearOf(date) === year);
    return { ...headOf(doc), days: [...days] };
  }),

  bind(contracts.calendarVersions, async ({ deps, params }) => {
    const versions = await calendarVersions(deps.context.db, params.calendarId);
    return { items: versions.map((one) => ({ ...one, coveredYears: [...one.coveredYears] })) };
  }),

  bind(contracts.checkCalendar, async ({ deps, params, body, locale }) => {
    const { db } = deps.context;
    const base = calendarOf(await readCalendar(db, params.calendarId));
    const { file, text, covers } = body;
    try {
      const { calendar, warnings } = await readCalendarFile(db, base.id, { name: file, text, covers });
      const problems = warnings.map((one) => findingOf(one, locale));
      return {
        ok: true,
        problems,
        coveredYears: [...calendar.coveredYears],
        changes: [...compareDays(base, calendar)],
      };
    } catch (error) {
      if (!(error instanceof PerennialError)) throw error;
      const problems = error.problems.map((one) => findingOf(one, locale));
      return { ok: false, problems, coveredYears: [...base.coveredYears], changes: [] };
    }
  }),

  bind(contracts.importCalendar, async (call) => {
    const { deps, params, body, address, locale } = call;
    const { db } = deps.context;
    await readCalendar(db, params.calendarId);
    const { file, text, covers } = body;
    const {
      calendar,
      base,
      warnings: found,
    } = await readCalendarFile(db, params.calendarId, {
      name: file,
      text,
      covers,
    });
    const stamp = { ...changeStamp(call), address };
    const wish = { seed: { calendars: [calendar] }, warnings: found, basedOn: base.version };
    const { id, version, changed, woken, warnings } = await publishNoted(db, wish, 'calendar', stamp);
    return { id, version, changed, woken, warnings: warnings.map((one) => findingOf(one, locale)) };
  }),
];

function headOf({ id, version, calendar, publishedAt }: CalendarDoc) {
  const { name, zone, workWeek, hours, coveredYears, source } = calendar;
  const { open, close } = hours;
  return {
    id,
    version,
    name,
    zone: zone.zone,
    workWeek: [...workWeek],
    hours: { open, close },
    coveredYears: [...coveredYears],
    source,
    publishedAt,
  };
}
