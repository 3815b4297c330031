import { accessCodes } from '../domain/errors/codes/access.ts';
import { apiCodes } from '../domain/errors/codes/api.ts';
import type { ErrorCode } from '../domain/errors/index.ts';
import { statusOf } from './problem.ts';

/** Every status an error can have, with what it means whatever the route. */
const MEANS = {
  400: 'The request cannot be read',
  401: 'Nobody is signed in, or what was sent does not hold',
  403: 'Signed in, without the right',
  404: 'There is no such thing that the caller may see',
  408: 'The request did not arrive in time',
  409: 'The state does not allow it, or somebody else was first',
  412: 'Somebody changed it since it was read',
  413: 'The body is too large',
  415: 'The body has a type that is not taken',
  422: 'Read, and not right: every fault with its field',
  431: 'The headers are too large',
  428: 'The version that was read must be said',
  429: 'Too many requests; Retry-After says when to go on',
  500: 'A fault of ours; the request id names it',
  503: 'A service behind us does not answer; try again',
} as const;

export const PROBLEM_STATUSES = Object.keys(MEANS).map(Number);

/** One response for each status, with the codes of the HTTP side; those of the domain stand on the page of errors. */
export function problemResponses(): Readonly<Record<string, unknown>> {
  const codes = Object.keys({ ...apiCodes, ...accessCodes }) as readonly ErrorCode[];
  return Object.fromEntries(
    Object.entries(MEANS).map(([status, description]) => [
      `Problem${status}`,
      {
        description,
        'x-codes': codes.filter((code) => statusOf(code) === Number(status)).toSorted(),
        headers: {
          'Request-Id': { $ref: '#/components/headers/RequestId' },
          ...(status === '429' ? { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } } : {}),
        },
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
