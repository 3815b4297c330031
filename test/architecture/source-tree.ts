import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What belongs to a machine and not to the repository. */
const NOT_OURS = new Set(['node_modules', '.git', '.perennial', 'dist', 'coverage']);

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** A path from the root for our own files, else the name as it stands. */
  readonly to: string;
  readonly ours: boolean;
  /** Only types: nothing is loaded at run time. */
  readonly types: boolean;
}

/** All files of the repository that end in one of `endings`. */
export function sourceFiles(endings: readonly string[], folder = ROOT): readonly SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly SourceFile[] => {
    const full = join(folder, entry.name);
    if (NOT_OURS.has(entry.name)) return [];
    if (entry.isDirectory()) return sourceFiles(endings, full);
    if (!endings.some((ending) => entry.name.endsWith(ending))) return [];
    return [{ path: relative(ROOT, full).split(sep).join('/'), text: readFileSync(full, 'utf8') }];
  });
}

const STATEMENT = /^\s*(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

/** The imports and re-exports of a file, also dynamic ones. `import('…').Type` counts as a value: write `import type`. */
export function importsOf({ path, text }: SourceFile): readonly Import[] {
  const resolve = (specifier: string, types: boolean): Import =>
    specifier.startsWith('.')
      ? { to: posix.normalize(posix.join(dirname(path), specifier)), ours: true, types }
      : { to: specifier, ours: false, types };
  return [
    ...[...text.matchAll(STATEMENT)].map(([, type, specifier = '']) => resolve(specifier, type !== undefined)),
    ...[...text.matchAll(DYNAMIC)].map(([, specifier = '']) => resolve(specifier, false)),
  ];
}
