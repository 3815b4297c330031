import type { Place, Problem } from '../../domain/errors/index.ts';
import { excerpt, problem } from '../../domain/errors/index.ts';
import type { LocalText } from '../../domain/text.ts';
import { LAST_YEAR, FIRST_YEAR } from '../../domain/time/civil.ts';
import { parseDateCell } from '../../domain/time/flexible-date.ts';
import type { CivilDate } from '../../domain/time/types.ts';

/** One day of a calendar file as it stands there, with the place of each of its fields. */
export interface RawDay {
  readonly line: number;
  readonly date: string;
  readonly kind: string;
  readonly name: string;
  readonly nameZh: string;
  readonly placeOf: (field: 'date' | 'kind' | 'name') => Place;
}

/** What a file says before it is judged. `covers` are texts that should be years. */
export interface RawFile {
  readonly days: readonly RawDay[];
  readonly covers: readonly { readonly text: string; readonly place: Place }[];
  readonly problems: readonly Problem[];
}

export interface FileDay {
  readonly date: CivilDate;
  readonly kind: 'off' | 'work';
  readonly name: LocalText;
  readonly line: number;
}

const KINDS: Readonly<Record<string, FileDay['kind']>> = {
  off: 'off',
  holiday: 'off',
  休: 'off',
  休息: 'off',
  放假: 'off',
  休假: 'off',
  节假日: 'off',
  work: 'work',
  workday: 'work',
  班: 'work',
  上班: 'work',
  调休: 'work',
  调休上班: 'work',
  补班: 'work',
};

/** Judges the rows of a file: all problems at once, the first row of a date wins its place. */
export function judgeRows(raw: RawFile): { days: FileDay[]; covers: number[]; problems: Problem[] } {
  const problems: Problem[] = [...raw.problems];
  const seen = new Map<CivilDate, number>();
  const days: FileDay[] = [];
  for (const row of raw.days) {
    const cell = parseDateCell(row.date);
    const kind = KINDS[row.kind.normalize('NFKC').trim().toLowerCase()];
    const name = row.name.trim();
    const nameZh = row.nameZh.trim();
    if (!cell.ok) problems.push({ ...cell.problem, place: row.placeOf('date') });
    if (kind === undefined)
      problems.push(problem('calendar.day_kind', { value: excerpt(row.kind) }, row.placeOf('kind')));
    if (name === '' && nameZh === '') {
      problems.push(problem('calendar.name_missing', { date: excerpt(row.date) }, row.placeOf('name')));
    }
    if (!cell.ok) continue;
    const first = seen.get(cell.value);
    if (first !== undefined) {
      problems.push(problem('calendar.day_duplicate', { date: cell.value, first }, row.placeOf('date')));
      continue;
    }
    seen.set(cell.value, row.line);
    if (kind === undefined) continue;
    days.push({ date: cell.value, kind, name: { en: name || nameZh, 'zh-CN': nameZh || name }, line: row.line });
  }
  const covers: number[] = [];
  for (const { text, place } of raw.covers) {
    const year = /^\d{4}$/.test(text) ? Number(text) : 0;
    if (year < FIRST_YEAR || year > LAST_YEAR) problems.push(problem('calendar.year', { value: excerpt(text) }, place));
    else covers.push(year);
  }
  return { days, covers, problems };
}
