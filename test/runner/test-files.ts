import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';

export interface TestFiles {
  /** Need nothing but the code. */
  readonly unit: readonly string[];
  /** Start real services. */
  readonly services: readonly string[];
  /** Measure how services come up and break; a neighbour that takes the processor would disturb them. */
  readonly alone: readonly string[];
}

/** Whoever imports one of these, directly or through another test file, starts real services. */
const STARTS_SERVICES = [
  'test/helpers/services.ts',
  'embedded/index.ts',
  'embedded/temporal-server.ts',
  'embedded/mongo-server.ts',
];
const ALONE = ['test/embedded/', 'test/faults/'];

/** All test files below `root`, in three groups; the last two are found by what they import. */
export async function findTestFiles(root: string): Promise<TestFiles> {
  const entries = await readdir(join(root, 'test'), { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  const imports = new Map<string, readonly string[]>();
  await Promise.all(
    sources.map(async (file) => imports.set(file, importsOf(file, await readFile(join(root, file), 'utf8')))),
  );
  const tests = sources.filter((file) => file.endsWith('.test.ts'));
  const alone = tests.filter((file) => ALONE.some((folder) => file.startsWith(folder)));
  const heavy = tests.filter((file) => !alone.includes(file) && startsServices(file, imports));
  return { unit: tests.filter((file) => !alone.includes(file) && !heavy.includes(file)), services: heavy, alone };
}

/** Files that a source imports by a relative path, as paths from the root. */
export function importsOf(file: string, source: string): readonly string[] {
  const found = source.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...found].map(([, path = '']) =>
    normalize(join(dirname(file), path))
      .split(sep)
      .join('/'),
  );
}

function startsServices(
  file: string,
  imports: ReadonlyMap<string, readonly string[]>,
  seen = new Set<string>(),
): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  return (imports.get(file) ?? []).some((to) => STARTS_SERVICES.includes(to) || startsServices(to, imports, seen));
}
