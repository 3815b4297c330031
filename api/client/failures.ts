import { z } from 'zod';
import { ERROR_TABLE, PerennialError, problem } from '../../domain/errors/index.ts';
import type { ErrorClass, ErrorCode, Problem } from '../../domain/errors/index.ts';
import type { RouteContract } from '../contract.ts';
import { STATUS_OF_CLASS } from '../problem.ts';

interface Asked {
  readonly url: string;
  readonly contract: RouteContract;
  readonly status: number;
}

/**
 * The error that a server has answered with, as it would have been thrown here: the same codes, values and places. A
 * code that this release does not know is told in the server's words.
 */
export function errorOfAnswer(text: string, { url, contract, status }: Asked): PerennialError {
  const document = documentOf(text);
  if (document === undefined) return PerennialError.of('remote.foreign', { url });
  const [first] = document.errors;
  if (first === undefined) return PerennialError.of('remote.foreign', { url });
  const missing = first.code === 'route.not_found' || first.code === 'route.method';
  if (missing) return PerennialError.of('remote.version', { url, what: contract.id });
  return new PerennialError(document.errors.map((told) => problemOf(told, status)));
}

type Told = NonNullable<ReturnType<typeof documentOf>>['errors'][number];

function problemOf({ code, what, fix, params, field, line, column }: Told, status: number): Problem {
  const place = {
    ...(field === undefined ? {} : { field }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
  const where = Object.keys(place).length === 0 ? undefined : place;
  if (Object.hasOwn(ERROR_TABLE, code) && params !== undefined) return problem(code as ErrorCode, params, where);
  return problem(SAID[classOf(status)], { code, what, fix }, where);
}

/** For codes that this release does not know. */
const SAID: Readonly<Record<ErrorClass, ErrorCode>> = {
  invalid: 'remote.said_invalid',
  missing: 'remote.said_missing',
  refused: 'remote.said_refused',
  conflict: 'remote.said_conflict',
  unavailable: 'remote.said_unavailable',
};

/** What a status stands for, to end with the right exit code. */
function classOf(status: number): ErrorClass {
  if (status === 401) return 'refused';
  const classes = Object.keys(STATUS_OF_CLASS) as ErrorClass[];
  return classes.find((one) => STATUS_OF_CLASS[one] === status) ?? (status >= 500 ? 'unavailable' : 'invalid');
}

/** Read with a loose hand: another release may say more, or say no values. */
const document = z.object({
  errors: z.array(
    z.object({
      code: z.string(),
      what: z.string(),
      fix: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      field: z.string().optional(),
      line: z.int().optional(),
      column: z.int().optional(),
    }),
  ),
});

function documentOf(text: string) {
  try {
    const read = document.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
