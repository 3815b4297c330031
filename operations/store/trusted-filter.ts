import { trusted } from 'mongoose';
import type { Filter } from '../../domain/access/index.ts';

/**
 * A filter that our own rules have made, marked as such at every depth: mongoose takes operators from nowhere else, so
 * that none can come in with what people send.
 */
export function trustedFilter(filter: Filter): Record<string, unknown> {
  return Object.fromEntries(Object.entries(filter).map(([key, value]) => [key, trustedValue(value)]));
}

function trustedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(trustedValue);
  if (typeof value !== 'object' || value === null) return value;
  const inner = trustedFilter(value as Filter);
  return Object.keys(inner).some((key) => key.startsWith('$')) ? trusted(inner) : inner;
}
