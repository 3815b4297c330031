import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Environment, OnProgress } from '../progress.ts';
import type { BinarySpec, Host } from './binary-spec.ts';
import { installInCache } from './cache.ts';
import type { CachedBinary } from './cache.ts';
import { whyNotRunning } from './run-check.ts';
import { CONNECT_DEADLINE_MS, download, fetchWord, sha256Of } from './transfer.ts';

const run = promisify(execFile);

/**
 * The maker's own archive, over HTTPS, into the cache. Unpacked with the system's `tar`, which Linux, macOS and
 * Windows all have (on Windows it reads zip as well).
 * @throws Error with the reason.
 */
export async function installFromVendor(
  spec: BinarySpec,
  host: Host,
  place: { readonly cache: string; readonly key: string; readonly env: Environment },
  onProgress: OnProgress,
): Promise<CachedBinary> {
  const archive = await spec.vendor.archive(host, AbortSignal.timeout(CONNECT_DEADLINE_MS));
  const report = { service: spec.service, source: 'vendor' } as const;
  return installInCache(place.cache, place.key, async (staging) => {
    const file = join(staging, 'archive');
    onProgress({ ...report, phase: 'download' });
    await download(archive.url, file, (done, total) =>
      onProgress({ ...report, phase: 'download', done, ...(total === undefined ? {} : { total }) }),
    );
    if (archive.sha256Url !== undefined) {
      onProgress({ ...report, phase: 'verify' });
      const expected = await fetchWord(archive.sha256Url);
      const got = await sha256Of(file);
      if (got !== expected) throw new Error(`sha256 of ${archive.url} is ${got}, published is ${expected}`);
    }
    onProgress({ ...report, phase: 'unpack' });
    const unpacked = join(staging, 'unpacked');
    await mkdir(unpacked);
    await run('tar', ['-xf', file, '-C', unpacked], { env: { ...place.env } });
    const found = await findFile(unpacked, archive.program);
    if (found === undefined) throw new Error(`${archive.url} holds no ${spec.program}`);
    const program = host.platform === 'win32' ? `${spec.program}.exe` : spec.program;
    await rename(found, join(staging, program));
    await chmod(join(staging, program), 0o755);
    await rm(unpacked, { recursive: true });
    await rm(file);
    const broken = await whyNotRunning(join(staging, program), ['--version'], place.env);
    if (broken !== undefined) throw new Error(broken);
    return { program };
  });
}

async function findFile(folder: string, pattern: RegExp): Promise<string | undefined> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && pattern.test(relative(folder, path).split(sep).join('/'))) return path;
  }
  return undefined;
}
