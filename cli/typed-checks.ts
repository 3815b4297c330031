import { excerpt, PerennialError } from '../domain/errors/index.ts';
import { FIRST_PLANNABLE, LAST_PLANNABLE } from '../domain/renewal/world.ts';
import type { CivilDate } from '../domain/time/types.ts';
import type { Translator } from '../i18n/index.ts';
import { choiceList, choiceOf } from './choices.ts';
import type { Choice } from './choices.ts';
import { UsageError } from './failure.ts';
import type { Words } from './seen.ts';

/**
 * What was mistyped is refused here, in the words the core would use: a command that reaches the core leaves a line in
 * the history that is never taken back. Rights and states are for the core alone.
 */

/** A date that plans are made with. */
export function checkPlannable(date: CivilDate | null, option: string): void {
  if (date === null || (date >= FIRST_PLANNABLE && date <= LAST_PLANNABLE)) return;
  const params = { value: date, min: FIRST_PLANNABLE, max: LAST_PLANNABLE };
  throw UsageError.of('date.range', params, { field: option });
}

export function checkPauseEnd(until: CivilDate | null, today: CivilDate): void {
  checkPlannable(until, '--until');
  if (until !== null && until <= today) {
    throw UsageError.of('pause.until_past', { value: until }, { field: '--until' });
  }
}

export function checkValidUntil(validUntil: CivilDate | null, today: CivilDate): void {
  checkPlannable(validUntil, '--valid-until');
  if (validUntil !== null && validUntil < today) {
    throw UsageError.of('quote.valid_until', { value: validUntil }, { field: '--valid-until' });
  }
}

export function checkReceivedOn(receivedOn: CivilDate, today: CivilDate): void {
  if (receivedOn > today) throw UsageError.of('payment.future', { value: receivedOn, today }, { field: '--on' });
}

/** New dates of a contract that begins on `start`. */
export function checkDates(start: CivilDate | null, end: CivilDate, notice: CivilDate | null): void {
  checkPlannable(end, '--end-date');
  checkPlannable(notice, '--notice-date');
  if (start !== null && end <= start) {
    throw UsageError.of('contract.end_before_start', { end, start }, { field: '--end-date' });
  }
  if (notice !== null && notice > end) {
    throw UsageError.of('contract.notice_after_end', { notice, end }, { field: '--notice-date' });
  }
}

/** Ids of a cause of loss and a detail of it, by id or name. Without a list both stay in the person's own words. */
export function lossOf(
  t: Translator,
  reasons: Words['lossReasons'],
  cause: string,
  detail: string,
): { readonly cause: string; readonly detail: string } {
  if (reasons === null) return { cause, detail };
  const reason = reasons.find(({ id }) => id === choiceOf(cause, reasons));
  if (reason === undefined) {
    const params = { cause: excerpt(cause), known: choiceList(t, reasons) };
    throw UsageError.of('loss.unknown_cause', params, { field: '--cause' });
  }
  const found = choiceOf(detail, reason.details);
  if (found !== undefined) return { cause: reason.id, detail: found };
  const params = { cause: t.local(reason.name), detail: excerpt(detail), known: choiceList(t, reason.details) };
  throw UsageError.of('loss.unknown_detail', params, { field: '--detail' });
}

/** Id of a root cause that has a save plan, by id or name. */
export function riskCauseOf(t: Translator, causes: Words['causes'], cause: string): string {
  if (causes === null) return cause;
  const found = choiceOf(cause, causes);
  if (found !== undefined) return found;
  const params = { cause: excerpt(cause), known: choiceList(t, causes) };
  throw UsageError.of('risk.unknown_cause', params, { field: '--cause' });
}

/** Id of a measure of a save plan, by id or name. */
export function measureOf(t: Translator, measures: readonly Choice[], action: string): string {
  const found = choiceOf(action, measures);
  if (found !== undefined || measures.length === 0) return found ?? action;
  throw PerennialError.of('save_plan.unknown_action', { action: excerpt(action), known: choiceList(t, measures) });
}
