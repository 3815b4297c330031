import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { settingsOf, VARIABLES } from '../../cli/commands/config.ts';
import { LOCALES } from '../../domain/text.ts';
import { temporalConfig } from '../../temporal.config.ts';
import { run } from './fake-io.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READERS = [
  'temporal.config.ts',
  'cli',
  'embedded',
  'operations',
  'workers',
  'activities',
  'mail',
  'schemas',
  'i18n',
];
/** Make a worker die or hang on purpose, for fault tests: nothing that anybody sets. */
const FOR_TESTS = ['PERENNIAL_CRASH_AT', 'PERENNIAL_FREEZE_AT'];

test('every variable that the product reads is listed by `config show`', async (t) => {
  const read = new Set<string>();
  for (const place of READERS) {
    for (const file of await sources(join(ROOT, place))) {
      const text = await readFile(file, 'utf8');
      for (const [, name = ''] of text.matchAll(/['.\s](PERENNIAL_[A-Z_]+)\b/g)) read.add(name);
    }
  }
  t.true(read.size > 15);
  const listed: readonly string[] = VARIABLES;
  t.deepEqual([...read].filter((name) => !listed.includes(name) && !FOR_TESTS.includes(name)).sort(), []);
});

test('keys are hidden whole, of an address only the password, and each value says where it comes from', (t) => {
  const env = { MONGODB_URI: 'mongodb://app:secret@db.example.com/x', PERENNIAL_CODEC_KEYS: 'k1:abc' };
  const settings = settingsOf(env, '/nonexistent/perennial-test');
  const of = (name: string) => settings.find((setting) => setting.name === name);
  t.like(of('MONGODB_URI'), { value: 'mongodb://app:••••@db.example.com/x', source: 'environment' });
  t.like(of('PERENNIAL_CODEC_KEYS'), { value: '••••••••' });
  t.like(of('PERENNIAL_CACHE'), { value: null, source: 'default' });
});

test('`config new-key` prints a key that PERENNIAL_CODEC_KEYS takes, another one each time', async (t) => {
  const { code, out, err } = await run(['config', 'new-key']);
  t.is(code, 0);
  t.truthy(temporalConfig({ PERENNIAL_CODEC_KEYS: out.trim() }).codecKeys);
  t.regex(err, /PERENNIAL_CODEC_KEYS/);
  const { key } = JSON.parse((await run(['config', 'new-key', '--json'])).out) as { key: string };
  t.truthy(temporalConfig({ PERENNIAL_CODEC_KEYS: `${out.trim()},${key}` }).codecKeys);
});

test('doctor says which variable lacks and how to make a key', async (t) => {
  const env = { TEMPORAL_ADDRESS: 'temporal.example.com:7233', MONGODB_URI: 'mongodb://127.0.0.1:1' };
  for (const lang of LOCALES) {
    const { code, out } = await run(['doctor', '--lang', lang], { env });
    t.is(code, 1);
    t.regex(out, /PERENNIAL_CODEC_KEYS[^]*perennial config new-key/);
  }
});

async function sources(place: string): Promise<readonly string[]> {
  if (place.endsWith('.ts')) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.name.endsWith('.ts')).map((entry) => join(entry.parentPath, entry.name));
}
