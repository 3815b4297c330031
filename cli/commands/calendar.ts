import { basename } from 'node:path';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import { yearOf } from '../../domain/time/civil.ts';
import type { Told } from '../../api/client/caller.ts';
import type { getCalendar } from '../../api/contracts/calendars.ts';
import type { CommandSpec } from '../command-spec.ts';
import { fileName, readText } from '../files.ts';
import { published } from '../reach/published.ts';
import { wakeAll } from '../wake.ts';
import type { Run } from '../run.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  { path: 'calendar' },
  {
    path: 'calendar show',
    where: 'both',
    args: [{ name: 'calendar' }],
    options: [{ flags: '--year <year>' }],
    async run(run, input) {
      const given = input.text('year');
      const year = given === undefined ? undefined : numberValue(given, '--year', 2000, 2100);
      const calendarId = input.arg(0);
      const contracts = await import('../../api/contracts/calendars.ts');
      const asked = { params: { calendarId }, query: { year } };
      const calendar =
        (await published(run, (reach) => reach.call(contracts.getCalendar, asked))) ??
        (await shownShipped(run, calendarId, year));
      run.print(calendar, () => render(run, calendar));
    },
  },
  {
    path: 'calendar import',
    where: 'both',
    args: [{ name: 'file' }],
    options: [{ flags: '--calendar <id>', text: 'calendar-id', fallback: 'cn' }, { flags: '--covers <years>' }],
    async run(run, input) {
      const wish: Wish = {
        calendarId: input.text('calendar') ?? 'cn',
        file: input.arg(0),
        text: await readText(input.arg(0)),
        covers: (input.text('covers') ?? '')
          .split(',')
          .filter((part) => part.trim() !== '')
          .map((part) => numberValue(part.trim(), '--covers', 2000, 2100)),
      };
      const { id, version, changed, woken, warnings } = await (run.options.server === undefined
        ? importHere(run, wish)
        : importThere(run, wish));
      run.tell(warnings);
      run.print({ id, version, changed, woken, warnings }, () =>
        changed
          ? `${run.style.good('✓')} ${run.t('cli:calendar.imported', { id, version, count: woken })}`
          : run.t('cli:calendar.same', { id, version }),
      );
    },
  },
];

interface Wish {
  readonly calendarId: string;
  readonly file: string;
  readonly text: string;
  readonly covers: readonly number[];
}

async function importHere(run: Run, { calendarId, file, text, covers }: Wish) {
  return run.withContext(async (context) => {
    const { publishCalendar } = await import('../../operations/publish.ts');
    const given = { name: file, text, ...(covers.length > 0 ? { covers } : {}) };
    const result = await publishCalendar(context.db, calendarId, given, run.io.now());
    const woken = result.changed ? await wakeAll(run, context, 'calendar') : 0;
    return { ...result, woken, warnings: run.problems(result.warnings) };
  });
}

async function importThere(run: Run, { calendarId, file, text, covers }: Wish) {
  const { importCalendar } = await import('../../api/contracts/calendars.ts');
  const body = { file: fileName(basename(file)), text, ...(covers.length > 0 ? { covers: [...covers] } : {}) };
  return run.reachActing((reach) => reach.call(importCalendar, { params: { calendarId }, body }));
}

type Shown = Omit<Told<typeof getCalendar>, 'publishedAt'> & { readonly publishedAt: string | null };

function render(run: Run, calendar: Shown): string {
  const { t, style, formats } = run;
  const week = calendar.workWeek.map((day) => t.code('words', `weekday.${day}`)).join(t('cli:list.comma'));
  const head = [
    `${style.bold(t.local(calendar.name))}  ${style.dim(`${calendar.id} v${calendar.version} · ${calendar.zone}`)}`,
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
    calendar.days.map((day) => [
      day.date,
      formats.weekday(day.date),
      day.kind === 'off' ? t('cli:calendar.off') : { text: t('cli:calendar.work'), paint: style.warn },
      t.local(day.name),
    ]),
  );
  return `${head.join('\n')}\n\n${table}`;
}

async function shownShipped(run: Run, wanted: string, year: number | undefined): Promise<Shown> {
  const calendar = await shippedCalendar(run, wanted);
  const { specialDays } = await import('../../operations/calendars/read.ts');
  const { id, version, name, zone, workWeek, hours, coveredYears, source } = calendar;
  const days = specialDays(calendar).filter((day) => year === undefined || yearOf(day.date) === year);
  return {
    id,
    version,
    name,
    zone: zone.zone,
    source,
    publishedAt: null,
    workWeek: [...workWeek],
    hours: { open: hours.open, close: hours.close },
    coveredYears: [...coveredYears],
    days: [...days],
  };
}

/** One that comes with the product. Throws `cli.unknown_id`. */
export async function shippedCalendar(run: Run, id: string): Promise<BusinessCalendar> {
  const { SHIPPED_CALENDAR_IDS, shippedCalendars } = await import('../../playbooks/calendars/shipped.ts');
  const found = shippedCalendars(run.io.now()).find((calendar) => calendar.id === id);
  if (found !== undefined) return found;
  throw PerennialError.of('cli.unknown_id', { value: excerpt(id), known: SHIPPED_CALENDAR_IDS.join(', ') });
}
