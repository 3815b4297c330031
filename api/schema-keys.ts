import { z } from 'zod';

/** Names of the fields that a schema knows at a path; none where it is no object there. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = inner(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = inner((at.shape as Readonly<Record<string, unknown>>)[String(step)]);
    else if (at instanceof z.ZodArray) at = inner(at.element);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** The schema without what only makes it optional, nullable or changes its value. */
function inner(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return inner(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? inner(schema.in) : schema;
}
