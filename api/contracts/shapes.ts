import { z } from 'zod';
import { parseCivilDate, parseInstant } from '../../domain/time/index.ts';
import type { CivilDate, Instant } from '../../domain/time/index.ts';
import type { ErrorCode } from '../../domain/errors/index.ts';
import { LOCALES } from '../../domain/text.ts';

/** Parts that many contracts share. A schema with an id becomes a component of the OpenAPI document. */

/** What a refinement that fails says. The code fills itself with `{field}` and `{value}`. */
export function because(code: ErrorCode, params: Readonly<Record<string, string | number>> = {}) {
  return { params: { code, params } };
}

export const civilDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => parseCivilDate(text) !== undefined, because('date.invalid'))
  .transform((text) => text as CivilDate)
  .meta({ id: 'CivilDate', description: 'A day of the calendar, YYYY-MM-DD', examples: ['2027-06-30'] });

export const instant = z
  .string()
  .refine((text) => parseInstant(text) === text, because('instant.invalid'))
  .transform((text) => text as Instant)
  .meta({
    id: 'Instant',
    description: 'A moment in UTC, YYYY-MM-DDTHH:mm:ss.sssZ',
    examples: ['2027-06-30T08:00:00.000Z'],
  });

export const money = z
  .strictObject({
    minor: z.int().meta({ description: 'In the smallest unit of the currency: cents, 分; yen have none' }),
    currency: z.string().regex(/^[A-Z]{3}$/),
  })
  .meta({ id: 'Money', examples: [{ minor: 12_000_000, currency: 'CNY' }] });

export const localText = z.strictObject({ en: z.string(), 'zh-CN': z.string() }).meta({ id: 'LocalText' });

export const locale = z.enum(LOCALES);

/** A record's id as it stands in a path. */
export const id = z.string().regex(/^[\w:.@~-]{1,200}$/);

export const assignee = z
  .union([
    z.strictObject({ kind: z.literal('person'), id: z.string() }),
    z.strictObject({ kind: z.literal('role'), role: z.string() }),
  ])
  .meta({ id: 'Assignee' });

export const actor = z
  .union([
    z.strictObject({ kind: z.enum(['person', 'client', 'system']), id: z.string() }),
    z.strictObject({ kind: z.literal('engine') }),
  ])
  .meta({ id: 'Actor' });

export const why = z
  .strictObject({
    rule: z.string(),
    inputs: z.record(z.string(), z.union([z.string(), z.number()])),
    /** The reason in the caller's language. */
    text: z.string(),
  })
  .meta({ id: 'Why' });

// oxlint-disable-next-line no-control-regex -- finding control characters is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** A name, a number, a code: one line, whose characters can all be seen. */
export function line(max: number, min = 0) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine((text) => !CONTROL.test(text), because('command.text_control'));
}

/** What is wrong, in the caller's language; the same as in a problem document. */
export const fault = z
  .strictObject({
    code: z.string(),
    what: z.string(),
    fix: z.string(),
    field: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
  })
  .meta({ id: 'Fault' });

/** Texts of people: bounds and forbidden signs are checked where the command is made, once for all edges. */
export const words = z.string().max(2000);

export const PAGE_MAX = 200;

/** Paging of every list: `next` of one page is `after` of the following. */
export const paging = {
  limit: wholeNumber(1, PAGE_MAX).optional(),
  after: line(500).optional(),
} as const;

export function pageOf<S extends z.ZodType>(item: S) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

/** What a text in a query stands for; the OpenAPI document says that instead of how it is written. */
function inQuery(schema: Readonly<Record<string, unknown>>) {
  return { 'x-query': schema };
}

/** A whole number in a query, where everything is text. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .meta(inQuery({ type: 'integer', minimum: min, maximum: max }));
}

/** Yes or no in a query. */
export const yesNo = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .meta(inQuery({ type: 'boolean' }));
