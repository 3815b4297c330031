import { ERROR_TABLE, explain } from '../domain/errors/index.ts';
import type { ErrorClass, ErrorCode, ErrorEntry, PerennialError, Problem } from '../domain/errors/index.ts';
import type { Locale } from '../domain/text.ts';
import { formats } from '../i18n/format.ts';
import { translator } from '../i18n/index.ts';
import { Teller } from '../i18n/story.ts';

/** What goes wrong, as RFC 9457 wants it. `code` is stable; texts are in the caller's language. */
export interface ProblemDocument {
  /** Where the code is explained. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  /** Every fault that was found at once; the first one is the document's own. */
  readonly errors: readonly (Fault & {
    /** The values in both texts, as they are before they are put into words. */
    readonly params: Problem['params'];
  })[];
}

export interface Fault {
  readonly code: string;
  readonly what: string;
  readonly fix: string;
  /** Dotted path of the field; parameters of the query begin with `?`. */
  readonly field?: string;
  readonly line?: number;
  readonly column?: number;
}

/** What most codes of a class are answered with. */
export const STATUS_OF_CLASS: Readonly<Record<ErrorClass, number>> = {
  invalid: 422,
  missing: 404,
  refused: 403,
  conflict: 409,
  unavailable: 503,
};

/** Codes whose status HTTP names more exactly than their class does. */
const BY_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  'json.syntax': 400,
  'json.duplicate_key': 400,
  'json.key': 400,
  'json.text': 400,
  'json.depth': 400,
  'json.keys': 400,
  'body.type': 400,
  'body.media_type': 415,
  'body.too_large': 413,
  'query.repeated': 400,
  'page.cursor': 400,
  'store.cursor': 400,
  'route.method': 405,
  'request.malformed': 400,
  'request.headers_large': 431,
  'request.slow': 408,
  'idempotency.missing': 400,
  'idempotency.key': 400,
  'precondition.missing': 428,
  'precondition.failed': 412,
  'rate.exceeded': 429,
  'webhook.id': 400,
  'webhook.signature': 401,
  'webhook.timestamp': 400,
  'access.unauthenticated': 401,
  'access.sign_in': 401,
  'access.sign_in_slow': 429,
  'live.too_many': 429,
  'link.expired': 410,
  'link.revoked': 410,
  'server.bug': 500,
};

export function statusOf(code: ErrorCode): number {
  const entry: ErrorEntry = ERROR_TABLE[code];
  return BY_CODE[code] ?? STATUS_OF_CLASS[entry.class];
}

/** The document for an error that people can understand. */
export function problemDocument(error: PerennialError, locale: Locale, requestId: string): ProblemDocument {
  const problems = error.problems.filter((one) => one.severity === 'error');
  const [first] = problems.length > 0 ? problems : error.problems;
  if (first === undefined) throw new Error('an error without a problem');
  const errors = problems.map((one) => ({ ...errorOf(one, locale), params: { ...one.params } }));
  const main = errorOf(first, locale);
  return {
    type: `/docs/errors#${first.code}`,
    title: main.what,
    status: statusOf(first.code),
    detail: main.fix,
    code: first.code,
    requestId,
    errors,
  };
}

function told(problem: Problem, locale: Locale) {
  // Codes among the values ("legal", "in progress") are told in the reader's words; dates in UTC, as all of the API.
  const teller = new Teller(translator(locale), formats(locale, 'UTC'));
  return explain({ ...problem, params: teller.words(problem.params) }, locale);
}

/** Something that is wrong or doubtful in a text or table, with its whole place, in the reader’s words. */
export function findingOf(problem: Problem, locale: Locale) {
  const { code, what, where, fix } = told(problem, locale);
  const { severity, place } = problem;
  return { code, severity, what, where, fix, ...(place === undefined ? {} : { place: { ...place } }) };
}

/** One fault in the reader’s words. */
export function errorOf(problem: Problem, locale: Locale): Fault {
  const { code, what, fix } = told(problem, locale);
  const { field, line, column } = problem.place ?? {};
  return {
    code,
    what,
    fix,
    ...(field === undefined ? {} : { field }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}
