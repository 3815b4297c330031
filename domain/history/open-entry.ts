import type { ChainEntry } from './entry.ts';
import { ERASED, openPersonal } from './personal.ts';

/**
 * An entry with its personal data readable again; `{ erased: true }` stands where their key is gone.
 *
 * @param open gives the value of a ciphertext, undefined where its key was erased
 */
export function openEntry(entry: ChainEntry, open: (sealed: string, place: string) => unknown): ChainEntry {
  const place = `${entry.renewalId}/${entry.entryId}`;
  const opened = (fields: Readonly<Record<string, unknown>>, part: string) =>
    openPersonal(fields, (value, path) => {
      const text = open(value.sealed, `${place}/${part}.${path}`);
      return text === undefined ? ERASED : text;
    });
  return {
    ...entry,
    detail: opened(entry.detail, 'detail'),
    why: entry.why && { rule: entry.why.rule, inputs: opened(entry.why.inputs, 'why') },
  };
}
