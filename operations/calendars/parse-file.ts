import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import type { Problem } from '../../domain/errors/index.ts';
import { excerpt, PerennialError, problem, warning } from '../../domain/errors/index.ts';
import type { LocalText } from '../../domain/text.ts';
import { yearOf } from '../../domain/time/civil.ts';
import type { CivilDate } from '../../domain/time/types.ts';
import { readCsv } from './csv-rows.ts';
import { inOrder } from './day-rows.ts';
import type { FileDay } from './file-rows.ts';
import { judgeRows } from './file-rows.ts';
import { readYaml } from './yaml-rows.ts';

const MAX_LENGTH = 1_000_000;

export interface CalendarFile {
  /** Name of the file; its ending tells the format. */
  readonly file: string;
  readonly text: string;
  /** The calendar that the file corrects or extends. */
  readonly base: BusinessCalendar;
  /** Years whose days off are complete with this file, besides those that a YAML file declares itself. */
  readonly covers?: readonly number[];
}

/**
 * The next version of a calendar: an uploaded CSV or YAML file merged over the version before. A day of the file
 * replaces what the base says of it. For a year that the file is the first to declare complete, all days of the base
 * (which were expected ones) give way. `warnings` name years that the file touches but does not complete.
 * Throws all problems of the file at once, each with file, line and field.
 */
export function parseCalendarFile(input: CalendarFile): {
  readonly calendar: BusinessCalendar;
  readonly warnings: readonly Problem[];
} {
  const { file, text, base } = input;
  const ending = /\.(csv|ya?ml)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === undefined || text.length > MAX_LENGTH) {
    throw new PerennialError([problem('calendar.file_type', { value: excerpt(file) }, { file })]);
  }
  const judged = judgeRows(ending === 'csv' ? readCsv(text, file) : readYaml(text, file));
  if (judged.problems.length > 0) throw new PerennialError(judged.problems);

  const declared = [...judged.covers, ...(input.covers ?? [])];
  const covered = [...new Set([...base.coveredYears, ...declared])].sort((a, b) => a - b);
  const open = [...new Set(judged.days.map((day) => yearOf(day.date)))].filter((year) => !covered.includes(year));
  return {
    calendar: {
      ...base,
      version: base.version + 1,
      ...mergedDays(base, judged.days, declared),
      coveredYears: covered,
      source: `${file}, ${base.source}`,
    },
    warnings: open.sort((a, b) => a - b).map((year) => warning('calendar.year_open', { year }, { file })),
  };
}

function mergedDays(
  base: BusinessCalendar,
  days: readonly FileDay[],
  declared: readonly number[],
): Pick<BusinessCalendar, 'daysOff' | 'extraWorkDays'> {
  const renewed = new Set(declared.filter((year) => !base.coveredYears.includes(year)));
  const kept = (record: Readonly<Record<CivilDate, LocalText>>) =>
    new Map(
      Object.entries(record)
        .map(([date, name]): [CivilDate, LocalText] => [date as CivilDate, name])
        .filter(([date]) => !renewed.has(yearOf(date))),
    );
  const daysOff = kept(base.daysOff);
  const extraWorkDays = kept(base.extraWorkDays);
  for (const { date, kind, name } of days) {
    daysOff.delete(date);
    extraWorkDays.delete(date);
    (kind === 'off' ? daysOff : extraWorkDays).set(date, name);
  }
  return { daysOff: inOrder(daysOff), extraWorkDays: inOrder(extraWorkDays) };
}
