import type { LocalText } from '../../domain/text.ts';
import type { CivilDate } from '../../domain/time/types.ts';

/** The part of a calendar that a source of holidays knows. */
export interface KnownDays {
  readonly daysOff: Readonly<Record<CivilDate, LocalText>>;
  readonly extraWorkDays: Readonly<Record<CivilDate, LocalText>>;
  readonly coveredYears: readonly number[];
  readonly source: string;
}

/** A record with its dates in order, so that two compilations of the same days are the same JSON. */
export function inOrder(days: ReadonlyMap<CivilDate, LocalText>): Record<CivilDate, LocalText> {
  const sorted: Record<CivilDate, LocalText> = {};
  for (const date of [...days.keys()].sort()) {
    const name = days.get(date);
    if (name !== undefined) sorted[date] = name;
  }
  return sorted;
}
