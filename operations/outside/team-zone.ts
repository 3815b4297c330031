import type { CalendarDoc } from '../../schemas/calendar.ts';
import type { Database } from '../../schemas/connection.ts';
import type { SettingDoc } from '../../schemas/setting.ts';

/** The zone in which the team works: what is told to a group shows times in it. */
export async function teamZone(db: Pick<Database, 'settings' | 'calendars'>): Promise<string> {
  const setting = await db.settings.findOne({ _id: 'team calendar' }).lean<SettingDoc>();
  const id = typeof setting?.value === 'string' ? setting.value : '';
  const calendar = await db.calendars
    .findOne({ id }, { 'calendar.zone': 1 })
    .sort({ version: -1 })
    .lean<Pick<CalendarDoc, 'calendar'>>();
  return calendar?.calendar.zone.zone ?? 'UTC';
}
