import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { excerpt, PerennialError } from '../../../domain/errors/index.ts';
import { readMapping } from './language.ts';
import type { Mapping } from './language.ts';

const FOLDER = new URL('../mappings/', import.meta.url);
const ENDING = '.yaml';

/** What a source with a mapping of its own names instead of one of these. */
export const CUSTOM = 'custom';
/** What a source names that sends whole mails: they are read as mails, by no mapping. */
export const RAW_MAIL = 'mail';

/** Ids of the mappings that come with Perennial. */
export const SHIPPED_MAPPINGS: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(ENDING))
  .map((name) => name.slice(0, -ENDING.length))
  .toSorted();

const read = new Map<string, Mapping>();

/** The mapping of a source: its own, or the shipped one that it names. Throws `mapping.…`. */
export function mappingOf({
  mapping,
  mappingText,
}: {
  readonly mapping: string;
  readonly mappingText: string | null;
}): Mapping {
  if (mapping === CUSTOM && mappingText !== null) return cached(mappingText, () => mappingText);
  if (!SHIPPED_MAPPINGS.includes(mapping)) {
    throw PerennialError.of(
      'mapping.unknown',
      { found: excerpt(mapping), known: SHIPPED_MAPPINGS.join(', ') },
      { field: 'mapping' },
    );
  }
  return cached(mapping, () => shippedText(mapping));
}

/** As it stands in its file: a person may begin an own one with it. */
export function shippedText(id: string): string {
  return readFileSync(fileURLToPath(new URL(`${id}${ENDING}`, FOLDER)), 'utf8');
}

const MAX_CACHED = 200;

function cached(key: string, text: () => string): Mapping {
  const known = read.get(key);
  if (known !== undefined) return known;
  const mapping = readMapping(text());
  if (read.size >= MAX_CACHED) read.clear();
  read.set(key, mapping);
  return mapping;
}
