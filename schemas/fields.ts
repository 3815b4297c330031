import { Schema } from 'mongoose';
import type { SchemaOptions } from 'mongoose';

/** Building blocks of the schemas. Dates are canonical ISO texts, never BSON dates: they sort the same and cross every border as they are. */
export const text = { type: String, required: true } as const;
export const textOrNull = { type: String, default: null } as const;
export const number = { type: Number, required: true } as const;
export const flag = { type: Boolean, required: true } as const;
/** JSON that is checked before it comes here (parsed documents, frozen quotes); kept as it is. */
export const json = { type: Schema.Types.Mixed, required: true } as const;
export const jsonIfAny = { type: Schema.Types.Mixed } as const;
export const jsonOrNull = { type: Schema.Types.Mixed, default: null } as const;

/**
 * Options of one collection. Our own text ids, no version key, empty objects kept, a field that the
 * schema doesn't know is an error instead of being lost, and indexes only where `ensureIndexes` makes them.
 */
export function inCollection(collection: string) {
  return {
    collection,
    versionKey: false,
    minimize: false,
    id: false,
    strict: 'throw',
    strictQuery: true,
    autoIndex: false,
    autoCreate: false,
  } as const satisfies SchemaOptions;
}
