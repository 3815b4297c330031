import { excerpt, PerennialError } from '../../domain/errors/index.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The key of a request. Throws `idempotency.missing` and `idempotency.key`. */
export function readKey(values: readonly string[]): string {
  const [key] = values;
  if (key === undefined || key === '') throw PerennialError.of('idempotency.missing', {}, { field: 'Idempotency-Key' });
  if (values.length > 1 || !KEY.test(key)) {
    throw PerennialError.of('idempotency.key', { found: excerpt(values.join(', ')) }, { field: 'Idempotency-Key' });
  }
  return key;
}
