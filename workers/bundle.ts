import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { failureConverterPath } from '../operations/temporal/data-converter.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What workflow code may be made of; a change in any of it makes a new bundle. */
const SOURCES = ['workflows', 'domain'];

/**
 * The workflow code as one script, built once and kept by the digest of its sources and of the SDK.
 *
 * @param cacheDir folder that keeps bundles
 * @returns path of the bundle
 */
export async function workflowBundle(cacheDir: string): Promise<string> {
  const file = path.join(cacheDir, `workflows-${await digestOfSources()}.js`);
  const known = await readFile(file).then(
    () => true,
    () => false,
  );
  if (known) return file;
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(ROOT, 'workflows', 'index.ts'),
    // What workflow code throws is converted inside the sandbox: without it, its words would stand in the clear.
    failureConverterPath,
    logger: silent,
  });
  await mkdir(cacheDir, { recursive: true });
  // Written beside and renamed: workers that start at once, in one process or several, never read half a bundle.
  const part = `${file}.${randomUUID()}`;
  await writeFile(part, code);
  await rename(part, file);
  return file;
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  hash.update(sdkVersion()).update(await readFile(failureConverterPath));
  for (const folder of SOURCES) {
    const entries = await readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((e) => e.isFile() && e.name.endsWith('.ts'))
      .map((e) => path.join(e.parentPath, e.name));
    for (const file of files.sort()) hash.update(path.relative(ROOT, file)).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

function sdkVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('@temporalio/workflow/package.json');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}

const quiet = () => undefined;
const silent = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
