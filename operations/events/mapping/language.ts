import { parseDocument } from 'yaml';
import { z } from 'zod';
import { excerpt, PerennialError, problem } from '../../../domain/errors/index.ts';
import type { Problem } from '../../../domain/errors/index.ts';
import { EVENT_TYPES, SUBJECT_KINDS } from '../../../domain/events/index.ts';
import { LOCALES } from '../../../domain/text.ts';

/**
 * A mapping turns what another system sends into our events. It is data: paths into the payload, constants, tables of
 * values and a few conversions; nothing in it is run.
 */

const MAX_TEXT = 64 * 1024;
const MAX_RULES = 100;
const SEGMENT = String.raw`[\p{L}\p{N}_-]+(?:\[\d{1,4}\])*`;
/** `$` is the whole payload, `.` the element that `each` has chosen; without either it begins at the element. */
const PATH = new RegExp(
  String.raw`^(?:\$|\.|(?:\$\.)?${SEGMENT}(?:\.${SEGMENT}){0,15}|\$(?:\[\d{1,4}\])+(?:\.${SEGMENT}){0,15})$`,
  'u',
);

const literal = z.union([z.string().max(500), z.number(), z.boolean()]);
const path = z.string().max(300).regex(PATH);

export const CONVERSIONS = ['text', 'number', 'whole number', 'date', 'instant', 'yes-no'] as const;
export type Conversion = (typeof CONVERSIONS)[number];

export type Literal = z.output<typeof literal>;
export type Value =
  | {
      readonly path: string;
      readonly as?: Conversion | undefined;
      /** What each value of theirs is called here. */
      readonly table?: Readonly<Record<string, Literal>> | undefined;
      /** Taken where there is nothing, or nothing that the table knows. */
      readonly default?: Literal | undefined;
      /** Nothing there leaves the field out. */
      readonly optional?: true | undefined;
    }
  | { readonly const: Literal }
  | { readonly join: readonly Value[]; readonly with?: string | undefined }
  | { readonly money: Value; readonly currency: Value; readonly in?: 'major' | 'minor' | undefined };

const value: z.ZodType<Value> = z.lazy(() =>
  z.union([
    z.strictObject({
      path,
      as: z.enum(CONVERSIONS).optional(),
      table: z.record(z.string(), literal).optional(),
      default: literal.optional(),
      optional: z.literal(true).optional(),
    }),
    z.strictObject({ const: literal }),
    z.strictObject({ join: z.array(value).min(1).max(10), with: z.string().max(10).optional() }),
    z.strictObject({ money: value, currency: value, in: z.enum(['major', 'minor']).optional() }),
  ]),
);

const condition = z.union([literal, z.array(literal).min(1).max(100), z.strictObject({ present: z.boolean() })]);
export type Condition = z.output<typeof condition>;

const when = z.record(path, condition);
const subject = z.partialRecord(z.enum(SUBJECT_KINDS), value).refine((one) => Object.keys(one).length === 1);

const rule = z.union([
  z.strictObject({
    when: when.optional(),
    event: z.enum(EVENT_TYPES),
    at: value.optional(),
    /** The first of them that is there. */
    subject: z.array(subject).min(1).max(5),
    data: z.record(z.string().max(40), value).optional(),
  }),
  // What is sent is an event of ours already.
  z.strictObject({ when: when.optional(), take: path }),
]);
export type Rule = z.output<typeof rule>;

const localText = z.strictObject(
  Object.fromEntries(LOCALES.map((locale) => [locale, z.string().min(1).max(500)])) as Record<
    (typeof LOCALES)[number],
    z.ZodString
  >,
);

const mapping = z.strictObject({
  mapping: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  version: z.int().min(1),
  name: localText,
  about: localText.optional(),
  /** Where the elements are: the first path at which there is something. A list gives one element each. */
  each: z.array(path).min(1).max(5).optional(),
  /** What the sender calls an element: shown where no rule wants it. */
  type: value.optional(),
  /** Makes the id of an element, so that the same one again is known; the delivery and its place where left out. */
  id: z.array(value).min(1).max(8).optional(),
  /** When it happened; when it came in where left out. */
  at: value.optional(),
  /** Where a sender that cannot sign puts the secret. */
  token: path.optional(),
  rules: z.array(rule).min(1).max(MAX_RULES),
});
export type Mapping = z.output<typeof mapping>;

/** Reads a mapping in YAML or JSON. Throws {@link PerennialError} `mapping.text` or `mapping.field`, with all faults. */
export function readMapping(text: string): Mapping {
  if (text.length > MAX_TEXT) {
    throw PerennialError.of('mapping.field', { field: 'mapping', found: `${text.length} > ${MAX_TEXT}` });
  }
  // No anchors that multiply, no keys twice, no tags.
  const document = parseDocument(text, { uniqueKeys: true, merge: false, schema: 'core', version: '1.2' });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) {
    const line = broken.linePos?.[0].line ?? 1;
    const detail = excerpt(broken.message.split('\n')[0] ?? '');
    throw PerennialError.of('mapping.text', { detail, line }, { line });
  }
  const parsed = mapping.safeParse(toJson(document), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new PerennialError(parsed.error.issues.flatMap((issue) => problemsOf(issue)));
}

function toJson(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw PerennialError.of('mapping.text', { detail: excerpt(String(error)), line: 1 }, { line: 1 });
  }
}

function problemsOf(issue: z.core.$ZodIssue): readonly Problem[] {
  const at = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => faulty(at === '' ? key : `${at}.${key}`, key));
  }
  if (issue.code === 'invalid_union') {
    const best = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
    const inner = best.flatMap((one) => problemsOf({ ...one, path: [...issue.path, ...one.path] }));
    if (inner.length > 0) return inner;
  }
  return [faulty(at, issue.input)];
}

function faulty(field: string, found: unknown): Problem {
  return problem('mapping.field', { field: field || 'mapping', found: excerpt(found) }, { field });
}
