import type { Person } from '../domain/people/types.ts';
import type { Locale } from '../domain/text.ts';
import type { Instant, ZoneId } from '../domain/time/types.ts';
import type { CalendarDoc } from '../schemas/calendar.ts';
import type { SettingDoc } from '../schemas/setting.ts';
import type { OperationsContext } from './context.ts';
import { importFile } from './import/import-file.ts';
import type { ImportOptions, ImportReport } from './import/import-file.ts';
import type { ImportInput } from './import/read/source.ts';
import type { ImportSettings } from './import/settings.ts';
import { pokeRenewals, startRenewals } from './start-renewals.ts';
import { importStore } from './store/contract-store.ts';
import type { StoredTerm } from './store/contract-store.ts';
import { listPeople, personByEmail } from './store/queries.ts';
import { teamStore } from './store/team-store.ts';

export interface TakeOverOptions extends Pick<ImportOptions, 'dryRun' | 'mode' | 'mapping' | 'open' | 'onProgress'> {
  readonly now: Instant;
  readonly locale: Locale;
  /** Told as renewals start: how many have been asked to so far. */
  readonly onStarting?: (done: number) => void;
}

export interface TakenOver extends ImportReport {
  /** Renewals that began with this import, and those that were told of a change. */
  readonly started: number;
  readonly changed: number;
}

/**
 * Imports a contract or team table and lets the renewals of new contracts run; those of changed ones look at
 * the world again. Nothing is stored before it is sure that renewals can be started.
 */
export async function takeOver(
  context: OperationsContext,
  input: ImportInput,
  options: TakeOverOptions,
): Promise<TakenOver> {
  const { db } = context;
  const people = await listPeople(db);
  if (options.dryRun !== true) await context.temporal();
  const counts = { started: 0, changed: 0 };
  const onStored = async (stored: readonly StoredTerm[]): Promise<void> => {
    const items = (action: StoredTerm['action']) =>
      stored.filter((term) => term.action === action).map(({ contractId, term }) => ({ contractId, term }));
    const fresh = items('new');
    const changed = items('changed');
    if (fresh.length > 0) {
      const before = counts.started;
      counts.started += (await startRenewals(context, fresh, (done) => options.onStarting?.(before + done))).started;
    }
    if (changed.length > 0) await pokeRenewals(context, changed, 'contract', options.now);
    counts.changed += changed.length;
  };
  const report = await importFile(input, {
    store: importStore(db, { now: options.now, onStored }),
    teamStore: teamStore(db),
    people,
    settings: await importSettings(context),
    now: options.now,
    locale: options.locale,
    ...(options.dryRun === undefined ? {} : { dryRun: options.dryRun }),
    ...(options.mode === undefined ? {} : { mode: options.mode }),
    ...(options.mapping === undefined ? {} : { mapping: options.mapping }),
    ...(options.open === undefined ? {} : { open: options.open }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  return { ...report, ...counts };
}

/** What rows take where the file says nothing: the team's calendar and zone, and whoever imports as the owner. */
async function importSettings({ db, as }: OperationsContext): Promise<ImportSettings> {
  const setting = await db.settings.findOne({ _id: 'team calendar' }).lean<SettingDoc>();
  const calendarId = typeof setting?.value === 'string' ? setting.value : 'cn';
  const calendar = await db.calendars.findOne({ id: calendarId }).sort({ version: -1 }).lean<CalendarDoc>();
  const calendars = await db.calendars.distinct('id');
  const owner: Person | undefined = as === undefined ? undefined : await personByEmail(db, as);
  return {
    zone: calendar?.calendar.zone.zone ?? ('Asia/Shanghai' as ZoneId),
    calendarId,
    calendars,
    ...(calendarId === 'cn' ? { currency: 'CNY' } : {}),
    ...(owner === undefined ? {} : { ownerId: owner.id }),
  };
}
