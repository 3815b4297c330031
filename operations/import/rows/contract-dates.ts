import { problem } from '../../../domain/errors/index.ts';
import { addDays, dayOfMonth, daysBetween, monthOf, yearOf } from '../../../domain/time/index.ts';
import type { CivilDate } from '../../../domain/time/index.ts';
import type { ContractField } from '../fields.ts';
import type { ImportSettings } from '../settings.ts';
import type { RowCells } from './row-cells.ts';

export interface ContractDates {
  readonly startDate: CivilDate | null;
  readonly endDate: CivilDate | null;
  readonly noticeDate: CivilDate | null;
  readonly noticeGiven: boolean;
  readonly termMonths: number;
  readonly termGiven: boolean;
  readonly entry: { readonly stage: string; readonly since: CivilDate } | undefined;
}

/** Dates of one row and the rules between them. An empty end date is a warning, an unreadable one an error. */
export function readDates(
  cells: RowCells<ContractField>,
  number: string,
  stage: string | undefined,
  settings: ImportSettings,
  today: CivilDate,
): ContractDates {
  const order = settings.dateOrder;
  const startDate = cells.date('startDate', order) ?? null;
  const endDate = cells.date('endDate', order) ?? null;
  const notice = cells.date('noticeDate', order) ?? null;
  const noticeDays = cells.whole('noticeDays', 0, 730);
  const months = cells.whole('termMonths', 1, 240);
  const since = cells.date('stageSince', order);

  if (endDate === null) {
    if (!cells.isWrong('endDate')) cells.warn('endDate', 'contract.end_missing', { number });
  } else if (endDate < today) {
    cells.warn('endDate', 'contract.end_past', { number, value: endDate });
  }
  inOrder(cells, 'startDate', startDate, 'endDate', endDate);
  inOrder(cells, 'startDate', startDate, 'noticeDate', notice);
  inOrder(cells, 'noticeDate', notice, 'endDate', endDate);
  inOrder(cells, 'startDate', startDate, 'stageSince', since ?? null);

  const computed = endDate !== null && noticeDays !== undefined ? addDays(endDate, -noticeDays) : null;
  if (notice !== null && computed !== null && notice !== computed && noticeDays !== undefined) {
    cells.warn('noticeDate', 'contract.notice_differs', { value: notice, days: noticeDays, computed });
  }
  return {
    startDate,
    endDate,
    noticeDate: notice ?? computed,
    noticeGiven: notice !== null || computed !== null,
    termMonths: months ?? monthsBetween(startDate, endDate) ?? 12,
    termGiven: months !== undefined || (startDate !== null && endDate !== null),
    // A step without a date has begun at an unknown time: its clock starts with the import.
    entry: stage === undefined ? undefined : { stage, since: since ?? today },
  };
}

function inOrder(
  cells: RowCells<ContractField>,
  earlier: ContractField,
  earlierValue: CivilDate | null,
  later: ContractField,
  laterValue: CivilDate | null,
): void {
  if (earlierValue === null || laterValue === null || earlierValue <= laterValue) return;
  const params = { earlier: cells.label(earlier), earlierValue, later: cells.label(later), laterValue };
  cells.fail(later, problem('contract.dates', params));
}

/** Whole months of a term whose last day counts (1 January to 31 December = 12), rounded, at least 1. */
export function monthsBetween(start: CivilDate | null, end: CivilDate | null): number | undefined {
  if (start === null || end === null || end < start) return undefined;
  const after = daysBetween(start, end) < 1 ? end : addDays(end, 1);
  const months = (yearOf(after) - yearOf(start)) * 12 + monthOf(after) - monthOf(start);
  return Math.max(1, Math.round(months + (dayOfMonth(after) - dayOfMonth(start)) / 30));
}
