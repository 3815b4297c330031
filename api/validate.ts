import type { z } from 'zod';
import { excerpt, PerennialError, problem } from '../domain/errors/index.ts';
import type { ErrorCode, Problem } from '../domain/errors/index.ts';
import { nearNames } from '../domain/expressions/near-names.ts';
import { keysAt } from './schema-keys.ts';

const PROBLEMS_MAX = 50;

export type Part = 'body' | 'query' | 'params';

/**
 * The value as the schema wants it. Throws {@link PerennialError} with every fault, each with the path of its
 * field; a parameter of the path that cannot be right is a record that is not there.
 */
export function validated<S extends z.ZodType>(schema: S, value: unknown, part: Part): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  if (part === 'body' && !isRecord(value)) throw PerennialError.of('body.type', { found: kindOf(value) });
  if (part === 'params') {
    const first = parsed.error.issues[0];
    throw PerennialError.of('resource.not_found', { kind: '@kind.record', id: excerpt(first?.input ?? '') });
  }
  // A list of ten thousand wrong things is told in part: whoever mends fifty sees the rest.
  const issues = parsed.error.issues.slice(0, PROBLEMS_MAX);
  throw new PerennialError(issues.flatMap((issue) => toProblems(issue, part, schema)).slice(0, PROBLEMS_MAX));
}

function toProblems(issue: z.core.$ZodIssue, part: Part, schema: z.ZodType): readonly Problem[] {
  const path = issue.path.map(String).join('.');
  const field = part === 'query' ? `?${path}` : path;
  const at = (code: ErrorCode, params: Problem['params'], name = field) => problem(code, params, { field: name });
  const found = excerpt(issue.input);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, PROBLEMS_MAX).map((key) => {
        const own = path === '' ? key : `${path}.${key}`;
        const { nearest, ordered } = nearNames(key, keysAt(schema, issue.path));
        const params = { key: excerpt(key), near: nearest ?? '–', known: ordered.toSorted().join(', ') };
        return at('field.unknown', params, part === 'query' ? `?${own}` : own);
      });
    case 'invalid_type':
      return issue.input === undefined
        ? [at('field.absent', { field })]
        : [at('field.type', { found, expected: `@type.${issue.expected}` })];
    case 'invalid_value': {
      const known = issue.values.map(String);
      const near = typeof issue.input === 'string' ? nearNames(issue.input, known).nearest : null;
      return issue.input === undefined
        ? [at('field.absent', { field })]
        : [at('choice.unknown', { value: found, near: near ?? '–', known: known.join(', ') })];
    }
    case 'too_small':
      return [at('field.range', { found: sizeOf(issue), allowed: `≥ ${issue.minimum}` })];
    case 'too_big':
      return [at('field.range', { found: sizeOf(issue), allowed: `≤ ${issue.maximum}` })];
    case 'invalid_format':
      return [at('field.format', { found, expected: `@format.${issue.format}`, example: `@example.${issue.format}` })];
    case 'custom': {
      const own = issue.params as { code?: ErrorCode; params?: Problem['params'] } | undefined;
      if (own?.code !== undefined) return [at(own.code, { field, value: found, ...own.params })];
      return [at('field.type', { found, expected: issue.message })];
    }
    case 'invalid_union': {
      // Of the branches the one that came furthest says most.
      const best = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
      const inner = best.flatMap((one) => toProblems({ ...one, path: [...issue.path, ...one.path] }, part, schema));
      return inner.length > 0 ? inner : [at('field.type', { found, expected: '@type.other' })];
    }
    default:
      return [at('field.type', { found, expected: issue.message })];
  }
}

function sizeOf(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const { input } = issue;
  if (typeof input === 'string') return `${input.length}`;
  return Array.isArray(input) ? `${input.length}` : excerpt(input);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return '@type.nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? '@type.array' : `@type.${typeof value}`;
}
