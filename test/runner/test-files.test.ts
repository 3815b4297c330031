import { fileURLToPath } from 'node:url';
import test from 'ava';
import { findTestFiles, importsOf } from './test-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('imports are read as paths from the root', (t) => {
  const source = `import a from '../helpers/world.ts';\nimport type { B } from './b.ts';\nconst c = await import('../../c/d.ts');\nimport test from 'ava';`;
  t.deepEqual(importsOf('test/x/y.test.ts', source), ['test/helpers/world.ts', 'test/x/b.ts', 'c/d.ts']);
});

test('each test file is in exactly one group', async (t) => {
  const { unit, services, alone } = await findTestFiles(ROOT);
  const all = [...unit, ...services, ...alone];
  t.is(new Set(all).size, all.length);
  t.true(unit.includes('test/runner/test-files.test.ts'));
});

test('a file that starts services through a helper is no unit test', async (t) => {
  const { unit, services, alone } = await findTestFiles(ROOT);
  t.true(services.includes('test/activities/outreach/ledger.test.ts'));
  t.true(alone.includes('test/embedded/services.test.ts'));
  t.true(unit.includes('test/domain/money/money.test.ts'));
});
