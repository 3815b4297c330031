export {
  addBusinessMs,
  addSpan,
  businessMs,
  closingOf,
  nextOpenInstant,
  openingOf,
  partOfSpan,
} from './business-time.ts';
export { dayNote, isCovered, uncoveredYears } from './coverage.ts';
export { windowAt } from './send-window.ts';
export type { SendWindow } from './send-window.ts';
export { formatSpan, parseSpan, readSpan } from './span.ts';
export type { BusinessCalendar, Span } from './types.ts';
export { addBusinessDays, businessDaysBetween, isWorkday, nextWorkday, previousWorkday } from './workdays.ts';
