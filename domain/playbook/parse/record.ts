import { isMap } from 'yaml';
import { startOf } from './source.ts';
import { readChild, readKeys, shown } from './kinds.ts';
import type { JsonSchema, Kind } from './kinds.ts';

/** A key of a map: its kind, whether it must stand there, and what it says to an editor. */
export interface Field<T> {
  readonly kind: Kind<NonNullable<T>>;
  readonly presence: 'required' | 'optional';
  readonly fallback: T | undefined;
  readonly about: string;
}

export function required<T>(kind: Kind<T>, about: string): Field<T> {
  return { kind: kind as Kind<NonNullable<T>>, presence: 'required', fallback: undefined, about };
}

export function optional<T>(kind: Kind<T>, about: string): Field<T | undefined> {
  return { kind: kind as Kind<NonNullable<T>>, presence: 'optional', fallback: undefined, about };
}

/** A key that may be left out; `fallback` is what then holds. */
export function defaulted<T>(kind: Kind<T>, fallback: T, about: string): Field<T> {
  return { kind: kind as Kind<NonNullable<T>>, presence: 'optional', fallback, about };
}

type Fields = Readonly<Record<string, Field<unknown>>>;

/** What a record gives: one property for each key, as written in YAML. */
export type RecordOf<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** A map with a fixed set of keys. Every key is read, so that one pass finds all that is wrong. */
export function record<F extends { readonly [K in keyof F]: Field<unknown> }>(
  fields: F,
  example: string,
): Kind<RecordOf<F>> & { readonly keys: readonly string[] } {
  const all: Fields = fields;
  const keys = Object.keys(all);
  return {
    keys,
    example,
    schema: recordSchema(all),
    read(node, path, context) {
      if (!isMap(node)) {
        return context.spoilt.has(node)
          ? undefined
          : context.report('type', { value: shown(node, context), want: example }, startOf(node), path);
      }
      const found = readKeys(node, keys, path, context);
      const written = new Set(node.items.map((pair) => String(pair.key)));
      const values: Record<string, unknown> = {};
      let whole = true;
      for (const [key, field] of Object.entries(all)) {
        const { kind } = field;
        const value = found.get(key);
        if (value !== undefined) {
          values[key] = readChild(kind, value, startOf(node), [...path, key], context);
          if (values[key] === undefined) whole = false;
        } else if (field.presence === 'required') {
          whole = false;
          if (!written.has(key)) {
            context.report('field.required', { key, example: `${key}: ${kind.example}` }, startOf(node), [
              ...path,
              key,
            ]);
          }
        } else values[key] = field.fallback;
      }
      // Every required key was read and every other has its fallback: the shape is RecordOf<F>.
      return whole ? (values as RecordOf<F>) : undefined;
    },
  };
}

function recordSchema(fields: Fields): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([key, { about, kind }]) => [key, { description: about, ...kind.schema }]),
    ),
    required: Object.entries(fields).flatMap(([key, field]) => (field.presence === 'required' ? [key] : [])),
    additionalProperties: false,
  };
}

/** A map whose first known key says which of several records it is: `- task: …` or `- outreach: …`. */
export function oneOf<T>(
  variants: Readonly<Record<string, Kind<T> & { readonly keys: readonly string[] }>>,
  example: string,
): Kind<T> {
  return {
    example,
    schema: { oneOf: Object.values(variants).map((variant) => variant.schema) },
    read(node, path, context) {
      const want = Object.keys(variants)
        .map((key) => `${key}: …`)
        .join(' / ');
      if (!isMap(node)) {
        return context.spoilt.has(node)
          ? undefined
          : context.report('type', { value: shown(node, context), want }, startOf(node), path);
      }
      const written = node.items.map((pair) => String(pair.key));
      const key = written.find((name) => Object.hasOwn(variants, name));
      const variant = key === undefined ? undefined : variants[key];
      if (variant !== undefined) return variant.read(node, path, context);
      return context.report('type', { value: shown(node, context), want }, startOf(node), path);
    },
  };
}
