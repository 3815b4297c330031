import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import { yearOf } from '../../domain/time/civil.ts';
import type { SpecialDay } from '../../operations/calendars/read.ts';
import type { CommandSpec } from '../command-spec.ts';
import { readText } from '../files.ts';
import { wakeAll } from '../wake.ts';
import type { Run } from '../run.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  { path: 'calendar' },
  {
    path: 'calendar show',
    args: [{ name: 'calendar' }],
    options: [{ flags: '--year <year>' }],
    async run(run, input) {
      const year = input.text('year');
      const only = year === undefined ? undefined : numberValue(year, '--year', 2000, 2100);
      const calendar = await calendarById(run, input.arg(0));
      const { specialDays } = await import('../../operations/calendars/read.ts');
      const days = specialDays(calendar).filter((day) => only === undefined || yearOf(day.date) === only);
      const data = {
        id: calendar.id,
        version: calendar.version,
        name: calendar.name,
        zone: calendar.zone.zone,
        workWeek: calendar.workWeek,
        hours: calendar.hours,
        coveredYears: calendar.coveredYears,
        source: calendar.source,
        days,
      };
      run.print(data, () => render(run, calendar, days));
    },
  },
  {
    path: 'calendar import',
    args: [{ name: 'file' }],
    options: [{ flags: '--calendar <id>', text: 'calendar-id', fallback: 'cn' }, { flags: '--covers <years>' }],
    async run(run, input) {
      const text = await readText(input.arg(0));
      const covers = (input.text('covers') ?? '')
        .split(',')
        .filter((part) => part.trim() !== '')
        .map((part) => numberValue(part.trim(), '--covers', 2000, 2100));
      await run.withContext(async (context) => {
        const { publishCalendar } = await import('../../operations/publish.ts');
        const file = { name: input.arg(0), text, ...(covers.length > 0 ? { covers } : {}) };
        const result = await publishCalendar(context.db, input.text('calendar') ?? 'cn', file, run.io.now());
        const { id, version, changed } = result;
        const woken = changed ? await wakeAll(run, context, 'calendar') : 0;
        run.warn(result.warnings);
        run.print({ id, version, changed, woken, warnings: run.problems(result.warnings) }, () =>
          changed
            ? `${run.style.good('✓')} ${run.t('cli:calendar.imported', { id, version, count: woken })}`
            : run.t('cli:calendar.same', { id, version }),
        );
      });
    },
  },
];

function render(run: Run, calendar: BusinessCalendar, days: readonly SpecialDay[]): string {
  const { t, style, formats } = run;
  const week = calendar.workWeek.map((day) => t.code('words', `weekday.${day}`)).join(t('cli:list.comma'));
  const head = [
    `${style.bold(t.local(calendar.name))}  ${style.dim(`${calendar.id} v${calendar.version} · ${calendar.zone.zone}`)}`,
    t('cli:calendar.week', { week, open: calendar.hours.open, close: calendar.hours.close }),
    t('cli:calendar.covered', { years: calendar.coveredYears.join(t('cli:list.comma')), source: calendar.source }),
  ];
  const table = run.table(
    [
      { title: t('cli:col.date') },
      { title: '' },
      { title: t('cli:col.kind') },
      { title: t('cli:col.name'), flexible: true },
    ],
    days.map((day) => [
      day.date,
      formats.weekday(day.date),
      day.kind === 'off' ? t('cli:calendar.off') : { text: t('cli:calendar.work'), paint: style.warn },
      t.local(day.name),
    ]),
  );
  return `${head.join('\n')}\n\n${table}`;
}

/** The published version where Perennial runs, else the one that comes with the product. */
export async function calendarById(run: Run, id: string): Promise<BusinessCalendar> {
  const published = await publishedCalendar(run, id);
  if (published) return published;
  const { SHIPPED_CALENDAR_IDS, shippedCalendars } = await import('../../playbooks/calendars/shipped.ts');
  const shipped = shippedCalendars(run.io.now()).find((calendar) => calendar.id === id);
  if (shipped) return shipped;
  throw PerennialError.of('cli.unknown_id', { value: excerpt(id), known: SHIPPED_CALENDAR_IDS.join(', ') });
}

async function publishedCalendar(run: Run, id: string): Promise<BusinessCalendar | undefined> {
  if (!(await runs(run))) return undefined;
  return run.withContext(async ({ db }) => {
    const { newestCalendar } = await import('../../operations/publish.ts');
    return newestCalendar(db, id);
  });
}

/** Whether a database is named at all: without one, what comes with the product is shown. */
export async function runs(run: Run): Promise<boolean> {
  const { readServices } = await import('../../embedded/services-file.ts');
  const { MONGODB_URI } = run.io.env;
  return (MONGODB_URI !== undefined && MONGODB_URI !== '') || readServices(run.options.dataDir) !== undefined;
}
