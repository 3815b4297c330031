import type { Instant } from '../domain/time/types.ts';

// The one place in workflow code that reads a Date. In the sandbox it is the workflow's own clock, replayed
// as recorded; the date module of the core would bring its whole error table into every workflow's memory.

/** The workflow's clock. */
export function workflowNow(): Instant {
  return new Date(Date.now()).toISOString() as Instant;
}

/** Milliseconds from the workflow's clock to an instant; at least 1, because a timer of 0 is none. */
export function msUntil(at: Instant): number {
  return Math.max(1, Date.parse(at) - Date.now());
}

const OLD_MS = 60_000;

/** True for a moment that the workflow's clock has left behind, as after an outage. */
export function isLongAgo(at: Instant): boolean {
  return Date.now() - Date.parse(at) > OLD_MS;
}

/** An instant or a civil date as search attributes want it. */
export function searchDate(at: string): Date {
  return new Date(at.length === 10 ? `${at}T00:00:00.000Z` : at);
}
