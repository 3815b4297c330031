import { z } from 'zod';
import { excerpt, problem } from '../domain/errors/index.ts';
import type { ErrorCode, Problem } from '../domain/errors/index.ts';

export const MAX_TEXT = 2000;
export const MAX_NAME = 200;

/** Texts of people: visible characters and line breaks, bounded, because they travel through every later decision. */
export const words = (max: number, needed: boolean) =>
  z
    .string()
    // Line ends of other systems and tabs come with pasted text, and mean no more than a line end and a blank.
    .transform((text) => text.normalize('NFC').replaceAll(/\r\n?/g, '\n').replaceAll('\t', ' ').trim())
    .superRefine((text, context) => {
      const refuse = (code: ErrorCode, params: Problem['params']) =>
        context.addIssue({ code: 'custom', params: { code, params } });
      if (needed && text === '') refuse('command.text_empty', {});
      if (text.length > max) refuse('command.text_long', { length: text.length, max });
      // oxlint-disable-next-line no-control-regex -- finding control characters is the point
      if (/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(text)) {
        refuse('command.text_control', { value: excerpt(text) });
      }
    });

/** What zod found wrong with a body, as a problem that names its field. */
export function toProblem(issue: z.core.$ZodIssue): Problem {
  const field = issue.path.join('.');
  const own =
    issue.code === 'custom'
      ? (issue.params as { code?: ErrorCode; params?: Problem['params'] } | undefined)
      : undefined;
  if (own?.code !== undefined) return problem(own.code, { field, ...own.params }, { field });
  const faults = { field, value: excerpt(issue.input) };
  if (issue.code === 'too_big')
    return problem('command.too_large', { ...faults, max: String(issue.maximum) }, { field });
  if (issue.code === 'too_small') {
    return problem('command.too_small', { ...faults, min: String(issue.minimum) }, { field });
  }
  // The library's own words are English and for programmers; what it is about is said, not what it says.
  return problem('command.field', faults, { field });
}
