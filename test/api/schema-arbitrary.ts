import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { z } from 'zod';

/** What `z.toJSONSchema` gives, as far as it is looked at here. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly id?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

/** Values that a schema takes. What JSON Schema cannot say (a day that exists) is left to the schema itself. */
export function arbitraryOf(schema: z.ZodType): Arbitrary<unknown> {
  const json = jsonSchemaOf(schema);
  let misses = 0;
  return partOf(json, json.$defs ?? {}).filter((value) => {
    if (schema.safeParse(value).success) return true;
    misses += 1;
    if (misses > 5000) throw new Error(`nothing is found that this schema takes: ${JSON.stringify(json)}`);
    return false;
  });
}

function partOf(schema: JsonSchema, defs: Readonly<Record<string, JsonSchema>>): Arbitrary<unknown> {
  const name = schema.$ref?.split('/').at(-1) ?? schema.id;
  if (name === 'CivilDate') return fc.constantFrom('2027-06-30', '2028-02-29', '2026-12-31');
  if (name === 'Instant') return fc.constantFrom('2027-06-30T08:00:00.000Z', '2030-01-01T00:00:00.000Z');
  if (schema.$ref !== undefined) return partOf(defs[name ?? ''] ?? {}, defs);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return fc.oneof(...branches.map((branch) => partOf(branch, defs)));
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.length === 0) return fc.constantFrom(null, 1, 'text', true);
  return fc.oneof(...types.map((type) => ofType(type, schema, defs)));
}

function ofType(type: string, schema: JsonSchema, defs: Readonly<Record<string, JsonSchema>>): Arbitrary<unknown> {
  const { minimum = -1000, maximum = 1_000_000 } = schema;
  switch (type) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -1_000_000), max: Math.min(maximum, 1_000_000) });
    case 'number':
      return fc.integer({ min: Math.ceil(minimum), max: Math.floor(Math.min(maximum, 1_000_000)) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const { items = {}, minItems = 0, maxItems = 3 } = schema;
      return fc.array(partOf(items, defs), {
        minLength: minItems,
        maxLength: Math.max(minItems, Math.min(maxItems, 3)),
      });
    }
    case 'object': {
      const { properties = {}, required = [], additionalProperties } = schema;
      const parts = Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, partOf(part, defs)]));
      const known = fc.record(parts, { requiredKeys: Object.keys(parts).filter((key) => required.includes(key)) });
      if (typeof additionalProperties !== 'object') return known;
      return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), partOf(additionalProperties, defs), { maxKeys: 3 });
    }
    default:
      throw new Error(`no values of type ${type}`);
  }
}

function textOf({ pattern, format, minLength = 0, maxLength = 40 }: JsonSchema): Arbitrary<string> {
  if (format === 'email') return fc.stringMatching(/^[a-z]{1,8}@example\.com$/);
  if (format === 'uri') return fc.constant('https://example.com/hook');
  if (format === 'date-time') return fc.constant('2027-06-30T08:00:00.000Z');
  if (pattern !== undefined) return matching(new RegExp(pattern, 'u'));
  const max = Math.max(minLength, Math.min(maxLength, 40));
  return fc.stringMatching(/^[A-Za-z0-9 ]*$/).filter((text) => text.length >= minLength && text.length <= max);
}

/** One value that a schema takes, always the same one. */
export function sampleOf(schema: z.ZodType): unknown {
  return fc.sample(arbitraryOf(schema), { seed: 7, numRuns: 1 })[0];
}

const WORDS = [
  'example.com',
  'li@example.com',
  'https://example.com/hook',
  '2027-06-30',
  '09:00',
  'a',
  'abc-1',
  'CNY',
  '1',
];

/** Patterns that look ahead cannot be turned round: then a word that fits. */
function matching(pattern: RegExp): Arbitrary<string> {
  try {
    return fc.stringMatching(pattern);
  } catch {
    const fitting = WORDS.filter((word) => pattern.test(word));
    if (fitting.length === 0) throw new Error(`no word fits ${String(pattern)}`);
    return fc.constantFrom(...fitting);
  }
}
