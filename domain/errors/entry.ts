import type { LocalText } from '../text.ts';

/**
 * What a problem means for the caller; edges map it to exit codes and HTTP statuses:
 * invalid (bad input), missing (not found), refused (no right), conflict (wrong state or rival change),
 * unavailable (a service does not answer).
 */
export type ErrorClass = 'invalid' | 'missing' | 'refused' | 'conflict' | 'unavailable';

/** One row of the table of error codes: what happened and what to do about it. */
export interface ErrorEntry {
  readonly class: ErrorClass;
  readonly what: LocalText;
  readonly fix: LocalText;
}

export type ErrorEntries = Readonly<Record<string, ErrorEntry>>;
