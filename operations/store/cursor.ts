import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';

/** One page of a list; `next` is given back to get the page after it, null on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export const PAGE_LIMIT = 50;
export const PAGE_LIMIT_MAX = 1000;

/** How many rows a page has: between 1 and {@link PAGE_LIMIT_MAX}. */
export function pageLimit(limit: number | undefined): number {
  return Math.min(PAGE_LIMIT_MAX, Math.max(1, Math.trunc(limit ?? PAGE_LIMIT)));
}

type Key = string | number | null;
type Range = Readonly<Record<string, unknown>>;

/** The place after a row: the value it is sorted by, and its id for rows with the same value. */
export function cursorOf(value: Key, id: string): string {
  return Buffer.from(JSON.stringify([value, id]), 'utf8').toString('base64url');
}

/**
 * The filter for rows after a cursor. MongoDB sorts what has no value first, so rows without one come before all
 * others going up, and after them going down. Throws `store.cursor`.
 */
export function afterCursor(field: string, cursor: string, direction: 1 | -1): Range {
  const [value, id] = readCursor(cursor);
  const beyond = direction === 1 ? '$gt' : '$lt';
  const sameValue = { [field]: value, _id: trusted({ [beyond]: id }) };
  if (value === null)
    return direction === 1 ? { $or: [sameValue, { [field]: trusted({ $ne: null }) }] } : { $or: [sameValue] };
  const further = { [field]: trusted({ [beyond]: value }) };
  return { $or: direction === 1 ? [sameValue, further] : [sameValue, further, { [field]: null }] };
}

function readCursor(cursor: string): readonly [Key, string] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === 2) {
      const [value, id] = parsed as readonly unknown[];
      const isKey = value === null || typeof value === 'string' || typeof value === 'number';
      if (isKey && typeof id === 'string') return [value, id];
    }
  } catch {
    // Not one of ours: refused below.
  }
  throw PerennialError.of('store.cursor', { value: excerpt(cursor) });
}

/** Cuts one row more than asked for into a page. */
export function pageOf<T extends { readonly _id: string }>(
  rows: readonly T[],
  limit: number,
  value: (row: T) => Key,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(value(last), last._id) : null };
}
