import { createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PerennialError, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import { makeFolder } from '../../embedded/make-folder.ts';

/**
 * The keys of the payload codec. New data are encrypted with `current`; every key of the ring decrypts.
 * Key objects, not bytes: they print as `PrivateKeyObject {}` wherever somebody logs the settings.
 */
export interface KeyRing {
  readonly current: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

const KEY_ID = /^[A-Za-z0-9._-]{1,32}$/;
const KEY_BYTES = 32;

/**
 * Reads `id:base64,id2:base64`, the current key first. Gives all problems at once; none of them
 * shows any part of a key.
 */
export function parseKeyRing(text: string, name: string): { ring: KeyRing } | { problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const keys = new Map<string, KeyObject>();
  const place = { field: name };
  for (const [index, entry] of text.split(',').entries()) {
    const colon = entry.indexOf(':');
    const id = entry.slice(0, Math.max(colon, 0)).trim();
    const bytes = decodeKey(entry.slice(colon + 1).trim());
    if (!KEY_ID.test(id) || bytes === undefined) {
      problems.push(problem('settings.codec_keys', { name, entry: index + 1 }, place));
    } else if (keys.has(id)) {
      problems.push(problem('settings.codec_key_twice', { name, id }, place));
    } else {
      keys.set(id, createSecretKey(bytes));
    }
  }
  const current = keys.keys().next().value;
  return problems.length > 0 || current === undefined ? { problems } : { ring: { current, keys } };
}

/** A new random key as `id:base64`, the way PERENNIAL_CODEC_KEYS takes it. */
export function newKey(): string {
  return `k${randomBytes(4).toString('hex')}:${randomBytes(KEY_BYTES).toString('base64')}`;
}

/**
 * The ring kept in the data folder: read, or made on the first run with a random key and rights for
 * the owner alone. Two processes that start at the same moment end with the same ring.
 */
export async function openKeyFile(file: string): Promise<KeyRing> {
  const found = await readKeyFile(file);
  if (found !== undefined) return found;
  await makeFolder(dirname(file));
  const [id = '', key = ''] = newKey().split(':');
  const content = { current: id, keys: { [id]: key } };
  // Written aside and linked: the name appears only with its whole content, and never replaces another's.
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(aside, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(aside, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(aside);
  }
  const made = await readKeyFile(file);
  if (made === undefined) throw PerennialError.of('settings.unreadable', { name: 'PERENNIAL_CODEC_KEYS', file });
  return made;
}

async function readKeyFile(file: string): Promise<KeyRing | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw PerennialError.of('settings.unreadable', { name: 'PERENNIAL_CODEC_KEYS', file }, { file });
  }
  const entries = entriesOf(text);
  const parsed = parseKeyRing(entries.join(','), file);
  if ('problems' in parsed) throw new PerennialError(parsed.problems);
  return parsed.ring;
}

/** `id:key` texts with the current one first; a file of another shape gives one entry that is no key. */
function entriesOf(text: string): readonly string[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return [''];
  }
  if (!isRecord(content) || typeof content['current'] !== 'string' || !isRecord(content['keys'])) return [''];
  const { current, keys } = content;
  const entries = Object.entries(keys).map(([id, key]) => ({ id, entry: `${id}:${String(key)}` }));
  const first = entries.filter((e) => e.id === current);
  return first.length === 1 ? [...first, ...entries.filter((e) => e.id !== current)].map((e) => e.entry) : [''];
}

function decodeKey(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  // Node skips what is not base64; only a text that comes back the same was meant as one.
  const same = bytes.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '');
  return same && bytes.length === KEY_BYTES ? bytes : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
