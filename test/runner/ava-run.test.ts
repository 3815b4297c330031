import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { runAva } from './ava-run.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A package of its own with one test file and our ava. */
async function packageWith(t: ExecutionContext, source: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'perennial-runner-'));
  t.teardown(() => rm(root, { recursive: true, force: true }));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  await mkdir(join(root, 'test'));
  await writeFile(join(root, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(root, 'test', 'a.test.js'), `import test from 'ava';\n${source}`);
  return root;
}

async function run(t: ExecutionContext, source: string, limitMs = 60_000) {
  const root = await packageWith(t, source);
  const { counts, failures } = await runAva(['test/a.test.js'], {
    root,
    concurrency: 1,
    limitMs,
    onTest: () => undefined,
  });
  return { counts, titles: failures.map((failure) => failure.title) };
}

test('a file whose tests pass has no failure', async (t) => {
  t.deepEqual(await run(t, `test('x', (t) => t.pass());`), {
    counts: { passed: 1, failed: 0, skipped: 0 },
    titles: [],
  });
});

test('a failing test is named with its file', async (t) => {
  t.deepEqual(await run(t, `test('x', (t) => t.fail()); test('y', (t) => t.pass());`), {
    counts: { passed: 1, failed: 1, skipped: 0 },
    titles: ['test/a.test.js › x'],
  });
});

test('a file that cannot be loaded is a failure, not silence', async (t) => {
  const { counts, titles } = await run(t, `import './missing.js';`);
  t.true(counts.failed >= 1 && titles.length >= 1);
});

test('a test process that is killed is a failure', async (t) => {
  const { counts } = await run(t, `test('x', (t) => { t.pass(); process.kill(process.pid, 'SIGKILL'); });`);
  t.true(counts.failed >= 1);
});

test('a test that hangs is ended at the limit and named', async (t) => {
  const { counts, titles } = await run(t, `test('x', () => new Promise((r) => setInterval(r, 1e9)));`, 4000);
  t.is(counts.failed, 1);
  t.deepEqual(titles, ['test/a.test.js: not done after 4 s']);
});
