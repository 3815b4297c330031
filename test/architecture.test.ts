import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { LAYERS, layerOf, mayImport } from './architecture/layers.ts';
import { importsOf, ROOT, sourceFiles } from './architecture/source-tree.ts';

const CODE = sourceFiles(['.ts', '.mts', '.mjs']);
const TEXT = sourceFiles(['.ts', '.mts', '.mjs', '.md', '.json', '.yaml', '.yml', 'run', '.npmrc']);
const product = CODE.filter(({ path }) => !/^(test|bench)\//.test(path));

for (const layer of LAYERS) {
  test(`${layer.of} imports only what its layer may. ${layer.reason}`, (t) => {
    const files = CODE.filter(({ path }) => layerOf(path) === layer);
    t.true(files.length > 0, 'the layer has files');
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((one) => !mayImport(layer, one))
        .map(({ to, types }) => `${file.path} → ${to}${types ? ' (types)' : ''}`),
    );
    t.deepEqual(wrong, []);
  });
}

test('every folder with code of the product is a layer', (t) => {
  const without = product.filter(({ path }) => !path.startsWith('bin/') && layerOf(path) === undefined);
  t.deepEqual(
    without.map(({ path }) => path),
    [],
  );
});

test('the linter guards the same folders', (t) => {
  const config: unknown = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8'));
  const text = JSON.stringify(config);
  const unguarded = LAYERS.filter(({ of }) => of.endsWith('/') && of !== 'docs/' && !text.includes(`"${of}**"`));
  t.deepEqual(
    unguarded.map(({ of }) => of),
    [],
  );
});

test('the import reader sees every form of import', (t) => {
  const text = [
    `import a from './a.ts';`,
    `import type { B } from '../b.ts';`,
    `export { c } from './c.ts';`,
    `export type { D } from './d.ts';`,
    `import {\n  e,\n  type F,\n} from 'e';`,
    `import './g.ts';`,
    `const h = await import('./h.ts');`,
    `export * from './i.ts';`,
  ].join('\n');
  const seen = importsOf({ path: 'x/y.ts', text }).map(({ to, types }) => (types ? `type ${to}` : to));
  t.deepEqual(seen, ['x/a.ts', 'type b.ts', 'x/c.ts', 'type x/d.ts', 'e', 'x/g.ts', 'x/i.ts', 'x/h.ts']);
});

/** Dates come from texts in one place, which checks them by round trip: 31 February is an error there and not 3 March. */
const READS_DATES = /^(domain\/time\/|workflows\/clock\.ts$)/;
const DATE_FROM_TEXT = /\bDate\.parse\(|\bnew Date\((?!\)|Date\.now\(\)\)|toMs\(|epochMs\()/;

test('dates are read from text only in domain/time and workflows/clock.ts', (t) => {
  const wrong = product.filter(({ path, text }) => !READS_DATES.test(path) && DATE_FROM_TEXT.test(text));
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});

test('the core reads no clock and throws no dice', (t) => {
  const impure =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bglobalThis\b|\bsetTimeout\b|\brandomUUID\b/;
  const wrong = CODE.filter(({ path, text }) => path.startsWith('domain/') && impure.test(withoutComments(text)));
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});

test('no file is longer than 400 lines', (t) => {
  const long = CODE.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 })).filter(
    (f) => f.lines > 400,
  );
  t.deepEqual(long, []);
});

test('files are named by their subject, in kebab-case', (t) => {
  const nameless = /(^|\/)(utils?|common|misc|helpers?)(\/|\.|$)/;
  const shouting = /[A-Z_]/;
  const wrong = CODE.map(({ path }) => path).filter(
    (path) => nameless.test(path.replace(/^test\/helpers\//, 'test/')) || shouting.test(path.replace('zh-CN', '')),
  );
  t.deepEqual(wrong, []);
});

test('no file names a machine’s folders or a package registry', (t) => {
  const folders = ['work', 'root', 'home'].map((name) => `(?<![\\w.~-])/${name}/[\\w.-]+`);
  const registries = ['registry\\.npmjs', 'registry\\.yarnpkg', 'npmmirror', 'pypi\\.org/simple', 'artifactory'];
  const pattern = new RegExp([...folders, ...registries].join('|'), 'i');
  const wrong = [...TEXT, ...sourceFiles(['.ci/run'])].flatMap(({ path, text }) => {
    const found = path === 'test/architecture.test.ts' ? null : pattern.exec(text);
    return found === null ? [] : [`${path}: ${found[0]}`];
  });
  t.deepEqual(wrong, []);
});

test('no test is left out', (t) => {
  const left = /\btest\.(?:\w+\.)*(only|skip|todo|failing)\(/;
  const wrong = CODE.filter(({ path, text }) => path.endsWith('.test.ts') && left.test(text));
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});

test('no test waits for time', (t) => {
  // Services that start and stop are waited for by asking them; everything else has a fact to await.
  const sleeps = /\bsetTimeout\(|timers\/promises/;
  const wrong = CODE.filter(
    ({ path, text }) =>
      path.endsWith('.test.ts') && sleeps.test(text) && !/^test\/(embedded|runner|faults|architecture)/.test(path),
  );
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
