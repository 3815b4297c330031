import type { ErrorCode } from './table.ts';

/** Where the trouble stands. Only what is known is set; rows, lines and columns count from 1. */
export interface Place {
  readonly file?: string;
  readonly sheet?: string;
  readonly row?: number;
  readonly line?: number;
  readonly column?: number;
  /** Header of the column in a table, or the dotted path of a field in a document. */
  readonly field?: string;
}

/** One thing that is wrong, in no language yet. `params` fills the texts of the code's table row. */
export interface Problem {
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly place?: Place;
  readonly severity: 'error' | 'warning';
}

/** An error problem. `got` values should be passed through {@link excerpt} first. */
export function problem(code: ErrorCode, params: Problem['params'] = {}, place?: Place): Problem {
  return place === undefined ? { code, params, severity: 'error' } : { code, params, place, severity: 'error' };
}

export function warning(code: ErrorCode, params: Problem['params'] = {}, place?: Place): Problem {
  return { ...problem(code, params, place), severity: 'warning' };
}

/**
 * The one error that reaches people: thrown at every border with all problems found at once.
 * It is not for bugs: those stay plain errors.
 */
export class PerennialError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => p.code).join(', '));
    this.name = 'PerennialError';
    this.problems = problems;
  }
  static of(code: ErrorCode, params: Problem['params'] = {}, place?: Place): PerennialError {
    return new PerennialError([problem(code, params, place)]);
  }
}

/** A value as it may be shown in an error: one line, control characters visible, at most 80 characters. */
export function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  const visible = text.replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  const chars = Array.from(visible);
  return chars.length > 80 ? `${chars.slice(0, 79).join('')}…` : visible;
}
