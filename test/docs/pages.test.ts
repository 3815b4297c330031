import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import test from 'ava';
import { REGISTRY } from '../../cli/registry.ts';
import { ROOT, sourceFiles } from '../architecture/source-tree.ts';

const PAGES = sourceFiles(['.md']);
const README = read('README.md');
const CHINESE = read('README.zh-CN.md');

test('both READMEs have the same headings, commands, screens and links', (t) => {
  t.deepEqual(levels(CHINESE), levels(README));
  t.deepEqual(blocks(CHINESE, 'sh'), blocks(README, 'sh'));
  t.is(blocks(CHINESE, '').length, blocks(README, '').length);
  t.deepEqual(screens(CHINESE), screens(README));
  const apart = /README(\.zh-CN)?\.md$/;
  const links = (text: string) => linksOf(text).filter((link) => !apart.test(link));
  t.deepEqual(links(CHINESE), links(README));
});

test('every link between pages leads somewhere', (t) => {
  const broken = PAGES.flatMap(({ path, text }) =>
    linksOf(text)
      .filter((link) => !/^(https?:|mailto:)/.test(link))
      .filter((link) => !leadsSomewhere(path, link))
      .map((link) => `${path}: ${link}`),
  );
  t.deepEqual(broken, []);
});

test('every script that a page names exists', (t) => {
  const manifest: unknown = JSON.parse(read('package.json'));
  const scripts = isRecord(manifest) && isRecord(manifest['scripts']) ? Object.keys(manifest['scripts']) : [];
  const named = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, script = '']) => ({ path, script })),
  );
  t.true(named.length > 0);
  t.deepEqual(
    named.filter(({ script }) => !scripts.includes(script)),
    [],
  );
});

test('every command that a page names exists', async (t) => {
  const paths = new Set<string>();
  for (const { load } of REGISTRY) for (const { path } of (await load()).commands) paths.add(path);
  const named = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/(?:`|^|npx )perennial ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/gm)].map(([, one = '', two = '']) => ({
      path,
      command: paths.has(`${one} ${two}`) ? `${one} ${two}` : one,
    })),
  );
  t.true(named.length > 0);
  t.deepEqual(
    named.filter(({ command }) => !paths.has(command)),
    [],
  );
});

test('the page on operations lists every variable that the product reads, and no other', (t) => {
  const variable =
    /\b(PERENNIAL_[A-Z_]*[A-Z]|TEMPORAL_(?:ADDRESS|NAMESPACE|TLS_[A-Z]+|API_KEY)|MONGODB_URI|SMTP_URL)\b/g;
  const inCode = sourceFiles(['.ts'])
    .filter(({ path }) => !/^(test|bench|docs|domain|i18n)\//.test(path))
    .flatMap(({ text }) => [...text.matchAll(new RegExp(`['"]${variable.source}['"]|\\b${variable.source}(?=:)`, 'g'))])
    .map(([, quoted, key]) => quoted ?? key ?? '');
  const rows = read('docs/operations.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const onPage = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(variable)].map(([, name]) => name ?? ''));
  t.deepEqual(sorted(onPage), sorted(inCode));
});

test('each decision has context, decision and consequences, and stands in the index', (t) => {
  const decisions = PAGES.filter(({ path }) => path.startsWith('docs/decisions/'));
  t.true(decisions.length >= 9);
  const index = read('docs/index.md');
  for (const { path, text } of decisions) {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    t.deepEqual(headings, ['Context', 'Decision', 'Consequences'], path);
    t.true(index.includes(path.replace('docs/', '')), `${path} stands in docs/index.md`);
  }
});

test('NOTICE names every package that the product installs', (t) => {
  const manifest: unknown = JSON.parse(read('package.json'));
  const dependencies =
    isRecord(manifest) && isRecord(manifest['dependencies']) ? Object.keys(manifest['dependencies']) : [];
  const notice = new Set(read('NOTICE').split(/[\s,:()]+/));
  t.deepEqual(
    dependencies.filter((name) => !notice.has(name)),
    [],
  );
});

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function levels(text: string): readonly number[] {
  return [...withoutCode(text).matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length);
}

/** Code blocks of one language, in order. */
function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, tag]) => tag === language)
    .map(([, , code = '']) => code);
}

function screens(text: string): readonly string[] {
  return [...text.matchAll(/<!-- screen: .* -->/g)].map(([comment]) => comment);
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

function linksOf(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
}

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from : posix.normalize(posix.join(posix.dirname(from), file));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
