import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { workflowBundle } from '../../workers/bundle.ts';

const LIMIT_BYTES = 1_200_000;

test('the workflow bundle holds at most 1.2 MB of code, and nothing that belongs outside of it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-bundle-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const bundle = await readFile(await workflowBundle(folder), 'utf8');
  const code = bundle.replace(/^\/\/# sourceMappingURL=.*$/m, '');
  t.log(`${Math.round(Buffer.byteLength(code) / 1024)} KB of code`);
  t.true(Buffer.byteLength(code) <= LIMIT_BYTES, `${Buffer.byteLength(code)} bytes`);
  const strangers = ['mongoose', 'nodemailer', 'cel-js', 'i18next', 'node_modules/yaml'].filter((name) =>
    code.includes(`node_modules/${name}`),
  );
  t.deepEqual(strangers, []);
});
