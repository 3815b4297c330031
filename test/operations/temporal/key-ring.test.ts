import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { PerennialError } from '../../../domain/errors/index.ts';
import { openKeyFile, parseKeyRing } from '../../../operations/temporal/key-ring.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

async function keyFile(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-keys-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'data', 'codec-keys.json');
}

const refuses = test.macro({
  exec(t, text: string, entries: readonly number[]) {
    const parsed = parseKeyRing(text, 'PERENNIAL_CODEC_KEYS');
    const problems = 'problems' in parsed ? parsed.problems : [];
    t.deepEqual(
      problems.map((p) => [p.code, p.params['entry']]),
      entries.map((n) => ['settings.codec_keys', n]),
    );
    t.false(JSON.stringify(problems).includes(KEY.slice(0, 8)));
  },
  title: (_, text) => `"${text}" is no key ring, and the error shows no key`,
});
test(refuses, '', [1]);
test(refuses, KEY, [1]);
test(refuses, 'a:', [1]);
test(refuses, `a:${KEY},b:short`, [2]);
test(refuses, `:${KEY},b b:${KEY}`, [1, 2]);
test(refuses, `a:${KEY.slice(0, 20)}!!!${KEY.slice(20)}`, [1]);

test('the first key is the current one; a key id may not stand twice', (t) => {
  const parsed = parseKeyRing(` k2:${KEY} , k1:${KEY}`, 'X');
  t.true('ring' in parsed && parsed.ring.current === 'k2' && parsed.ring.keys.size === 2);
  const twice = parseKeyRing(`k:${KEY},k:${KEY}`, 'X');
  t.true('problems' in twice && twice.problems[0]?.code === 'settings.codec_key_twice');
});

test('a ring shows no key when it is printed', (t) => {
  const parsed = parseKeyRing(`k:${KEY}`, 'X');
  t.false((inspect(parsed, { depth: 9, showHidden: true }) + JSON.stringify(parsed)).includes(KEY.slice(0, 8)));
});

test('on the first run a key file is made that only its owner can read, and kept from then on', async (t) => {
  const file = await keyFile(t);
  const rings = await Promise.all(Array.from({ length: 8 }, () => openKeyFile(file)));
  const again = await openKeyFile(file);
  t.is((await stat(file)).mode & 0o777, 0o600);
  const secret = (ring: typeof again) => ring.keys.get(ring.current)?.export().toString('hex');
  t.deepEqual(new Set([...rings, again].map(secret)).size, 1);
  t.is(again.keys.get(again.current)?.symmetricKeySize, 32);
});

test('keys added to the file by hand are read, the current one first', async (t) => {
  const file = await keyFile(t);
  const made = await openKeyFile(file);
  const content = JSON.parse(await readFile(file, 'utf8')) as { current: string; keys: Record<string, string> };
  await writeFile(file, JSON.stringify({ current: 'k2', keys: { ...content.keys, k2: KEY } }));
  const ring = await openKeyFile(file);
  t.is(ring.current, 'k2');
  t.deepEqual([...ring.keys.keys()], ['k2', made.current]);
});

for (const text of [
  '',
  '{',
  '[]',
  '{"current":"a","keys":{}}',
  `{"current":"a","keys":{"b":"${KEY}"}}`,
  '{"current":"a","keys":{"a":1}}',
]) {
  test(`a damaged key file is never replaced by a new one: ${text}`, async (t) => {
    const file = await keyFile(t);
    await openKeyFile(file);
    await writeFile(file, text);
    await t.throwsAsync(openKeyFile(file), { instanceOf: PerennialError, message: 'settings.codec_keys' });
    t.is(await readFile(file, 'utf8'), text);
  });
}
